"""`islet knowledge mutate`: seed faults in the knowledge and tell which of them nothing notices."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from islet.knowledge.compile import read_rules
from islet.knowledge.store import own_knowledge
from islet.proof.mutation import mutants_of
from islet.proof.mutation_report import result_json, result_of, result_text
from islet.proof.mutation_run import chosen, run_mutants


def mutate_command(arguments: argparse.Namespace, folder: str | None) -> int:
    """Run the chosen mutants; return 1 when too many survive, one is not explained, or an explanation is stale."""
    path = Path(folder or own_knowledge())
    read = read_rules(path)
    mutants = chosen(read, arguments.files, arguments.sample)
    kept = Path(arguments.output) if arguments.output else None
    outcomes = run_mutants(read, mutants, kept, arguments.jobs or 1, sys.stderr)
    result = result_of(list(zip(mutants, outcomes, strict=True)), mutants_of(read), path)
    if arguments.format == "json":
        print(json.dumps(result_json(result), ensure_ascii=False, indent=1))
    else:
        print(result_text(result))
    return 0 if result.good else 1
