"""Curves through published points: exponential, Weibull, piecewise exponential. Months in, shares between 0 and 1 out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from islet.errors import InputError

Array = NDArray[np.float64]


def exponential_hazard(months: float, share: float) -> float:
    """Return the constant hazard a month of the exponential curve through one point.

    `share` is the share still free at `months`; a median has 0.5. Source: S(t) = exp(-h t), so h = -ln S / t.
    Raises InputError unless months > 0 and 0 < share < 1.

    >>> round(exponential_hazard(11.0, 0.5), 3)
    0.063
    """
    _check(months, share)
    return -math.log(share) / months


def weibull_through(months: Sequence[float], shares: Sequence[float]) -> tuple[float, float]:
    """Return scale (months) and shape of the Weibull curve through two points.

    Source: S(t) = exp(-(t / scale) ** shape), solved for both. A shape above 1 is a hazard that rises, below 1 one that falls.
    Raises InputError unless the second point lies later and lower than the first.

    >>> scale, shape = weibull_through([12, 20.7], [0.805, 0.5])
    >>> round(shape, 1)
    2.1
    """
    for one_month, one_share in zip(months, shares, strict=True):
        _check(one_month, one_share)
    first, second = (-math.log(share) for share in shares)
    if not (months[1] > months[0] and second > first):
        found = f"found {shares[0]:g} at {months[0]:g} months and {shares[1]:g} at {months[1]:g}"
        raise InputError(found, expected="a share that falls with time")
    shape = math.log(second / first) / math.log(months[1] / months[0])
    return months[0] / first ** (1 / shape), shape


def piecewise_hazards(months: Sequence[float], shares: Sequence[float]) -> Array:
    """Return the hazard a month on each stretch between points, the first from time 0 (where all are free).

    Raises InputError unless times rise and shares fall.

    >>> [round(float(h), 4) for h in piecewise_hazards([12, 24], [0.826, 0.677])]
    [0.0159, 0.0166]
    """
    times, free = np.array([0.0, *months]), np.array([1.0, *shares])
    if np.any(np.diff(times) <= 0) or np.any(np.diff(free) >= 0) or free[-1] <= 0:
        raise InputError("found points that do not fall with time", expected="times that rise and shares that fall, above 0")
    return np.asarray(-np.diff(np.log(free)) / np.diff(times), dtype=np.float64)


def exponential_share(months: Array, hazard: float) -> Array:
    """Return the share free at each time under a constant hazard a month.

    >>> exponential_share(np.array([12.0, 24.0]), 0.063).round(2).tolist()
    [0.47, 0.22]
    """
    return np.asarray(np.exp(-hazard * months), dtype=np.float64)


def weibull_share(months: Array, scale: float, shape: float) -> Array:
    """Return the share free at each time under a Weibull curve with `scale` in months.

    >>> weibull_share(np.array([10.0]), 10.0, 1.0).round(4).tolist()
    [0.3679]
    """
    return np.asarray(np.exp(-((months / scale) ** shape)), dtype=np.float64)


def piecewise_share(months: Array, knots: Sequence[float], hazards: Array) -> Array:
    """Return the share free at each time under hazards that are constant between knots (months); the last goes on.

    >>> hazards = piecewise_hazards([12, 24], [0.826, 0.677])
    >>> piecewise_share(np.array([0.0, 12.0, 24.0]), [12, 24], hazards).round(3).tolist()
    [1.0, 0.826, 0.677]
    """
    starts = np.array([0.0, *knots[:-1]])
    ends = np.array([*knots[:-1], np.inf])
    spent = np.clip(months[:, None] - starts, 0, ends - starts)
    return np.asarray(np.exp(-(spent @ hazards)), dtype=np.float64)


def exponential_mean_months(hazard: float) -> float:
    """Return the mean time in months under a constant hazard.

    >>> round(exponential_mean_months(exponential_hazard(14, 0.5)) / 12, 3)
    1.683
    """
    return 1 / hazard


def restricted_mean_months(months: Array, shares: Array) -> float:
    """Return the mean time free up to the last of the times: the area under a curve by the trapezium rule.

    >>> restricted_mean_months(np.array([0.0, 1.0, 2.0]), np.array([1.0, 0.5, 0.0]))
    1.0
    """
    return float(np.sum(np.diff(months) * (shares[1:] + shares[:-1]) / 2))


def _check(months: float, share: float) -> None:
    if not months > 0 or not 0 < share < 1:
        raise InputError(f"found {share:g} free at {months:g} months", expected="a time above 0 and a share between 0 and 1")
