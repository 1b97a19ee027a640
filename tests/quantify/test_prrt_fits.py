"""Fits: lmfit finds the same curves, intervals hold what they promise, and what follows from a curve agrees with quadrature."""

from __future__ import annotations

import lmfit
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad, quad

from islet.quantify.prrt.bed import bed_gy, lea_catcheside
from islet.quantify.prrt.bootstrap import bootstrap
from islet.quantify.prrt.compartment import Organ, simulate
from islet.quantify.prrt.exponentials import activity, integral_between, time_integrated_activity
from islet.quantify.prrt.model_choice import allowed_models, by_merit, criterion
from islet.quantify.prrt.reweight import fit_reweighted
from islet.quantify.prrt.time_activity import fit_curves

PHYSICAL_H, FASTEST_H = 159.528, 0.5
LN2 = float(np.log(2))
HOURS = {
    "mono": [24.0, 72.0, 120.0, 168.0],
    "uptake": [1.0, 4.0, 24.0, 72.0, 120.0, 168.0],
    "bi": [1.0, 4.0, 24.0, 48.0, 72.0, 120.0, 168.0],
}
halves = st.floats(20, 150)
quick_halves = st.floats(1, 8)
heights = st.floats(1, 2000)


def rates(*half_lives: float) -> np.ndarray:
    return LN2 / np.array(half_lives)


