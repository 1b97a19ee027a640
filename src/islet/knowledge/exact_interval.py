"""The exact interval of a proportion, worked out once when the knowledge is compiled."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache


@lru_cache(maxsize=4096)
def clopper_pearson(events: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact (Clopper-Pearson) interval of `events` of `n` as two proportions between 0 and 1.

    Source: Clopper and Pearson, Biometrika 26:404 (1934). Raises ValueError unless 0 <= events <= n and n > 0.

    >>> low, high = clopper_pearson(10, 12)     # belzutifan label data: 83 % (52 to 98)
    >>> round(100 * low), round(100 * high)
    (52, 98)
    """
    if not 0 <= events <= n or n < 1:
        raise ValueError(f"found {events} of {n}")
    tail = (1 - level) / 2
    low = 0.0 if events == 0 else _root(lambda p: 1 - _at_most(events - 1, n, p) - tail)
    high = 1.0 if events == n else _root(lambda p: tail - _at_most(events, n, p))
    return low, high


def events_of(percent: float, n: int, decimals: int) -> int | None:
    """Return the only count of `n` that prints as this percentage, or None when none or several do.

    >>> events_of(43.0, 151, 1), events_of(5, 207, 0), events_of(54.5, 84, 1)
    (65, None, None)
    """
    found = [k for k in range(n + 1) if abs(100 * k / n - percent) <= 0.5 * 10**-decimals + 1e-9]
    return found[0] if len(found) == 1 else None


def _at_most(events: int, n: int, p: float) -> float:
    """Return the chance of at most `events` of `n` with chance `p` each."""
    if p <= 0 or p >= 1:
        return 1.0 if p <= 0 or events >= n else 0.0
    logs = (math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log1p(-p)
            for k in range(events + 1))
    return min(1.0, math.fsum(math.exp(log) for log in logs))


def _root(rising: Callable[[float], float]) -> float:
    """Return where a rising function of a proportion crosses zero."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
