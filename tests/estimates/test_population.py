"""A figure of a group of people is silent for a patient unlike them, and says what of them is not known of the patient."""

from __future__ import annotations

from typing import Any

import pytest

from islet.errors import InputError
from islet.estimate.known import Known
from islet.estimate.make import estimate_one
from islet.knowledge.base import KnowledgeBase
from islet.patient.state import build_patient
from islet.plan.described import case_of

SMALL = {"primary_in_situ": True, "size_mm": 15, "n": "N0", "m": "M0", "who_grade": "G1", "hormone": "insulin"}
QUIET = {"hormone": "none", "m": "M0", "differentiation": "well", "size_mm": 15, "ki67_percent": 2}


def given(base: KnowledgeBase, ident: str, **facts: Any) -> dict[str, Any]:
    found = estimate_one(ident, Known(build_patient(case_of(facts, base, "test", flat=True), base.space), base), base)
    assert found is not None
    return found


@pytest.mark.parametrize("ident", ["eus_rfa_by_size", "eus_rfa_results"])
@pytest.mark.parametrize("unlike", [
    {"size_mm": 25.1}, {"n": "N1"}, {"m": "M1"}, {"who_grade": "G3"}, {"hormone": "gastrin"},
])  # RFA-01: grade 1 to 2 below 25 mm, no disease outside the pancreas; RFA-03: no gastrinoma
def test_no_result_of_endoscopic_ablation_for_a_patient_no_series_took(base: KnowledgeBase, ident: str, unlike: dict[str, Any]) -> None:
    assert given(base, ident, **SMALL)["status"] == "given"
    silent = given(base, ident, **{**SMALL, **unlike})
    assert (silent["status"], silent["value"], silent["interval"], silent["text"]) == ("outside", None, None, "")
    assert "come only from people with" in silent["because"] and "tumours up to 25 mm" in silent["validity"]


@pytest.mark.parametrize(("ident", "facts"), [
    ("embolisation_response_tae", {"liver_mets": True, "differentiation": "poor"}),  # liver:T1, well-differentiated tumours
    ("embolisation_response_tace", {"liver_mets": True, "who_grade": "NEC"}),
    ("embolisation_control", {"liver_mets": True, "who_grade": "NEC"}),  # liver:T9, grades 1 to 3
    ("liver_resection_results", {"liver_mets": True, "who_grade": "NEC"}),  # liver:R1, G18
    ("liver_ablation_results", {"liver_mets": True, "who_grade": "G2", "liver_largest_mm": 51}),  # liver:B5
    ("transplant_results", {"liver_mets": True, "who_grade": "NEC"}),  # liver:4A
    ("transplant_results_milan", {"liver_mets": True, "who_grade": "G3"}),
    ("transplant_results_milan", {"liver_mets": True, "primary_in_situ": True}),
    ("transplant_results_milan", {"liver_mets": True, "age_years": 61}),
    ("recurrence_zaidi", {**QUIET, "hormone": "insulin"}),  # local:3.6, non-functioning, not metastatic, well differentiated
    ("recurrence_points", {**QUIET, "m": "M1"}),
    ("recurrence_sites", {**QUIET, "differentiation": "poor"}),
    ("nodes_at_risk", {**QUIET, "hormone": "gastrin"}),
    ("nodes_raised_risk", {**QUIET, "size_mm": 20}),
    ("nodes_raised_risk", {**QUIET, "ki67_percent": 21}),  # SUR-07, Ki-67 up to 20 %
])
def test_outside_its_people_a_figure_is_silent_and_says_who_they_were(base: KnowledgeBase, ident: str, facts: dict[str, Any]) -> None:
    found = given(base, ident, **facts)
    assert (found["status"], found["value"], found.get("rows")) == ("outside", None, None)
    assert found["because"] and found["validity"]


def test_what_is_not_known_stands_beside_the_figure(base: KnowledgeBase) -> None:
    found = given(base, "eus_rfa_by_size", **{key: value for key, value in SMALL.items() if key != "n"})
    assert (found["value"], found["needs"]) == (97.1, ["extent.n"])
    assert "no involved nodes: not known of this patient" in found["text"]
    assert "no node held tumour. We do not know yet" in found["plain"]


