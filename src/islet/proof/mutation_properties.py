"""Promises about one criterion that decision diagrams keep cheaply: it is neither dead nor said twice, no guideline clashes with itself."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from islet.knowledge.base import Criterion, KnowledgeBase
from islet.proof.mutation import Mutant
from islet.rules.diagram import IN, OUT, Diagram
from islet.rules.generate import POSSIBLE, RECOMMENDED


class Changed(NamedTuple):
    """Hold a criterion with its fault, and the whole knowledge with it."""

    mutant: Mutant
    criterion: Criterion
    base: KnowledgeBase


class Property(Protocol):
    """Return the name of a property that the fault breaks, or None when it keeps."""

    def __call__(self, changed: Changed) -> str | None: ...


class DiagramProperties:
    """Check the cheap properties of one option's criteria.

    A property counts as broken only where the fault breaks it: what the criterion breaks without the fault is another matter.
    """

    def __init__(self, diagram: Diagram, links: int, base: KnowledgeBase, verdict: int) -> None:
        self.diagram, self.links, self.base, self.verdict = diagram, links, base, verdict
        self._before: dict[int, set[str]] = {}

    def broken_by(self, number: int, node: int, verdict: int) -> str | None:
        """Return the first property that the criterion breaks with the new node, but keeps as written."""
        if number not in self._before:
            self._before[number] = set(self._faults(number, self.base.criteria[number].node, self.verdict))
        return next((fault for fault in self._faults(number, node, verdict) if fault not in self._before[number]), None)

    def _faults(self, number: int, node: int, verdict: int) -> list[str]:
        own = self.base.criteria[number]
        patients = self._real(node)
        if patients == OUT:
            return [f"no criterion is dead: {own.id} holds for no patient"]
        found = []
        if patients == self.links:
            found.append(f"no criterion is dead: {own.id} holds for every patient")
        for index in self.base.options[own.option].by_role[own.role]:
            sibling = self.base.criteria[index]
            if index == number or (sibling.guideline, sibling.direction, sibling.region) != (own.guideline, own.direction, own.region):
                continue
            theirs = self._real(sibling.node)
            if self.diagram.both(patients, theirs) in (patients, theirs):
                found.append(f"no criterion is implied by another: {own.id} and {sibling.id}")
        if own.role == "position" and own.direction in ("recommends", "against"):
            found += self._clashes(own, number, patients, verdict)
        return found

    def _clashes(self, own: Criterion, number: int, patients: int, verdict: int) -> list[str]:
        found = []
        for index in self.base.options[own.option].by_role["position"]:
            other = self.base.criteria[index]
            if other.guideline != own.guideline or {own.direction, other.direction} != {"recommends", "against"}:
                continue
            both = self.diagram.both(patients, self._real(other.node))
            if both != OUT and self._offered(both, verdict):
                found.append(f"no guideline clashes with itself: {own.id} and {other.id}")
        return found

    def _offered(self, patients: int, verdict: int) -> bool:
        seen: set[tuple[int, int]] = set()
        stack = [(patients, verdict)]
        while stack:
            pair = stack.pop()
            if pair in seen or pair[0] == OUT:
                continue
            seen.add(pair)
            one, other = pair
            if one == IN and other in (RECOMMENDED, POSSIBLE):
                return True
            levels = self.diagram.levels
            level = min(levels[one], levels[other])
            if level >= len(self.diagram.order):
                continue
            for mask, child in self.diagram.edges[one] if levels[one] == level else ((-1, one),):
                for more, follows in self.diagram.edges[other] if levels[other] == level else ((-1, other),):
                    if mask & more:
                        stack.append((child, follows))
        return False

    def _real(self, node: int) -> int:
        return self.diagram.both(self.links, self.diagram.rule(self.base.space.nodes, node))
