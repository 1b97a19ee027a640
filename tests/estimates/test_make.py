"""An estimate is a number, a range, or the name of what is missing; never a guess."""

from __future__ import annotations

from typing import Any

import pytest

from islet.case.values import Range
from islet.estimate.known import Known, compare
from islet.estimate.make import estimates_of
from islet.knowledge.base import KnowledgeBase
from islet.patient.state import build_patient
from islet.plan.described import case_of

WHIPPLE = {"weight_kg": 81, "height_cm": 180, "gland_texture": "soft", "pancreatic_duct_mm": 3, "operation_approach": "open"}  # BMI 25


def fistula(base: KnowledgeBase, **facts: Any) -> dict[str, Any]:
    patient = build_patient(case_of(facts, base, "test", flat=True), base.space)
    return next(e for e in estimates_of("pancreaticoduodenectomy", Known(patient, base), base) if e["id"] == "fistula_a_frs")


def test_all_inputs_known_give_the_published_value(base: KnowledgeBase) -> None:
    found = fistula(base, **WHIPPLE)
    assert (found["status"], found["value"]) == ("given", 16)  # local:3.5.2 gives 0.162 for soft, BMI 25, duct 3 mm


@pytest.mark.parametrize("name", WHIPPLE)
def test_an_unknown_input_is_named_and_nothing_is_guessed(base: KnowledgeBase, name: str) -> None:
    found = fistula(base, **{key: value for key, value in WHIPPLE.items() if key != name})
    assert (found["status"], found["value"], found["interval"]) == ("needs", None, None)
    assert [need.split(".")[1] for need in found["needs"]] == [name]


def test_an_input_known_in_part_gives_an_interval_and_no_value(base: KnowledgeBase) -> None:
    found = fistula(base, **{**WHIPPLE, "pancreatic_duct_mm": {"between": [2, 5]}})
    ends = [fistula(base, **{**WHIPPLE, "pancreatic_duct_mm": width})["value"] for width in (5, 2)]
    assert found["value"] is None
    assert found["interval"] == ends


def test_clashing_facts_count_as_unknown(base: KnowledgeBase) -> None:
    found = fistula(base, **{**WHIPPLE, "weight_kg": {"values": [60, 90]}})
    assert found["needs"] == ["health.weight_kg"]


@pytest.mark.parametrize(("span", "sign", "wanted"), [
    (Range(2, 3), "<", "unknown"), (Range(2, 3, False, True), "<", "yes"), (Range(3, 4), ">=", "yes"), (Range(3, 4, True), ">", "yes"),
    (Range(3, 4), ">", "unknown"), (Range(1, 3), "<=", "yes"), (Range(3, 3), "==", "yes"), (Range(2, 4), "==", "unknown"),
    (Range(4, 5), "==", "no"), (Range(4, 5), "!=", "yes"),
])
def test_comparisons_stand_exactly_on_the_boundary(span: Range, sign: str, wanted: str) -> None:
    assert ("no", "unknown", "yes")[compare(span, sign, 3)] == wanted
