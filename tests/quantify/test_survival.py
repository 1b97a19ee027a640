"""The survival room: vectors of the dossier, an integrator and a micro-simulation as oracles, and what a rebuilt curve may not claim."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy import integrate, stats

from islet.errors import InputError
from islet.estimate.known import Known
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.exact_interval import clopper_pearson, events_of
from islet.knowledge.store import load_knowledge
from islet.patient.state import build_patient
from islet.plan.described import case_of
from islet.quantify.compare import compare
from islet.quantify.survival.curves import (
    exponential_hazard,
    exponential_mean_months,
    exponential_share,
    piecewise_hazards,
    piecewise_share,
    restricted_mean_months,
    weibull_share,
    weibull_through,
)
from islet.quantify.survival.rebuild import Point, points_of, rebuild, share_at
from islet.quantify.survival.run import arms_of, curve_of, estimate
from islet_testing.patients import G2_AFTER_SSA

VECTORS = yaml.safe_load((Path(__file__).parent / "vectors" / "systemic.yaml").read_text(encoding="utf-8"))
MEDIANS = (4.6, 5.5, 4.4, 3.7, 11.0, 14.7, 19.4, 11.4, 10.9, 13.8, 14.4, 22.7, 22.7, 20.7, 24.5, 22.8, 8.5, 38.5, 5.6, 14.6, 7.4, 3.4, 5.6)
APART, BEYOND = 1.25, 1.5


def free_at(months: float, median: float) -> float:
    return float(exponential_share(np.array([months]), exponential_hazard(median, 0.5))[0])


def implied_median(months: float, share: float) -> float:
    return math.log(2) / exponential_hazard(months, share)


def shape(months: float, share: float, median: float) -> float:
    return weibull_through([months, median], [share, 0.5])[1]


def apart_from_cohort() -> float:
    """Return how many standard errors a micro-simulation of two memoryless steps lies from the matrix cohort's mean."""
    hazards = np.array([exponential_hazard(14.0, 0.5), exponential_hazard(18.0, 0.5)])
    random = np.random.default_rng(2026)
    simulated = (random.exponential(1 / hazards, (100_000, 2))).sum(axis=1)
    rates = np.array([[-hazards[0], hazards[0], 0], [0, -hazards[1], hazards[1]], [0, 0, 0]])
    mean = float(np.linalg.solve(-rates[:2, :2], np.ones(2))[0])
    return abs(float(simulated.mean()) - mean) / (float(simulated.std(ddof=1)) / math.sqrt(len(simulated)))


def ends(events: int, n: int, at: int) -> Callable[[], float]:
    return lambda: 100 * clopper_pearson(events, n)[at]


OURS: dict[str, Callable[[], float]] = {
    "physics:Q3a": lambda: exponential_mean_months(exponential_hazard(14, 0.5)) / 12,
    "physics:Q3b": lambda: exponential_mean_months(exponential_hazard(39, 0.5)) / 12,
    "physics:Q4": apart_from_cohort,
    "systemic:7.2.r3eve18": lambda: 100 * free_at(18, 11.0), "systemic:7.2.r3pbo18": lambda: 100 * free_at(18, 4.6),
    "systemic:7.2.clarinet": lambda: implied_median(24, 0.651), "systemic:7.2.clarinetp": lambda: implied_median(24, 0.330),
    "systemic:7.2.ocl": lambda: shape(12, 0.805, 20.7), "systemic:7.2.ocl12": lambda: 100 * free_at(12, 20.7),
    "systemic:7.2.oclsun12": lambda: 100 * free_at(12, 11.0), "systemic:7.2.seqeve": lambda: shape(12, 0.714, 19.4),
    "systemic:7.2.seqeve12": lambda: 100 * free_at(12, 19.4), "systemic:7.2.seqstz": lambda: shape(12, 0.618, 22.7),
    "systemic:7.2.seqstz12": lambda: 100 * free_at(12, 22.7),
}
for _number, _median in enumerate(MEDIANS, 1):
    OURS[f"systemic:7.1.{_number}h"] = lambda median=_median: exponential_hazard(median, 0.5)
    OURS[f"systemic:7.1.{_number}s12"] = lambda median=_median: free_at(12, median)
    OURS[f"systemic:7.1.{_number}s24"] = lambda median=_median: free_at(24, median)