def test_the_best_figures_of_transplantation_wait_until_the_criteria_are_known(base: KnowledgeBase) -> None:
    assert given(base, "transplant_results_milan", liver_mets=True)["status"] == "needs"


@pytest.mark.parametrize("ident", ["nodes_at_risk", "nodes_raised_risk"])
def test_nodes_that_are_involved_have_no_chance_of_being_involved(base: KnowledgeBase, ident: str) -> None:
    found = given(base, ident, **QUIET, n="N1")
    assert (found["status"], found["value"]) == ("outside", None)
    assert "known to be involved" in found["because"]
    assert given(base, ident, **QUIET)["status"] == given(base, ident, **QUIET, n="N0")["status"] == "given"


@pytest.mark.parametrize(("ki67", "value", "interval"), [(5, 14, [10, 19.2]), (5.5, "14 to 41", [14, 41]), (6, 41, [25.6, 57.9])])
def test_between_the_groups_of_the_source_both_figures_stand(base: KnowledgeBase, ki67: float, value: Any, interval: list[float]) -> None:
    found = given(base, "recurrence_ki67", hormone="none", m="M0", who_grade="G2", hereditary="none", ki67_percent=ki67)
    assert (found["value"], found["interval"]) == (value, interval)  # local:3.6: 0 to 5 %, 6 to 20 %


@pytest.mark.parametrize("ident", ["remnant_share_standardised", "remnant_margin", "remnant_per_surface", "remnant_to_weight"])
def test_a_remnant_larger_than_the_liver_is_told(base: KnowledgeBase, ident: str) -> None:
    facts = {"height_cm": 180, "weight_kg": 80, "comorbidities": [], "liver_quality": "fibrosis", "remnant_ml": 1000}
    assert given(base, ident, **facts, total_liver_ml=1700)["status"] == "given"
    found = given(base, ident, **facts, total_liver_ml=900)
    assert (found["status"], found["value"]) == ("outside", None)
    assert found["because"] == "the remnant is given larger than the whole liver; one of the two volumes is wrong"


@pytest.mark.parametrize(("state", "status"), [("normal", "outside"), ("chemotherapy", "outside"), ("fibrosis", "given")])
def test_the_limit_of_one_cohort_of_injured_livers_stays_with_them(base: KnowledgeBase, state: str, status: str) -> None:
    found = given(base, "remnant_per_surface", remnant_ml=450, bsa_m2=1.8, liver_quality=state, comorbidities=[])
    assert found["status"] == status  # liver:F2, table 1: injured because the cohort had hepatocellular carcinoma


@pytest.mark.parametrize(("state", "value", "interval"), [("normal", -1.6, [-1.6, 0]), ("fibrosis", -15, [-25, -15])])
def test_a_measured_share_is_held_against_minimums_of_measured_shares(
    base: KnowledgeBase, state: str, value: float, interval: list[float],
) -> None:
    """liver:F1 and F2, table 1: CT 25 and 26.6 % (normal), 40 and 50 % (injured); 400 of 1600 mL is 25 %."""
    found = given(base, "remnant_margin_measured", remnant_ml=400, total_liver_ml=1800, tumour_liver_ml=200, liver_quality=state,
                  comorbidities=[])
    assert (found["value"], found["interval"]) == (value, interval)


@pytest.mark.parametrize(("state", "share", "value", "interval"), [
    ("normal", 26, 1, [-0.6, 6]), ("chemotherapy", 26, -4, [-4, -4]), ("fibrosis", 45, 5, [-5, 5]),
])  # liver:F1, F2, F13
def test_a_share_told_as_a_fact_has_its_margin(base: KnowledgeBase, state: str, share: float, value: float, interval: list[float]) -> None:
    facts = {"future_liver_remnant_percent": share, "liver_quality": state, "comorbidities": []}
    found = given(base, "remnant_margin_given", **facts)
    assert (found["value"], found["interval"]) == (value, interval)
    assert given(base, "remnant_margin_given", **facts, remnant_ml=200, bsa_m2=1.8)["status"] == "outside"


