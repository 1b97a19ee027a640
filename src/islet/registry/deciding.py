"""The facts that decide: for each patient and option the open facts whose answer would change what the option could be."""

from __future__ import annotations

from collections.abc import Iterator

from islet.knowledge.base import KnowledgeBase
from islet.patient.state import build_patient
from islet.plan.ask import deciding_facts
from islet.plan.decide import all_standing, decide, in_emergency
from islet.plan.explore import explore
from islet.registry.by_case import case_of
from islet.registry.model import Coded


def deciding_by_row(coded: Coded, base: KnowledgeBase, region: str | None) -> Iterator[dict[str, tuple[str, ...]]]:
    """Yield for each row option -> deciding facts, the weightiest first, as `decided_by` in the plan of this patient."""
    for row in range(coded.rows):
        patient = build_patient(case_of(coded, row, base.space), base.space)
        if in_emergency(patient, base.space):
            yield {}
            continue
        values = base.decide(patient.state)
        _, exact, _ = decide(patient, base, region, values, all_standing(patient, base, region))
        yield deciding_facts(explore(patient, base, values, exact, region), base)
