"""`islet cohort IN -o OUT`: every verdict for every patient of a table, as a stream that can be stopped and gone on with."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator

from islet.cli.cohort_report import print_report
from islet.cli.main import REGIONS
from islet.errors import InputError, nearest
from islet.knowledge.store import load_knowledge
from islet.registry.find_records import MORPHOLOGY, TOPOGRAPHY
from islet.registry.question import Question
from islet.registry.read.open_table import SUFFIXES, format_of
from islet.registry.result import Wanted, wanted_criteria
from islet.registry.run import decide_table

FORMATS = ("parquet", "csv", "ndjson")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `islet cohort` takes."""
    add_table(parser)
    parser.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb", help="one machine, or a Spark cluster that is there")
    parser.add_argument("--master", metavar="URL", help="with --engine spark: the cluster (default: as Spark is set up)")
    parser.add_argument("--could-be", action="store_true", help="what each option could still be, over all ways of filling in")
    parser.add_argument("--criteria", metavar="ID,…", help="the answers of these criteria (all: of every one)")
    parser.add_argument("--deciding", action="store_true", help="the open facts that decide each option")
    parser.add_argument("--region", choices=REGIONS, help="pick the label status of one region")
    parser.add_argument("--format", choices=FORMATS, help="the form of the output (default: by its suffix)")
    parser.add_argument("--no-numba", action="store_true", help="decide with NumPy alone")


def add_table(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes that reads a table and writes another."""
    parser.add_argument("table", metavar="IN", help="Parquet, CSV or NDJSON, one row a patient; - for standard input; coded columns")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="the table to write (whole, or said to be not complete)")
    parser.add_argument("--where", metavar="SQL", help="only the rows in which this condition over the columns holds")
    parser.add_argument("--keep", metavar="COLUMN,…", help="columns that go through to the output")
    parser.add_argument("--resume", action="store_true", help="go on where a stopped run ended")
    parser.add_argument("--topography", metavar="COLUMN", default=TOPOGRAPHY, help="ICD-O-3 topography in a file of all cancers")
    parser.add_argument("--morphology", metavar="COLUMN", default=MORPHOLOGY, help="ICD-O-3 morphology in a file of all cancers")
    parser.add_argument("--batch", type=int, metavar="ROWS", help="rows read and decided at a time")


def run(arguments: argparse.Namespace, folder: str | None) -> int:
    """Decide the table; return 1 when rows were set aside, 130 when it was stopped."""
    check_arguments(arguments)
    if arguments.engine == "spark":
        from islet.cli.cohort_spark import run as run_on_spark

        return run_on_spark(arguments, folder)
    if arguments.format is not None and format_of(arguments.output) != arguments.format:
        raise InputError(f'found "{arguments.output}"', "", 0, "--format", f"expected a name that ends in .{arguments.format}")
    base = load_knowledge(folder)
    wanted = Wanted(wanted_criteria(names_in(arguments.criteria), base), arguments.could_be, arguments.deciding)
    question = question_of(arguments, wanted)
    with table_file(arguments.table) as table:
        report = decide_table(table, arguments.output, base, question, arguments.resume)
    return print_report(report, arguments)


def question_of(arguments: argparse.Namespace, wanted: Wanted) -> Question:
    """Return the question that the words of a command ask."""
    return Question(
        wanted, getattr(arguments, "region", None), arguments.where, names_in(arguments.keep),
        "numpy" if getattr(arguments, "no_numba", False) else "numba", arguments.topography, arguments.morphology, arguments.batch,
    )


def check_arguments(arguments: argparse.Namespace) -> None:
    """Raise InputError for words that cannot be meant."""
    if arguments.batch is not None and arguments.batch < 1:
        raise InputError(f'found "{arguments.batch}"', "", 0, "--batch", "expected a number of rows from 1")
    if arguments.table != "-" and not os.path.exists(arguments.table):
        from islet.cli.cohort_command import there

        hint = "" if os.path.splitext(arguments.table)[1] in SUFFIXES else nearest(arguments.table, there())
        expected = hint if hint.startswith("did") else "expected Parquet, CSV or NDJSON"
        raise InputError("there is no such file", arguments.table, 0, "", expected)
    if arguments.resume and arguments.table == "-":
        raise InputError("standard input cannot be gone on with", "", 0, "--resume", "expected a file")


def names_in(words: str | None) -> tuple[str, ...]:
    """Return the names in a list with commas.

    >>> names_in("a, b,a")
    ('a', 'b')
    """
    return tuple(dict.fromkeys(word.strip() for word in (words or "").split(",") if word.strip()))


@contextlib.contextmanager
def table_file(name: str) -> Iterator[str]:
    """Give the file of a table; standard input is put into one first."""
    if name != "-":
        yield name
        return
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "standard input")
        with open(path, "wb") as stream:
            shutil.copyfileobj(sys.stdin.buffer, stream)
        yield path
