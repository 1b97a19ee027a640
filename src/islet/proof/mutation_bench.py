"""The bench on which mutants are tried: the knowledge compiled once with the cells of every mutant, every vignette seen once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

from islet.knowledge.base import KnowledgeBase
from islet.knowledge.compile import Read, compile_rules
from islet.knowledge.opening import open_base
from islet.patient.completions import NO_DIAGRAMS
from islet.patient.space import Space
from islet.patient.state import Patient, build_patient
from islet.plan.described import case_of
from islet.plan.vignettes import Vignette, read_vignettes
from islet.proof.mutation import Mutant, read_with, with_mutant
from islet.rules.language import Expression
from islet.rules.lower import Form, whole_facts


class Seen(NamedTuple):
    """Hold a vignette, its patient and the answers of every criterion."""

    vignette: Vignette
    patient: Patient
    values: tuple[int, ...]


class Bench:
    """Hold one compiled knowledge base and the vignettes seen with it.

    `more` are expressions whose thresholds cut the cells as well, so that a mutant is a new node over the same cells.
    """

    def __init__(self, read: Read, more: Iterable[Expression] = (), mutant: Mutant | None = None) -> None:
        self.read = read
        parsed, rules = (read.parsed, read.options.rules) if mutant is None else with_mutant(read, mutant)
        written = read if mutant is None else read_with(read, mutant)
        data = compile_rules(written, replace(parsed, rules=[*parsed.rules, *more]), rules)
        self.criteria: list[dict[str, Any]] = data["criteria"]
        self.base: KnowledgeBase = open_base(data)
        self.form = Form(self.space.variables, whole_facts(read.dictionary), self.space.nodes)
        self.number = {criterion.id: criterion.number for criterion in self.base.criteria}
        self._examples: dict[str, dict[str, Patient]] = {}

    @property
    def space(self) -> Space:
        """Return the space of the knowledge base."""
        return self.base.space

    @cached_property
    def stepwise(self) -> Space:
        """Return the space without its diagrams: enough for the answer of one criterion, and three times faster."""
        return self.space._replace(diagrams=NO_DIAGRAMS)

    @cached_property
    def vignettes(self) -> list[Seen]:
        """Return every situation and patient, seen once."""
        found = []
        for vignette in read_vignettes(self.read.folder.path):
            patient = build_patient(case_of(vignette.case, self.base, "vignette"), self.space)
            found.append(Seen(vignette, patient, self.base.decide(patient.state)))
        return found

    @cached_property
    def by_option(self) -> dict[str, list[Seen]]:
        """Return for each option the vignettes that expect something of it, or that ask for facts."""
        found: dict[str, list[Seen]] = {name: [] for name in self.base.options}
        for seen in self.vignettes:
            vignette = seen.vignette
            named = found if vignette.asks else {*vignette.expect, *vignette.provided, *vignette.certain}
            for name in {*named, *(criterion.split(".")[0] for criterion in vignette.holds)}:
                found[name].append(seen)
        return found

    def examples(self, criterion: str) -> dict[str, Patient]:
        """Return the patients of a criterion's own examples: expected answer -> patient."""
        found = self._examples.get(criterion)
        if found is None:
            examples = self.read.options.examples[criterion][0]
            found = self._examples[criterion] = {
                word: build_patient(case_of(facts or {}, self.base, "example", flat=True), self.stepwise)
                for word, facts in examples.items()
            }
        return found
