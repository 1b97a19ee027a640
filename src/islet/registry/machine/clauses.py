"""The links that every patient obeys as flat tables of planes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.patient.space import Space
from islet.registry.machine.layout import Layout

Table = NDArray[np.int32]


class ClauseTable(NamedTuple):
    """Hold clauses: literals of each, planes inside and outside of each literal, and the clauses that read each variable.

    Where one array names the beginnings in another, entry i reaches from the i-th beginning to the next.
    """

    literals: Table
    variable: Table
    inside_from: Table
    inside: Table
    outside_from: Table
    outside: Table
    reading_from: Table
    reading: Table

    @property
    def longest(self) -> int:
        """Return the number of literals of the longest clause."""
        return int(np.diff(self.literals).max(initial=1))


def clause_table(space: Space, layout: Layout) -> ClauseTable:
    """Return the clauses of a space; a literal that every patient keeps makes its clause needless."""
    literals, variables, inside, outside = [0], [], [], []
    for clause in space.network.clauses:
        for variable, mask in clause:
            variables.append(variable)
            inside.append(layout.inside(variable, mask & space.full[variable]))
            outside.append(layout.inside(variable, space.full[variable] & ~mask))
        literals.append(len(variables))
    reading = [space.network.reading.get(variable, []) for variable in range(len(space.variables))]
    return ClauseTable(
        np.array(literals, np.int32), np.array(variables, np.int32), *_flat(inside), *_flat(outside), *_flat(reading),
    )


def _flat(groups: list[tuple[int, ...]] | list[list[int]]) -> tuple[Table, Table]:
    begins = np.cumsum([0, *(len(group) for group in groups)]).astype(np.int32)
    return begins, np.array([item for group in groups for item in group], np.int32)