for _months in (12, 24, 36, 48, 60):
    OURS[f"systemic:7.2.eve{_months}"] = lambda months=_months: 100 * free_at(months, 44.0)
    OURS[f"systemic:7.2.pbo{_months}"] = lambda months=_months: 100 * free_at(months, 37.7)
for _number, (_events, _n) in enumerate(((10, 12), (25, 62), (4, 107), (26, 106), (12, 66)), 1):
    OURS[f"systemic:ci{_number}low"], OURS[f"systemic:ci{_number}high"] = ends(_events, _n, 0), ends(_events, _n, 1)


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load_knowledge()


@pytest.mark.parametrize("vector", [v for v in VECTORS if "not_reproduced" not in v], ids=lambda v: v["id"])
def test_vectors(vector):
    assert abs(OURS[vector["id"]]() - vector["published"]) <= vector["tolerance"]


def test_mean_of_a_curve_is_the_integral():
    scale, bend = weibull_through([12, 19.4], [0.714, 0.5])
    months = np.linspace(0, 60, 6001)
    expected, _ = integrate.quad(lambda t: math.exp(-((t / scale) ** bend)), 0, 60)
    assert restricted_mean_months(months, weibull_share(months, scale, bend)) == pytest.approx(expected, rel=1e-6)


def test_weibull_is_that_of_scipy():
    scale, bend = weibull_through([12, 20.7], [0.805, 0.5])
    months = np.array([3.0, 12.0, 20.7, 40.0])
    assert weibull_share(months, scale, bend) == pytest.approx(stats.weibull_min.sf(months, bend, scale=scale))


def test_piecewise_curve_is_the_integrated_hazard():
    knots, shares = [12.0, 24.0, 36.0, 44.0, 48.0, 60.0], [0.826, 0.677, 0.567, 0.5, 0.469, 0.347]
    hazards = piecewise_hazards(knots, shares)

    def hazard(month: float) -> float:
        return float(hazards[min(int(np.searchsorted(knots, month, side="right")), len(hazards) - 1)])

    for month in (5.0, 30.0, 47.0, 60.0):
        spent, _ = integrate.quad(hazard, 0, month, points=[k for k in knots if k < month], limit=200)
        assert piecewise_share(np.array([month]), knots, hazards)[0] == pytest.approx(math.exp(-spent), rel=1e-9)


@pytest.mark.parametrize(("months", "shares"), [
    ([12, 24], [0.5, 0.6]), ([24, 12], [0.8, 0.5]), ([0, 12], [0.8, 0.5]), ([12, 24], [0.5, 0.0]),
])
def test_points_that_do_not_fall_are_refused(months, shares):
    with pytest.raises(InputError):
        piecewise_hazards(months, shares)
    with pytest.raises(InputError):
        weibull_through(months, shares)


def test_the_curve_goes_through_what_was_published(base):
    for trial in base.trials.values():
        for given in {f["for"] for f in trial["figures"]}:
            for endpoint in ("progression_free", "survival"):
                own = [f for f in trial["figures"] if f["for"] == given and f["endpoint"] == endpoint]
                for whose in {f["whose"] for f in own}:
                    curve = curve_of([f for f in own if f["whose"] == whose], base)
                    assert np.all(np.diff(curve.share) <= 0)
                    if curve.model == "exponential" and len(curve.points) > 1:
                        continue
                    for point in curve.points:
                        assert share_at(curve, point.months)[0] == pytest.approx(point.share, abs=1e-9)


