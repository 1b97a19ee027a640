"""Carry knowledge along the links: every clause with one part left narrows it, round after round, and a last look that nothing moves."""

from __future__ import annotations

from collections.abc import Iterable

from islet.patient.space import Space
from islet.registry.sql.columns import UNSETTLED, mask, mask_name
from islet.registry.sql.layers import Layer
from islet.registry.sql.rules import touches
from islet.registry.sql.terms import Term, any_of, case, column, join

ROUNDS = 5


def carry(space: Space, start: Iterable[int], rounds: int = ROUNDS) -> list[Layer]:
    """Return the steps that narrow whatever is linked to some variables; rows that would move further are marked unsettled.

    A round asks each test of the clauses once, then narrows every variable. A variable that is left without a cell stands for facts
    that clash, also where a clause fails as a whole.
    """
    linked = _linked(space, start)
    if not linked:
        return []
    narrowed = {variable: _narrowed(variable, space) for variable in linked}
    moving = any_of(join("{} <> {}", term, mask(variable)) for variable, term in narrowed.items())
    numbers = {number for variable in linked for number in space.network.reading[variable]}
    tests: Layer = {
        _test(variable, cells): touches(variable, cells, space)
        for number in sorted(numbers) for variable, cells in space.network.clauses[number]
    }
    narrowing: Layer = {mask_name(variable): term for variable, term in narrowed.items()}
    return [*([tests, narrowing] * rounds), tests, {UNSETTLED: case((moving, 1), otherwise=column(UNSETTLED))}]


def _test(variable: int, cells: int) -> str:
    return f"t{variable}_{cells}"


def _linked(space: Space, start: Iterable[int]) -> list[int]:
    """Return every variable that clauses connect with some, near or far."""
    found: set[int] = set()
    stack = [variable for variable in start if variable in space.network.reading]
    while stack:
        variable = stack.pop()
        if variable not in found:
            found.add(variable)
            stack.extend(other for number in space.network.reading[variable] for other, _ in space.network.clauses[number])
    return sorted(found)


def _narrowed(variable: int, space: Space) -> Term:
    """Return the cells of a variable after one round: those of each clause whose other parts are all ruled out."""
    factors = [mask(variable)]
    for number in space.network.reading[variable]:
        clause = space.network.clauses[number]
        cells = next(cells for other, cells in clause if other == variable)
        open_elsewhere = any_of(column(_test(other, inside)) for other, inside in clause if other != variable)
        factors.append(case((open_elsewhere, space.full[variable]), otherwise=cells))
    return Term("(" + " & ".join(term.text for term in factors) + ")", frozenset().union(*(term.reads for term in factors)))
