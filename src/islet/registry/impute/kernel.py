"""Draw the missing facts of one patient after another: down a tree to donors, inside what the links still allow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.registry.impute.network import Cells, Ints, Network, Steps, carry, compiled, make_steps, undo

Floats = NDArray[np.float64]
TRIES = 4  # donors tried at random before all of a node are looked through
DEEPEST = 512


class Forest(NamedTuple):
    """Hold one tree a drawn fact, all in the same arrays.

    The nodes of tree t start at `roots[t]`; `left` and `right` are nodes, -1 at a leaf; `column` and `threshold` split the rows;
    `unknown_left` says where rows without the column go. The donors of a node are those from `first` to `last`; each has its
    value (a number, or the place of a word) and its cell.
    """

    roots: Ints
    left: Ints
    right: Ints
    column: Ints
    threshold: Floats
    unknown_left: NDArray[np.bool_]
    first: Ints
    last: Ints
    values: Floats
    cells: Cells


class Plan(NamedTuple):
    """Hold what is drawn, in this order: the variable, its column among the predictors, whether it is a number, its cut points.

    `cuts[cut_starts[t] : cut_starts[t + 1]]` are the cut points of fact t. `known` (facts, rows) marks what is known exactly, `low`
    and `high` (facts, rows) the ends that are known of a number, infinite where none is.
    """

    variables: Ints
    columns: Ints
    numbers: NDArray[np.bool_]
    cut_starts: Ints
    cuts: Floats
    known: NDArray[np.bool_]
    low: Floats
    high: Floats


@compiled
def stream(seed: int, completion: int, row: int, attempt: int) -> NDArray[np.uint64]:
    """Return the start of the random numbers of one patient in one completion: they rest on these four alone."""
    start = np.empty(1, np.uint64)
    start[0] = np.uint64(seed)
    for part in (completion, row, attempt):
        start[0] = bits(start) ^ (np.uint64(part) * np.uint64(0x9E3779B97F4A7C15))
    return start


@compiled
def bits(start: NDArray[np.uint64]) -> np.uint64:
    """Return 64 random bits and go on (SplitMix64: Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195)."""
    start[0] += np.uint64(0x9E3779B97F4A7C15)
    mixed = start[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


@compiled
def below(start: NDArray[np.uint64], count: int) -> int:
    """Return a whole number from 0 to below `count`."""
    return int((bits(start) >> np.uint64(33)) * np.uint64(count) >> np.uint64(31))


@compiled
def donor(
    fact: int, features: NDArray[np.float32], allowed: np.uint32, low: float, high: float, forest: Forest, start: NDArray[np.uint64],
    path: Ints,
) -> int:
    """Return a donor that may be: one of the leaf, else of the nearest node above that has any; -1 where none may be."""
    node = forest.roots[fact]
    depth = 0
    path[0] = node
    while forest.left[node] >= 0:
        value = features[forest.column[node]]
        goes_left = forest.unknown_left[node] if np.isnan(value) else value <= forest.threshold[node]
        node = forest.left[node] if goes_left else forest.right[node]
        if depth < len(path) - 1:
            depth += 1
            path[depth] = node
    while depth >= 0:
        node = path[depth]
        first, last = forest.first[node], forest.last[node]
        for _ in range(TRIES):
            chosen = first + below(start, last - first)
            if forest.cells[chosen] & allowed and low <= forest.values[chosen] <= high:
                return chosen
        count = 0
        for chosen in range(first, last):
            if forest.cells[chosen] & allowed and low <= forest.values[chosen] <= high:
                count += 1
        if count:
            count = below(start, count)
            for chosen in range(first, last):
                if forest.cells[chosen] & allowed and low <= forest.values[chosen] <= high:
                    if count == 0:
                        return chosen
                    count -= 1
        depth -= 1
    return -1


@compiled
def draw_fact(
    fact: int, row: int, features: NDArray[np.float32], state: Cells, forest: Forest, plan: Plan, network: Network,
    start: NDArray[np.uint64], steps: Steps, path: Ints,
) -> tuple[float, np.uint32]:
    """Draw one fact of a patient and carry it along the links; return its value and cell, NaN where nothing fits.

    What a draw would break is taken back and that cell drawn no more. `features` and `state` are changed in place.
    """
    variable, column = plan.variables[fact], plan.columns[fact]
    unset = state[variable]
    done = 0
    while state[variable]:
        allowed = state[variable]
        value = np.nan
        cell = np.uint32(0)
        place = only_place(allowed)
        if place >= 0 and not plan.numbers[fact]:
            value, cell = float(place), allowed
        elif place >= 0 and place % 2:
            value, cell = plan.cuts[plan.cut_starts[fact] + place // 2], allowed
        else:
            chosen = donor(fact, features, allowed, plan.low[fact, row], plan.high[fact, row], forest, start, path)
            if chosen < 0:
                break
            value, cell = forest.values[chosen], forest.cells[chosen]
        if cell == allowed:
            holds, done = True, done
        else:
            state[variable] = cell
            holds, done = carry(variable, state, network, steps, 0)
        if holds:
            features[column] = value
            return value, cell
        undo(state, steps, done, 0)
        state[variable] = allowed & ~cell
    state[variable] = unset
    features[column] = np.nan
    return np.nan, unset


@compiled
def only_place(mask: np.uint32) -> int:
    """Return the place of the only bit of a mask, -1 where there are several."""
    if mask & (mask - np.uint32(1)):
        return -1
    place = 0
    while mask > np.uint32(1):
        mask >>= np.uint32(1)
        place += 1
    return place


@compiled
def draw_column(
    fact: int, forest: Forest, plan: Plan, network: Network, features: NDArray[np.float32], states: Cells, seed: int, turn: int
) -> None:
    """Draw one fact of every patient who lacks it, in place: a step of fitting the chain."""
    steps = make_steps(network)
    path = np.empty(DEEPEST, np.int32)
    for row in range(len(states)):
        if not plan.known[fact, row]:
            draw_fact(fact, row, features[row], states[row], forest, plan, network, stream(seed, turn, row, fact), steps, path)


@compiled
def draw_patients(
    rows: NDArray[np.int64], forests: tuple[Forest, Forest], sweeps: int, plan: Plan, network: Network, known: NDArray[np.float32],
    states: Cells, seed: int, completion: int, attempt: int, values: Floats, cells: Cells, trace: Floats,
) -> None:
    """Draw every missing fact of some patients: once from nothing with the first forest, then in sweeps with the second.

    `values` and `cells` (facts, patients) take the last sweep. `trace` (sweeps + 1, facts) takes the sums of each where it has rows.
    """
    steps = make_steps(network)
    path = np.empty(DEEPEST, np.int32)
    features = np.empty(known.shape[1], np.float32)
    for place in range(len(rows)):
        row = rows[place]
        start = stream(seed, completion, row, attempt)
        features[:] = known[row]
        for sweep in range(sweeps + 1):
            state = states[row].copy()
            for fact in range(len(plan.variables)):
                if plan.known[fact, row]:
                    continue
                forest = forests[0] if sweep == 0 else forests[1]
                value, cell = draw_fact(fact, row, features, state, forest, plan, network, start, steps, path)
                if sweep == sweeps:
                    values[fact, place] = value
                    cells[fact, place] = cell
                if len(trace) and not np.isnan(value):
                    trace[sweep, fact] += value