def test_close_points_make_no_shape():
    points = [Point(11.0, 0.5, (8.8, 12.4), None, 90, "median"), Point(12.0, 0.42, None, (0.291, 0.555), 90, "rate")]
    assert rebuild(points, APART, BEYOND).model == "exponential"


def test_band_holds_the_curve_and_the_published_ends():
    points = [Point(12.0, 0.714, None, (0.594, 0.816), 95, "rate"), Point(19.4, 0.5, (16.8, 27.6), None, 95, "median")]
    curve = rebuild(points, APART, BEYOND)
    inside = curve.months <= curve.known_until
    assert np.all(curve.low[inside] <= curve.share[inside] + 1e-12) and np.all(curve.share[inside] <= curve.high[inside] + 1e-12)
    assert share_at(curve, 12.0)[1:] == pytest.approx((0.594, 0.816), abs=1e-9)


def test_every_band_holds_its_curve(base):
    """A band that leaves its own curve outside says nothing; OCLURANDOM's sunitinib (median and 12-month rate close) once did."""
    known = Known(build_patient(case_of(G2_AFTER_SSA, base, "x", flat=True), base.space), base)
    endpoints = ("progression_free", "survival")
    arms = [arm for option in base.options for endpoint in endpoints for arm in arms_of(option, endpoint, known, base)]
    banded = [arm.curve for arm in arms if arm.curve.low is not None]
    assert len(banded) > 5
    for curve in banded:
        inside = curve.months <= curve.known_until
        assert np.all(curve.low[inside] <= curve.share[inside] + 1e-9)
        assert np.all(curve.share[inside] <= curve.high[inside] + 1e-9)


def test_the_band_of_two_close_points_comes_from_the_one_the_curve_goes_through():
    """Median 11.0 months (8.8 to 12.4; systemic.md T05.4): exponential ends at 12 months are 0.5 ** (12 / 8.8) and 0.5 ** (12 / 12.4)."""
    points = [Point(11.0, 0.5, (8.8, 12.4), None, 90, "median"), Point(12.0, 0.42, None, (0.291, 0.555), 90, "rate")]
    assert share_at(rebuild(points, APART, BEYOND), 12.0)[1:] == pytest.approx((0.389, 0.511), abs=0.001)


def test_no_band_without_a_whole_interval():
    assert rebuild([Point(14.7, 0.5, (8.5, None), None, 95, "median")], APART, BEYOND).low is None


def test_exact_interval_covers_at_least_its_level():
    for n, chance in ((12, 0.83), (41, 0.44), (66, 0.18)):
        held = sum(stats.binom.pmf(k, n, chance) for k in range(n + 1) if clopper_pearson(k, n)[0] <= chance <= clopper_pearson(k, n)[1])
        assert held >= 0.95


def test_exact_interval_is_that_of_scipy():
    for events, n in ((0, 33), (2, 19), (18, 41), (65, 151), (41, 41)):
        expected = stats.binomtest(events, n).proportion_ci(0.95, "exact")
        assert clopper_pearson(events, n) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_a_count_that_is_not_certain_makes_no_interval(base):
    assert events_of(5, 207, 0) is None
    figure = next(f for f in base.trials["radiant-3"]["figures"] if f["endpoint"] == "shrinkage" and f["for"] == "everolimus")
    assert figure["ci"] is None


def test_what_is_after_the_last_point_is_called_a_model(base):
    case = case_of(G2_AFTER_SSA, base, "x", flat=True)
    known = Known(build_patient(case, base.space), base)
    for option in ("prrt", "everolimus", "stz_5fu", "captem"):
        for made in estimate(case, option, base, lambda what, share: None):
            assert made.status == "given" and "not digitised" in made.text
            endpoint = made.id.split(".")[1].removesuffix("_curve")
            last = {arm.name: max(p.months for p in arm.curve.points) for arm in arms_of(option, endpoint, known, base)}
            for row in made.rows:
                known_until = last[row["what"].rsplit(": ", 1)[0]]
                assert row["model_only"] == (row["months"] > known_until)
                assert not (row["model_only"] and row["interval"])


