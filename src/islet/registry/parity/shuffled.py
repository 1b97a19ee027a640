"""Decide the rows of a batch in another order and in batches of other sizes: neither may change an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from islet.registry.model import Coded, Decided

SIZES = (1, 63, 64, 65, 1000, 3001, 7000)  # about the 64 patients of a word, and about the words of a block


def decide_shuffled(decide: Callable[[Coded], Decided], coded: Coded, seed: int) -> Decided:
    """Return the decisions in the order of the batch, reached in an order and in batches drawn from `seed`."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(coded.rows)
    parts, start = [], 0
    while start < coded.rows:
        stop = start + int(rng.choice(SIZES))
        parts.append(decide(taken(coded, order[start:stop])))
        start = stop
    return joined(parts, np.argsort(order))


def taken(coded: Coded, rows: NDArray[np.intp]) -> Coded:
    """Return some rows of a batch, in the order given.

    >>> batch = taken(Coded(3, {5: np.array([1, 2, 3], np.uint8)}, {}), np.array([2, 0]))
    >>> batch.rows, batch.masks[5].tolist()
    (2, [3, 1])
    """
    return Coded(
        len(rows), {number: masks[rows] for number, masks in coded.masks.items()},
        {name: (low[rows], high[rows]) for name, (low, high) in coded.numbers.items()},
        {place: coded.cases[row] for place, row in enumerate(rows.tolist()) if row in coded.cases},
    )


def joined(parts: list[Decided], rows: ArrayLike) -> Decided:
    """Return the decisions of several batches as those of one, the rows in the order given."""
    places = np.asarray(rows, np.intp)
    columns: list[Any] = [None if one[0] is None else np.concatenate(one, axis=-1)[..., places] for one in zip(*parts, strict=True)]
    return Decided(*columns)
