"""Alive without growth at one year: the dossier's shares, what trials counted, the curve that is drawn, and what is never told."""

from __future__ import annotations

import pytest
import yaml

from islet.estimate.known import Known
from islet.estimate.nearest import nearest_estimates
from islet.estimate.one_year import Limits, one_year
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge
from islet.patient.state import build_patient
from islet.plan.described import case_of
from islet.quantify.survival.rebuild import points_of, rebuild, share_at
from islet_testing.patients import G2_AFTER_SSA
from islet_testing.places import TESTS

LIMITS = Limits(1.25, 0.6, 2.1)


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load_knowledge()


def at_one_year(option: str, base: KnowledgeBase, **facts: object) -> dict:
    known = Known(build_patient(case_of({**G2_AFTER_SSA, **facts}, base, "x", flat=True), base.space), base)
    return {made.id: made for made in nearest_estimates(base.options[option], known, base)}[f"{option}.one_year"]


def figure(value: float, at_months: float | None = None, ci: list | None = None, whose: str = "") -> dict:
    return {"of": "x", "value": value, "at_months": at_months, "ci": ci, "ci_is": "told", "ci_percent": 95, "whose": whose}


# Section 7.1 of the dossier of systemic treatments: the median of each arm in its order; the shares stand in the published vectors.
MEDIANS = (4.6, 5.5, 4.4, 3.7, 11.0, 14.7, 19.4, 11.4, 10.9, 13.8, 14.4, 22.7, 22.7, 20.7, 24.5, 22.8, 8.5, 38.5, 5.6, 14.6, 7.4, 3.4, 5.6)
VECTORS = {v["id"]: v for v in yaml.safe_load((TESTS / "quantify" / "vectors" / "systemic.yaml").read_text(encoding="utf-8"))}


@pytest.mark.parametrize(("number", "median"), list(enumerate(MEDIANS, 1)))
def test_a_median_gives_the_share_of_the_dossier_or_none_when_it_ends_too_early(number, median):
    vector = VECTORS[f"systemic:7.1.{number}s12"]
    made = one_year([figure(median)], LIMITS)
    assert (made is None) == (median * 1.25 < 12)
    if made is not None:
        assert abs(made.percent / 100 - vector["published"]) <= vector["tolerance"] + 0.005 and not made.counted


def test_what_a_trial_counted_stands_as_it_is(base):
    counted = (("prrt", 80.5, (67.5, 89.9), 81), ("sunitinib", 42, (29.1, 55.5), 42), ("stz_5fu", 61.8, (49.2, 73.3), 62))
    for option, value, interval, people in counted:
        made = at_one_year(option, base)
        assert (made.value, made.interval, made.unit) == (value, interval, "%")
        assert made.rows[0]["counted"] is True and "worked out" not in made.text + made.plain
        assert f"about {people} out of 100 people were alive without growth one year after the start" in made.plain


def test_what_is_worked_out_says_so_to_everyone(base):
    made = at_one_year("everolimus", base)
    assert made.value == 57 and made.rows[0]["counted"] is False
    assert "worked out from the median of 14.7 months" in made.text and "It was not counted" in made.plain
    assert {source["verification"] for source in made.sources} >= {"derived"}


def test_the_range_of_one_median_holds_what_the_two_trials_that_printed_both_counted():
    """SEQTOR and OCLURANDOM printed a median and a share at 12 months; from the median alone the counted share must be inside."""
    printed = ((19.4, [16.8, 27.6], 71.4), (22.7, [13.3, 28.6], 61.8), (20.7, [17.2, 23.7], 80.5), (11.0, [8.8, 12.4], 42))
    for median, ci, counted in printed:
        made = one_year([figure(median, ci=ci)], LIMITS)
        assert made is not None and made.interval is not None and made.interval[0] <= counted <= made.interval[1]
        assert "not a confidence interval" in made.interval_is


@pytest.mark.parametrize("figures", [
    [figure(22.7)], [figure(11.0), figure(34, 18)], [figure(65.1, 24)], [figure(38.5), figure(65.1, 24)], [figure(20), figure(48, 21)],
    [figure(80, 6), figure(60, 14), figure(30, 30)],
])
def test_it_is_the_curve_that_is_drawn(figures):
    made = one_year(figures, LIMITS)
    drawn = share_at(rebuild(points_of(figures), 1.25, 1.5), 12)[0]
    assert made is not None and abs(made.percent - 100 * drawn) <= 0.6


