"""Put numbers to the open inputs of formulas: concrete measurements that prove a way of filling in exists.

A diagram knows cells, a formula (eGFR, clearance, ALBI) knows numbers: cells that are possible one by one need not be possible
together. Whoever needs to be sure asks for real numbers: inputs with values, and the cells of what follows from them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from islet.case.cells import cell_of_number, mask_ranges, single_cells
from islet.case.dictionary import Variable
from islet.patient.derive import Hulls, NumberDerivation, derive_range
from islet.patient.space import Space
from islet.patient.state import Patient

Cells = dict[int, int]  # variable -> its one cell
Put = tuple[int, float | None, int]  # a variable with its value, where it is a number that was measured, and its one cell
MOST_TRIED = 200
HALVINGS = 40


def loose_formulas(patient: Patient, space: Space) -> list[NumberDerivation]:
    """Return the formulas of which cells alone may promise too much.

    These are the formulas whose result is not pinned to one cell by what is known of their inputs, or was measured itself
    while an input is open: then not every value of that input agrees with it.
    """
    levels = set(space.diagrams.order)
    found = []
    for how in space.derivations:
        index = space.place[how.fact]
        if how.formula is None or index not in levels:
            continue
        result = derive_range(how, patient.hulls, space.nodes, patient.state)
        spread = result is None or len(single_cells(space.cells_of(index, result))) > 1
        if spread or (index in patient.masks and open_inputs(how, patient, space)):
            found.append(how)
    return found


def open_inputs(how: NumberDerivation, patient: Patient, space: Space) -> list[int]:
    """Return the inputs of a formula that are not known to a single value."""
    found = []
    for index in how.reads:
        variable = space.variables[index]
        low, high = patient.hulls.get(variable.name, (0.0, 1.0))
        if (variable.kind == "number" and low != high) or (variable.kind != "number" and len(single_cells(patient.state[index])) > 1):
            found.append(index)
    return found


def measured_ways(patient: Patient, space: Space, formulas: list[NumberDerivation]) -> Iterator[Cells]:
    """Yield the cells of measurements that the state allows, with the results of the formulas, common values first.

    Where a result was measured, one open input of its formula is not tried but worked out from it.
    """
    solved = _inputs_to_solve(patient, space, formulas)
    ordered = [_Formula(how, solved.get(how.fact), patient, space) for how in sorted(formulas, key=lambda how: how.fact not in solved)]
    inputs = sorted({variable for how in formulas for variable in how.reads} - set(solved.values()))
    choices = [_choices(patient, space, variable) for variable in inputs]
    ranked = sorted(itertools.product(*(range(len(choice)) for choice in choices)), key=lambda ranks: (sum(ranks), ranks))
    for ranks in ranked[:MOST_TRIED]:
        tried = _Measured(list(patient.state), dict(patient.hulls), {})
        for variable, choice, rank in zip(inputs, choices, ranks, strict=True):
            tried.put(space, variable, *choice[rank])
        if all(formula.follow(tried) for formula in ordered):
            yield tried.cells


class _Measured(NamedTuple):
    """Hold measurements as they are put together."""

    state: list[int]
    hulls: Hulls
    cells: Cells

    def put(self, space: Space, variable: int, value: float | None, cell: int) -> None:
        self.state[variable] = self.cells[variable] = cell
        if value is not None:
            self.hulls[space.variables[variable].name] = (value, value)


def _inputs_to_solve(patient: Patient, space: Space, formulas: list[NumberDerivation]) -> dict[str, int]:
    """Return for each measured result an open number among its inputs, each for one formula only."""
    found: dict[str, int] = {}
    for how in formulas:
        if space.place[how.fact] in patient.masks:
            free = [v for v in open_inputs(how, patient, space) if space.variables[v].kind == "number" and v not in found.values()]
            if free:
                found[how.fact] = free[-1]
    return found


class _Formula:
    """Work out what one formula adds to measurements; measurements of its inputs come again and again, so answers are remembered."""

    def __init__(self, how: NumberDerivation, solved: int | None, patient: Patient, space: Space) -> None:
        self.how, self.solved, self.patient, self.space = how, solved, patient, space
        self.index = space.place[how.fact]
        self.names = [space.variables[variable].name for variable in how.reads]
        self.known: dict[tuple[Any, ...], list[Put] | None] = {}

    def follow(self, tried: _Measured) -> bool:
        """Put what follows from the inputs tried; tell whether the state and what was measured allow it."""
        key = (*(tried.state[variable] for variable in self.how.reads), *map(tried.hulls.get, self.names))
        if key not in self.known:
            self.known[key] = self._puts(tried)
        puts = self.known[key]
        for put in puts or ():
            tried.put(self.space, *put)
        return puts is not None

    def _puts(self, tried: _Measured) -> list[Put] | None:
        """Return the input worked out, if any, and the cell of the result; None where they cannot be."""
        puts: list[Put] = []
        open_input = self._open_input(tried)
        if open_input is not None:
            value = self._solve(open_input, tried)
            cell = cell_of_number(value, open_input.cuts) & self.patient.state[open_input.number]
            if not cell:
                return None
            puts.append((open_input.number, value, cell))
            tried.put(self.space, *puts[0])
        result = derive_range(self.how, tried.hulls, self.space.nodes, tried.state)
        if result is None:
            return None
        if self.index in self.patient.masks:
            low, high = self.patient.hulls[self.how.fact]
            if low > result[1] + self.how.agrees_within or high < result[0] - self.how.agrees_within:
                return None
        cell = self.patient.state[self.index] & self.space.cells_of(self.index, result)
        return [*puts, (self.index, None, cell)] if cell else None

    def _open_input(self, tried: _Measured) -> Variable | None:
        if self.solved is None:
            return None
        variable = self.space.variables[self.solved]
        low, high = tried.hulls.get(variable.name, (0.0, 1.0))
        return variable if low != high else None

    def _solve(self, variable: Variable, tried: _Measured) -> float:
        """Return the value at which the formula gives the measured result: the range is halved; formulas are monotone along each input."""
        fact = self.space.dictionary.facts[variable.fact]
        assert fact.possible is not None
        target = sum(self.patient.hulls[self.how.fact]) / 2
        low, high = self.patient.hulls.get(variable.name, fact.possible)
        hulls = dict(tried.hulls)

        def result(value: float) -> float:
            hulls[variable.name] = (value, value)
            found = derive_range(self.how, hulls, self.space.nodes, tried.state)
            return math.inf if found is None else found[0]

        rising = result(low) < result(high)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if (result(middle) < target) is rising else (low, middle)
        value = high if rising else low  # the end at which the result reaches what was measured
        return float(round(value)) if fact.whole else value


def _choices(patient: Patient, space: Space, index: int) -> list[tuple[float | None, int]]:
    """Return values of a variable with the cell of each, common values first."""
    variable = space.variables[index]
    allowed = patient.state[index]
    if variable.kind != "number":
        return [(None, cell) for cell in single_cells(allowed)]
    fact = space.dictionary.facts[variable.fact]
    assert fact.possible is not None
    low, high = patient.hulls.get(variable.name, fact.possible)
    if low == high:
        return [(low, cell_of_number(low, variable.cuts))]
    usual = fact.plausible or fact.possible
    step = (usual[1] - usual[0]) / 16
    wanted = [usual[0] + step * part for part in (8, 1, 3, 5, 12, 0, 16)]
    for within in mask_ranges(variable, allowed):
        for edge in (within.low, within.high, (max(within.low, low) + min(within.high, high)) / 2):
            wanted.append(min(max(edge, low), high))
    found: dict[float, int] = {}
    for value in wanted:
        value = float(round(value)) if fact.whole else value
        cell = cell_of_number(value, variable.cuts)
        if low <= value <= high and cell & allowed:
            found.setdefault(value, cell)
    return list(found.items())
