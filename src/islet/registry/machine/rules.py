"""The rules as circuits: can a rule still be yes, can it still be no, from the nodes the evaluator reads."""

from __future__ import annotations

from islet.patient.space import Space
from islet.registry.machine.circuit import Circuit
from islet.registry.machine.layout import Layout


class Rules:
    """Lower rules to a circuit."""

    def __init__(self, circuit: Circuit, space: Space, layout: Layout) -> None:
        self.circuit, self.space, self.layout = circuit, space, layout
        self._can: dict[tuple[int, bool], int] = {}

    def cells(self, variable: int, mask: int) -> int:
        """Return the rows in which one of these cells is still possible."""
        mask &= self.space.full[variable]
        return self.circuit.every if mask == self.space.full[variable] else self.circuit.any_of(self.layout.inside(variable, mask))

    def can(self, root: int, wanted: bool) -> int:
        """Return the rows in which a rule can still be yes (wanted) or no."""
        found = self._can.get((root, wanted))
        if found is None:
            kind, *parts = self.space.nodes[root]
            if kind == "atom":
                found = self.cells(parts[0], parts[1] if wanted else ~parts[1])
            elif kind == "not":
                found = self.can(parts[0], not wanted)
            else:
                join = self.circuit.all_of if (kind == "and") is wanted else self.circuit.any_of
                found = join(self.can(part, wanted) for part in parts)
            self._can[root, wanted] = found
        return found
