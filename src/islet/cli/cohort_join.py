"""`islet cohort join`: tables of the same patients beside one another, by id."""

from __future__ import annotations

import argparse
import sys

from islet.errors import printable
from islet.registry.join import join_tables


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `islet cohort join` takes."""
    parser.add_argument("table", metavar="IN", help="Parquet, CSV or NDJSON, one row a patient: every row of it stays")
    parser.add_argument("others", metavar="OTHER", nargs="+", help="tables with a column id; their columns are put beside")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="the table to write, whole or not at all")


def run(arguments: argparse.Namespace, folder: str | None) -> int:
    """Join the tables and say which rows belong to nobody."""
    joined = join_tables(arguments.table, arguments.others, arguments.output)
    print(printable(f"{joined.rows:,} rows in {joined.name}"), file=sys.stderr)
    for one in joined.partners:
        alone = f"; {one.alone:,} belong to nobody in {arguments.table} and are left out" if one.alone else ""
        print(printable(f"{one.name}: {one.met:,} of its rows have a patient{alone}"), file=sys.stderr)
    return 0
