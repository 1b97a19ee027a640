"""The space of patients that a knowledge base can tell apart: variables, shared nodes, links, derived facts."""

from __future__ import annotations

from typing import NamedTuple

from islet.case.cells import mask_of_range
from islet.case.dictionary import Dictionary, Variable
from islet.case.values import Range
from islet.patient.completions import NO_DIAGRAMS, Diagrams
from islet.patient.derive import NumberDerivation
from islet.patient.links import Network
from islet.rules.form import NodeTuple


class Definition(NamedTuple):
    """Hold a fact that follows logically: for each of its cells the node that holds exactly then."""

    variable: int
    cases: tuple[tuple[int, int], ...]


class Space(NamedTuple):
    """Hold everything a patient's state is read against."""

    dictionary: Dictionary
    variables: list[Variable]
    nodes: list[NodeTuple]
    texts: dict[int, str]
    network: Network
    derivations: list[NumberDerivation]
    definitions: list[Definition]
    place: dict[str, int]
    by_name: list[tuple[str, int]]
    full: list[int]
    says: dict[str, str]
    diagrams: Diagrams = NO_DIAGRAMS

    def cells_of(self, index: int, ends: tuple[float, float]) -> int:
        """Return the cells of a number variable between two values."""
        variable = self.variables[index]
        return mask_of_range(Range(*ends), variable.cuts, self.whole(variable), variable.full)

    def whole(self, variable: Variable) -> bool:
        """Tell whether a number variable holds whole numbers only."""
        return self.dictionary.facts[variable.fact].whole
