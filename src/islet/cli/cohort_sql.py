"""`islet cohort sql`: print the rules as plain SQL for a warehouse."""

from __future__ import annotations

import argparse
import csv
import re
import sys

from islet.cli.files import write_whole
from islet.errors import InputError, nearest
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    from islet.cli.main import REGIONS

    parser.add_argument("--dialect", default="duckdb", help="duckdb, spark, postgres or bigquery (default: duckdb)")
    parser.add_argument("--table", default="patients", help="the table of patients (default: patients)")
    parser.add_argument("--into", default="islet_verdicts", metavar="TABLE", help="the table to make (default: islet_verdicts)")
    parser.add_argument("--columns", metavar="FILE", help="a CSV file whose first line names the columns that the table has (default: all)")
    parser.add_argument("--from", dest="source", choices=("plain", "coded"), default="plain", help="plain values, or cells as bits")
    parser.add_argument("--region", choices=REGIONS, help="pick the label status of one region")
    parser.add_argument("--criteria", action="store_true", help="make a second table with yes, no or unknown for every criterion")
    parser.add_argument("-o", "--output", metavar="FILE", help="write the script here instead of printing it")


def run(arguments: argparse.Namespace, folder: str | None) -> int:
    """Print the script; raise InputError for a name that is none, a dialect or a column that nobody knows."""
    from islet.registry.sql.dialect import dialect_of
    from islet.registry.sql.script import Asked
    from islet.registry.sql.text import script_text

    dialect = dialect_of(arguments.dialect)
    for field, name in (("--table", arguments.table), ("--into", arguments.into)):
        if not _NAME.match(name):
            raise InputError(f'found "{name}"', "", 0, f"cohort sql {field}", "expected a name of letters, digits and underscores")
    base = load_knowledge(folder)
    coded = arguments.source == "coded"
    columns = None if arguments.columns is None else _columns(arguments.columns, base, coded)
    asked = Asked(arguments.table, columns, coded, arguments.region, arguments.criteria, arguments.into)
    text = script_text(base, dialect, asked)
    if arguments.output:
        write_whole(arguments.output, text.encode())
    else:
        sys.stdout.write(text)
    return 0


def _columns(file: str, base: KnowledgeBase, coded: bool) -> list[str]:
    """Return the columns that the first line of a file names, by the names of variables; the others are told and left alone."""
    from islet.registry.sql.given import every_column, told

    try:
        with open(file, encoding="utf-8-sig", newline="") as stream:
            line = next(csv.reader(stream), [])
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", file) from None
    except UnicodeDecodeError:
        raise InputError("the file is not in UTF-8", file, 1) from None
    known = every_column(base.space)
    if "id" not in line:
        raise InputError("no column is called id", file, 1, "", "expected a column id, unique for each patient")
    found = [name for name in line if name in known]
    aside = [name for name in line if name not in known and name != "id"]
    if not told(base.space, found, coded):
        expected = nearest(aside[0], known) if aside else "expected the names of variables, as cells.ki67_percent"
        raise InputError("no column tells a fact", file, 1, "", expected)
    if aside:
        print(f"{len(aside)} columns are left alone: " + ", ".join(aside), file=sys.stderr)
    return found
