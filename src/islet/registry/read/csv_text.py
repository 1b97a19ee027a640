"""Read a CSV file in batches, every value as text; rows that do not fit the header are set aside with their line."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from islet.errors import InputError
from islet.registry.read.rows import BATCH, BadRow, Rows
from islet.registry.read.text_check import check_text

BLOCK = 8 << 20


class CsvTable:
    """Offer the rows of a CSV file; the header tells whether comma, semicolon or tab stands between the values."""

    typed = False

    def __init__(self, name: str) -> None:
        self.name = name
        self.check = check_text(name, True)
        with open(name, encoding="utf-8-sig", newline="") as stream:
            first = stream.readline()
            if not first.strip():
                raise InputError("the table is empty: there is no header", name, 1, "", "expected the names of the columns first")
            self.delimiter = max(",;\t", key=first.count)
            stream.seek(0)
            self.columns: list[str] = next(csv.reader(stream, delimiter=self.delimiter))
        self.total: int | None = max(0, self.check.rows - 1)
        self.metadata: Mapping[str, str] = {}

    def field(self, name: str) -> Any:
        """Return the name and type of a column: text, as it is written."""
        return pa.field(name, pa.string())

    def batches(self, columns: list[str] | None, after: int = 0, size: int = BATCH) -> Iterator[Rows]:
        """Yield the rows after the first `after`, in batches of at most `size`; a row that says nothing at all is passed over."""
        wanted = [self.columns.index(name) for name in dict.fromkeys(self.columns if columns is None else columns)]
        bad: list[BadRow] = []
        done = 0
        for batch in self._read(bad):
            numbers = _numbers(done, batch.num_rows, bad)
            if batch.num_rows:
                done = int(numbers[-1])
            here = tuple(row for row in bad if row.number <= done)
            del bad[: len(here)]
            fresh = np.flatnonzero((numbers > after) & ~_blank(batch))
            rows = Rows(batch.select(wanted), numbers, self._lines(numbers), tuple(row for row in here if row.number > after))
            yield from self._parts(rows, fresh, size)
        if bad:
            empty = pa.RecordBatch.from_pydict({self.columns[index]: pa.array([], pa.string()) for index in wanted})
            yield Rows(empty, np.empty(0, np.int64), None, tuple(bad))

    def _parts(self, rows: Rows, fresh: NDArray[np.intp], size: int) -> Iterator[Rows]:
        bad = rows.bad
        if not len(fresh):
            if bad:
                yield rows.take(fresh)
            return
        for start in range(0, len(fresh), size):
            part = rows.take(fresh[start : start + size])
            last = part.numbers[-1] if start + size < len(fresh) else np.inf
            yield part._replace(bad=tuple(row for row in bad if row.number < last))
            bad = tuple(row for row in bad if row.number >= last)

    def _lines(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the line each row begins on: one below the header, and one more for each line end inside a value before it."""
        return numbers + 1 + np.searchsorted(self.check.inside, numbers)

    def _read(self, bad: list[BadRow]) -> Iterator[Any]:
        def refuse(row: Any) -> str:
            number = row.number - 1
            line = int(self._lines(np.array([number]))[0])
            found, expected = f"the row has {row.actual_columns} values", f"expected {row.expected_columns}, as in the header"
            bad.append(BadRow(number, line, found, expected))
            return "skip"

        with self._readable():
            yield from arrow_csv.open_csv(
                self.name,
                arrow_csv.ReadOptions(use_threads=False, block_size=BLOCK),
                arrow_csv.ParseOptions(
                    delimiter=self.delimiter, newlines_in_values=bool(len(self.check.inside)), ignore_empty_lines=False,
                    invalid_row_handler=refuse,
                ),
                arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(self.columns, pa.string()), strings_can_be_null=True, null_values=[""],
                ),
            )

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except pa.ArrowInvalid as error:
            words = str(error).splitlines()[0]
            raise InputError(f"the CSV cannot be read: {words}", self.name, 0, "", "expected CSV with a header") from None


def _numbers(done: int, count: int, bad: list[BadRow]) -> NDArray[np.int64]:
    """Return the numbers of the next `count` rows that could be read, after row `done`."""
    skipped = np.array(sorted(row.number for row in bad if row.number > done), np.int64)
    numbers = np.arange(done + 1, done + count + 1)
    for number in skipped:
        numbers[numbers >= number] += 1
    return numbers


def _blank(batch: Any) -> NDArray[np.bool_]:
    """Return the rows that say nothing at all."""
    blank = np.ones(batch.num_rows, np.bool_)
    for column in batch.columns:
        blank &= pc.is_null(column).to_numpy(zero_copy_only=False)
        if not blank.any():
            break
    return blank