def generated(model: str, number: int, relative_sd: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return noisy curves of a lognormal population and their true time-integrated activities."""
    rng = np.random.default_rng(seed)
    slow, fast = 51 * np.exp(0.2 * rng.standard_normal(number)), 4 * np.exp(0.3 * rng.standard_normal(number))
    a = 200 * np.exp(0.3 * rng.standard_normal(number))
    b = {"mono": 0 * a, "uptake": -a, "bi": 0.7 * a}[model]
    amplitudes, rate = np.stack([a, b], 1), LN2 / np.stack([slow, fast], 1)
    clean = activity(amplitudes, rate, HOURS[model])
    return clean * (1 + relative_sd * rng.standard_normal(clean.shape)), time_integrated_activity(amplitudes, rate)


def shape(model: str, t: np.ndarray, a: float, b: float, slow: float, fast: float) -> np.ndarray:
    second = {"mono": 0.0, "uptake": -a, "bi": b}[model]
    return np.asarray(a * np.exp(-slow * t) + second * np.exp(-fast * t))


@pytest.mark.parametrize("model", ["mono", "uptake", "bi"])
def test_lmfit_finds_no_better_curve(model: str) -> None:
    curves, _ = generated(model, 12, 0.05, 7)
    fits = fit_curves(HOURS[model], curves, model, PHYSICAL_H, FASTEST_H, 0.05 * curves)
    t = np.array(HOURS[model])
    for i, y in enumerate(curves):
        parameters = lmfit.Parameters()
        parameters.add("a", value=y[-3], min=0)
        parameters.add("b", value=y[0] / 2, min=0, vary=model == "bi")
        parameters.add("slow", value=LN2 / 60, min=LN2 / PHYSICAL_H, max=LN2 / FASTEST_H)
        parameters.add("fast", value=LN2 / 3, min=LN2 / PHYSICAL_H, max=LN2 / FASTEST_H, vary=model != "mono")
        oracle = lmfit.minimize(
            lambda p, y=y: (shape(model, t, *(p[n].value for n in ("a", "b", "slow", "fast"))) - y) / (0.05 * y), parameters
        )
        assert fits.converged()[i]
        assert fits.chi2[i] <= oracle.chisqr * (1 + 1e-6)
        if oracle.chisqr <= fits.chi2[i] * (1 + 1e-6):  # lmfit got there too
            assert fits.rates_per_h[i, 0] == pytest.approx(oracle.params["slow"].value, rel=2e-3)
            error = np.sqrt(fits.covariance[i, 2, 2] * oracle.redchi)
            if oracle.params["slow"].stderr:
                assert error == pytest.approx(oracle.params["slow"].stderr, rel=0.05)


@pytest.mark.parametrize("model", ["mono", "uptake", "bi"])
@pytest.mark.parametrize("relative_sd", [0.05, 0.1])
@pytest.mark.parametrize("told", [True, False], ids=["sd told", "sd estimated"])
def test_ninety_percent_intervals_hold_the_truth_in_85_to_95_percent(model: str, relative_sd: float, told: bool) -> None:
    curves, truth = generated(model, 800, relative_sd, 11)
    fits = fit_curves(HOURS[model], curves, model, PHYSICAL_H, FASTEST_H, relative_sd * curves if told else None)
    low, high = fits.tia_interval_mbq_h(0.9)
    there = fits.converged()
    assert there.mean() > 0.9
    assert 0.85 <= ((low <= truth) & (truth <= high))[there].mean() <= 0.95


def test_the_bootstrap_agrees_with_the_covariance() -> None:
    curves, _ = generated("bi", 3, 0.03, 5)
    fits = fit_curves(HOURS["bi"], curves, "bi", PHYSICAL_H, FASTEST_H, 0.03 * curves)
    again = bootstrap(fits, HOURS["bi"], np.full(curves.shape, 0.03), PHYSICAL_H, FASTEST_H).tia_mbq_h().reshape(3, 1000)
    assert np.nanstd(again, axis=1) / fits.tia_mbq_h() == pytest.approx(fits.tia_relative_sd(), rel=0.15)


@given(heights, halves, st.floats(0.01, 20))
def test_activities_in_another_unit_scale_the_integral(height: float, half_life: float, factor: float) -> None:
    t = np.array([4.0, 24.0, 72.0, 168.0])
    y = height * np.exp(-LN2 / half_life * t) * np.array([1.03, 0.98, 1.01, 0.99])
    one, other = (fit_curves(t, [y * f], "mono", PHYSICAL_H, FASTEST_H).tia_mbq_h()[0] for f in (1, factor))
    assert other == pytest.approx(factor * one, rel=1e-6)


@given(heights, halves)
def test_a_clean_exponential_is_found_again(height: float, half_life: float) -> None:
    t = np.array([4.0, 24.0, 72.0, 168.0])
    fits = fit_curves(t, [height * np.exp(-LN2 / half_life * t)], "mono", PHYSICAL_H, FASTEST_H)
    assert fits.converged()[0]
    assert fits.amplitudes_mbq[0, 0] == pytest.approx(height, rel=1e-5)
    assert fits.rates_per_h[0, 0] == pytest.approx(LN2 / half_life, rel=1e-5)


@given(heights, st.floats(0.1, 3), halves, quick_halves, st.sampled_from([1.0, -1.0]))
@settings(max_examples=40)
def test_the_integral_is_that_of_quadrature(a: float, share: float, slow: float, fast: float, sign: float) -> None:
    amplitudes, rate = np.array([a, sign * (share * a if sign > 0 else a)]), rates(slow, fast)
    whole, _ = quad(lambda t: float(activity(amplitudes, rate, [t])[0]), 0, 60 * slow, limit=400, points=[fast, slow, 5 * slow])
    assert float(time_integrated_activity(amplitudes, rate)) == pytest.approx(whole, rel=1e-6)
    part, _ = quad(lambda t: float(activity(amplitudes, rate, [t])[0]), 3, 50)
    assert float(integral_between(amplitudes, rate, 3, 50)) == pytest.approx(part, rel=1e-6)


@given(st.floats(0.1, 3), halves, quick_halves, st.floats(1, 5), st.sampled_from([1.0, -1.0]))
@settings(max_examples=8)
def test_g_is_the_double_integral(share: float, slow: float, fast: float, repair: float, sign: float) -> None:
    amplitudes, rate, mu = np.array([1.0, sign * (share if sign > 0 else 1.0)]), rates(slow, fast), LN2 / repair

    def dose_rate(t: float) -> float:
        return float((amplitudes * np.exp(-rate * t)).sum())

    # substitute the lag u = t - t', which the repair makes short, and v = t' in units that end where nothing is left
    double, _ = dblquad(
        lambda u, v: dose_rate(v) * dose_rate(v + u) * np.exp(-mu * u), 0, 14 * slow, 0, 20 * repair, epsrel=1e-7, epsabs=1e-9
    )
    total = float(time_integrated_activity(amplitudes, rate))
    assert float(lea_catcheside(amplitudes, rate, repair)) == pytest.approx(2 * double / total**2, rel=1e-4)


@given(st.floats(0.1, 40), st.floats(0, 1), st.floats(1, 20))
def test_bed_is_at_least_the_dose_and_grows_with_it(dose: float, g: float, alpha_beta: float) -> None:
    assert dose <= float(bed_gy(dose, g, alpha_beta)) <= float(bed_gy(dose * 1.01, g, alpha_beta))


@given(st.floats(1, 50), st.floats(0, 500), st.floats(5, 25), st.floats(1e-4, 1e-2), st.floats(1e-5, 1e-3), st.floats(0, 0.2))
@settings(max_examples=15)
def test_no_labelled_peptide_is_lost(receptors: float, cold: float, volume: float, enters: float, leaves: float, filtered: float) -> None:
    organs = (Organ("a", receptors, enters, leaves), Organ("b", 2.0, enters, leaves / 2))
    course = simulate(organs, 10.0, cold, volume, 0.046, filtered, 7.24e-5, [0.0, 1.0, 24.0, 168.0])
    assert course.total_nmol() * np.exp(7.24e-5 * 60 * course.hours) == pytest.approx(10.0, rel=1e-6)


def test_more_unlabelled_peptide_leaves_a_smaller_share() -> None:
    shares = [
        simulate((Organ("a", 5.0, 1e-3, 1.5e-4),), 10.0, cold, 15.0, 0.046, 0.08, 7.24e-5, [0.0, 24.0]).organ_nmol()[0, 1]
        for cold in (0.0, 100.0, 300.0, 1000.0)
    ]
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize("model", ["mono", "uptake", "bi"])
def test_reweighted_fits_solve_the_equations_of_an_error_in_proportion_to_the_activity(model: str) -> None:
    curves, _ = generated(model, 400, 0.1, 3)
    t = np.array(HOURS[model])
    fits = fit_reweighted(t, curves, model, PHYSICAL_H, FASTEST_H, np.full(curves.shape, 0.1))
    there = fits.converged()
    height = activity(fits.amplitudes_mbq[there], fits.rates_per_h[there], t)
    score = (curves[there] - height) / height**2  # d/da of the curve times this, summed over the points, is 0 (quasi-likelihood)
    terms = np.exp(-fits.rates_per_h[there][:, :, None] * t)
    slope = {"mono": terms[:, :1], "uptake": terms[:, :1] - terms[:, 1:], "bi": terms}[model]
    assert np.median(np.abs((slope * score[:, None, :]).sum(axis=2)) * height.mean(axis=1)[:, None]) < 1e-3


def test_weights_from_the_curve_do_not_favour_what_came_out_low() -> None:
    curves, truth = generated("mono", 2000, 0.1, 3)
    weights = np.full(curves.shape, 0.1)
    by_curve = fit_reweighted(HOURS["mono"], curves, "mono", PHYSICAL_H, FASTEST_H, weights)
    by_value = fit_curves(HOURS["mono"], curves, "mono", PHYSICAL_H, FASTEST_H, weights * curves)
    off, off_by_value = (float(np.mean(np.log(fits.tia_mbq_h() / truth))) for fits in (by_curve, by_value))
    assert off_by_value == pytest.approx(-0.01, abs=0.005)  # -2 s^2 (1 - k/n), half of the points are spare
    assert abs(off) < 0.005


def test_curves_of_unequal_length_fit_as_alone() -> None:
    t = np.array([4.0, 24.0, 72.0, 168.0])
    y = 200 * np.exp(-LN2 / 51 * t) * np.array([1.02, 0.97, 1.01, 1.0])
    holes = np.array([y, y])
    holes[1, 1] = np.nan
    both = fit_curves(t, holes, "mono", PHYSICAL_H, FASTEST_H)
    alone = fit_curves(t[[0, 2, 3]], [y[[0, 2, 3]]], "mono", PHYSICAL_H, FASTEST_H)
    assert both.points.tolist() == [4, 3]
    assert both.tia_mbq_h()[1] == pytest.approx(alone.tia_mbq_h()[0], rel=1e-9)


def test_a_second_exponential_that_is_not_there_is_no_number() -> None:
    t = np.array([1.0, 4.0, 24.0, 48.0, 96.0, 168.0])
    y = 200 * np.exp(-LN2 / 51 * t) * np.array([0.97, 1.02, 1.01, 0.98, 1.01, 1.0])
    fits = fit_curves(t, [y], "bi", PHYSICAL_H, FASTEST_H)
    assert not fits.converged()[0]
    assert np.isnan(fits.tia_mbq_h()[0]) and np.isnan(fits.chi2[0])


def test_the_choice_takes_the_model_the_points_need() -> None:
    for model in ("mono", "uptake", "bi"):
        t = np.array([1.0, 3.0, 6.0, 12.0, 24.0, 48.0, 72.0, 120.0, 168.0, 240.0])
        a, b = {"mono": (200, 0), "uptake": (200, -200), "bi": (200, 150)}[model]
        y = a * np.exp(-LN2 / 60 * t) + b * np.exp(-LN2 / 4 * t)
        y = y * (1 + 0.02 * np.array([1, -1, 1, 0, -1, 1, -1, 1, 0, -1]))
        tried = [fit_curves(t, [y], m, PHYSICAL_H, FASTEST_H, [0.02 * y]) for m in allowed_models(len(t))]
        assert tried[by_merit(tried)[0]].model == model
        assert np.isfinite(criterion(tried[by_merit(tried)[0]])[0])


@pytest.mark.parametrize(
    ("values", "words"),
    [([200.0], "at least 2 points"), ([200.0, 0.0], "must be positive"), ([200.0, -1.0], "must be positive")],
)
def test_points_that_cannot_be_fitted_are_refused(values: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fit_curves(np.arange(1, len(values) + 1) * 24.0, [values], "mono", PHYSICAL_H, FASTEST_H)


def test_times_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ValueError, match="times must rise"):
        fit_curves([24.0, 24.0, 96.0], [[200.0, 150.0, 75.0]], "mono", PHYSICAL_H, FASTEST_H)
