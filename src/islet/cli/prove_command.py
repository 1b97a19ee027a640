"""`islet knowledge prove`: put every promise to two solvers; exit 1 when one is broken, not settled, or the solvers disagree."""

from __future__ import annotations

import argparse
import os
import sys
import time

from islet.cli.files import write_whole
from islet.errors import InputError
from islet.knowledge.store import load_knowledge, own_knowledge


def prove_command(arguments: argparse.Namespace, folder: str | None) -> int:
    """Prove the properties asked for (`only`, or all), print them, and write counterexamples to the folder `output`."""
    try:
        from islet.proof.properties import CATALOGUE, prove
        from islet.proof.report import proof_json, proof_page, proof_text, word
        from islet.proof.witness import yaml_text
    except ModuleNotFoundError as missing:
        raise InputError(
            f'the package "{missing.name}" is not installed', "", 0, "knowledge prove", "expected z3-solver, cvc5 and mpmath"
        ) from None
    known = [item.number for item in CATALOGUE]
    numbers = list(arguments.only or known)
    for number in numbers:
        if number not in known:
            raise InputError(f"there is no property {number}", "", 0, "--only", f"expected {known[0]} to {known[-1]}")
    base = load_knowledge(folder)
    started = time.monotonic()
    outcomes = []
    for outcome in prove(folder or own_knowledge(), numbers):
        outcomes.append(outcome)
        print(f"{len(outcomes)} of {len(numbers)}: property {outcome.number} {word(outcome)}, {outcome.seconds:.1f} s", file=sys.stderr)
    print(f"{len(numbers)} properties in {time.monotonic() - started:.0f} s", file=sys.stderr)
    outcomes.sort(key=lambda outcome: outcome.number)
    if arguments.output:
        os.makedirs(arguments.output, exist_ok=True)
        for outcome in outcomes:
            for finding in outcome.result.failures:
                for document in finding.documents:
                    name = os.path.join(arguments.output, f"{outcome.number:02}-{document['id']}.yaml")
                    write_whole(name, yaml_text(document).encode())
    if arguments.format == "json":
        sys.stdout.write(proof_json(outcomes, base.sha256))
    else:
        sys.stdout.write(proof_page(outcomes) if arguments.format == "markdown" else proof_text(outcomes))
    return 0 if all(outcome.result.status == "proved" for outcome in outcomes) else 1
