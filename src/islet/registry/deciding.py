"""The facts that decide: for each patient and option the open facts whose answer would change what the option could be."""

from __future__ import annotations

import numpy as np

from islet.knowledge.base import KnowledgeBase
from islet.patient.state import build_patient
from islet.plan.ask import deciding_facts as deciding_in_plan
from islet.plan.ask import weightiest_first
from islet.plan.decide import all_standing, decide, in_emergency
from islet.plan.explore import explore
from islet.registry.by_case import case_of
from islet.registry.machine.deciding import deciding_facts
from islet.registry.machine.machine import Machine
from islet.registry.model import Coded, Decided

Facts = dict[str, tuple[str, ...]]


def deciding_by_row(
    coded: Coded, decided: Decided, base: KnowledgeBase, region: str | None, machine: Machine | None
) -> list[Facts]:
    """Return for each row option -> deciding facts, the weightiest first, as `decided_by` in the plan of this patient."""
    if machine is None:
        return [deciding_alone(coded, row, base, region) for row in range(coded.rows)]
    found: list[dict[str, list[str]]] = [{} for _ in range(coded.rows)]
    for one in deciding_facts(machine, coded):
        for place, option in enumerate(base.options):
            for row in np.flatnonzero(one.decides[place]).tolist():
                found[row].setdefault(option, []).append(one.fact)
    told: list[Facts] = [{option: weightiest_first(names, option, base) for option, names in row.items()} for row in found]
    for row in sorted({*np.flatnonzero(decided.conflicting).tolist(), *coded.cases}):
        told[row] = deciding_alone(coded, row, base, region)
    return told


def deciding_alone(coded: Coded, row: int, base: KnowledgeBase, region: str | None) -> Facts:
    """Return the same of one row by its plan: for rows whose facts clash."""
    patient = build_patient(case_of(coded, row, base.space), base.space)
    if in_emergency(patient, base.space):
        return {}
    values = base.decide(patient.state)
    _, exact = decide(patient, base, region, values, all_standing(patient, base, region))
    return deciding_in_plan(explore(patient, base, values, exact, region), base)
