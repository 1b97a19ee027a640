"""Draw the missing facts of one patient after another: down a tree to donors, inside what the links still allow."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.registry.impute.network import Cells, Ints, Network, Steps, carry, compiled, inlined, undo

Floats = NDArray[np.float64]
TRIES = 4  # donors tried at random before all of a node are looked through
DEEPEST = 512
BLOCK = 64  # patients drawn side by side


NODE = np.dtype([("right", np.int32), ("column", np.int32), ("threshold", np.float32), ("unknown_left", np.float32)])


class Forest(NamedTuple):
    """Hold one tree a drawn fact, all in the same arrays.

    The nodes of tree t start at `roots[t]`, depth first: the left child stands behind its node, `right` is the other, -1 at a leaf.
    `column` and `threshold` split the rows; those without the column go left with the chance `unknown_left`. The donors of a node are those
    from `first` to `last`; each is a level of its fact. The levels of tree t start at `levels[t]`: a value (a number, or the place
    of a word) and its cell.
    """

    roots: Ints
    nodes: NDArray[Any]
    first: Ints
    last: Ints
    donors: NDArray[np.uint16]
    levels: Ints
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


@inlined
def begin(start: NDArray[np.uint64], seed: int, completion: int, row: int, attempt: int) -> None:
    """Put the start of the random numbers of one patient in one completion: they rest on these four alone."""
    start[0] = np.uint64(seed)
    for part in (completion, row, attempt):
        start[0] = bits(start) ^ (np.uint64(part) * np.uint64(0x9E3779B97F4A7C15))


@inlined
def bits(start: NDArray[np.uint64]) -> np.uint64:
    """Return 64 random bits and go on (SplitMix64: Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195)."""
    start[0] += np.uint64(0x9E3779B97F4A7C15)
    mixed = start[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.uint64(mixed ^ (mixed >> np.uint64(31)))


@inlined
def below(start: NDArray[np.uint64], count: int) -> int:
    """Return a whole number from 0 to below `count`."""
    return int((bits(start) >> np.uint64(33)) * np.uint64(count) >> np.uint64(31))


@inlined
def chance(start: NDArray[np.uint64]) -> float:
    """Return a number from 0 to below 1."""
    return float(bits(start) >> np.uint64(11)) * 2.0**-53


@inlined
def donor(
    fact: int, features: NDArray[np.float32], allowed: np.uint32, low: float, high: float, forest: Forest, start: NDArray[np.uint64],
    path: Ints,
) -> int:
    """Return the level of a donor that may be: one of the leaf, else of the nearest node above that has any; -1 where none may be."""
    nodes, values, cells, donors = forest.nodes, forest.values, forest.cells, forest.donors
    base, node = int(forest.levels[fact]), int(forest.roots[fact])
    depth = 0
    path[0] = node
    while nodes[node].right >= 0:
        value = features[nodes[node].column]
        goes_left = chance(start) < nodes[node].unknown_left if np.isnan(value) else value <= nodes[node].threshold
        node = node + 1 if goes_left else int(nodes[node].right)
        if depth < len(path) - 1:
            depth += 1
            path[depth] = node
    while depth >= 0:
        first, last = forest.first[path[depth]], forest.last[path[depth]]
        for _ in range(TRIES):
            level = base + int(donors[first + below(start, last - first)])
            if cells[level] & allowed and low <= values[level] <= high:
                return level
        count = 0
        for place in range(first, last):
            level = base + int(donors[place])
            if cells[level] & allowed and low <= values[level] <= high:
                count += 1
        if count:
            count = below(start, count)
            for place in range(first, last):
                level = base + int(donors[place])
                if cells[level] & allowed and low <= values[level] <= high:
                    if count == 0:
                        return level
                    count -= 1
        depth -= 1
    return -1


@inlined
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
            level = donor(fact, features, allowed, plan.low[fact, row], plan.high[fact, row], forest, start, path)
            if level < 0:
                break
            value, cell = forest.values[level], forest.cells[level]
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


@inlined
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
    fact: int, forest: Forest, plan: Plan, network: Network, features: NDArray[np.float32], states: Cells, seed: int, turn: int,
    start: NDArray[np.uint64], steps: Steps, path: Ints,
) -> None:
    """Draw one fact of every patient who lacks it, in place: a step of fitting the chain."""
    for row in range(len(states)):
        if not plan.known[fact, row]:
            begin(start, seed, turn, row, fact)
            draw_fact(fact, row, features[row], states[row], forest, plan, network, start, steps, path)


class Room(NamedTuple):
    """Hold the room of a block of patients: what is known of them, their states, their random numbers."""

    features: NDArray[np.float32]
    states: Cells
    starts: NDArray[np.uint64]
    path: Ints


def make_room(columns: int, variables: int) -> Room:
    """Return room for one block."""
    return Room(
        np.empty((BLOCK, columns), np.float32), np.empty((BLOCK, variables), np.uint32), np.empty((BLOCK, 1), np.uint64),
        np.empty(DEEPEST, np.int32),
    )


@compiled
def draw_patients(
    rows: NDArray[np.int64], forests: tuple[Forest, Forest], sweeps: int, plan: Plan, network: Network, known: NDArray[np.float32],
    states: Cells, seed: int, completion: int, attempt: int, values: Floats, cells: Cells, trace: Floats, room: Room, steps: Steps,
) -> None:
    """Draw every missing fact of some patients: once from nothing with the first forest, then in sweeps with the second.

    `values` and `cells` (facts, patients) take the last sweep. `trace` (sweeps + 1, facts) takes the sums of each where it has rows.
    Patients go in blocks, so that a tree stays at hand for all of them.
    """
    for offset in range(0, len(rows), BLOCK):
        size = min(BLOCK, len(rows) - offset)
        for place in range(size):
            row = rows[offset + place]
            begin(room.starts[place], seed, completion, row, attempt)
            for column in range(known.shape[1]):
                room.features[place, column] = known[row, column]
        for sweep in range(sweeps + 1):
            forest = forests[0] if sweep == 0 else forests[1]
            for place in range(size):
                for variable in range(states.shape[1]):
                    room.states[place, variable] = states[rows[offset + place], variable]
            for fact in range(len(plan.variables)):
                for place in range(size):
                    row = rows[offset + place]
                    if plan.known[fact, row]:
                        continue
                    value, cell = draw_fact(
                        fact, row, room.features[place], room.states[place], forest, plan, network, room.starts[place], steps, room.path
                    )
                    if sweep == sweeps:
                        values[fact, offset + place] = value
                        cells[fact, offset + place] = cell
                    if len(trace) and not np.isnan(value):
                        trace[sweep, fact] += value
