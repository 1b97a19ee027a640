"""Ask of the times of a series, before its interval is believed: would an early part of the curve show in these points?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chndtr, ndtr, ndtri

from islet.quantify.prrt.exponentials import Floats, activity, time_integrated_activity
from islet.quantify.prrt.time_activity import PARAMETERS, fit_curves

LEAST_COVERAGE = 0.85
EARLY_H = 8.0
FAST = 4.0
HALF_LIVES = 24
WOULD_DO_H = (12.0, 8.0, 6.0, 4.0, 2.0, 1.0)


class Slow(NamedTuple):
    """Hold the slow part that is seen, and the half-lives in h between which every part lies: physical decay and the fastest."""

    rate_per_h: float
    physical_half_life_h: float
    fastest_half_life_h: float


def coverage_when_shifted(shift: ArrayLike) -> Floats:
    """Return the share of 90 % intervals that hold the truth when they are off by `shift` standard deviations (normal).

    It is Phi(z - d) - Phi(-z - d), z = 1.645.

    >>> coverage_when_shifted([0.0, 0.5, 2.0]).round(3).tolist()
    [0.9, 0.858, 0.361]
    """
    z, d = float(ndtri(0.95)), np.asarray(shift, float)
    return np.asarray(ndtr(z - d) - ndtr(-z - d))


def least_coverage(hours: Floats, relative_sd: Floats, slow: Slow) -> float:
    """Return the least share of 90 % intervals that hold, over early parts that the points may not show (0..0.9).

    To one exponential a second is added whose height is that of the slow one: below it (uptake from nothing) or above it. Its
    half-life lies between the fastest and 8 h, so that after a day at most an eighth of it is left, and a quarter of that of
    the slow one; both are assumed, not measured: what is slower is not an early part. One exponential is fitted to the points
    without noise: its time-integrated activity is off by some standard deviations, and its chi2 is the lack of fit. With
    noise the gain in chi2 of the fuller curve, of k further parameters, is a noncentral chi2 with k degrees of freedom about
    that lack (first order); the curve is taken where the gain is above 2k, what the criterion charges, and its interval then
    holds 90 %. Where it is not taken, the shifted interval holds what `coverage_when_shifted` says.

    >>> slow = Slow(float(np.log(2)) / 51, 159.528, 0.5)
    >>> late, early = np.array([24.0, 48.0, 96.0, 168.0]), np.array([4.0, 24.0, 96.0, 168.0])
    >>> least_coverage(late, np.full(4, 0.05), slow) < 0.3, least_coverage(early, np.full(4, 0.05), slow) > LEAST_COVERAGE
    (True, True)
    """
    slowest = min(EARLY_H, np.log(2) / slow.rate_per_h / FAST)
    if slowest <= slow.fastest_half_life_h:
        return 0.9
    fast = np.log(2) / np.geomspace(slow.fastest_half_life_h, slowest, HALF_LIVES)
    rates = np.stack([np.full(2 * HALF_LIVES, slow.rate_per_h), np.tile(fast, 2)], axis=1)
    heights = np.stack([np.ones(2 * HALF_LIVES), np.repeat([-1.0, 1.0], HALF_LIVES)], axis=1)
    clean = np.maximum(activity(heights, rates, hours), 1e-9)
    fits = fit_curves(hours, clean, "mono", slow.physical_half_life_h, slow.fastest_half_life_h, relative_sd * clean)
    shift = np.abs(np.log(fits.tia_mbq_h() / time_integrated_activity(heights, rates))) / fits.tia_relative_sd()
    further = np.repeat([PARAMETERS[fuller] - PARAMETERS["mono"] for fuller in ("uptake", "bi")], HALF_LIVES)
    passed_over = chndtr(2.0 * further, further, np.nan_to_num(fits.chi2, nan=np.inf))
    holds = passed_over * coverage_when_shifted(shift) + (1 - passed_over) * 0.9
    return float(np.where(fits.converged(), holds, 0.9).min())


def earlier_point_h(hours: Floats, relative_sd: Floats, slow: Slow) -> float | None:
    """Return the latest time in h of one more point that would show an early part, None if none of a few would.

    >>> earlier_point_h(np.array([24.0, 96.0, 168.0]), np.full(3, 0.05), Slow(float(np.log(2)) / 51, 159.528, 0.5))
    4.0
    """
    for first in WOULD_DO_H:
        more, sd = np.concatenate([[first], hours]), np.concatenate([relative_sd[:1], relative_sd])
        if first < hours[0] and least_coverage(more, sd, slow) >= LEAST_COVERAGE:
            return first
    return None
