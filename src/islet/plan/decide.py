"""Decide every option of one patient: the verdict, and what it can still be, exactly."""

from __future__ import annotations

from typing import NamedTuple

from islet.knowledge.base import Criterion, KnowledgeBase, Option
from islet.patient.space import Space
from islet.patient.state import Patient
from islet.plan.exact import settle_exactly
from islet.plan.explore import base_variables, bits_of, verdicts_of
from islet.plan.verdict import Decision, applies, decide_option, settled
from islet.rules.evaluate import evaluate
from islet.rules.generate import VERDICT_CODES
from islet.rules.truth import Truth


class Settled(NamedTuple):
    """Hold the decision on one option: its verdict, what it could still be (as bits), and whether it is certain."""

    verdict: str
    bits: int
    certain: bool


def decide_patient(patient: Patient, base: KnowledgeBase, region: str | None) -> tuple[tuple[int, ...], dict[str, Settled]]:
    """Return the answers of all criteria and the decision on every option, as the plan of this patient has them."""
    values = base.decide(patient.state)
    shaky = resting_on(patient, base)
    decisions, exact = decide(patient, base, region, values, all_standing(patient, base, region))
    return values, {
        name: Settled(found.verdict, exact[name], len(found.could_be) == 1 and name not in shaky) for name, found in decisions.items()
    }


def in_emergency(patient: Patient, space: Space) -> bool:
    """Tell whether an emergency is known: then no plan is made."""
    given = patient.case.given
    return any(
        (known := given.get(variable.name)) is not None and known.choices == ("yes",)
        for variable in space.variables if variable.fact == "health.emergency"
    )


def decide(
    patient: Patient, base: KnowledgeBase, region: str | None, values: tuple[int, ...], standing: dict[str, list[Criterion]]
) -> tuple[dict[str, Decision], dict[str, int]]:
    """Return the decision on every option, and what each can still be (as bits)."""
    decisions: dict[str, Decision] = {}
    for option in base.options.values():
        if region is None and not standing[option.id]:
            answer = base.decide_one[option.id](patient.state)
            decisions[option.id] = Decision(VERDICT_CODES[answer >> 4], verdicts_of(answer & 15))
        else:
            decisions[option.id] = decide_option(option, base, values, region, bool(standing[option.id]))
    could = {name: bits_of(decision.could_be) for name, decision in decisions.items()}
    exact = settle_exactly(patient, base, region, could)
    for name, bits in exact.items():
        if bits != could[name]:
            decisions[name] = settled(decisions[name].verdict, verdicts_of(bits))
    return decisions, exact


def all_standing(patient: Patient, base: KnowledgeBase, region: str | None) -> dict[str, list[Criterion]]:
    """Return for every option the contraindications that hold in a state in which clashing facts stand as given."""
    return {option.id: _stands(option, patient, base, region) for option in base.options.values()}


def resting_on(patient: Patient, base: KnowledgeBase) -> set[str]:
    """Return the options with a criterion that rests on clashing facts: nothing about them is certain."""
    if not patient.conflicting:
        return set()
    found = set()
    for option in base.options.values():
        reads = {v for index in option.criteria for v in base.criteria[index].reads}
        if patient.conflicting & (set(base_variables(base, reads)) | reads):
            found.add(option.id)
    return found


def _stands(option: Option, patient: Patient, base: KnowledgeBase, region: str | None) -> list[Criterion]:
    found: list[Criterion] = []
    if not patient.as_given:
        return found
    for index in option.by_role["contraindication"]:
        criterion = base.criteria[index]
        if not applies(criterion, region):
            continue
        if any(evaluate(base.space.nodes, criterion.node, state) is Truth.YES for state in patient.as_given):
            found.append(criterion)
    return found
