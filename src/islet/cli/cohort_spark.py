"""`islet cohort IN -o OUT --engine spark`: the same decisions on a Spark cluster."""

from __future__ import annotations

import argparse

from islet.cli.cohort_decide import names_in, question_of
from islet.cli.cohort_report import print_report
from islet.knowledge.store import load_knowledge
from islet.registry.result import Wanted, wanted_criteria
from islet.registry.spark import decide_on_spark


def run(arguments: argparse.Namespace, folder: str | None) -> int:
    """Decide the table on Spark; return 1 when rows were set aside."""
    base = load_knowledge(folder)
    wanted = Wanted(wanted_criteria(names_in(arguments.criteria), base), arguments.could_be, arguments.deciding)
    report = decide_on_spark(arguments.table, arguments.output, folder, base, question_of(arguments, wanted), arguments.master)
    return print_report(report, arguments)
