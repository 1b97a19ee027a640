"""Stochastic multicriteria acceptability analysis: for how many weights and outcomes does each option come first.

Sources: Lahdelma, Hokkanen & Salminen, Eur J Oper Res 1998;106:137 (acceptability, central weights, confidence); Lahdelma &
Salminen, Oper Res 2001;49:444 (all ranks); Lahdelma, Miettinen & Salminen, Eur J Oper Res 2003;147:117 (ordinal criteria).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.wishes.model import Attribute, Performance
from islet.wishes.weights import Array, uniforms

DIGITS = 12


class Acceptability(NamedTuple):
    """Hold for each option the count of draws in each place (options, places), and the weights that put it first (options, attributes).

    A draw in which options are equal counts in parts. A row of `central` is NaN where the option is never first.
    """

    places: Array
    central: Array
    draws: int


def draw_values(
    options: Sequence[str], attributes: Sequence[Attribute], performances: Sequence[Sequence[Performance]], count: int, seed: str
) -> Array:
    """Return (count, options, attributes) values between 0 (worst) and 1 (best), each drawn from what is known.

    An interval is spread evenly and cut at the ends of the scale; levels keep their order and their ends, and all options on one level
    share its drawn value; what is not known is spread over the whole scale.
    """
    values = np.empty((count, len(options), len(attributes)))
    for column, attribute in enumerate(attributes):
        levels = _level_values(attribute, count, seed) if attribute.levels else None
        for row, option in enumerate(options):
            found = performances[row][column]
            if found.level is not None and levels is not None:
                values[:, row, column] = levels[:, found.level]
                continue
            drawn = uniforms(f"{seed}|{option}|{attribute.id}", 0, count)
            if found.interval is not None and attribute.scale is not None:
                worst, best = attribute.scale
                low, high = found.interval
                drawn = np.clip((low + (high - low) * drawn - worst) / (best - worst), 0.0, 1.0)
            values[:, row, column] = drawn
    return values


def accept(weights: Array, values: Array) -> Acceptability:
    """Return how often each option takes each place.

    `weights` are (draws, attributes) or one row for all draws, `values` (draws, options, attributes); a sum is higher for better.

    >>> found = accept(np.array([[1.0]]), np.array([[[0.2], [0.7]], [[0.5], [0.5]]]))
    >>> found.places.tolist()
    [[0.5, 1.5], [1.5, 0.5]]
    """
    draws, count = values.shape[:2]
    weighed = np.broadcast_to(weights, (draws, weights.shape[1]))
    sums = _sums(weighed, values)
    ordered = np.sort(sums, axis=1)[:, ::-1]
    places = np.empty((count, count))
    for option in range(count):
        same = ordered == sums[:, option, None]
        places[option] = (same / same.sum(axis=1, keepdims=True)).sum(axis=0)
    first = _firsts(sums)
    counted = first.sum(axis=0)
    with np.errstate(invalid="ignore"):
        central = np.asarray(first.T @ weighed / counted[:, None], dtype=np.float64)
    return Acceptability(places, central, draws)


def first_counts(weights: Array, values: Array) -> Array:
    """Return for each option the count of draws in which it is first; arguments as in `accept`.

    >>> first_counts(np.array([[1.0]]), np.array([[[0.2], [0.7]], [[0.5], [0.5]]])).tolist()
    [0.5, 1.5]
    """
    return np.asarray(_firsts(_sums(np.broadcast_to(weights, (len(values), weights.shape[1])), values)).sum(axis=0), dtype=np.float64)


def first_between(weights: Array, values: Array, free: NDArray[np.bool_]) -> Array:
    """Return (options, 2): the least and the most draws in which each option is first, whatever the free values are.

    `free` (options, attributes) marks values of which nothing is known. The least has an option's own at 0 and those of all others
    at 1, the most the other way round; a sum rises with each value, so no other filling goes beyond.

    >>> first_between(np.array([[1.0]]), np.array([[[0.2], [0.7]]]), np.array([[False], [True]])).tolist()
    [[0.0, 1.0], [0.0, 1.0]]
    """
    worst, best = (_sums(weights, np.where(free, filled, values)) for filled in (0.0, 1.0))
    found = np.empty((values.shape[1], 2))
    for option in range(values.shape[1]):
        for column, (own, others) in enumerate(((worst, best), (best, worst))):
            rest = np.delete(others, option, axis=1)
            mine = own[:, option]
            part = 1.0 / (1 + (rest == mine[:, None]).sum(axis=1))
            found[option, column] = np.where((rest <= mine[:, None]).all(axis=1), part, 0.0).sum()
    return found


def ahead(first: Sequence[float] | Array, draws: int) -> tuple[int, ...]:
    """Return the options that are first most often: one, or all whose lead the draws cannot tell from none.

    `first` are counts. The lead of p over q has the variance (p + q - (p - q)^2) / draws of a multinomial; twice its root is asked for.

    >>> ahead([600.0, 400.0], 1000), ahead([505.0, 495.0], 1000)
    ((0,), (0, 1))
    """
    shares = np.asarray(first, dtype=np.float64) / draws
    top = float(shares.max())
    lead = top - shares
    error = np.sqrt(np.maximum(top + shares - lead**2, 0.0) / draws)
    return tuple(int(number) for number in np.flatnonzero(lead <= 2 * error * (lead > 0)))


def _sums(weights: Array, values: Array) -> Array:
    """Return (draws, options) weighted sums, rounded so that equal options are equal."""
    return np.asarray(np.round(np.matmul(values, weights[:, :, None])[:, :, 0], DIGITS), dtype=np.float64)


def _firsts(sums: Array) -> Array:
    """Return (draws, options) the part of the first place that each option has."""
    best = sums == sums.max(axis=1, keepdims=True)
    return np.asarray(best / best.sum(axis=1, keepdims=True), dtype=np.float64)


def _level_values(attribute: Attribute, count: int, seed: str) -> Array:
    """Return (count, levels) values: 0 and 1 at the ends, evenly drawn and sorted between them."""
    inner = len(attribute.levels) - 2
    between = np.sort(uniforms(f"{seed}|levels|{attribute.id}", 0, count * inner).reshape(count, inner), axis=1)
    return np.hstack([np.zeros((count, 1)), between, np.ones((count, 1))])
