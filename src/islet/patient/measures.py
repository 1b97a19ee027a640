"""Put numbers to the open inputs of formulas: concrete measurements that prove a way of filling in exists.

A diagram knows cells, a formula (eGFR, clearance, ALBI) knows numbers: cells that are possible one by one need not be possible
together. Whoever needs to be sure asks for real numbers: inputs with values, and the cells of what follows from them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from islet.case.cells import cell_of_number, mask_ranges, single_cells
from islet.patient.derive import Hulls, NumberDerivation, derive_range
from islet.patient.space import Space
from islet.patient.state import Patient

Cells = dict[int, int]  # variable -> its one cell
MOST_TRIED = 200


def loose_formulas(patient: Patient, space: Space) -> list[NumberDerivation]:
    """Return the formulas whose result is not pinned to one cell by what is known of their inputs."""
    levels = set(space.diagrams.order)
    found = []
    for how in space.derivations:
        index = space.place[how.fact]
        if how.formula is None or index not in levels:
            continue
        result = derive_range(how, patient.hulls, space.nodes, patient.state)
        if result is None or len(single_cells(space.cells_of(index, result))) > 1:
            found.append(how)
    return found


def measured_ways(patient: Patient, space: Space, formulas: list[NumberDerivation]) -> Iterator[Cells]:
    """Yield the cells of measurements that the state allows, with the results of the formulas, common values first."""
    inputs = sorted({variable for how in formulas for variable in how.reads})
    choices = [_choices(patient, space, variable) for variable in inputs]
    ranked = sorted(itertools.product(*(range(len(choice)) for choice in choices)), key=lambda ranks: (sum(ranks), ranks))
    for ranks in ranked[:MOST_TRIED]:
        state = list(patient.state)
        hulls: Hulls = dict(patient.hulls)
        for variable, choice, rank in zip(inputs, choices, ranks, strict=True):
            value, state[variable] = choice[rank]
            if value is not None:
                hulls[space.variables[variable].name] = (value, value)
        cells = {variable: state[variable] for variable in inputs}
        if all(_follows(how, patient, space, hulls, state, cells) for how in formulas):
            yield cells


def _follows(how: NumberDerivation, patient: Patient, space: Space, hulls: Hulls, state: list[int], cells: Cells) -> bool:
    index = space.place[how.fact]
    result = derive_range(how, hulls, space.nodes, state)
    if result is None:
        return False
    cell = space.cells_of(index, result)
    given = patient.case.given.get(how.fact)
    if given is not None and given.known() and index not in patient.conflicting:
        low, high = patient.hulls[how.fact]
        if low > result[1] + how.agrees_within or high < result[0] - how.agrees_within:
            return False
    state[index] = patient.state[index] & cell
    cells[index] = state[index]
    return bool(state[index])


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