def test_two_points_with_intervals_give_ends_around_the_share():
    made = one_year([figure(11.0, ci=[8.4, 13.9]), figure(34, 18, [26, 43])], LIMITS)
    assert made is not None and made.interval is not None
    assert made.interval[0] < made.percent < made.interval[1] and "95 % intervals" in made.interval_is


@pytest.mark.parametrize("figures", [
    [], [figure(9.5)], [figure(40, 6), figure(45, 14)], [figure(0, 18)], [figure(100, 24)],
])
def test_nothing_is_told_beyond_the_last_point_or_from_points_that_make_no_curve(figures):
    assert one_year(figures, LIMITS) is None


def test_an_end_at_nothing_or_all_breaks_nothing():
    made = one_year([figure(11.0, ci=[8.4, 13.9]), figure(34, 18, [0, 100])], LIMITS)
    assert made is not None and made.interval is not None and 0 <= made.interval[0] <= made.interval[1] <= 100


def test_the_whole_trial_comes_before_those_who_went_on_in_its_extension(base):
    made = at_one_year("ssa", base, progression="stable", ki67_percent=2, history=[])
    row = next(row for row in made.rows if row["trial"] == "clarinet")
    assert row["value"] == 81 and row["whose"] == "" and "65.1 % at 24 months" in row["of"]


def test_a_trial_that_ends_early_gives_no_number(base):
    made = at_one_year("folfox", base)
    assert made.status == "outside" and made.value is None and "nothing as late as 12 months" in made.because and not made.plain


def test_a_patient_no_trial_took_has_none(base):
    made = at_one_year("everolimus", base, ki67_percent=40)
    assert made.status == "outside" and made.value is None and not made.rows and "took only" in made.because


def test_equally_near_trials_are_not_merged(base):
    known = Known(build_patient(case_of({}, base, "x", flat=True), base.space), base)
    made = next(made for made in nearest_estimates(base.options["captem"], known, base) if made.id == "captem.one_year")
    assert len({row["trial"] for row in made.rows}) == len(made.rows) == 2
    assert made.value == "69 % or 66 %" and made.interval is None and "not merged" in made.text


def test_an_end_that_was_not_reached_leaves_everything_above_open(base):
    """COMPETE, pancreas: 14.7 months (8.5 to not reached). The lower end alone: 0.5 ** ((12 / 8.5) ** 2.1) = 0.239."""
    made = at_one_year("everolimus", base)
    assert made.interval == (23, 100) and "one of which was not reached" in made.interval_is


def test_after_the_other_treatment_the_figure_is_that_of_the_second_treatment(base):
    """SEQTOR, second treatment: 8.8 months for streptozocin and 5-FU after everolimus; too early for a share at one year."""
    after = [{"option": "everolimus", "response": "progression"}]
    known = Known(build_patient(case_of({**G2_AFTER_SSA, "history": after}, base, "x", flat=True), base.space), base)
    made = {one.id: one for one in nearest_estimates(base.options["stz_5fu"], known, base)}
    assert made["stz_5fu.progression_free"].value == 8.8 and "had everolimus before" in made["stz_5fu.progression_free"].text
    assert made["stz_5fu.one_year"].status == "outside" and made["stz_5fu.shrinkage"].value == 30.6


@pytest.mark.parametrize("facts", [
    {"sstr_krenning": 0}, {"sstr_krenning": 1},
    {"differentiation": "poor", "ki67_percent": 80, "mitoses_per_2mm2": 40},
])
def test_radionuclide_trials_took_neither_tumours_without_receptors_nor_carcinomas(base, facts):
    assert at_one_year("prrt", base, **facts).status == "outside"


def test_what_was_not_read_of_a_trial_is_said_and_not_taken_for_a_likeness(base):
    said = at_one_year("captem", base, ki67_percent=40).text
    assert "Not read of the trial: grade, ECOG." in said
    clarinet = next(row for row in at_one_year("ssa", base, progression="stable", ki67_percent=2, history=[]).text.split("CLARINET")[1:])
    assert "Pancreatic tumours: 42 % of its people." in clarinet
