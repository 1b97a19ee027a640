"""How likely further cycles pass a limit, given what was measured and how uncertain a dose is."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from islet.quantify.prrt.exponentials import Floats

INFINITE_ALPHA_BETA = float("inf")


def scale_at_limit(doses_gy: ArrayLike, g_factors: ArrayLike, limit_gy: float, alpha_beta_gy: float = INFINITE_ALPHA_BETA) -> float:
    """Return by what factor all doses must be off together for their sum to meet the limit.

    With a finite alpha/beta the sum is that of the BEDs, s D (1 + G s D / (alpha/beta)): a quadratic in s.

    >>> scale_at_limit([5.0, 5.0], [0.05, 0.05], 23.0)
    2.3
    """
    doses = np.asarray(doses_gy, float)
    linear = float(doses.sum())
    square = float((np.asarray(g_factors, float) * doses**2).sum()) / alpha_beta_gy
    if square == 0:
        return limit_gy / linear
    return float((-linear + np.sqrt(linear**2 + 4 * square * limit_gy)) / (2 * square))


def chance_above(
    doses_gy: ArrayLike, g_factors: ArrayLike, limit_gy: float, relative_sd: float, alpha_beta_gy: float = INFINITE_ALPHA_BETA
) -> float:
    """Return the probability (0..1) that the sum over cycles is above the limit.

    The error is one lognormal factor common to all cycles (calibration, volume and curve model repeat from cycle to cycle).

    >>> chance_above([11.5, 11.5], [0.05, 0.05], 23.0, 0.13)
    0.5
    """
    return float(ndtr(-np.log(scale_at_limit(doses_gy, g_factors, limit_gy, alpha_beta_gy)) / np.sqrt(np.log1p(relative_sd**2))))


def chances_by_cycle(
    given_gy: ArrayLike,
    next_gy: ArrayLike,
    g_given: ArrayLike,
    g_next: float,
    limit_gy: float,
    relative_sd: float,
    alpha_beta_gy: float = INFINITE_ALPHA_BETA,
) -> Floats:
    """Return the probability of being above the limit after 0, 1, 2 ... further cycles, shape (1 + further,).

    >>> chances_by_cycle([5.0] * 4, [5.0, 5.0], [0.05] * 4, 0.05, 23.0, 0.13).round(2).tolist()
    [0.14, 0.74, 0.98]
    """
    doses, g = list(np.asarray(given_gy, float)), list(np.asarray(g_given, float))
    found = [chance_above(doses, g, limit_gy, relative_sd, alpha_beta_gy) if doses else 0.0]
    for dose in np.asarray(next_gy, float):
        doses, g = [*doses, float(dose)], [*g, g_next]
        found.append(chance_above(doses, g, limit_gy, relative_sd, alpha_beta_gy))
    return np.asarray(found)


def chance_above_population(mean_gy_per_gbq: float, sd_gy_per_gbq: float, activity_gbq: float, limit_gy: float) -> float:
    """Return the share of a lognormal population of this mean and sd whose dose passes the limit.

    >>> round(chance_above_population(0.38, 0.19, 29.6, 23.0), 2)
    0.04
    """
    log_sd = np.sqrt(np.log1p((sd_gy_per_gbq / mean_gy_per_gbq) ** 2))
    median = mean_gy_per_gbq * activity_gbq / np.exp(log_sd**2 / 2)
    return float(ndtr(np.log(median / limit_gy) / log_sd))


def cycles_until(limit_gy: float, so_far_gy: float, next_gy: float) -> float:
    """Return (limit - so far) / next, the number of further cycles on the middle estimate; not whole, and never alone.

    >>> cycles_until(23.0, 0.0, 5.0)
    4.6
    """
    return (limit_gy - so_far_gy) / next_gy
