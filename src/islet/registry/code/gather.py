"""Bring what the columns of a batch say together, row by row, and find the rows in which two columns contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from islet.case.values import Given
from islet.patient.space import Space
from islet.registry.by_case import case_of
from islet.registry.code.said import Column as CodedColumn
from islet.registry.code.said import Ends, Fault, Masks
from islet.registry.model import Coded

T = TypeVar("T")


class RowFault(NamedTuple):
    """Hold why a row is set aside: its place in the batch, the column, what was found and what was expected."""

    place: int
    column: str
    fault: Fault


class Gathering:
    """Gather the columns of one batch of `rows` rows."""

    def __init__(self, rows: int, space: Space) -> None:
        self.rows, self.space = rows, space
        self.masks: dict[int, Masks] = {}
        self.numbers: dict[str, Ends] = {}
        self.whole: dict[int, dict[str, Given]] = {}
        self.refused: dict[int, tuple[str, ...]] = {}
        self.on: NDArray[np.int32] | None = None
        self.unusual = np.zeros(rows, np.bool_)
        self.faults: list[RowFault] = []
        self.said_by: dict[int, str] = {}

    def add(self, name: str, column: CodedColumn) -> None:
        """Add what one column says."""
        rows = column.rows
        for index, masks in column.masks.items():
            self._cells(name, index, masks if rows is None else masks[rows])
        for fact, (low, high) in column.numbers.items():
            self._ends(name, fact, (low, high) if rows is None else (low[rows], high[rows]))
        for row, fault in _by_row(column.faults, rows):
            self.faults.append(RowFault(row, name, fault))
        for row, given in _by_row(column.whole, rows):
            self.whole.setdefault(row, {}).update(given)
        self.refused.update(_by_row(column.refused, rows))
        if column.unusual is not None:
            self.unusual |= column.unusual if rows is None else column.unusual[rows]
        if column.on is not None:
            on = column.on if rows is None else column.on[rows]
            self.on = on if self.on is None else np.maximum(self.on, on)

    def _cells(self, name: str, index: int, masks: Masks) -> None:
        before = self.masks.get(index)
        if before is not None:
            both = before & masks
            for row in np.flatnonzero(both == 0).tolist():
                self._contradiction(row, name, self.said_by[index])
            masks = both
        self.masks[index], self.said_by[index] = masks, name

    def _ends(self, name: str, fact: str, ends: Ends) -> None:
        before = self.numbers.get(fact)
        if before is not None:
            low, high = np.fmax(before[0], ends[0]), np.fmin(before[1], ends[1])
            for row in np.flatnonzero(low > high).tolist():
                self._contradiction(row, name, fact)
            ends = low, high
        self.numbers[fact] = ends

    def _contradiction(self, row: int, name: str, other: str) -> None:
        self.faults.append(RowFault(row, name, Fault(f'it contradicts what "{other}" says of the same fact', "expected one of the two")))

    def check_whole(self) -> None:
        """Set aside the rows in which one fact is told by two columns and cells cannot tell one of them."""
        for row, given in self.whole.items():
            for name in given:
                index = self.space.place[name]
                masks = self.masks.get(index)
                if masks is not None and int(masks[row]) != self.space.full[index]:
                    self._contradiction(row, self.said_by[index], name)

    def coded(self, kept: NDArray[np.intp] | None) -> Coded:
        """Return the batch, of the rows at the places `kept` alone if given."""
        masks, numbers, rows = self.masks, self.numbers, self.rows
        places = range(rows) if kept is None else kept.tolist()
        if kept is not None:
            masks = {index: column[kept] for index, column in masks.items()}
            numbers = {name: (low[kept], high[kept]) for name, (low, high) in numbers.items()}
            rows = len(kept)
        coded = Coded(rows, masks, numbers)
        cases = {}
        if self.whole:
            for row, place in enumerate(places):
                if place in self.whole:
                    cases[row] = case_of(coded, row, self.space)
                    cases[row].given = dict(sorted((cases[row].given | self.whole[place]).items()))
        return coded._replace(cases=cases)


def _by_row(said: dict[int, T], rows: NDArray[np.intp] | None) -> Iterator[tuple[int, T]]:
    """Yield what some places say with each row that has one of them."""
    if not said or rows is None:
        yield from said.items()
        return
    wanted = np.zeros(int(rows.max(initial=0)) + 1, np.bool_)
    wanted[[place for place in said if place < len(wanted)]] = True
    for row in np.flatnonzero(wanted[rows]).tolist():
        yield row, said[int(rows[row])]
