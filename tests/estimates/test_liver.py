"""The liver in numbers: shares against their minimums, growth, criteria item by item, embolisation. Expected values are the papers'."""

from __future__ import annotations

from typing import Any

import pytest

from islet.estimate.known import Known
from islet.estimate.make import estimate_one
from islet.knowledge.base import KnowledgeBase
from islet.patient.state import build_patient
from islet.plan.described import case_of

MILAN = {
    "liver_mets": True, "who_grade": "G2", "primary_in_situ": False, "extrahepatic": [], "liver_burden_percent": 50,
    "progression": "stable", "stable_months": 6, "age_years": 60, "fit_for_major_surgery": True,
}


def one(base: KnowledgeBase, ident: str, **facts: Any) -> dict[str, Any] | None:
    return estimate_one(ident, Known(build_patient(case_of(facts, base, "test", flat=True), base.space), base), base)


def given(base: KnowledgeBase, ident: str, **facts: Any) -> dict[str, Any]:
    found = one(base, ident, **facts)
    assert found is not None
    return found


def needs(found: dict[str, Any]) -> list[str]:
    return sorted(name.split(".", 1)[1] for name in found["needs"])


def row(found: dict[str, Any], item: str) -> dict[str, Any]:
    return next(r for r in found["rows"] if r["item"].startswith(item))


# volumes and remnant


def test_the_remnant_is_measured_without_the_tumours(base: KnowledgeBase) -> None:
    assert given(base, "remnant_share", remnant_ml=400, total_liver_ml=1800, tumour_liver_ml=200)["value"] == 25
    assert needs(given(base, "remnant_share", remnant_ml=400, total_liver_ml=1800)) == ["tumour_liver_ml"]


def test_a_remnant_larger_than_the_healthy_liver_gives_no_number(base: KnowledgeBase) -> None:
    for volumes in ((900, 1500, 700), (400, 800, 900)):
        found = given(base, "remnant_share", **dict(zip(("remnant_ml", "total_liver_ml", "tumour_liver_ml"), volumes, strict=True)))
        assert (found["status"], found["value"]) == ("outside", None)


def test_the_smallest_published_minimums_stand_beside_the_share(base: KnowledgeBase) -> None:
    found = given(base, "remnant_share_standardised", remnant_ml=400, bsa_m2=1.8)
    assert [limit["value"] for limit in found["limits"]] == [20, 25, 30, 40]  # liver:F1, F2, F13


@pytest.mark.parametrize(("quality", "illnesses", "least"), [
    ("normal", [], 25), ("chemotherapy", [], 30), ("fibrosis", [], 40), ("normal", ["cirrhosis"], 40),
])
def test_the_least_remnant_by_state_of_the_liver(base: KnowledgeBase, quality: str, illnesses: list[str], least: int) -> None:
    assert given(base, "remnant_threshold", liver_quality=quality, comorbidities=illnesses)["value"] == least


def test_a_liver_of_unknown_quality_has_no_minimum(base: KnowledgeBase) -> None:
    assert needs(given(base, "remnant_threshold", comorbidities=[])) == ["liver_quality"]
    assert "liver_quality" in needs(given(base, "remnant_margin", remnant_ml=400, bsa_m2=1.8, comorbidities=[]))


def test_a_normal_liver_beside_cirrhosis_has_no_margin(base: KnowledgeBase) -> None:
    assert one(base, "remnant_margin", remnant_ml=400, bsa_m2=1.8, liver_quality="normal", comorbidities=["cirrhosis"]) is None


def test_the_margin_carries_the_strictest_and_the_mildest_minimum(base: KnowledgeBase) -> None:
    found = given(base, "remnant_margin", remnant_ml=400, bsa_m2=1.8, liver_quality="normal", comorbidities=[])
    assert (found["value"], found["interval"]) == (1.9, [1.9, 6.9])  # physics:F1: 26.9 % against 25 and 20


@pytest.mark.parametrize(("share", "at_20", "over_25"), [(19.9, "no", "no"), (20, "yes", "no"), (25, "yes", "no"), (25.1, "yes", "yes")])
def test_exactly_the_minimum_counts_as_each_source_says(base: KnowledgeBase, share: float, at_20: str, over_25: str) -> None:
    found = given(base, "remnant_checks", future_liver_remnant_percent=share, liver_quality="normal", comorbidities=[])
    assert (row(found, "20 %")["holds"], row(found, "Over 25 %")["holds"]) == (at_20, over_25)


def test_growth_is_counted_from_the_day_of_the_embolisation(base: KnowledgeBase) -> None:
    facts = {"remnant_before_ml": 356.806, "remnant_after_ml": 475.742, "bsa_m2": 1.8}  # 24 and 32 % of 1486.69 mL
    assert given(base, "hypertrophy", **facts)["value"] == 8
    assert given(base, "kinetic_growth_rate", **facts, days_since_embolisation=21)["value"] == 2.67  # liver:5B
    assert needs(given(base, "kinetic_growth_rate", **facts)) == ["days_since_embolisation"]
    assert given(base, "kinetic_growth_rate", **facts, days_since_embolisation=120)["status"] == "outside"


def test_a_child_is_outside_the_formula_of_liver_volume(base: KnowledgeBase) -> None:
    assert given(base, "liver_volume_vauthey", height_cm=100, weight_kg=16)["status"] == "outside"


