"""Which open fact blocks most decisions, and what finding it out would settle: asked of each patient as a plan asks."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np

from islet.knowledge.base import KnowledgeBase
from islet.patient.state import build_patient
from islet.plan.decide import decide_patient, in_emergency
from islet.plan.explore import OFFERED_BITS, explore
from islet.registry.by_case import case_of
from islet.registry.machine.deciding import deciding_facts, open_decisions
from islet.registry.machine.layout import Bits
from islet.registry.machine.machine import Machine
from islet.registry.model import Coded


class BlockingFact(NamedTuple):
    """Hold one fact: for how many patients it is open and moves an option, and the decisions that it blocks, may settle, settles."""

    fact: str
    patients: int
    blocks: int
    may_settle: int
    settles: int
    options: tuple[tuple[str, int], ...]


class BlockingCounts(NamedTuple):
    """Hold how many patients were asked and how many of their decisions are open, with every fact that alone moves one."""

    patients: int
    open_decisions: int
    facts: tuple[BlockingFact, ...]


class Blocking:
    """Ask every patient.

    A decision is an option of a patient; it is open while it could still be offered and something else. A fact blocks it when one of
    its answers would change what it could be, may settle it when some answer leaves one verdict, settles it when every answer does.
    """

    def __init__(self, base: KnowledgeBase, region: str | None) -> None:
        self.base, self.region = base, region
        self._machine = Machine(base, region=region)
        self._patients = self._open = 0
        self._seen: Counter[str] = Counter()
        self._blocks: Counter[tuple[str, str]] = Counter()
        self._may: Counter[str] = Counter()
        self._settles: Counter[str] = Counter()

    def add(self, coded: Coded, conflicting: Bits) -> None:
        """Ask the patients of a batch; those whose facts clash one by one."""
        self._patients += coded.rows
        alone = conflicting.copy()
        alone[list(coded.cases)] = True
        self._open += int((open_decisions(self._machine, coded) & ~alone).sum())
        for fact in deciding_facts(self._machine, coded):
            decides = fact.decides & ~alone
            self._seen[fact.fact] += int(decides.any(axis=0).sum())
            self._may[fact.fact] += int((fact.may_settle & ~alone).sum())
            self._settles[fact.fact] += int((fact.settles & ~alone).sum())
            for option, count in zip(self.base.options, decides.sum(axis=1).tolist(), strict=True):
                if count:
                    self._blocks[fact.fact, option] += count
        for row in np.flatnonzero(alone).tolist():
            self._ask(coded, row)

    def _ask(self, coded: Coded, row: int) -> None:
        patient = build_patient(case_of(coded, row, self.base.space), self.base.space)
        if in_emergency(patient, self.base.space):
            return
        values, decisions = decide_patient(patient, self.base, self.region)
        could = {name: decision.bits for name, decision in decisions.items()}
        self._open += sum(1 for bits in could.values() if bits & (bits - 1) and bits & OFFERED_BITS)
        for variable, answers in explore(patient, self.base, values, could, self.region).outcomes.items():
            name = self.base.space.variables[variable].name
            moved = {option for answer in answers for option in answer}
            settled = Counter(option for answer in answers for option, bits in answer.items() if not bits & (bits - 1))
            self._seen[name] += bool(moved)
            self._may[name] += len(settled)
            self._settles[name] += sum(1 for count in settled.values() if count == len(answers))
            for option in moved:
                self._blocks[name, option] += 1

    def found(self) -> BlockingCounts:
        """Return the facts, those that block most decisions first."""
        found = []
        for fact, patients in self._seen.items():
            own = [(option, count) for (name, option), count in self._blocks.items() if name == fact]
            own.sort(key=lambda pair: (-pair[1], pair[0]))
            if own:
                total = sum(count for _, count in own)
                found.append(BlockingFact(fact, patients, total, self._may[fact], self._settles[fact], tuple(own)))
        found.sort(key=lambda f: (-f.blocks, f.fact))
        return BlockingCounts(self._patients, self._open, tuple(found))