def test_medians_and_rates_become_points(base):
    own = [f for f in base.trials["oclurandom"]["figures"] if f["for"] == "prrt" and f["endpoint"] == "progression_free"]
    points = points_of(own)
    assert [(p.months, p.share, p.level) for p in points] == [(12.0, 0.805, 90), (20.7, 0.5, 90)]
    assert points[0].share_ends == pytest.approx((0.675, 0.899)) and points[1].months_ends == (17.2, 23.7)


@pytest.mark.parametrize(("pair", "trial"), [
    (("prrt", "everolimus"), "compete"), (("prrt", "sunitinib"), "oclurandom"), (("everolimus", "stz_5fu"), "seqtor"),
])
def test_direct_comparisons(base, pair, trial):
    case = case_of(G2_AFTER_SSA, base, "x", flat=True)
    both = compare(case, *pair, base)
    assert [found["trial"] for found in both.direct] == [trial]
    assert [found["trial"] for found in compare(case, *reversed(pair), base).direct] == [trial]
    assert both.direct[0]["built_to_compare"] == (trial != "oclurandom")


def test_no_difference_across_trials(base):
    both = compare(case_of(G2_AFTER_SSA, base, "x", flat=True), "captem", "cabozantinib", base).as_json()
    assert both["direct"] == []
    for estimates in both["across_trials"].values():
        for made in estimates:
            published = {(trial, f["value"]) for trial in {row["trial"] for row in made["rows"]} for f in base.trials[trial]["figures"]}
            worked_out = [row for row in made["rows"] if not row.get("counted", True)]
            assert all((row["trial"], row["value"]) in published for row in made["rows"] if row not in worked_out)
            if worked_out:
                assert made["id"].endswith(".one_year") and all("worked out from" in row["of"] for row in worked_out)
                continue
            assert isinstance(made["value"], str) or made["value"] is None or made["value"] in {value for _, value in published}
    assert any("No difference between them is worked out" in note for note in both["notes"])


STABLE = {"progression": "stable", "history": []}
UNLIKE = [  # option, facts, what the people of its trial were and this patient is not; systemic.md T15.5, T11.1, T16.1
    ("cabozantinib", {}, "after PRRT, everolimus or sunitinib"),
    ("ssa", {**STABLE, "ki67_percent": 12}, "Ki-67 below 10 %"),
    ("ssa", {**STABLE, "hereditary": "men1"}, "no MEN1"),
]


@pytest.mark.parametrize(("option", "facts", "unlike"), UNLIKE)
def test_a_curve_says_how_this_patient_differs_from_its_trial(base, option, facts, unlike):
    curve = next(made for made in estimate(case_of({**G2_AFTER_SSA, **facts}, base, "x", flat=True), option, base, lambda *_: None))
    assert "Not as this patient" in curve.text
    assert unlike in curve.text
    assert unlike in curve.plain


def test_a_direct_comparison_says_how_this_patient_differs_from_its_trial(base):
    """COMPETE took G1 to G2 (systemic.md T03.2): beside a carcinoma its hazard ratio is of other people."""
    carcinoma = {**G2_AFTER_SSA, "differentiation": "poor", "who_grade": "NEC", "ki67_percent": 70}
    (trial,) = compare(case_of(carcinoma, base, "x", flat=True), "prrt", "everolimus", base).direct
    assert "well differentiated, G1 or G2" in trial["different"]
    (like,) = compare(case_of(G2_AFTER_SSA, base, "x", flat=True), "prrt", "everolimus", base).direct
    assert like["different"] == []


def test_compare_refuses_the_same_option_twice(base):
    with pytest.raises(InputError, match="two different options"):
        compare(case_of({}, base, "x", flat=True), "prrt", "prrt", base)
    with pytest.raises(InputError, match="did you mean"):
        compare(case_of({}, base, "x", flat=True), "prrt", "everolimuss", base)
