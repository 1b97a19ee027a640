"""Code the columns `FACT__low` and `FACT__high`: closed intervals, one of the ends may be left out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from islet.case.document import Scalar
from islet.case.values import plain_number
from islet.patient.space import Space
from islet.registry.code.cell_reader import CellReader
from islet.registry.code.column import PLAIN_NUMBER, ColumnCoder, different, floats_of, is_number, is_text
from islet.registry.code.numbers import Floats, cells_between, possible_numbers, unusual_numbers
from islet.registry.code.said import Column as Coded
from islet.registry.code.said import Fault, unknown_ends
from islet.registry.columns import Column


class IntervalCoder:
    """Code batches of one fact's two ends; either column may be missing."""

    def __init__(self, low: Column | None, high: Column | None, space: Space, file: str = "", typed: bool = True) -> None:
        first = low or high
        assert first is not None and first.variable is not None
        self.low, self.high, self.space, self.file, self.typed = low, high, space, file, typed
        self.fact, self.variable, self.name = first.fact, first.variable, first.name
        self.reader = CellReader(space)

    def code(self, low_values: Any, high_values: Any, rows: int) -> Coded:
        """Return what the ends of a batch say."""
        faults: dict[int, Fault] = {}
        low = self._ends(self.low, low_values, rows, faults)
        high = self._ends(self.high, high_values, rows, faults)
        for place in np.flatnonzero(low > high).tolist():
            found = f"found the reversed interval {plain_number(low[place])} to {plain_number(high[place])}"
            faults[place] = Fault(found, "expected low, then high")
        told = ~(np.isnan(low) & np.isnan(high)) & ~(low > high)
        masks = cells_between(np.where(told, low, np.nan), np.where(told, high, np.nan), self.variable)
        assert self.fact.possible is not None
        ends = unknown_ends(rows)
        ends[0][told] = np.where(np.isnan(low), self.fact.possible[0], low)[told]
        ends[1][told] = np.where(np.isnan(high), self.fact.possible[1], high)[told]
        unusual = unusual_numbers(low, told & (low == high), self.fact)
        return Coded(None, {self.variable.number: masks}, {self.variable.name: ends}, {}, faults, {}, None, unusual)

    def _ends(self, column: Column | None, values: Any, rows: int, faults: dict[int, Fault]) -> Floats:
        if column is None or pa.types.is_null(values.type):
            return np.full(rows, np.nan)
        if not self.typed and not is_number(values.type):
            values = values.cast(pa.string())
        if is_number(values.type):
            known, floats = floats_of(values)
        elif is_text(values.type):
            known, floats = self._parsed(values, faults)
        else:
            raise ColumnCoder(column, self.space, self.file).wrong_type(values.type)
        fine = possible_numbers(floats, self.fact) & known
        for place in np.flatnonzero(known & ~fine).tolist():
            found = self.reader.bound(self.fact, Scalar(repr(float(floats[place])), False, 0))
            assert isinstance(found, Fault)
            faults[place] = found
        found_ends: Floats = np.where(fine, floats, np.nan)
        return found_ends

    def _parsed(self, values: Any, faults: dict[int, Fault]) -> tuple[Any, Floats]:
        """Return which texts are numbers, and the numbers."""
        words, places = different(values)
        plain = pc.match_substring_regex(words, PLAIN_NUMBER).to_numpy(zero_copy_only=False)
        floats = np.zeros(len(words) + 1)
        floats[:-1][plain] = pc.cast(pc.utf8_trim_whitespace(words.filter(pa.array(plain))), pa.float64()).to_numpy()
        for word in np.flatnonzero(~plain).tolist():
            read = self.reader.bound(self.fact, Scalar(words[word].as_py().strip(), False, 0))
            if isinstance(read, Fault):
                for place in np.flatnonzero(places == word).tolist():
                    faults[place] = read
        return np.append(plain, False)[places], floats[places]
