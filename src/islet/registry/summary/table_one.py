"""Count what a table says of each fact: known, known in part, missing; medians and quartiles of numbers; words of categories."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.case.dictionary import Variable
from islet.patient.space import Space
from islet.registry.model import Coded

MOST_VALUES = 200_000  # different values of a number kept as they are; beyond, four digits of each are
DIGITS = 4


class FactCounts(NamedTuple):
    """Hold the counts of one fact or one member of a list: patients by word, known in part, missing; numbers have quartiles."""

    name: str
    fact: str
    kind: str
    unit: str
    words: tuple[tuple[str, int], ...]
    known: int
    partly: int
    missing: int
    quartiles: tuple[float, float, float] | None


class TableOne:
    """Count batch by batch; what is kept grows with the different values of a number, never with the rows."""

    def __init__(self, space: Space) -> None:
        self.space, self.rows = space, 0
        self._words: dict[int, NDArray[np.int64]] = {}
        self._partly: dict[int, int] = {}
        self._numbers: dict[int, _Values] = {}

    def add(self, coded: Coded) -> None:
        """Count a batch. Rows that cells alone cannot tell count as known in part where they say anything."""
        self.rows += coded.rows
        alone = np.zeros(coded.rows, np.bool_)
        alone[list(coded.cases)] = True
        for number, column in coded.masks.items():
            variable = self.space.variables[number]
            masks = np.where(alone, np.uint64(variable.full), column.astype(np.uint64))
            if variable.kind == "number":
                self._add_number(variable, masks, coded, alone)
            else:
                self._add_words(variable, masks)
        for case in coded.cases.values():
            for name, given in case.given.items():
                if (given.known() or given.several) and name in self.space.place:
                    self._count_partly(self.space.place[name], 1)

    def found(self) -> tuple[FactCounts, ...]:
        """Return the counts of every fact of which something is known, in the order of the dictionary."""
        return tuple(self._found(number) for number in sorted({*self._words, *self._numbers, *self._partly}))

    def _add_words(self, variable: Variable, masks: NDArray[np.uint64]) -> None:
        counts = self._words.setdefault(variable.number, np.zeros(len(variable.words), np.int64))
        single = np.zeros(len(masks), np.bool_)
        for bit in range(len(variable.words)):
            here = masks == np.uint64(1 << bit)
            counts[bit] += int(here.sum())
            single |= here
        self._count_partly(variable.number, int((~single & (masks != np.uint64(variable.full))).sum()))

    def _add_number(self, variable: Variable, masks: NDArray[np.uint64], coded: Coded, alone: NDArray[np.bool_]) -> None:
        values = self._numbers.setdefault(variable.number, _Values())
        ends = coded.numbers.get(variable.name)
        exact = np.zeros(coded.rows, np.bool_)
        if ends is not None:
            exact = (ends[0] == ends[1]) & ~alone
            values.add(ends[0][exact])
        told = masks != np.uint64(variable.full)
        if ends is not None:
            told |= ~np.isnan(ends[0]) & ~alone
        self._count_partly(variable.number, int((told & ~exact).sum()))

    def _count_partly(self, number: int, rows: int) -> None:
        self._partly[number] = self._partly.get(number, 0) + rows

    def _found(self, number: int) -> FactCounts:
        variable = self.space.variables[number]
        unit = self.space.dictionary.facts[variable.fact].unit
        partly = self._partly.get(number, 0)
        words: tuple[tuple[str, int], ...] = ()
        quartiles = None
        if variable.kind == "number":
            values = self._numbers.get(number, _Values())
            known, quartiles = values.count, values.quartiles()
        else:
            counts = self._words.get(number, np.zeros(len(variable.words), np.int64))
            words, known = tuple(zip(variable.words, map(int, counts), strict=True)), int(counts.sum())
        return FactCounts(variable.name, variable.fact, variable.kind, unit, words, known, partly, self.rows - known - partly, quartiles)


class _Values:
    """Keep the different values of a number with how often each occurs."""

    def __init__(self) -> None:
        self.values: NDArray[np.float64] = np.empty(0)
        self.counts: NDArray[np.int64] = np.empty(0, np.int64)
        self.rounded = False

    @property
    def count(self) -> int:
        """Return how many values there are."""
        return int(self.counts.sum())

    def add(self, values: NDArray[np.float64]) -> None:
        """Add values, rounded once there are too many different ones."""
        self._merge(_rounded(values) if self.rounded else values, np.ones(len(values), np.int64))
        if not self.rounded and len(self.values) > MOST_VALUES:
            self.rounded = True
            kept, counts = _rounded(self.values), self.counts
            self.values, self.counts = np.empty(0), np.empty(0, np.int64)
            self._merge(kept, counts)

    def quartiles(self) -> tuple[float, float, float] | None:
        """Return the lower quartile, the median and the upper one, between two values where they fall there; None without values."""
        if not self.count:
            return None
        ends = np.cumsum(self.counts)
        found = []
        for share in (0.25, 0.5, 0.75):
            place = share * (self.count - 1)
            low = self.values[np.searchsorted(ends, np.floor(place), side="right")]
            high = self.values[np.searchsorted(ends, np.ceil(place), side="right")]
            found.append(float(low + (high - low) * (place - np.floor(place))))
        return found[0], found[1], found[2]

    def _merge(self, values: NDArray[np.float64], counts: NDArray[np.int64]) -> None:
        different, place = np.unique(np.concatenate([self.values, values]), return_inverse=True)
        self.counts = np.bincount(place, np.concatenate([self.counts, counts]), len(different)).astype(np.int64)
        self.values = different


def _rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(values):
        return values
    size = np.where(values == 0, 1.0, np.abs(values))
    step = 10.0 ** (np.floor(np.log10(size)) - DIGITS + 1)
    return np.asarray(np.round(values / step) * step)
