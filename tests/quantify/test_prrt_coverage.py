"""Coverage: of simulated patients, how many 90 % intervals of the time-integrated activity hold the truth, and which designs are silent.

Truths and errors are fixed by seeds; the bounds are those asked of the software, 85 to 95 %. With 400 patients the share of intervals
that hold has a standard deviation of 1.5 points where it is 90 %. The table of `docs/validation.md` has more patients.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from islet.quantify.prrt.early import Slow, least_coverage
from islet.quantify.prrt.model_choice import criterion
from islet.quantify.prrt.reweight import fit_reweighted
from islet_testing.prrt_coverage import NOISE, TOLD, TRUTHS, UNTOLD, simulate

PATIENTS = 400
LATE = "uptake or a fast part before the first point"
FEW = "points cannot tell scatter from a wrong curve"
SILENT = {
    "three points, the first at a day": ((24, 96, 168), LATE, FEW),
    "four points, the first at a day": ((24, 48, 96, 168), LATE),
    "five points, the first at a day": ((24, 48, 72, 96, 168), LATE),
    "three points with an early one": ((4, 24, 96), FEW),
}
UNTOLD_SILENT = {
    "three points, the first at a day": ((24, 96, 168), LATE, FEW),
    "four points, the first at a day": ((24, 48, 96, 168), LATE, FEW),
    "four points with an early one": ((4, 24, 96, 168), FEW),
    "five points, the first at a day": ((24, 48, 72, 96, 168), LATE),
}


@pytest.mark.parametrize("relative_sd", NOISE)
@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("hours", TOLD, ids=str)
def test_with_told_errors_the_intervals_hold_85_to_95_percent(hours: tuple[int, ...], truth: str, relative_sd: float) -> None:
    cell = simulate(truth, hours, relative_sd, True, PATIENTS)
    assert cell.given > 0.6
    assert 0.85 <= cell.held <= 0.95


@pytest.mark.parametrize("relative_sd", NOISE)
@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("hours", UNTOLD, ids=str)
def test_without_told_errors_the_intervals_hold_85_to_95_percent(hours: tuple[int, ...], truth: str, relative_sd: float) -> None:
    cell = simulate(truth, hours, relative_sd, False, PATIENTS)
    assert cell.given > 0.4
    assert 0.85 <= cell.held <= 0.95


@pytest.mark.parametrize(
    ("truth", "hours"),
    [("mono", (4, 24, 96)), ("uptake", (4, 24, 96, 168)), ("uptake", (4, 24, 48, 96, 168)), ("bi", (1, 4, 24, 72, 120, 168))],
)
@pytest.mark.parametrize("told", [True, False], ids=["errors told", "errors from the scatter"])
def test_a_model_that_was_asked_for_holds_and_says_that_it_was_asked_for(truth: str, hours: tuple[int, ...], told: bool) -> None:
    cell = simulate(truth, hours, 0.05, told, PATIENTS, asked=truth)
    assert cell.given > 0.75
    assert 0.85 <= cell.held <= 0.95
    assert all("as asked" in " ".join(curve.notes) for curve in cell.curves if curve.reach is not None)


@pytest.mark.parametrize("relative_sd", NOISE)
@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize(("told", "name"), [*((True, name) for name in SILENT), *((False, name) for name in UNTOLD_SILENT)])
def test_a_design_that_cannot_keep_its_promise_is_silent_with_what_would_do(told: bool, name: str, truth: str, relative_sd: float) -> None:
    hours, *reasons = (SILENT if told else UNTOLD_SILENT)[name]
    cell = simulate(truth, hours, relative_sd, told, 60)
    assert cell.given == 0
    for curve in cell.curves:
        said = next(note for note in curve.notes if note.startswith("no interval: "))
        assert all(reason in said for reason in reasons) and "would do" in said
        assert curve.tia_mbq_h() > 0


def test_a_model_that_was_asked_for_does_not_make_late_points_see_an_early_part() -> None:
    for told in (True, False):
        cell = simulate("uptake", (24, 96, 168), 0.05, told, 60, asked="mono")
        assert cell.given == 0
        assert all(LATE in " ".join(curve.notes) for curve in cell.curves)


@pytest.mark.parametrize("relative_sd", NOISE)
@pytest.mark.parametrize("first", [(24, 96, 168), (24, 48, 96, 168), (12, 24, 96, 168), (8, 24, 96, 168)], ids=str)
def test_what_late_points_are_said_to_hold_is_what_drawn_ones_hold(first: tuple[int, ...], relative_sd: float) -> None:
    hours, rate, rng = np.array(first, float), np.log(2) / 51, np.random.default_rng(5)
    held = []
    for height, fast_h in product((-1.0, 1.0), (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)):
        fast = np.log(2) / fast_h
        clean = 200 * (np.exp(-rate * hours) + height * np.exp(-fast * hours))
        drawn = clean * (1 + relative_sd * rng.standard_normal((500, len(hours))))
        weights = np.full(drawn.shape, relative_sd)
        fits = [fit_reweighted(hours, drawn, model, 159.528, 0.5, weights) for model in ("mono", "uptake", "bi")[: len(hours) - 1]]
        least = np.argmin([criterion(one) for one in fits], axis=0)
        tia, sd = (np.choose(least, [getattr(one, name)() for one in fits]) for name in ("tia_mbq_h", "tia_relative_sd"))
        held.append(np.mean(np.abs(np.log(200 * (1 / rate + height / fast) / tia)) < 1.645 * sd))
    said = least_coverage(hours, np.full(len(hours), relative_sd), Slow(float(rate), 159.528, 0.5))
    assert said == pytest.approx(min(held), abs=0.1)


@pytest.mark.parametrize("truth", TRUTHS)
def test_the_point_that_would_do_does(truth: str) -> None:
    late = simulate(truth, (24, 96, 168), 0.05, True, 30)
    assert "a point at 4 h would do" in " ".join(late.curves[0].notes)
    assert simulate(truth, (4, 24, 96, 168), 0.05, True, 60).given > 0.95
