"""Numbers to cells, a whole column at once: exact values, and closed intervals from two columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from islet.case.dictionary import Fact, Variable
from islet.registry.code.said import Masks, mask_type

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def possible_numbers(values: Floats, fact: Fact) -> Bools:
    """Return which values a patient can have: finite, inside the possible range, whole where the fact is."""
    assert fact.possible is not None
    low, high = fact.possible
    fine = (values >= low) & (values <= high)  # neither NaN nor an infinity passes
    if fact.whole:
        fine &= values == np.floor(values)
    return fine


def unusual_numbers(values: Floats, known: Bools, fact: Fact) -> Bools:
    """Return which of the values known lie outside what is plausible."""
    if fact.plausible is None:
        return np.zeros(len(values), np.bool_)
    return known & ((values < fact.plausible[0]) | (values > fact.plausible[1]))


def place_of(values: Floats, cuts: tuple[float, ...]) -> NDArray[np.intp]:
    """Return the number of the cell each value lies in: 2i before cut i, 2i + 1 on it.

    >>> place_of(np.array([1.0, 3.0, 4.0]), (3.0, 20.0)).tolist()
    [0, 1, 2]
    """
    edges = np.asarray(cuts, np.float64)
    place = np.searchsorted(edges, values)
    on_cut = np.zeros(len(values), np.intp)
    inside = place < len(edges)
    on_cut[inside] = edges[place[inside]] == values[inside]
    return 2 * place + on_cut


def cells_of_values(values: Floats, variable: Variable) -> Masks:
    """Return the cell of each value as a mask."""
    kind = mask_type(variable)
    cells = np.array([1 << bit & variable.full for bit in range(2 * len(variable.cuts) + 1)], kind)
    return cells[place_of(values, variable.cuts)]


def cells_between(low: Floats, high: Floats, variable: Variable) -> Masks:
    """Return the cells of closed intervals; an end that is NaN is open to the end of what is possible.

    >>> ki67 = Variable(0, "ki67", "ki67", "", "number", (), (3.0, 20.0), 31)
    >>> [bin(mask) for mask in cells_between(np.array([3.0, np.nan]), np.array([5.0, 2.0]), ki67)]
    ['0b110', '0b1']
    """
    last = 2 * len(variable.cuts)
    first_bit = np.where(np.isnan(low), 0, place_of(np.nan_to_num(low), variable.cuts)).astype(np.uint64)
    last_bit = np.where(np.isnan(high), last, place_of(np.nan_to_num(high), variable.cuts)).astype(np.uint64)
    one = np.uint64(1)
    mask = ((one << (last_bit + one)) - one) & ~((one << first_bit) - one) & np.uint64(variable.full)
    return mask.astype(mask_type(variable))


