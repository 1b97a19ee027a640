"""The links that every patient obeys as flat arrays, and the compiled steps that carry a draw along them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from islet.patient.space import Space
from islet.rules.clauses import Clause

Kernel = TypeVar("Kernel", bound=Callable[..., Any])
Ints = NDArray[np.int32]
Cells = NDArray[np.uint32]


def compiled(kernel: Kernel) -> Kernel:
    """Compile with Numba, keep the types of the function, keep the machine code and let other threads run.

    References to arrays are not counted (`_nrt`), which would take two thirds of the time; so kernels are given all their room.
    """
    chosen: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}
    return cast(Kernel, numba.njit(**chosen)(kernel))


def inlined(kernel: Kernel) -> Kernel:
    """Compile as `compiled` does, written out where it is called."""
    return cast(Kernel, numba.njit(inline="always", error_model="numpy")(kernel))


class Network(NamedTuple):
    """Hold the clauses of the links and definitions.

    Clause c says that one of its pairs holds: `variables[i]` lies in `cells[i]`, for i from `starts[c]` to `starts[c + 1]`.
    Variable v is read by the clauses `readers[i]`, for i from `reading[v]` to `reading[v + 1]`.
    """

    starts: Ints
    variables: Ints
    cells: Cells
    reading: Ints
    readers: Ints


class Steps(NamedTuple):
    """Hold the room that carrying needs: a queue of clauses, which of them wait in it, and what was narrowed, to be undone."""

    queue: Ints
    waiting: NDArray[np.bool_]
    changed: Ints
    before: Cells


def needed_clauses(space: Space, fixed: set[int]) -> list[int]:
    """Return the clauses that can rule out a draw; `fixed` are the variables that are known of somebody or drawn.

    A variable that nobody is known of and nobody is drawn for can take whatever value its clauses ask. Where one value pleases them
    all, or they only say what the variable follows from, they rule out nothing.
    """
    clauses, labels = space.network.clauses, space.network.labels
    defined = {definition.variable for definition in space.definitions}
    kept = dict.fromkeys(range(len(clauses)))
    reading = {v: set(found) for v, found in space.network.reading.items()}
    waiting = [v for v in reading if v not in fixed]
    while waiting:
        variable = waiting.pop()
        own = reading[variable]
        common = space.full[variable]
        for clause in own:
            common &= dict(clauses[clause])[variable]
        defining = f"definition {space.variables[variable].name}"
        if not own or not (common or (variable in defined and all(labels[clause] == defining for clause in own))):
            continue
        for clause in list(own):
            del kept[clause]
            for other, _ in clauses[clause]:
                reading[other].discard(clause)
                if other not in fixed:
                    waiting.append(other)
    return list(kept)


def flat_network(clauses: Sequence[Clause], variables: Sequence[int]) -> Network:
    """Return clauses as arrays; variables are counted by their place in `variables`."""
    place = {variable: number for number, variable in enumerate(variables)}
    reading: list[list[int]] = [[] for _ in variables]
    for number, clause in enumerate(clauses):
        for variable, _ in clause:
            reading[place[variable]].append(number)
    pairs = [pair for clause in clauses for pair in clause]
    return Network(
        _starts([len(clause) for clause in clauses]),
        np.array([place[variable] for variable, _ in pairs], np.int32), np.array([mask for _, mask in pairs], np.uint32),
        _starts([len(found) for found in reading]), np.array([clause for found in reading for clause in found], np.int32),
    )


def _starts(lengths: list[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int32)


def make_steps(network: Network) -> Steps:
    """Return room for carrying: every clause waits once at most, every step takes a cell of some variable away."""
    clauses, steps = len(network.starts) - 1, (len(network.reading) - 1) * 32
    return Steps(np.empty(clauses, np.int32), np.zeros(clauses, np.bool_), np.empty(steps, np.int32), np.empty(steps, np.uint32))


@inlined
def carry(variable: int, state: Cells, network: Network, steps: Steps, done: int) -> tuple[bool, int]:
    """Narrow a state in place after one variable changed; return whether every clause can still hold, and the steps kept."""
    queue, waiting = steps.queue, steps.waiting
    waits = 0
    for place in range(network.reading[variable], network.reading[variable + 1]):
        clause = network.readers[place]
        queue[waits] = clause
        waiting[clause] = True
        waits += 1
    while waits:
        waits -= 1
        clause = queue[waits]
        waiting[clause] = False
        left = -1
        count = 0
        for pair in range(network.starts[clause], network.starts[clause + 1]):
            known = state[network.variables[pair]]
            inside = known & network.cells[pair]
            if inside:
                count += 1
                if count > 1 or inside == known:
                    count = 2
                    break
                left = pair
        if count > 1:
            continue
        if count == 0:
            for place in range(waits):
                waiting[queue[place]] = False
            return False, done
        other = network.variables[left]
        steps.changed[done] = other
        steps.before[done] = state[other]
        done += 1
        state[other] &= network.cells[left]
        for place in range(network.reading[other], network.reading[other + 1]):
            clause = network.readers[place]
            if not waiting[clause]:
                queue[waits] = clause
                waiting[clause] = True
                waits += 1
    return True, done


@inlined
def undo(state: Cells, steps: Steps, done: int, kept: int) -> None:
    """Take steps back, the last first, until `kept` are left."""
    while done > kept:
        done -= 1
        state[steps.changed[done]] = steps.before[done]


@compiled
def carry_all(states: Cells, given: NDArray[np.bool_], network: Network, steps: Steps, failed: NDArray[np.bool_]) -> None:
    """Narrow every state (rows, variables) in place from what is given; mark the rows in which the links fail."""
    for row in range(len(states)):
        for variable in range(states.shape[1]):
            if given[row, variable] and not carry(variable, states[row], network, steps, 0)[0]:
                failed[row] = True
                break
