"""Make one completion of the open patients, decide it, and take back what no patient can have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.registry.impute.chain import Chain
from islet.registry.impute.cohort import Cohort
from islet.registry.impute.kernel import Floats, draw_patients, make_room
from islet.registry.impute.network import make_steps
from islet.registry.model import Coded, Decided

Decide = Callable[[Coded], Decided]
Rows = NDArray[np.int64]
ATTEMPTS = 4  # draws of a patient whose facts clash, before draws are left open


class Drawn(NamedTuple):
    """Hold one completion: values and cells (facts, rows), values NaN where a fact is left open; and how often it had to be redrawn."""

    rows: Rows
    values: Floats
    cells: NDArray[np.uint32]
    decided: Decided
    redrawn: int
    formulas_opened: int
    taken_back: int


def complete(cohort: Cohort, chain: Chain, rows: Rows, sweeps: int, number: int, decide: Decide) -> Drawn:
    """Return completion `number` of some patients: nothing known is changed, and no patient's facts clash."""
    values, cells = draw(cohort, chain, rows, sweeps, number, 0)
    decided = decide(coded_of(cohort, rows, values, cells))
    clashing = np.flatnonzero(decided.conflicting)
    counts = {"redrawn": 0, "formulas_opened": 0, "taken_back": 0}
    for attempt in range(1, ATTEMPTS + 2):
        if not len(clashing):
            break
        again = rows[clashing]
        fresh, fresh_cells = draw(cohort, chain, again, sweeps, number, min(attempt, ATTEMPTS - 1))
        if attempt < ATTEMPTS:
            counts["redrawn"] += len(again)
        elif attempt == ATTEMPTS:
            counts["formulas_opened"] += len(again)
            _leave_open(cohort, again, fresh, fresh_cells, _measured(cohort, again))
        else:
            counts["taken_back"] += len(again)
            _leave_open(cohort, again, fresh, fresh_cells, np.ones(fresh.shape, np.bool_))
        values[:, clashing], cells[:, clashing] = fresh, fresh_cells
        found = decide(coded_of(cohort, again, fresh, fresh_cells))
        _put(decided, clashing, found)
        clashing = clashing[found.conflicting]
    return Drawn(rows, values, cells, decided, **counts)


def draw(
    cohort: Cohort, chain: Chain, rows: Rows, sweeps: int, number: int, attempt: int, trace: Floats | None = None
) -> tuple[Floats, NDArray[np.uint32]]:
    """Return values and cells (facts, rows) of one draw; what was known stands as it was."""
    plan = cohort.plan
    values = np.ascontiguousarray(cohort.observed[np.ix_(rows, plan.columns)].T)
    cells = np.ascontiguousarray(cohort.states[np.ix_(rows, plan.variables)].T)
    draw_patients(
        rows, chain.forests, sweeps, plan, cohort.network, cohort.known, cohort.states, chain.seed, number, attempt, values, cells,
        np.empty((0, 0)) if trace is None else trace, make_room(len(cohort.columns), cohort.states.shape[1]), make_steps(cohort.network),
    )
    return values, cells


def coded_of(cohort: Cohort, rows: Rows, values: Floats, cells: NDArray[np.uint32]) -> Coded:
    """Return the patients with their draws as a batch to be decided."""
    coded = cohort.coded
    masks: dict[int, NDArray[np.unsignedinteger[Any]]] = {
        variable: mask[rows] for variable, mask in coded.masks.items() if variable not in cohort.drawn
    }
    numbers = {name: (low[rows], high[rows]) for name, (low, high) in coded.numbers.items()}
    for fact, variable in enumerate(cohort.drawn):
        masks[variable] = cells[fact]
        if cohort.plan.numbers[fact]:
            name = cohort.names[fact]
            numbers[name] = _ends(values[fact], numbers.get(name))
    return Coded(len(rows), masks, numbers)


def _ends(values: Floats, given: tuple[Floats, Floats] | None) -> tuple[Floats, Floats]:
    if given is None:
        return values, values
    missing = np.isnan(values)
    return np.where(missing, given[0], values), np.where(missing, given[1], values)


def _measured(cohort: Cohort, rows: Rows) -> NDArray[np.bool_]:
    """Return (facts, rows): the facts that the formula of a measured result reads."""
    found = np.zeros((len(cohort.names), len(rows)), np.bool_)
    for fact, result in cohort.formulas:
        if result in cohort.columns:
            found[fact] |= ~np.isnan(cohort.observed[rows, cohort.columns.index(result)])
    return found


def _put(decided: Decided, places: Rows, found: Decided) -> None:
    decided.verdicts[:, places], decided.could[:, places], decided.certain[:, places] = found.verdicts, found.could, found.certain
    decided.conflicting[places] = found.conflicting


def _leave_open(cohort: Cohort, rows: Rows, values: Floats, cells: NDArray[np.uint32], where: NDArray[np.bool_]) -> None:
    drawn = where & ~cohort.plan.known[:, rows]
    values[drawn] = np.nan
    cells[drawn] = cohort.states[np.ix_(rows, cohort.plan.variables)].T[drawn]
