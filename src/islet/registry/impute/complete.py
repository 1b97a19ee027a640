"""Make one completion of the open patients, decide it, and take back what no patient can have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.registry.impute.chain import Chain
from islet.registry.impute.cohort import Cohort
from islet.registry.impute.kernel import Floats, Room, draw_patients, make_room
from islet.registry.impute.network import Steps, make_steps
from islet.registry.model import Coded, Decided

Decide = Callable[[Coded], Decided]
Rows = NDArray[np.int64]
NO_TRACE: Floats = np.empty((0, 0))
ATTEMPTS = 4  # draws of a patient whose facts clash, before draws are left open


class Drawn(NamedTuple):
    """Hold one completion: values and cells (facts, rows), values NaN where a fact is left open; and how often it had to be redrawn."""

    values: Floats
    cells: NDArray[np.uint32]
    decided: Decided
    redrawn: int
    formulas_opened: int
    taken_back: int


class Page(NamedTuple):
    """Hold the room of the draws of some patients: what is known stands in it, what is missing is written anew by every draw."""

    rows: Rows
    values: Floats
    cells: NDArray[np.uint32]
    room: Room
    steps: Steps


def make_page(cohort: Cohort, rows: Rows) -> Page:
    """Return room for some patients."""
    values = np.ascontiguousarray(cohort.observed[np.ix_(rows, cohort.plan.columns)].T)
    cells = np.ascontiguousarray(cohort.states[np.ix_(rows, cohort.plan.variables)].T)
    return Page(rows, values, cells, make_room(len(cohort.columns), cohort.states.shape[1]), make_steps(cohort.network))


def complete(cohort: Cohort, chain: Chain, page: Page, sweeps: int, number: int, decide: Decide) -> Drawn:
    """Return completion `number` of the patients of a page: nothing known is changed, and no patient's facts clash."""
    draw(cohort, chain, page, sweeps, number, 0)
    rows, values, cells = page.rows, page.values, page.cells
    decided = decide(coded_of(cohort, rows, values, cells))
    clashing = np.flatnonzero(decided.conflicting)
    counts = {"redrawn": 0, "formulas_opened": 0, "taken_back": 0}
    for attempt in range(1, ATTEMPTS + 2):
        if not len(clashing):
            break
        again = make_page(cohort, rows[clashing])
        draw(cohort, chain, again, sweeps, number, min(attempt, ATTEMPTS - 1))
        if attempt < ATTEMPTS:
            counts["redrawn"] += len(clashing)
        elif attempt == ATTEMPTS:
            counts["formulas_opened"] += len(clashing)
            _leave_open(cohort, again, _measured(cohort, again.rows))
        else:
            counts["taken_back"] += len(clashing)
            _leave_open(cohort, again, np.ones(again.values.shape, np.bool_))
        values[:, clashing], cells[:, clashing] = again.values, again.cells
        found = decide(coded_of(cohort, again.rows, again.values, again.cells))
        _put(decided, clashing, found)
        clashing = clashing[found.conflicting]
    return Drawn(values, cells, decided, **counts)


def draw(cohort: Cohort, chain: Chain, page: Page, sweeps: int, number: int, attempt: int, trace: Floats = NO_TRACE) -> None:
    """Draw the missing facts of a page; what is known stands as it was."""
    draw_patients(
        page.rows, chain.forests, sweeps, cohort.plan, cohort.network, cohort.known, cohort.states, chain.seed, number, attempt,
        page.values, page.cells, trace, page.room, page.steps,
    )


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


def _leave_open(cohort: Cohort, page: Page, where: NDArray[np.bool_]) -> None:
    drawn = where & ~cohort.plan.known[:, page.rows]
    page.values[drawn] = np.nan
    page.cells[drawn] = cohort.states[np.ix_(page.rows, cohort.plan.variables)].T[drawn]
