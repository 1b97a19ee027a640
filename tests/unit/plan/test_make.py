"""The plan of one patient: what stands where, and what the contract says of conflicts, recall, regions and preferences."""

import pytest

from islet.case.reader import read_case
from islet.plan.make import make_plan


@pytest.fixture
def plan(mini):
    return lambda text, region=None: make_plan(read_case(text.encode(), "x", mini.space.dictionary), mini, region)


def ids(entries):
    return [entry.criterion for entry in entries]


def test_an_open_stop_stands_in_provided(plan):
    option = plan("cells: {who_grade: G2, sstr_krenning: 4}\nextent: {m: M1, progression: rapid}").option("prrt")
    assert option.verdict == "recommended" and option.conditional
    assert ids(option.provided) == ["prrt.pregnant", "prrt.kidney", "prrt.failed"]
    assert set(option.could_be) == {"recommended", "not_indicated", "contraindicated"} and not option.certain


def test_the_worst_known_measure_of_the_kidney_decides(plan):
    for health in (
        "{egfr: 39}",
        "{egfr: 39, creatinine_clearance_ml_min: 90}",
        "{egfr: 90, creatinine_clearance_ml_min: 39}",
        "{comorbidities: [dialysis]}",
    ):
        option = plan(f"extent: {{m: M1}}\nhealth: {health}").option("prrt")
        assert (option.verdict, option.certain) == ("contraindicated", True)
    assert (
        plan("extent: {m: M1}\nhealth: {egfr: 40, creatinine_clearance_ml_min: 40, comorbidities: []}").option("prrt").verdict
        != "contraindicated"
    )


def test_a_clash_is_a_problem_its_facts_count_as_unknown_and_nothing_on_them_is_certain(plan):
    found = plan("extent: {m: M0, liver_mets: true, primary_site: tail, size_mm: 12}")
    assert [problem["kind"] for problem in found.problems] == ["conflict"]
    assert set(found.problems[0]["facts"]) == {"extent.m", "extent.liver_mets"}
    assert found.option("surveillance").verdict == "need_data"
    assert not any(found.option(name).certain for name in ("surveillance", "enucleation", "prrt", "captem"))
    assert found.facts["extent.m"]["absent"] == "conflicting"


def test_a_contraindication_that_holds_as_given_stands_although_its_fact_clashes(plan):
    found = plan("extent: {m: M1}\nhealth: {sex: male, pregnant: true}").option("captem")
    assert found.verdict == "contraindicated" and not found.certain and found.could_be == ("contraindicated",)


def test_a_contraindication_of_one_of_several_measurements_stands(plan):
    found = plan("extent: {m: M1}\nhealth: {egfr: {values: [30, 80]}}")
    assert found.option("prrt").verdict == "contraindicated"
    assert found.problems[0]["facts"] == ["health.egfr"]


def test_measurements_on_the_same_side_of_every_threshold_still_count_as_unknown(plan):
    assert plan("extent: {m: M0}\ncells: {ki67_percent: {values: [30, 80]}}").facts["cells.ki67_percent"]["absent"] == "conflicting"


def test_recall_counts_and_is_said(plan):
    found = plan("extent: {m: M1, liver_count: 12}\ncells: {ki67_percent: 1, sstr_krenning: 4}").option("captem")
    assert found.verdict == "recommended" and found.rests_on_recall
    assert not plan("extent: {m: M1, liver_count: 12}\ncells: {ki67_percent: 30}").option("captem").rests_on_recall


def test_a_stop_of_the_sign_off_list_rests_on_recall(plan):
    found = plan("extent: {m: M0, primary_site: tail}\nhealth: {ecog: 4}").option("enucleation")
    assert (found.verdict, found.rests_on_recall) == ("contraindicated", True)


@pytest.mark.parametrize("refuses", ["[enucleation]", "[surgery]"])
def test_refusing_an_option_or_its_group_marks_it_and_leaves_its_verdict(plan, refuses):
    text = "extent: {m: M0, primary_site: tail, size_mm: 12}\ncells: {hormone: insulin}\n"
    before, after = plan(text).option("enucleation"), plan(text + f"preferences: {{refuses: {refuses}}}").option("enucleation")
    assert (before.declined_by_patient, after.declined_by_patient) == (False, True)
    assert before.verdict == after.verdict == "recommended"


def test_under_18_is_a_problem_and_excludes_nothing_by_itself(plan):
    text = "extent: {{m: M1}}\ncells: {{who_grade: G2}}\nhealth: {{age_years: {}}}"
    child, adult = plan(text.format(17)), plan(text.format(18))
    assert [p["kind"] for p in child.problems if p["kind"] == "outside_intended_use"] == ["outside_intended_use"]
    assert not any(p["kind"] == "outside_intended_use" for p in adult.problems)
    assert [o.verdict for o in child.options] == [o.verdict for o in adult.options]


def test_an_implausible_value_warns_and_still_counts(plan):
    found = plan("extent: {m: M0, size_mm: 350}")
    assert [p["kind"] for p in found.problems] == ["implausible"] and found.option("surveillance").verdict == "not_indicated"


def test_a_measurement_dated_after_the_case_is_a_problem_and_its_age_is_told(plan):
    found = plan("as_of: 2026-03-10\nextent: {size_mm: {value: 38, on: 2026-03-12}, m: {value: M0, on: 2026-03-01}}")
    assert [(p["kind"], p["facts"]) for p in found.problems] == [("date", ["extent.size_mm"])]
    assert found.facts["extent.m"]["age_days"] == 9


def test_the_region_picks_the_label_and_a_stop_of_another_region_is_a_caution(plan):
    text = "extent: {m: M0, primary_site: tail, size_mm: 12}\nhealth: {ecog: 3}"
    assert plan(text).option("enucleation").verdict == plan(text, "eu").option("enucleation").verdict == "not_indicated"
    found = plan(text, "us").option("enucleation")
    assert found.verdict == "possible" and "enucleation.frail" in ids(found.cautions)
    assert [label["region"] for label in plan(text, "us").option("prrt").labels] == []
    assert [label["region"] for label in plan(text).option("prrt").labels] == ["eu"]


def test_guidelines_that_disagree_are_listed_and_the_option_is_possible(plan):
    found = plan("extent: {m: M0, size_mm: 12}\ncells: {ki67_percent: 12, who_grade: G2}")
    assert found.option("surveillance").verdict == "possible"
    entry = next(d for d in found.disagreements if d["option"] == "surveillance")
    assert (entry["recommends"], entry["against"]) == (["North 2024"], ["South 2025"])


def test_every_option_stands_in_the_plan_of_the_empty_case(plan, mini):
    found = plan("{}")
    assert [option.id for option in found.options] == list(mini.options)
    assert {option.verdict for option in found.options} == {"need_data"}
    assert not any(option.certain for option in found.options)


def test_two_options_that_go_together_say_so_only_when_both_are_offered(plan):
    text = "extent: {m: M1}\ncells: {who_grade: G2}\n"
    assert plan(text).option("prrt").compatible_with[0]["with"] == ["captem"]
    assert plan(text + "health: {pregnant: true}").option("prrt").compatible_with == ()
