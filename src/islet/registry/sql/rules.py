"""Rules, as questions about cells: can this still be yes, can it still be no."""

from __future__ import annotations

from islet.patient.space import Space
from islet.registry.sql.columns import mask
from islet.registry.sql.terms import FAILS, HOLDS, Term, all_of, any_of, case, join


def touches(variable: int, cells: int, space: Space) -> Term:
    """Return whether some possible cell of a variable is one of these."""
    inside = cells & space.full[variable]
    if not inside:
        return FAILS
    return HOLDS if inside == space.full[variable] else join("({} & {}) <> 0", mask(variable), inside)


def can(node: int, wanted: bool, space: Space) -> Term:
    """Return whether a rule can still be yes (`wanted`) or no.

    A state in which every variable has a cell is meant; the question is answered as `rules.evaluate` does.
    """
    kind, *parts = space.nodes[node]
    if kind == "atom":
        variable, cells = parts
        return touches(variable, cells if wanted else space.full[variable] & ~cells, space)
    if kind == "not":
        return can(parts[0], not wanted, space)
    answers = [can(part, wanted, space) for part in parts]
    return all_of(answers) if (kind == "and") is wanted else any_of(answers)


def answer(node: int, space: Space) -> Term:
    """Return the answer of a rule: 0 no, 1 unknown, 2 yes."""
    yes, no = can(node, True, space), can(node, False, space)
    if yes == FAILS or no == FAILS:
        return Term("0" if yes == FAILS else "2")
    return case((join("NOT ({})", yes), 0), (no, 1), otherwise=2)

