"""Doses of the systemic treatments: label arithmetic, monotony, what is not used gets no dose, and what is not known stays open."""

from __future__ import annotations

import pytest

from islet.estimate.known import Known
from islet.estimate.make import estimate_one, estimates_of
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge
from islet.patient.state import build_patient
from islet.plan.described import case_of

HEALTHY = {
    "creatinine_clearance_ml_min": 90, "egfr": 90, "bilirubin_umol_l": 10, "dpyd_activity_score": 2, "dpyd_deficient": False,
    "brivudine": False,
}
DOSES = {
    "everolimus": "everolimus_dose", "sunitinib": "sunitinib_dose", "cabozantinib": "cabozantinib_dose", "surufatinib": "surufatinib_dose",
    "belzutifan": "belzutifan_dose", "captem": "captem_dose", "stz_5fu": "stz_5fu_dose", "folfox": "folfox_dose", "folfiri": "folfiri_dose",
    "platinum_etoposide": "platinum_etoposide_dose", "ssa": "ssa_dose", "prrt": "prrt_activity", "immunotherapy": "immunotherapy_dose",
    "hormone_control": "hormone_control_dose",
}


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load_knowledge()


def rows(ident: str, facts: dict, base: KnowledgeBase) -> dict[str, dict]:
    known = Known(build_patient(case_of(facts, base, "x", flat=True), base.space), base)
    made = estimate_one(ident, known, base)
    return {row["what"]: row for row in made["rows"]}


def settled(ident: str, facts: dict, base: KnowledgeBase) -> dict[str, object]:
    return {what: row["value"] for what, row in rows(ident, facts, base).items() if not row.get("needs")}


def found(said: dict[str, object], start: str) -> object:
    (value,) = [value for what, value in said.items() if what.startswith(start)]
    return value


@pytest.mark.parametrize("bsa", [1.4, 1.8, 2.2])
def test_doses_by_body_surface(base, bsa):
    facts = {**HEALTHY, "bsa_m2": bsa}
    captem, folfox = settled("captem_dose", facts, base), settled("folfox_dose", facts, base)
    assert found(captem, "Capecitabine, each") == pytest.approx(750 * bsa, abs=0.5)
    assert found(captem, "Temozolomide once a day") == pytest.approx(200 * bsa, abs=0.5)
    assert found(folfox, "Oxaliplatin, day 1 (mFOLFOX6)") == pytest.approx(85 * bsa, abs=0.5)
    assert found(folfox, "5-FU, over 46 hours") == pytest.approx(2400 * bsa, abs=0.5)
    assert found(settled("folfiri_dose", facts, base), "Irinotecan, day 1") == pytest.approx(180 * bsa, abs=0.5)
    assert found(settled("stz_5fu_dose", facts, base), "Streptozocin a day") == pytest.approx(500 * bsa, abs=0.5)
    assert found(settled("platinum_etoposide_dose", facts, base), "Cisplatin, day 1") == pytest.approx(80 * bsa, abs=0.5)


@pytest.mark.parametrize(("clearance", "share"), [(51, 1), (50, 0.75), (30, 0.75), (29.9, None)])
def test_capecitabine_by_kidney(base, clearance, share):
    kidney = {"creatinine_clearance_ml_min": clearance, "egfr": 60 if share else 25}
    said = settled("captem_dose", {**HEALTHY, **kidney, "bsa_m2": 1.8}, base)
    doses = [value for what, value in said.items() if what.startswith("Capecitabine, each")]
    assert doses == ([] if share is None else [pytest.approx(share * 1350, abs=0.6)])
    assert (share is None) == any(what.startswith("Capecitabine, clearance below 30") for what in said)


