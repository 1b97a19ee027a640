"""Read one value of a column as a case file would be read, and say it in cells."""

from __future__ import annotations

import datetime

import numpy as np

from islet.case.cells import mask_of_given
from islet.case.dictionary import Fact, Variable
from islet.case.document import Node, is_null
from islet.case.model import Case
from islet.case.read_list import ListReader
from islet.case.values import Given
from islet.errors import InputError
from islet.patient.derive import hull_of
from islet.patient.space import Space
from islet.registry.by_case import case_of
from islet.registry.code.said import NOTHING, Fault, Said
from islet.registry.columns import Column
from islet.registry.model import Coded


def is_unusual(value: float, fact: Fact) -> bool:
    """Tell whether a number lies outside what is plausible."""
    return fact.plausible is not None and not fact.plausible[0] <= value <= fact.plausible[1]


def read_by_formulas(space: Space) -> set[str]:
    """Return the number facts whose ends matter: what formulas and points read, and what they give."""
    found = {name for how in space.derivations for name in (*how.inputs, how.fact)}
    return found | {content for how in space.derivations for kind, content in how.terms if kind == "add"}


class CellReader:
    """Read values of columns; the words of a fault are those of a case file."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.reader = ListReader("", space.dictionary)
        self.measured = read_by_formulas(space)

    def read(self, column: Column, node: Node) -> Said | Fault:
        """Return what a value says, or what is wrong with it."""
        try:
            if is_null(node):
                return NOTHING
            if column.role in ("list", "history"):
                return self._listed(column, node)
            given = self.reader.value(column.fact, node)
        except InputError as error:
            return Fault(error.found, error.expected)
        return NOTHING if column.variable is None else self._said({column.variable.name: given})

    def bound(self, fact: Fact, node: Node) -> float | Fault:
        """Return one end of an interval, NaN where it is not told."""
        try:
            return np.nan if is_null(node) else self.reader.number(fact, node)
        except InputError as error:
            return Fault(error.found, error.expected)

    def _listed(self, column: Column, node: Node) -> Said:
        case = Case("", None)
        if column.role == "history":
            self.reader.history(node, case)
        else:
            self.reader.list_fact(column.fact, node, case)
        return self._said(case.given)._replace(refused=case.refuses)

    def _said(self, given: dict[str, Given]) -> Said:
        masks: dict[int, int] = {}
        hulls: dict[str, tuple[float, float]] = {}
        whole: dict[str, Given] = {}
        on, unusual = 0, False
        for name, known in given.items():
            if known.on:
                on = max(on, datetime.date.fromisoformat(known.on).toordinal())
            if known.ranges is not None and known.exact():
                unusual |= is_unusual(known.ranges[0].low, self.space.dictionary.facts[name])
            if known.several:
                whole[name] = known
            elif known.known():
                variable = self.space.variables[self.space.place[name]]
                mask = mask_of_given(known, variable, self.space.whole(variable))
                hull = self._hull(known, variable)
                if not self._cells_tell_all(known, variable, mask, hull):
                    whole[name] = known
                    continue
                masks[variable.number] = mask
                if hull is not None:
                    hulls[name] = hull
        return Said(masks, hulls, whole, on, unusual)

    def _hull(self, known: Given, variable: Variable) -> tuple[float, float] | None:
        if known.ranges is None:
            return None
        possible = self.space.dictionary.facts[variable.fact].possible
        assert possible is not None
        low, high = hull_of(known.ranges)
        return max(low, possible[0]), min(high, possible[1])

    def _cells_tell_all(self, known: Given, variable: Variable, mask: int, hull: tuple[float, float] | None) -> bool:
        """Tell whether cells and ends alone bring back the same state: not where an open end of what a formula reads is drawn in
        to a whole number, nor where a number lies outside what is possible.
        """
        if hull is None:
            return True
        if known.exact() and hull[0] == hull[1]:
            return True
        if hull[0] > hull[1]:
            return False
        ends = (np.array([hull[0]]), np.array([hull[1]]))
        cells = {variable.number: np.array([mask], np.uint64)}
        again = case_of(Coded(1, cells, {variable.name: ends}), 0, self.space).given[variable.name]
        same = bool(again.ranges) and mask_of_given(again, variable, self.space.whole(variable)) == mask
        return same and (self._hull(again, variable) == hull or variable.name not in self.measured)
