"""Time-integrated activity from one measurement: Hänscheid's and Madsen's formulas, and how wrong they can be."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from islet.quantify.prrt.exponentials import Floats

SHORTEST, LONGEST = 0.75, 2.5


def haenscheid_tia_mbq_h(activity_mbq: ArrayLike, hours: ArrayLike) -> Floats:
    """Return A(t) 2t / ln2 in MBq h; exact where t is one or two effective half-lives.

    >>> round(float(haenscheid_tia_mbq_h(100.0, 72.0)), 1)
    20774.8
    """
    return np.asarray(np.asarray(activity_mbq, float) * 2 * np.asarray(hours, float) / np.log(2))


def haenscheid_ratio(hours: ArrayLike, half_life_h: ArrayLike) -> Floats:
    """Return estimate over truth for a mono-exponential: 2x 2^-x with x = t / effective half-life.

    >>> haenscheid_ratio([51.0, 102.0, 153.0], 51.0).round(4).tolist()
    [1.0, 1.0, 0.75]
    """
    x = np.asarray(hours, float) / np.asarray(half_life_h, float)
    return np.asarray(2 * x * np.exp2(-x))


def madsen_tia_mbq_h(activity_mbq: ArrayLike, hours: ArrayLike, half_life_h: ArrayLike) -> Floats:
    """Return A(t) e^(lt) / l in MBq h for an assumed effective half-life, of a population or of this patient's earlier cycle.

    >>> round(float(madsen_tia_mbq_h(75.0, 96.0, 50.88)))
    20359
    """
    rate = np.log(2) / np.asarray(half_life_h, float)
    return np.asarray(np.asarray(activity_mbq, float) * np.exp(rate * np.asarray(hours, float)) / rate)


def half_lives(median_h: float, log_sd: float, number: int) -> Floats:
    """Return equally probable half-lives of a lognormal population in h, rising, shape (number,).

    >>> half_lives(51.0, 0.2, 3).round(1).tolist()
    [42.0, 51.0, 61.9]
    """
    from scipy.special import ndtri

    share = (np.arange(number) + 0.5) / number
    return np.asarray(median_h * np.exp(log_sd * ndtri(share)))


def true_tia_interval_mbq_h(
    activity_mbq: float, hours: float, median_h: float, log_sd: float, activity_relative_sd: float = 0.0, level: float = 0.9
) -> tuple[float, float]:
    """Return where the true value lies for a lognormal population of half-lives and an error of the measurement.

    The measurement's error widens both ends in quadrature on the logarithmic scale.

    >>> low, high = true_tia_interval_mbq_h(100.0, 72.0, 51.0, 0.2)
    >>> bool(low < haenscheid_tia_mbq_h(100.0, 72.0) < high)
    True
    """
    from scipy.special import ndtri

    truth = madsen_tia_mbq_h(activity_mbq, hours, half_lives(median_h, log_sd, 2001))
    middle = float(np.median(truth))
    reach = float(ndtri(0.5 + level / 2)) * activity_relative_sd
    low, high = np.quantile(truth, [0.5 - level / 2, 0.5 + level / 2])
    return middle * float(np.exp(-np.hypot(np.log(middle / low), reach))), middle * float(np.exp(np.hypot(np.log(high / middle), reach)))


def share_inside(hours: float, median_h: float, log_sd: float) -> float:
    """Return the share of the population for whom 0.75 <= t / half-life <= 2.5, where Hänscheid errs by +6 to -12 %.

    >>> round(share_inside(72.0, 51.0, 0.2), 2), round(share_inside(24.0, 51.0, 0.2), 2)
    (1.0, 0.01)
    """
    from scipy.special import ndtr

    upper, lower = np.log(hours / SHORTEST / median_h) / log_sd, np.log(hours / LONGEST / median_h) / log_sd
    return float(ndtr(upper) - ndtr(lower))


def valid_hours(median_h: float, log_sd: float, share: float = 0.9) -> tuple[float, float]:
    """Return the hours between which at least `share` of the population is inside the range of x.

    >>> low, high = valid_hours(51.0, 0.2)
    >>> round(low), round(high)
    (49, 99)
    """
    from scipy.special import ndtri

    reach = float(np.exp(log_sd * ndtri(share)))
    return SHORTEST * median_h * reach, LONGEST * median_h / reach


def share_biased(method: str, hours: float, median_h: float, log_sd: float, more_than: float = 0.1, number: int = 500) -> float:
    """Return the share of simulated organs whose estimate is wrong by more than `more_than`; method haenscheid or madsen.

    >>> share_biased("haenscheid", 72.0, 51.0, 0.2) < share_biased("haenscheid", 24.0, 51.0, 0.2)
    True
    """
    true_h = half_lives(median_h, log_sd, number)
    seen = np.exp2(-hours / true_h)
    estimate = haenscheid_tia_mbq_h(seen, hours) if method == "haenscheid" else madsen_tia_mbq_h(seen, hours, median_h)
    return float((np.abs(estimate / (true_h / np.log(2)) - 1) > more_than).mean())