@pytest.mark.parametrize("margin", ["remnant_margin", "remnant_margin_measured", "remnant_margin_given"])
@pytest.mark.parametrize("state", ["normal", "chemotherapy"])
def test_cirrhosis_leaves_no_margin_of_a_better_liver(base: KnowledgeBase, margin: str, state: str) -> None:
    facts = {"remnant_ml": 500, "total_liver_ml": 1600, "tumour_liver_ml": 0, "bsa_m2": 1.8, "future_liver_remnant_percent": 33}
    patient = build_patient(case_of({**facts, "liver_quality": state, "comorbidities": ["cirrhosis"]}, base, "test", flat=True), base.space)
    assert estimate_one(margin, Known(patient, base), base) is None


@pytest.mark.parametrize(("duct", "thickness", "words"), [
    (12, 10, "wide as the gland"), (10, 10, "wide as the gland"), (0.5, 1.5, "5 to 50 mm"), (2, 4.9, "5 to 50 mm"),
])
def test_an_impossible_gland_has_no_fistula_score(base: KnowledgeBase, duct: float, thickness: float, words: str) -> None:
    found = given(base, "fistula_d_frs", pancreatic_duct_mm=duct, pancreas_thickness_mm=thickness)
    assert (found["status"], found["value"]) == ("outside", None)
    assert words in found["because"]


def test_a_duct_that_no_scan_shows_is_refused_and_a_huge_one_has_no_class(base: KnowledgeBase) -> None:
    for width in (0, 50):
        with pytest.raises(InputError, match="pancreatic_duct_mm"):
            given(base, "fistula_isgps", gland_texture="soft", pancreatic_duct_mm=width)
    assert given(base, "fistula_isgps", gland_texture="soft", pancreatic_duct_mm=21)["status"] == "outside"


def test_a_cut_papilla_gets_no_figure_of_stents_and_joins(base: KnowledgeBase) -> None:
    cut = {"liver_mets": True, "biliary_access": "sphincterotomy", "history": []}
    for ident in ("embolisation_abscess", "embolisation_infection"):
        assert given(base, ident, **cut)["status"] == "outside"
    after_whipple = {**cut, "history": [{"option": "pancreaticoduodenectomy"}]}
    assert given(base, "embolisation_abscess", **after_whipple)["value"] == 86  # liver:A1, 6 of 7


def test_bland_embolisation_has_no_abscess_figure_of_chemoembolisation(base: KnowledgeBase) -> None:
    assert "embolisation_abscess" not in {e["id"] for e in base.estimates["tae"]}
    untouched = given(base, "embolisation_infection", liver_mets=True, biliary_access="none", history=[])
    assert untouched["interval"] == [2, 3]  # liver:A8: 2 and 3 % of 425 embolisations
    stented = given(base, "embolisation_infection", liver_mets=True, biliary_access="stent", history=[])
    assert stented["interval"] is None and "another treatment" in stented["text"]


@pytest.mark.parametrize(("ident", "facts"), [
    ("milan_net_items", {"liver_mets": True}), ("remnant_checks", {}), ("tare_dose_targets", {}), ("everolimus_dose", {}),
])
def test_a_list_of_which_nothing_is_settled_is_no_answer(base: KnowledgeBase, ident: str, facts: dict[str, Any]) -> None:
    found = given(base, ident, **facts)
    assert (found["status"], found["value"], found["text"], found["plain"]) == ("needs", None, "", "")
    assert found["needs"] and found["rows"]


@pytest.mark.parametrize(("facts", "words"), [
    ({"who_grade": "G2"}, "it is not settled yet whether all of them are met"), ({"who_grade": "G3"}, "not all of them are met"),
])
def test_a_patient_reads_no_open(base: KnowledgeBase, facts: dict[str, Any], words: str) -> None:
    assert given(base, "milan_net_items", liver_mets=True, **facts)["plain"].endswith(f"So far, {words}.")


@pytest.mark.parametrize(("ident", "facts", "mark"), [
    ("fistula_isgps", {"gland_texture": "soft", "pancreatic_duct_mm": 3}, "one_source"),  # local:3.5.1, each rate column V1
    ("fistula_a_frs", {}, "secondary"),  # local:3.5.2, coefficients VS
])
def test_the_first_source_of_a_figure_is_the_one_it_was_read_in(base: KnowledgeBase, ident: str, facts: dict[str, Any], mark: str) -> None:
    calculator = next(c for c in base.estimates["pancreaticoduodenectomy"] if c["id"] == ident)
    assert calculator["sources"][0]["verification"] == mark
