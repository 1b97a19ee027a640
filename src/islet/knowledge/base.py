"""The compiled knowledge base as every other room uses it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from islet.patient.space import Space


class Criterion(NamedTuple):
    """Hold one compiled criterion: its role, its words, its sources and the node of its rule."""

    number: int
    id: str
    option: str
    role: str
    node: int
    reads: tuple[int, ...]
    text: str
    plain: str
    sources: tuple[dict[str, Any], ...]
    when: str
    recall_only: bool
    guideline: str = ""
    direction: str = ""
    strength: str = ""
    region: tuple[str, ...] = ()
    file: str = ""
    line: int = 0


class Option(NamedTuple):
    """Hold one option with its criteria by role, and what its file says in words."""

    id: str
    group: str
    name: str
    data: dict[str, Any]
    criteria: tuple[int, ...]
    by_role: dict[str, tuple[int, ...]]
    labels: tuple[tuple[dict[str, Any], int], ...]
    recalls: bool


class Constant(NamedTuple):
    """Hold one number of a model: its value, the range its sources span, its unit and where it stands."""

    value: float
    range: tuple[float, float] | None
    unit: str
    sources: tuple[dict[str, Any], ...]


class KnowledgeBase(NamedTuple):
    """Hold the compiled knowledge: the space of patients, criteria, options, and the decider made from them."""

    version: str
    date: str
    review_due: str
    sha256: str
    space: Space
    criteria: list[Criterion]
    options: dict[str, Option]
    groups: dict[str, dict[str, Any]]
    guidelines: dict[str, dict[str, Any]]
    sources: dict[str, dict[str, Any]]
    trials: dict[str, dict[str, Any]]
    combinations: tuple[tuple[dict[str, Any], int], ...]
    combined: dict[str, list[tuple[dict[str, Any], int]]]
    signoff: dict[str, str]
    decide: Callable[[Sequence[int]], tuple[int, ...]]
    decide_one: dict[str, Callable[[Sequence[int]], int]]
    terms: dict[str, str]
    cited: dict[int, list[dict[str, Any]]]
    open_entries: dict[int, Any]
    evidence: dict[str, tuple[dict[str, Any], ...]]
    kept: dict[Any, Any]
    constants: dict[str, Constant]
    estimates: dict[str, list[dict[str, Any]]]
    wishes: dict[str, Any]

    def __repr__(self) -> str:
        return f"KnowledgeBase({self.version}, {self.sha256[:12]})"

    def criterion(self, name: str) -> Criterion | None:
        """Return the criterion with this id, or None."""
        return next((criterion for criterion in self.criteria if criterion.id == name), None)
