"""Sums of exponentials A(t) = sum a_i exp(-l_i t): what every fitted time-activity curve is, and what follows from it.

Amplitudes and rates have the shape (..., terms); an unused term has amplitude 0 and any positive rate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def activity(amplitudes_mbq: ArrayLike, rates_per_h: ArrayLike, times_h: ArrayLike) -> Floats:
    """Return the activity in MBq at the times, shape (..., times).

    >>> activity([[100.0]], [[np.log(2) / 50]], [0.0, 50.0]).round(3).tolist()
    [[100.0, 50.0]]
    """
    a, rate, t = np.asarray(amplitudes_mbq, float), np.asarray(rates_per_h, float), np.asarray(times_h, float)
    return np.asarray((a[..., :, None] * np.exp(-rate[..., :, None] * t)).sum(axis=-2))


def time_integrated_activity(amplitudes_mbq: ArrayLike, rates_per_h: ArrayLike) -> Floats:
    """Return the integral from 0 to infinity in MBq h: sum a_i / l_i (MIRD; physics dossier §3).

    >>> round(float(time_integrated_activity([259.0], [np.log(2) / 51])))
    19057
    """
    return np.asarray((np.asarray(amplitudes_mbq, float) / np.asarray(rates_per_h, float)).sum(axis=-1))


def integral_between(amplitudes_mbq: ArrayLike, rates_per_h: ArrayLike, start_h: float, end_h: float) -> Floats:
    """Return the integral over [start, end] in MBq h.

    >>> half = integral_between([259.0], [np.log(2) / 51], 0, 51) / time_integrated_activity([259.0], [np.log(2) / 51])
    >>> round(float(half), 12)
    0.5
    """
    a, rate = np.asarray(amplitudes_mbq, float), np.asarray(rates_per_h, float)
    return np.asarray((a / rate * (np.exp(-rate * start_h) - np.exp(-rate * end_h))).sum(axis=-1))


def tia_relative_sd(amplitudes_mbq: ArrayLike, rates_per_h: ArrayLike, covariance: ArrayLike) -> Floats:
    """Return the relative standard deviation of the time-integrated activity (first order).

    `covariance` has the shape (..., 2 terms, 2 terms), in the order amplitudes then rates.

    >>> cov = np.diag([5.0**2, 0.0])
    >>> round(float(tia_relative_sd([100.0], [0.01], cov)), 6)
    0.05
    """
    a, rate = np.asarray(amplitudes_mbq, float), np.asarray(rates_per_h, float)
    slope = np.concatenate([1 / rate, -a / rate**2], axis=-1)
    variance = np.einsum("...i,...ij,...j->...", slope, np.asarray(covariance, float), slope)
    return np.asarray(np.sqrt(np.maximum(variance, 0)) / time_integrated_activity(a, rate))


def activity_relative_sd(amplitudes_mbq: ArrayLike, rates_per_h: ArrayLike, covariance: ArrayLike, times_h: ArrayLike) -> Floats:
    """Return the relative standard deviation of the curve at the times (first order), for one curve.

    >>> float(activity_relative_sd([100.0], [0.01], np.diag([5.0**2, 0.0]), [0.0])[0])
    0.05
    """
    a, rate, t = np.asarray(amplitudes_mbq, float), np.asarray(rates_per_h, float), np.asarray(times_h, float)
    basis = np.exp(-rate[:, None] * t)
    slope = np.concatenate([basis, -a[:, None] * t * basis])
    variance = np.einsum("it,ij,jt->t", slope, np.asarray(covariance, float), slope)
    return np.asarray(np.sqrt(np.maximum(variance, 0)) / np.maximum((a[:, None] * basis).sum(axis=0), 1e-300))


def effective_half_life_h(amplitudes_mbq: ArrayLike, rates_per_h: ArrayLike) -> Floats:
    """Return the half-life in h of the slowest term that is in use.

    >>> round(float(effective_half_life_h([200.0, 50.0], [np.log(2) / 51, np.log(2) / 3])), 6)
    51.0
    """
    rates = np.where(np.asarray(amplitudes_mbq, float) != 0, np.asarray(rates_per_h, float), np.inf)
    return np.asarray(np.log(2) / rates.min(axis=-1))
