"""A batch of rows that know their place, and what a table must offer to be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

BATCH = 65_536  # rows read and decided at a time


class BadRow(NamedTuple):
    """Hold a row that could not be read at all: its number, its line, and what is wrong."""

    number: int
    line: int
    found: str
    expected: str


class Rows(NamedTuple):
    """Hold a batch of a table (an Arrow record batch) and where its rows stand.

    `numbers` counts the rows of the table from 1; `lines` says where they begin (None where a table has no lines); `bad` holds the
    rows among them that could not be read; `upto` is the last row the batch deals with, even if none is left of it;
    `counts` how many rows were read and left out for it.
    """

    batch: Any
    numbers: NDArray[np.int64]
    lines: NDArray[np.int64] | None = None
    bad: tuple[BadRow, ...] = ()
    upto: int = 0
    counts: Mapping[str, int] = MappingProxyType({})

    def line(self, place: int) -> int | None:
        """Return the line of a row, or None where a table has no lines."""
        return None if self.lines is None else int(self.lines[place])

    def take(self, places: NDArray[np.intp]) -> Rows:
        """Return some of the rows."""
        lines = None if self.lines is None else self.lines[places]
        return self._replace(batch=self.batch.take(pa.array(places)), numbers=self.numbers[places], lines=lines)


class Table(Protocol):
    """Offer a table in batches: its columns, how many rows it has (about, or None), what its metadata says.

    `typed` says that a column has one type by itself; where it has none, a value of another type is the fault of its row.
    """

    name: str
    typed: bool
    columns: list[str]
    total: int | None
    metadata: Mapping[str, str]

    def field(self, name: str) -> Any:
        """Return the name and type of a column."""
        ...

    def batches(self, columns: list[str] | None, after: int = 0, size: int = BATCH) -> Iterator[Rows]:
        """Yield the rows after the first `after`, `size` at a time, with these columns (all by default)."""
        ...
