"""`islet cohort code IN -o CODED`: keep the coded columns of a table, so that a second question does not read it again."""

from __future__ import annotations

import argparse

from islet.cli.cohort_decide import add_table, check_arguments, question_of, table_file
from islet.cli.cohort_report import print_report
from islet.knowledge.store import load_knowledge
from islet.registry.result import Wanted
from islet.registry.run import code_table


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `islet cohort code` takes."""
    add_table(parser)


def run(arguments: argparse.Namespace, folder: str | None) -> int:
    """Code the table; return 1 when rows were set aside, 130 when it was stopped."""
    check_arguments(arguments)
    base = load_knowledge(folder)
    with table_file(arguments.table) as table:
        report = code_table(table, arguments.output, base, question_of(arguments, Wanted()), arguments.resume)
    return print_report(report, arguments)
