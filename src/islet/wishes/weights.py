"""From a ranking to weights: draws spread evenly over all weights that agree with the ranking and the trade-offs."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from islet.errors import InputError
from islet.wishes.model import Ranking, Tradeoff

Array = NDArray[np.float64]
MOST_BLOCKS = 40
FEWEST = 1000


def uniforms(seed: str, stream: int, count: int) -> Array:
    """Return `count` numbers evenly spread between 0 and 1 (neither end), the same for the same seed and stream.

    They are made from raw words of PCG64, the part of NumPy's generators whose stream is kept for good (NEP 19).

    >>> bool((uniforms("x", 0, 3) == uniforms("x", 0, 3)).all()), bool((uniforms("x", 0, 3) == uniforms("x", 1, 3)).any())
    (True, False)
    """
    digest = int.from_bytes(hashlib.sha256(f"{seed}|{stream}".encode()).digest(), "big")
    words = np.random.PCG64(np.random.SeedSequence(digest)).random_raw(count)
    return np.asarray(((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53, dtype=np.float64)


def rank_order_centroid(count: int) -> Array:
    """Return the mean of all weights that agree with a full ranking of `count` attributes, the most important first.

    Source: Barron & Barrett, Manage Sci 1996;42:1515: w_i = (1/n) * sum of 1/k for k = i..n.

    >>> rank_order_centroid(3).round(4).tolist()
    [0.6111, 0.2778, 0.1111]
    """
    inverse = 1.0 / np.arange(1, count + 1)
    return np.asarray(np.cumsum(inverse[::-1])[::-1] / count, dtype=np.float64)


def even_weights(names: Sequence[str], count: int, seed: str, block: int = 0) -> Array:
    """Return (count, attributes) weights spread evenly over the whole simplex, one column a name.

    Source: spacings of independent exponentials (Devroye, Non-Uniform Random Variate Generation, 1986, chapter V). Each column has a
    stream of its own, so that leaving one attribute out keeps the draws of the others.
    """
    spent = np.stack([-np.log(uniforms(f"{seed}|{name}", block, count)) for name in names], axis=1)
    return np.asarray(spent / spent.sum(axis=1, keepdims=True), dtype=np.float64)


def in_order(weights: Array, names: Sequence[str], ranking: Ranking, seed: str, block: int = 0) -> Array:
    """Return the weights with those of ranked attributes put in the order of the ranking; the others stay where they are.

    Even draws stay even over the part of the simplex that agrees: each ordering of the columns is equally likely, so sorting those
    that are ranked is the draw given the ranking. In a tier the order is drawn at random.

    >>> in_order(np.array([[0.1, 0.2, 0.7]]), ["a", "b", "c"], (("a",), ("c",)), "x").tolist()
    [[0.7, 0.2, 0.1]]
    """
    place = {name: column for column, name in enumerate(names)}
    ranked = [place[name] for tier in ranking for name in tier]
    if not ranked:
        return weights
    ordered = -np.sort(-weights[:, ranked], axis=1)
    start = 0
    for number, tier in enumerate(ranking):
        end = start + len(tier)
        if len(tier) > 1:
            keys = uniforms(f"{seed}|tier {number}", block, len(weights) * len(tier)).reshape(len(weights), len(tier))
            ordered[:, start:end] = np.take_along_axis(ordered[:, start:end], np.argsort(keys, axis=1), axis=1)
        start = end
    found = weights.copy()
    found[:, ranked] = ordered
    return found


def agree(weights: Array, names: Sequence[str], tradeoffs: Sequence[Tradeoff]) -> NDArray[np.bool_]:
    """Tell for each row whether the weights agree with every trade-off: w_first >= times * w_second."""
    place = {name: column for column, name in enumerate(names)}
    found = np.ones(len(weights), dtype=bool)
    for one in tradeoffs:
        found &= weights[:, place[one.first]] >= one.times * weights[:, place[one.second]]
    return found


def draw_weights(names: Sequence[str], ranking: Ranking, tradeoffs: Sequence[Tradeoff], count: int, seed: str) -> Array:
    """Return up to `count` rows of weights (one column a name, each row adds up to 1) that agree with ranking and trade-offs.

    Raises InputError when the answers contradict each other, or leave so few weights that fewer than 1,000 are found.
    """
    check_agreement(names, ranking, tradeoffs)
    kept: list[Array] = []
    have = 0
    for block in range(MOST_BLOCKS):
        weights = in_order(even_weights(names, count, seed, block), names, ranking, seed, block)
        kept.append(weights[agree(weights, names, tradeoffs)])
        have += len(kept[-1])
        if have >= count:
            break
    if have < min(FEWEST, count):
        raise InputError(f"the trade-offs leave {have} of {count * MOST_BLOCKS} weights", field="tradeoffs", expected="smaller factors")
    return np.concatenate(kept)[:count]


def check_agreement(names: Sequence[str], ranking: Ranking, tradeoffs: Sequence[Tradeoff]) -> None:
    """Raise InputError naming the first trade-off that contradicts the ranking and the trade-offs before it.

    Weights above 0 that agree are sought by a linear programme.
    """
    for number, one in enumerate(tradeoffs, 1):
        if not _possible(names, ranking, tradeoffs[:number]):
            found = f'that "{one.first}" counts {one.times:g} times "{one.second}" contradicts the ranking or the answers before it'
            raise InputError(found, field="tradeoffs", expected="another answer, or another ranking")


def _possible(names: Sequence[str], ranking: Ranking, tradeoffs: Sequence[Tradeoff]) -> bool:
    from scipy.optimize import linprog

    place = {name: column for column, name in enumerate(names)}
    pairs = [Tradeoff(a, b) for upper, lower in itertools.pairwise(ranking) for a in upper for b in lower]
    rows = np.zeros((len(pairs) + len(tradeoffs), len(names) + 1))
    for row, one in zip(rows, [*pairs, *tradeoffs], strict=True):
        row[place[one.first]], row[place[one.second]], row[-1] = -1.0, one.times, 1.0
    slack = np.zeros(len(names) + 1)
    slack[-1] = -1.0
    whole = np.append(np.ones(len(names)), 0.0)[None, :]
    best = linprog(slack, A_ub=rows, b_ub=np.zeros(len(rows)), A_eq=whole, b_eq=[1.0], bounds=[*[(0, 1)] * len(names), (None, 1)])
    return bool(best.status == 0 and -best.fun > 1e-9)