@pytest.mark.parametrize(("score", "share"), [(2, 1), (1.5, 0.5), (1, 0.5), (0.5, None), (0, None)])
def test_dpyd(base, score, share):
    facts = {**HEALTHY, "bsa_m2": 1.8, "dpyd_activity_score": score, "dpyd_deficient": score == 0}
    for ident, drug, full in (
        ("captem_dose", "Capecitabine, each", 750), ("folfox_dose", "5-FU, over 46 hours", 2400), ("folfiri_dose", "5-FU, bolus", 400),
        ("stz_5fu_dose", "5-FU a day", 400), ("folfox_dose", "Capecitabine, each", 1000),
    ):
        said = settled(ident, facts, base)
        doses = [value for what, value in said.items() if what.startswith(drug)]
        assert doses == ([] if share is None else [pytest.approx(share * full * 1.8, abs=0.6)])
        assert (share is None) == any(value == "not used" for what, value in said.items() if "DPD" in what)


def test_two_reductions_at_once_are_not_multiplied(base):
    facts = {**HEALTHY, "bsa_m2": 1.8, "creatinine_clearance_ml_min": 40, "egfr": 45, "dpyd_activity_score": 1}
    said = settled("captem_dose", facts, base)
    assert found(said, "Capecitabine, clearance 30 to 50 mL/min and partial") == "no dose read"
    assert not any(what.startswith("Capecitabine, each") for what in said)
    weak = settled("cabozantinib_dose", {"child_pugh_points": 8, "cyp3a4": "strong_inhibitor"}, base)
    assert list(weak.values()) == ["no dose read"]


@pytest.mark.parametrize("liver", [
    {"child_pugh_points": 6}, {"child_pugh_points": 8}, {"child_pugh_points": 5, "comorbidities": ["cirrhosis"]},
])
@pytest.mark.parametrize("other", ["moderate_inhibitor", "strong_inducer"])
def test_everolimus_has_no_dose_for_a_diseased_liver_and_another_medicine(base, liver, other):
    """systemic.md D03 to D05 and D07, D08: two separate changes; 20 mg for an inducer must not stand for Child-Pugh B."""
    said = settled("everolimus_dose", {"comorbidities": [], **liver, "cyp3a4": other}, base)
    assert list(said.values()) == ["no dose read"]
    avoided = settled("everolimus_dose", {"comorbidities": [], **liver, "cyp3a4": "strong_inhibitor"}, base)
    assert list(avoided.values()) == ["not used"]


def test_no_fluoropyrimidine_after_brivudine(base):
    facts = {**HEALTHY, "bsa_m2": 1.8, "brivudine": True}
    for ident in ("captem_dose", "folfox_dose", "folfiri_dose", "stz_5fu_dose"):
        said = settled(ident, facts, base)
        assert not any(what.startswith(("Capecitabine, each", "5-FU, bolus", "5-FU, over", "5-FU a day")) for what in said)


def test_an_unknown_dpyd_leaves_the_dose_open(base):
    facts = {name: value for name, value in {**HEALTHY, "bsa_m2": 1.8}.items() if not name.startswith("dpyd")}
    row = next(row for what, row in rows("captem_dose", facts, base).items() if what.startswith("Capecitabine, each"))
    assert "health.dpyd_activity_score" in row["needs"]


@pytest.mark.parametrize(("points", "dose"), [(6, 7.5), (7, 5), (9, 5), (10, 2.5)])
def test_everolimus_by_liver(base, points, dose):
    said = settled("everolimus_dose", {"child_pugh_points": points, "cyp3a4": "none"}, base)
    assert list(said.values()) == [dose]


def test_everolimus_five_points(base):
    healthy = {"child_pugh_points": 5, "cyp3a4": "none", "comorbidities": []}
    assert list(settled("everolimus_dose", healthy, base).values()) == [10]
    assert list(settled("everolimus_dose", {**healthy, "comorbidities": ["cirrhosis"]}, base).values()) == [7.5]