def test_weight_known_in_part_gives_a_range_of_volumes(base: KnowledgeBase) -> None:
    found = given(base, "liver_volume_vauthey", height_cm=180, weight_kg={"between": [70, 80]})
    assert found["value"] is None
    assert found["interval"][1] == 1740  # liver:F4 at 2.00 m²


# transplantation


def test_milan_net_is_met_exactly_on_its_lines(base: KnowledgeBase) -> None:
    assert given(base, "milan_net_items", **MILAN)["value"] == "met"


@pytest.mark.parametrize(("fact", "value"), [
    ("who_grade", "G3"), ("primary_in_situ", True), ("liver_burden_percent", 51), ("stable_months", 5), ("age_years", 61),
    ("fit_for_major_surgery", False), ("extrahepatic", ["bone"]),
])
def test_one_item_that_fails_is_enough_and_one_unknown_leaves_it_open(base: KnowledgeBase, fact: str, value: Any) -> None:
    assert given(base, "milan_net_items", **{**MILAN, fact: value})["value"] == "not met"
    found = given(base, "milan_net_items", **{name: known for name, known in MILAN.items() if name != fact})
    assert found["value"] == "open"
    assert found["needs"]


def test_the_items_agree_with_the_derived_fact(base: KnowledgeBase) -> None:
    patient = build_patient(case_of(MILAN, base, "test", flat=True), base.space)
    assert Known(patient, base).words("extent.milan_net") == ("yes",)


def test_every_item_of_the_exception_list_says_that_it_is_recalled(base: KnowledgeBase) -> None:
    found = given(base, "optn_exception_items", liver_mets=True)
    assert {s["verification"] for r in found["rows"] for s in r["sources"]} == {"recall"}


# embolisation


@pytest.mark.parametrize(("fact", "inside", "outside", "item"), [
    ("bilirubin_umol_l", 34.2, 34.3, "Bilirubin"), ("creatinine_umol_l", 176.8, 177, "Creatinine"), ("albumin_g_l", 30, 29.9, "Albumin"),
    ("platelets_10e9_l", 50, 49, "Platelets"), ("inr", 1.5, 1.6, "INR"), ("liver_burden_percent", 70, 71, "70 %"), ("ecog", 2, 3, "ECOG"),
    ("liver_largest_mm", 10, 9, "A tumour of 10 mm"),
])  # liver:E3 to E10
def test_the_limits_of_the_trial_hold_on_their_line(base: KnowledgeBase, fact: str, inside: float, outside: float, item: str) -> None:
    for value, answer in ((inside, "yes"), (outside, "no")):
        assert row(given(base, "embolisation_items", liver_mets=True, **{fact: value}), item)["holds"] == answer
    assert row(given(base, "embolisation_items", liver_mets=True), item)["holds"] == "unknown"


def test_an_embolisation_has_no_dose(base: KnowledgeBase) -> None:
    units = {e["unit"] for option in ("tae", "tace") for e in base.estimates[option]}
    assert not units & {"Gy", "MBq", "GBq", "mg"}


def test_the_bile_duct_decides_on_the_abscess_figure(base: KnowledgeBase) -> None:
    assert given(base, "embolisation_abscess", liver_mets=True, biliary_access="none", history=[])["value"] == 0.7  # 1 of 150
    found = given(base, "embolisation_abscess", liver_mets=True, biliary_access="none", history=[{"option": "pancreaticoduodenectomy"}])
    assert found["value"] == 86  # 6 of 7


def test_without_liver_metastases_nothing_of_the_liver_is_said(base: KnowledgeBase) -> None:
    for ident in ("embolisation_items", "embolisation_control", "transplant_results", "milan_net_items", "liver_ablation_by_size"):
        assert one(base, ident, liver_mets=False) is None
        assert needs(given(base, ident)) == ["liver_mets"]


# heat


@pytest.mark.parametrize(("size", "share"), [(18, 97.1), (18.1, 69.2), (25, 69.2)])  # RFA-02
def test_eighteen_millimetres_is_still_small_for_ablation(base: KnowledgeBase, size: float, share: float) -> None:
    assert given(base, "eus_rfa_by_size", primary_in_situ=True, size_mm=size)["value"] == share


def test_a_tumour_larger_than_any_that_was_ablated_has_no_figure(base: KnowledgeBase) -> None:
    assert given(base, "eus_rfa_by_size", primary_in_situ=True, size_mm=26)["status"] == "outside"


def test_a_given_share_that_does_not_fit_the_volume_is_never_called_enough(base):
    facts = {"future_liver_remnant_percent": 50, "remnant_ml": 350, "height_cm": 170, "weight_kg": 75, "liver_quality": "normal",
             "comorbidities": []}
    patient = build_patient(case_of(facts, base, "test", flat=True), base.space)
    found = estimate_one("remnant_checks", Known(patient, base), base)
    assert (found["status"], found["value"]) == ("outside", None)


def test_a_fast_growth_of_a_small_remnant_promises_nothing(base):
    facts = {"remnant_before_ml": 100, "remnant_after_ml": 250, "days_since_embolisation": 21, "bsa_m2": 1.88}
    patient = build_patient(case_of(facts, base, "test", flat=True), base.space)
    assert estimate_one("kinetic_growth_rate", Known(patient, base), base)["status"] == "outside"
