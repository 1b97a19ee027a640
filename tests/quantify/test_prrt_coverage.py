"""Coverage: of simulated patients, how many 90 % intervals of the time-integrated activity hold the truth.

The whole path of a series is run, choice of the model and redrawn curves included; only fewer copies are redrawn. Truths
and errors are fixed by seeds; the bounds are those asked of the software, 85 to 95 %.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from islet.quantify.prrt import curves
from islet.quantify.prrt.curves import Curve, Population, Settings, curve_of
from islet.quantify.prrt.exponentials import activity, time_integrated_activity
from islet.quantify.prrt.read import Region, Series

HOURS = {3: [24, 96, 168], 4: [4, 24, 96, 168], 5: [4, 24, 48, 96, 168], 6: [1, 4, 24, 72, 120, 168]}
SETTINGS, POPULATION = Settings(159.528, 0.5, 0.05, 0.15), Population(51.0, 0.2)
PATIENTS = 550
NOISE = (0.05, 0.1)


def simulated(truth: str, points: int, relative_sd: float, told: bool, asked: str = "") -> tuple[list[Curve], np.ndarray]:
    """Return the curves of a lognormal population (slow 51 h, fast 4 h) and the true time-integrated activities."""
    rng = np.random.default_rng(2026)
    slow, fast = 51 * np.exp(0.2 * rng.standard_normal(PATIENTS)), 4 * np.exp(0.3 * rng.standard_normal(PATIENTS))
    a = 200 * np.exp(0.3 * rng.standard_normal(PATIENTS))
    amplitudes, rates = np.stack([a, {"mono": 0.0, "uptake": -1.0, "bi": 0.7}[truth] * a], 1), np.log(2) / np.stack([slow, fast], 1)
    hours = np.array(HOURS[points], float)
    clean = activity(amplitudes, rates, hours)
    seen = np.maximum(clean * (1 + relative_sd * rng.standard_normal(clean.shape)), 0.05 * clean)
    region = Region("lesion_1", "lesion", 20.0, 0.0, asked)
    found = [
        curve_of(Series(region, 1, ("spect",), hours, y, relative_sd * y if told else None), SETTINGS, POPULATION, None) for y in seen
    ]
    return found, time_integrated_activity(amplitudes, rates)


def held(found: list[Curve], truth: np.ndarray) -> float:
    """Return the share of the intervals that hold the truth, of the curves that have one."""
    inside = [
        curve.reach[0] <= np.log(tia / curve.tia_mbq_h()) <= curve.reach[1]
        for curve, tia in zip(found, truth, strict=True)
        if not curve.because and curve.reach is not None
    ]
    return float(np.mean(inside))


@pytest.fixture(autouse=True)
def few_redrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves, "bootstrap", partial(curves.bootstrap, resamples=40))


@pytest.mark.parametrize("relative_sd", NOISE)
@pytest.mark.parametrize(
    ("truth", "points"), [("mono", 3), *((truth, points) for truth in ("mono", "uptake", "bi") for points in (4, 5, 6))]
)
def test_with_told_errors_the_chosen_model_holds_its_promise(truth: str, points: int, relative_sd: float) -> None:
    found, true = simulated(truth, points, relative_sd, told=True)
    assert sum(curve.reach is not None for curve in found) > 0.95 * PATIENTS
    assert 0.85 <= held(found, true) <= 0.95


@pytest.mark.parametrize("relative_sd", NOISE)
@pytest.mark.parametrize(("truth", "points"), [*(("mono", points) for points in (3, 4, 5, 6)), *(("uptake", p) for p in (4, 5, 6))])
def test_without_told_errors_one_exponential_and_uptake_hold(truth: str, points: int, relative_sd: float) -> None:
    found, true = simulated(truth, points, relative_sd, told=False)
    assert 0.85 <= held(found, true) <= 0.95


@pytest.mark.parametrize(("truth", "points"), [("mono", 3), ("uptake", 4), ("uptake", 5), ("bi", 6)])
@pytest.mark.parametrize("told", [True, False], ids=["errors told", "errors from the scatter"])
def test_a_model_that_was_asked_for_holds(truth: str, points: int, told: bool) -> None:
    found, true = simulated(truth, points, 0.05, told, asked=truth)
    assert 0.85 <= held(found, true) <= 0.95


@pytest.mark.parametrize("truth", ["uptake", "bi"])
def test_without_an_early_point_the_interval_holds_too_seldom_and_says_so(truth: str) -> None:
    found, true = simulated(truth, 3, 0.05, told=True)
    assert held(found, true) < 0.85
    short = [curve for curve in found if curve.model == "mono"]
    assert len(short) > 0.95 * PATIENTS
    assert all("lies before the first point" in " ".join(curve.notes) for curve in short)


@pytest.mark.parametrize("points", [4, 5, 6])
def test_two_exponentials_without_told_errors_hold_too_often_and_say_so(points: int) -> None:
    found, true = simulated("bi", points, 0.05, told=False)
    assert held(found, true) > 0.95
    assert all("the interval may be too wide" in " ".join(curve.notes) for curve in found)
