"""The cells of an interval of numbers, as SQL."""

from __future__ import annotations

from islet.case.dictionary import Variable
from islet.registry.sql.dialect import Dialect
from islet.registry.sql.terms import Term, case, join


def cells_between(variable: Variable, low: Term, high: Term, whole: bool, dialect: Dialect) -> Term:
    """Return the cells that hold a number of the closed interval, none where it is empty; both ends are known.

    From the least value on only its own cell and those above it are possible, up to the greatest its own and those below.
    """
    if whole:
        low, high = join("CEIL({})", low), join("FLOOR({})", high)
    above: list[tuple[Term, Term | int]] = []
    below: list[tuple[Term, Term | int]] = []
    every = (1 << (2 * len(variable.cuts) + 1)) - 1
    for place, cut in enumerate(variable.cuts):
        constant = Term(dialect.number(float(cut)))
        point = 1 << (2 * place + 1)
        above = [(join("{} > {}", low, constant), every & ~(2 * point - 1)), (join("{} = {}", low, constant), every & ~(point - 1)), *above]
        below += [(join("{} < {}", high, constant), point - 1), (join("{} = {}", high, constant), 2 * point - 1)]
    reversed_ends = join("{} > {}", low, high)
    if not variable.cuts:
        return case((reversed_ends, 0), otherwise=variable.full)
    from_low, to_high = case(*above, otherwise=every), case(*below, otherwise=every)
    return case((reversed_ends, 0), otherwise=join("({} & {} & {})", from_low, to_high, variable.full))
