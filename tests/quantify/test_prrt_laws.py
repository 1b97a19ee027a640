"""Laws of dose, spheres, single measurements and cycles, against simulation and plain geometry."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import lognorm

from islet.quantify.prrt.bed import bed_gy
from islet.quantify.prrt.beta_source import ranges_mm
from islet.quantify.prrt.curve import effective_from_biological_h, remaining
from islet.quantify.prrt.cycles import chance_above, chance_above_population, chances_by_cycle, scale_at_limit
from islet.quantify.prrt.dose import interpolated_s, mird_dose_gy, scaled_self_s, self_dose_gy, sphere_absorbed_fraction
from islet.quantify.prrt.single_time_point import (
    haenscheid_tia_mbq_h,
    madsen_tia_mbq_h,
    share_biased,
    share_inside,
    true_tia_interval_mbq_h,
    valid_hours,
)

masses = st.floats(0.05, 2000)
PATHS = (0.3032, 0.1405, 1.77)


@given(st.floats(1, 1e5), masses, st.floats(1.01, 10))
def test_self_dose_falls_with_mass_and_rises_with_activity(tia: float, mass: float, factor: float) -> None:
    one = float(self_dose_gy(tia, mass, 147.9))
    assert float(self_dose_gy(tia, factor * mass, 147.9)) == pytest.approx(one / factor, rel=1e-12)
    assert float(self_dose_gy(factor * tia, mass, 147.9)) == pytest.approx(one * factor, rel=1e-12)


@given(masses, masses, st.floats(0, 1))
def test_scaling_there_and_back_is_the_identity_for_each_kind_of_radiation(one: float, other: float, photons: float) -> None:
    for share in (0.0, 1.0):
        there = float(scaled_self_s(1e-4, one, other, share))
        assert float(scaled_self_s(there, other, one, share)) == pytest.approx(1e-4, rel=1e-9)
    mixed = float(scaled_self_s(1e-4, one, other, photons))
    ends = sorted(float(scaled_self_s(1e-4, one, other, share)) for share in (0.0, 1.0))
    assert ends[0] * (1 - 1e-12) <= mixed <= ends[1] * (1 + 1e-12)


@given(masses, masses)
def test_a_larger_sphere_keeps_more_and_never_all(one: float, other: float) -> None:
    small, large = sorted((one, other))
    kept = [float(sphere_absorbed_fraction(mass, *PATHS)) for mass in (small, large)]
    assert 0 < kept[0] <= kept[1] < 1


def test_the_sphere_formula_is_geometry() -> None:
    rng = np.random.default_rng(1)
    points = rng.standard_normal((200_000, 3))
    points *= (rng.random(len(points)) ** (1 / 3) / np.linalg.norm(points, axis=1))[:, None]
    way = rng.standard_normal(points.shape)
    way /= np.linalg.norm(way, axis=1)[:, None]
    diameter = 2 * (3 * 0.2 / (4 * np.pi * 1e-3)) ** (1 / 3)
    for path in (0.5, 1.5):  # one path length for all electrons, its energy left at the end
        inside = (np.linalg.norm(points * diameter / 2 + path * way, axis=1) <= diameter / 2).mean()
        assert float(sphere_absorbed_fraction(0.2, path, path**3, path)) == pytest.approx(inside, abs=0.004)


def test_spheres_narrower_than_the_longest_path_are_refused() -> None:
    with pytest.raises(ValueError, match="narrower than the longest electron path"):
        sphere_absorbed_fraction(0.002, *PATHS)
    with pytest.raises(ValueError, match="the table reaches from"):
        interpolated_s(0.5, [1.0, 2.0], [1.0, 0.5])
    with pytest.raises(ValueError, match="above zero"):
        self_dose_gy(1.0, 0.0, 147.9)


def test_electron_ranges_grow_with_energy() -> None:
    energy, reach = ranges_mm(500.0)
    assert (np.diff(energy) > 0).all() and (np.diff(reach) > 0).all()


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e-3)), min_size=1, max_size=6))
def test_the_dose_is_the_sum_of_its_sources(parts: list[tuple[float, float]]) -> None:
    whole = float(mird_dose_gy([t for t, _ in parts], [s for _, s in parts]))
    assert whole == pytest.approx(sum(float(mird_dose_gy([t], [s])) for t, s in parts), rel=1e-9, abs=1e-12)


@given(st.floats(1, 1000), st.floats(1, 300), st.floats(10, 200))
def test_madsen_is_exact_for_the_true_half_life_and_haenscheid_at_one_and_two(a: float, hours: float, half: float) -> None:
    truth = a * half / np.log(2)
    assert float(madsen_tia_mbq_h(a * 2 ** (-hours / half), hours, half)) == pytest.approx(truth, rel=1e-9)
    for times in (1, 2):
        assert float(haenscheid_tia_mbq_h(a * 2.0**-times, times * half)) == pytest.approx(truth, rel=1e-12)


@pytest.mark.parametrize("log_sd", [0.15, 0.2, 0.3])
@pytest.mark.parametrize("hours", [48.0, 72.0, 96.0])
def test_the_simulated_share_is_that_of_the_lognormal_law(hours: float, log_sd: float) -> None:
    population = lognorm(log_sd, scale=51.0)
    inside = population.cdf(hours / 0.75) - population.cdf(hours / 2.5)
    assert share_inside(hours, 51.0, log_sd) == pytest.approx(inside, abs=1e-9)
    half = population.rvs(40_000, random_state=3)
    x = hours / half
    assert share_biased("haenscheid", hours, 51.0, log_sd) == pytest.approx((abs(2 * x * 2**-x - 1) > 0.1).mean(), abs=0.012)


def test_the_interval_of_one_measurement_holds_90_percent_of_a_population() -> None:
    rng = np.random.default_rng(9)
    half = 51 * np.exp(0.2 * rng.standard_normal(4000))
    start = 250.0
    seen = start * 2 ** (-72 / half) * (1 + 0.05 * rng.standard_normal(4000))
    held = [low <= start * h / np.log(2) <= high for h, a in zip(half, seen, strict=True) for low, high in [interval(a)]]
    assert 0.85 <= np.mean(held) <= 0.95


def interval(activity_mbq: float) -> tuple[float, float]:
    return true_tia_interval_mbq_h(float(activity_mbq), 72.0, 51.0, 0.2, 0.05)


def test_the_valid_hours_keep_nine_of_ten_inside_each_end() -> None:
    low, high = valid_hours(51.0, 0.2)
    assert share_inside(low, 51.0, 0.2) >= 0.89 and share_inside(high, 51.0, 0.2) >= 0.89
    assert share_inside(low - 6, 51.0, 0.2) < 0.89


@given(st.lists(st.floats(0.5, 10), min_size=1, max_size=6), st.floats(0, 0.2), st.floats(5, 60), st.floats(2, 10))
def test_at_the_scale_of_the_limit_the_sum_is_the_limit(doses: list[float], g: float, limit: float, alpha_beta: float) -> None:
    factor = scale_at_limit(doses, [g] * len(doses), limit, alpha_beta)
    assert float(bed_gy(factor * np.array(doses), g, alpha_beta).sum()) == pytest.approx(limit, rel=1e-9)


@pytest.mark.parametrize(("limit", "alpha_beta"), [(23.0, float("inf")), (28.0, 2.6), (40.0, 2.6)])
def test_the_chance_is_that_of_a_simulation(limit: float, alpha_beta: float) -> None:
    doses, g, sd = np.array([5.2, 4.8, 5.5, 5.0]), 0.05, 0.16
    error = lognorm(np.sqrt(np.log1p(sd**2))).rvs(200_000, random_state=4)
    total = sum(e + (0 if np.isinf(alpha_beta) else g * e**2 / alpha_beta) for e in (d * error for d in doses))
    assert chance_above(doses, [g] * 4, limit, sd, alpha_beta) == pytest.approx((total > limit).mean(), abs=0.005)


@given(st.lists(st.floats(1, 8), min_size=0, max_size=5), st.floats(1, 8), st.floats(0.05, 0.5), st.floats(10, 50))
def test_chances_rise_with_cycles_and_fall_with_the_limit(done: list[float], following: float, sd: float, limit: float) -> None:
    many = chances_by_cycle(done, [following] * 4, [0.05] * len(done), 0.05, limit, sd, 2.6)
    higher = chances_by_cycle(done, [following] * 4, [0.05] * len(done), 0.05, limit * 1.2, sd, 2.6)
    assert (np.diff(many) >= 0).all() and (higher <= many).all()


def test_a_population_has_the_published_mean_and_spread() -> None:
    rng = np.random.default_rng(8)
    log_sd = np.sqrt(np.log1p(0.25))
    drawn = 0.38 * np.exp(log_sd * rng.standard_normal(200_000) - log_sd**2 / 2)
    assert drawn.mean() == pytest.approx(0.38, rel=0.01) and drawn.std() == pytest.approx(0.19, rel=0.03)
    assert chance_above_population(0.38, 0.19, 29.6, 23.0) == pytest.approx((29.6 * drawn > 23).mean(), abs=0.004)


@given(st.floats(0, 1000), st.floats(0, 1000), st.floats(1, 200))
def test_decay_in_two_steps_is_decay_in_one(one: float, other: float, half: float) -> None:
    assert float(remaining(one, half) * remaining(other, half)) == pytest.approx(float(remaining(one + other, half)), rel=1e-9, abs=1e-300)
    assert effective_from_biological_h(half, 159.528) < min(half, 159.528)