@pytest.mark.parametrize(("other", "everolimus", "sunitinib", "cabozantinib"), [
    ("strong_inhibitor", "not used", 25, 40), ("strong_inducer", 20, 62.5, 80), ("moderate_inhibitor", 2.5, 37.5, 60),
])
def test_other_medicines(base, other, everolimus, sunitinib, cabozantinib):
    healthy = {"child_pugh_points": 5, "comorbidities": [], "alt_x_uln": 1, "liver_mets": True, "cyp3a4": other}
    assert everolimus in settled("everolimus_dose", healthy, base).values()
    assert sunitinib in settled("sunitinib_dose", healthy, base).values()
    assert list(settled("cabozantinib_dose", healthy, base).values()) == [cabozantinib]


def test_cabozantinib_severe_liver(base):
    assert list(settled("cabozantinib_dose", {"child_pugh_points": 11, "cyp3a4": "none"}, base).values()) == ["not used"]


@pytest.mark.parametrize(("clearance", "dose"), [(20, 225), (90, 575), (125, 750), (180, 750)])
def test_carboplatin(base, clearance, dose):
    known = Known(build_patient(case_of({"creatinine_clearance_ml_min": clearance}, base, "x", flat=True), base.space), base)
    assert estimate_one("carboplatin_calvert", known, base)["value"] == dose


def test_carboplatin_outside_its_range_and_in_part(base):
    known = Known(build_patient(case_of({"creatinine_clearance_ml_min": 15}, base, "x", flat=True), base.space), base)
    made = estimate_one("carboplatin_calvert", known, base)
    assert made["status"] == "outside" and made["value"] is None and "20 to 250" in made["because"]
    known = Known(build_patient(case_of({"creatinine_clearance_ml_min": {"between": [50, 90]}}, base, "x", flat=True), base.space), base)
    made = estimate_one("carboplatin_calvert", known, base)
    assert made["value"] is None and made["interval"] == [375, 575]


def test_prrt_below_the_kidney_limit_has_no_activity(base):
    said = settled("prrt_activity", {"creatinine_clearance_ml_min": 35, "egfr": 35, "history": []}, base)
    assert found(said, "Clearance below 40") == "not used" and not any(what.startswith("Each dose") for what in said)


def test_a_body_surface_outside_the_range_has_no_dose(base):
    found_rows = rows("captem_dose", {"bsa_m2": 3.2, "creatinine_clearance_ml_min": 90}, base)
    row = next(row for what, row in found_rows.items() if what.startswith("Temozolomide once"))
    assert row["value"] is None and "outside" in row


def test_nothing_known_gives_no_settled_dose_that_depends_on_it(base):
    for ident in ("captem_dose", "stz_5fu_dose", "folfox_dose", "folfiri_dose", "platinum_etoposide_dose", "everolimus_dose"):
        assert not [value for value in settled(ident, {}, base).values() if isinstance(value, (int, float))]


def test_more_facts_never_bring_back_a_row_that_was_out(base):
    few = {"bsa_m2": 1.8, "creatinine_clearance_ml_min": 40}
    more = {**few, "egfr": 45, "dpyd_activity_score": 2, "dpyd_deficient": False, "warfarin": False, "brivudine": False}
    assert set(rows("captem_dose", more, base)) <= set(rows("captem_dose", few, base))


def test_every_systemic_treatment_has_a_dose_steps_and_a_calendar(base):
    for option, dose in DOSES.items():
        own = {calculator["id"] for calculator in base.estimates[option]}
        assert dose in own and any(name.endswith("_calendar") for name in own)
        assert option == "hormone_control" or any(name.endswith("_steps") for name in own)


def test_what_is_recalled_says_so(base):
    for option in DOSES:
        for calculator in base.estimates[option]:
            for part in calculator["parts"] if isinstance(calculator["parts"], list) else ():
                marks = [source["verification"] for source in part["sources"]]
                assert marks, (calculator["id"], part["what"])
                if all(mark == "recall" for mark in marks):
                    assert "recalled" in f"{part['what']} {part['text']}".lower(), (calculator["id"], part["what"])


def test_the_plan_carries_them(base):
    known = Known(build_patient(case_of({"bsa_m2": 1.8}, base, "x", flat=True), base.space), base)
    assert {"captem_dose", "captem.progression_free"} <= {made["id"] for made in estimates_of("captem", known, base)}
