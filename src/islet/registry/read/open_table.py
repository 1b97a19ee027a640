"""Open a table by what it is: Parquet, CSV or NDJSON."""

from __future__ import annotations

import os
from collections.abc import Callable

from islet.errors import InputError
from islet.registry.read.csv_text import CsvTable
from islet.registry.read.ndjson import NdjsonTable
from islet.registry.read.parquet import ParquetTable
from islet.registry.read.rows import Table

SUFFIXES = {
    ".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".tsv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "ndjson",
}
READERS: dict[str, Callable[[str], Table]] = {"parquet": ParquetTable, "csv": CsvTable, "ndjson": NdjsonTable}


def open_table(name: str) -> Table:
    """Return the table of a file; raise InputError when there is none, it cannot be read, or it has no rows."""
    if os.path.isdir(name):
        raise InputError("this is a folder", name, 0, "", "expected a Parquet, CSV or NDJSON file")
    if not os.path.exists(name):
        raise InputError("there is no such file", name, 0, "", "expected a Parquet, CSV or NDJSON file")
    if not os.path.getsize(name):
        raise InputError("the table is empty: the file has no bytes", name, 0, "", "expected a table with a row for every patient")
    table = READERS[kind_of(name)](name)
    if table.total == 0:
        raise InputError("the table is empty: it has no rows", name, 0, "", "expected a row for every patient")
    return table


def kind_of(name: str) -> str:
    """Return parquet, csv or ndjson, by how the file begins or else what it is called."""
    with open(name, "rb") as stream:
        begin = stream.read(64)
    if begin.startswith(b"PAR1"):
        return "parquet"
    kind = SUFFIXES.get(os.path.splitext(name)[1].lower())
    return kind or ("ndjson" if begin.lstrip()[:1] == b"{" else "csv")


def format_of(name: str) -> str:
    """Return in which form an output is written, by its suffix; raise InputError for another suffix.

    >>> format_of("verdicts.csv")
    'csv'
    """
    kind = SUFFIXES.get(os.path.splitext(name)[1].lower())
    if kind is None:
        raise InputError(f'found "{os.path.basename(name)}"', "", 0, "--output", "expected a name that ends in .parquet, .csv or .ndjson")
    return kind
