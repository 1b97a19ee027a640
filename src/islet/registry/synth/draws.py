"""Random numbers that are the same everywhere: one stream a block of rows, and only what NumPy promises never to change."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

GENERATOR = 1  # raise it when a change moves the data of a seed
BLOCK = 16384

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


class Draws:
    """Draw whole blocks of uniform numbers.

    NumPy keeps the raw stream of a bit generator for good, but not that of `Generator` methods (NEP 19); so only raw words are taken.

    >>> Draws(7, 0).uniform()[:2].tolist() == Draws(7, 0).uniform()[:2].tolist()
    True
    """

    def __init__(self, seed: int, block: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, GENERATOR, block]))

    def uniform(self) -> Floats:
        """Return one number in [0, 1) a row of the block."""
        return self._halves().astype(np.float64) * 2.0**-32

    def chance(self, share: float | Floats) -> NDArray[np.bool_]:
        """Return which rows are met by an event of the given share (one for all, or one a row).

        >>> Draws(7, 0).chance(1.0).all(), Draws(7, 0).chance(0.0).any()
        (np.True_, np.False_)
        """
        if isinstance(share, float) and share < 1:
            return self._halves() < np.uint32(ceil(share * 2**32))
        return self.uniform() < share

    def _halves(self) -> NDArray[np.uint32]:
        """Return half a raw word a row."""
        return self._bits.random_raw(BLOCK // 2).astype("<u8", copy=False).view("<u4")

    def pick(self, weights: Sequence[float] | Sequence[Sequence[float]], kinds: Codes | None = None) -> Codes:
        """Return a place in the weights a row; with `kinds`, the weights are a row for each kind.

        >>> sorted(set(Draws(7, 0).pick([1, 0, 3]).tolist()))
        [0, 2]
        """
        table = np.atleast_2d(np.asarray(weights, dtype=float))
        edges = np.cumsum(table / table.sum(axis=1, keepdims=True), axis=1)[:, :-1]
        drawn, found = self.uniform(), np.zeros(BLOCK, np.int64)
        for edge in edges.T:
            found += drawn >= (edge[0] if kinds is None else edge[kinds])
        return found

    def number(self, points: Sequence[float] | Sequence[Sequence[float]], kinds: Codes | None = None) -> Floats:
        """Return a number a row from its quantiles at even steps (a straight line between two); with `kinds`, a row for each kind.

        >>> float(Draws(7, 0).number([5, 5, 5])[0])
        5.0
        """
        table = np.atleast_2d(np.asarray(points, dtype=float))
        steps = table.shape[1] - 1
        place = self.uniform() * steps
        step = place.astype(np.int64)
        rest = place - step
        if kinds is not None:
            step += kinds * (steps + 1)
        flat = table.ravel()
        low = flat[step]
        return np.asarray(low + (flat[step + 1] - low) * rest)


def share_below(points: Sequence[float], limit: float) -> float:
    """Return the share of a quantile table that lies below a limit.

    >>> share_below([0, 10, 30], 20)
    0.75
    """
    steps = len(points) - 1
    shares = [min(max((limit - low) / (high - low), 0.0), 1.0) for low, high in pairwise(points)]
    return sum(shares) / steps
