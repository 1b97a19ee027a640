"""Biologically effective dose with repair, for a dose rate that is any sum of exponentials, and cumulative over cycles."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from islet.quantify.prrt.exponentials import Floats


def lea_catcheside(amplitudes: ArrayLike, rates_per_h: ArrayLike, repair_half_time_h: float) -> Floats:
    """Return the Lea-Catcheside factor G of a protracted dose rate sum a_i exp(-l_i t), shape (...).

    With mu = ln2 / repair half-time and D = sum a_i/l_i:
    G = 2/D^2 * sum_ij a_i a_j / ((l_i + l_j)(l_i + mu)); one term gives l/(mu + l). The formula is the double integral of
    physics dossier §5 done in closed form; it has no singular case. Amplitudes may be in any unit.

    >>> round(float(lea_catcheside([1.0], [np.log(2) / 51], 2.8)), 5)
    0.05204
    """
    a, rate = np.asarray(amplitudes, float), np.asarray(rates_per_h, float)
    mu = np.log(2) / repair_half_time_h
    total = (a / rate).sum(axis=-1)
    pairs = a[..., :, None] * a[..., None, :] / ((rate[..., :, None] + rate[..., None, :]) * (rate + mu)[..., :, None])
    return np.asarray(2 * pairs.sum(axis=(-1, -2)) / total**2)


def bed_gy(dose_gy: ArrayLike, g_factor: ArrayLike, alpha_beta_gy: float) -> Floats:
    """Return the biologically effective dose D (1 + G D / (alpha/beta)) in Gy.

    >>> round(float(bed_gy(5.0, lea_catcheside([1.0], [np.log(2) / 50], 2.5), 2.5)), 4)
    5.4762
    """
    dose = np.asarray(dose_gy, float)
    return np.asarray(dose * (1 + np.asarray(g_factor, float) * dose / alpha_beta_gy))


def doses_of_cycles(first_gy: float, cycles: int, fall_per_cycle: float = 0.0) -> Floats:
    """Return the dose in Gy of each cycle when every cycle gives `fall_per_cycle` (0..1) less than the one before.

    >>> doses_of_cycles(10.0, 3, 0.06).round(3).tolist()
    [10.0, 9.4, 8.836]
    """
    if not 0 <= fall_per_cycle < 1:
        raise ValueError("the fall per cycle lies from 0 to below 1")
    return np.asarray(first_gy * (1 - fall_per_cycle) ** np.arange(cycles))
