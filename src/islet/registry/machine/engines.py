"""Run instructions over planes: in NumPy, or compiled by Numba, with the same answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from islet.registry.machine.circuit import ADD, AND, COPY, OR, WITHOUT
from islet.registry.machine.clauses import ClauseTable
from islet.registry.machine.layout import ALL, Planes, pack

F = TypeVar("F", bound=Callable[..., Any])
WORDS = 16  # words a block in the compiled engine: 1,024 patients, whose planes fit the second cache


class Steps(NamedTuple):
    """Hold a program as the engines run it: instructions, the ends of segments, and for each exact walk the slot that asks for it."""

    table: NDArray[np.int32]
    segments: NDArray[np.int64]
    asked: NDArray[np.int64]
    slots: int


class Engine(NamedTuple):
    """Hold how a batch is cut into blocks and what runs over them.

    `decide(planes, steps, wanted, answers)` runs the first segment on every block, the walks that some row of it asks for, and the
    last segment, and copies the wanted slots to answers of the shape (wanted, blocks, words). `carry(planes, clauses, waiting,
    clash)` narrows every block in place along the clauses that wait, and marks the rows in which one fails. `put(column, full,
    planes)` puts a set of cells a row into the open planes of one variable.
    """

    words: Callable[[int], int]
    decide: Callable[[Planes, Steps, NDArray[np.int64], Planes], None]
    carry: Callable[[Planes, ClauseTable, NDArray[np.bool_], Planes], None]
    put: Callable[[NDArray[np.unsignedinteger], int, Planes], None]


def _compiled(function: F) -> F:
    return cast(F, numba.njit(cache=True, nogil=True, boundscheck=False)(function))


def _execute_numpy(table: NDArray[np.int32], registers: Planes) -> None:
    for operation, into, one, other in table.tolist():
        if operation == AND:
            np.bitwise_and(registers[one], registers[other], out=registers[into])
        elif operation == OR:
            np.bitwise_or(registers[one], registers[other], out=registers[into])
        elif operation == ADD:
            registers[into] |= registers[one] & registers[other]
        elif operation == WITHOUT:
            np.bitwise_and(registers[one], ~registers[other], out=registers[into])
        else:
            registers[into] = registers[one]


def _decide_numpy(planes: Planes, steps: Steps, wanted: NDArray[np.int64], answers: Planes) -> None:
    count = planes.shape[1]
    registers = np.zeros((steps.slots, planes.shape[2]), np.uint64)
    for block in range(planes.shape[0]):
        registers[:count], registers[count], registers[count + 1] = planes[block], 0, ALL
        for number, (begin, end) in enumerate(steps.segments.tolist()):
            if not 0 < number <= len(steps.asked) or registers[steps.asked[number - 1]].any():
                _execute_numpy(steps.table[begin:end], registers)
        answers[:, block] = registers[wanted]


def _carry_numpy(planes: Planes, table: ClauseTable, waiting: NDArray[np.bool_], clash: Planes) -> None:
    for block in range(planes.shape[0]):
        _carry_block(planes[block], table, waiting.copy(), clash[block])


def _put_numpy(column: NDArray[np.unsignedinteger], full: int, planes: Planes) -> None:
    for cell in range(planes.shape[1]):
        if full >> cell & 1:
            planes[:, cell] = pack(column >> np.uint8(cell) & np.uint8(1), planes, True)


def _carry_block(planes: Planes, table: ClauseTable, waiting: NDArray[np.bool_], clash: Planes) -> None:
    while waiting.any():
        for clause in np.flatnonzero(waiting).tolist():
            waiting[clause] = False
            once, twice = np.zeros_like(clash), np.zeros_like(clash)
            literals = range(table.literals[clause], table.literals[clause + 1])
            alive = []
            for literal in literals:
                here = np.bitwise_or.reduce(planes[table.inside[table.inside_from[literal] : table.inside_from[literal + 1]]], axis=0)
                alive.append(here)
                twice |= once & here
                once |= here
            clash |= ~once
            for literal, here in zip(literals, alive, strict=True):
                force = here & ~twice
                outside = table.outside[table.outside_from[literal] : table.outside_from[literal + 1]]
                if force.any() and (planes[outside] & force).any():
                    planes[outside] &= ~force
                    variable = table.variable[literal]
                    waiting[table.reading[table.reading_from[variable] : table.reading_from[variable + 1]]] = True


@_compiled
def _execute_compiled(table: NDArray[np.int32], begin: int, end: int, registers: Planes) -> None:
    for number in range(begin, end):
        operation, into, one, other = table[number, 0], table[number, 1], table[number, 2], table[number, 3]
        if operation == ADD:
            for word in range(WORDS):
                registers[into, word] |= registers[one, word] & registers[other, word]
        elif operation == AND:
            for word in range(WORDS):
                registers[into, word] = registers[one, word] & registers[other, word]
        elif operation == OR:
            for word in range(WORDS):
                registers[into, word] = registers[one, word] | registers[other, word]
        elif operation == WITHOUT:
            for word in range(WORDS):
                registers[into, word] = registers[one, word] & ~registers[other, word]
        elif operation == COPY:
            for word in range(WORDS):
                registers[into, word] = registers[one, word]


@_compiled
def _decide_loop(
    planes: Planes, table: NDArray[np.int32], segments: NDArray[np.int64], asked: NDArray[np.int64], registers: Planes,
    wanted: NDArray[np.int64], answers: Planes,
) -> None:
    count = planes.shape[1]
    registers[count] = 0
    registers[count + 1] = ~np.uint64(0)
    for block in range(planes.shape[0]):
        registers[:count] = planes[block]
        for number in range(segments.shape[0]):
            runs = True
            if 0 < number <= len(asked):
                some = np.uint64(0)
                for word in range(WORDS):
                    some |= registers[asked[number - 1], word]
                runs = some != 0
            if runs:
                _execute_compiled(table, segments[number, 0], segments[number, 1], registers)
        for place in range(len(wanted)):
            answers[place, block] = registers[wanted[place]]


def _decide_compiled(planes: Planes, steps: Steps, wanted: NDArray[np.int64], answers: Planes) -> None:
    registers = np.zeros((steps.slots, WORDS), np.uint64)
    _decide_loop(planes, steps.table, steps.segments, steps.asked, registers, wanted, answers)


@_compiled
def _carry_one(
    planes: Planes, literals: NDArray[np.int32], variable: NDArray[np.int32], inside_from: NDArray[np.int32],
    inside: NDArray[np.int32], outside_from: NDArray[np.int32], outside: NDArray[np.int32], reading_from: NDArray[np.int32],
    reading: NDArray[np.int32], waiting: NDArray[np.bool_], clash: NDArray[np.uint64], alive: Planes,
) -> None:
    once, twice = np.empty(WORDS, np.uint64), np.empty(WORDS, np.uint64)
    again = True
    while again:
        again = False
        for clause in range(len(literals) - 1):
            if not waiting[clause]:
                continue
            waiting[clause] = False
            once[:] = 0
            twice[:] = 0
            start, stop = literals[clause], literals[clause + 1]
            for literal in range(start, stop):
                here = alive[literal - start]
                here[:] = 0
                for place in range(inside_from[literal], inside_from[literal + 1]):
                    plane = inside[place]
                    for word in range(WORDS):
                        here[word] |= planes[plane, word]
                for word in range(WORDS):
                    twice[word] |= once[word] & here[word]
                    once[word] |= here[word]
            single = np.uint64(0)
            for word in range(WORDS):
                clash[word] |= ~once[word]
                single |= ~twice[word]
            if single == 0:
                continue
            for literal in range(start, stop):
                here = alive[literal - start]
                moved = np.uint64(0)
                for place in range(outside_from[literal], outside_from[literal + 1]):
                    plane = outside[place]
                    for word in range(WORDS):
                        force = here[word] & ~twice[word]
                        moved |= planes[plane, word] & force
                        planes[plane, word] &= ~force
                if moved:
                    again = True
                    for place in range(reading_from[variable[literal]], reading_from[variable[literal] + 1]):
                        waiting[reading[place]] = True


@_compiled
def _carry_loop(
    planes: Planes, literals: NDArray[np.int32], variable: NDArray[np.int32], inside_from: NDArray[np.int32],
    inside: NDArray[np.int32], outside_from: NDArray[np.int32], outside: NDArray[np.int32], reading_from: NDArray[np.int32],
    reading: NDArray[np.int32], waiting: NDArray[np.bool_], clash: Planes, alive: Planes,
) -> None:
    for block in range(planes.shape[0]):
        _carry_one(
            planes[block], literals, variable, inside_from, inside, outside_from, outside, reading_from, reading, waiting.copy(),
            clash[block], alive,
        )


@_compiled
def _put_loop(eights: NDArray[np.uint64], full: int, planes: Planes) -> None:
    low, gather = np.uint64(0x0101_0101_0101_0101), np.uint64(0x0102_0408_1020_4080)  # the lowest bits of eight bytes, side by side
    for block in range(planes.shape[0]):
        for word in range(WORDS):
            for cell in range(planes.shape[1]):
                if full >> cell & 1:
                    here = np.uint64(0)
                    for eight in range(8):
                        bits = eights[(block * WORDS + word) * 8 + eight] >> np.uint64(cell) & low
                        here |= (bits * gather >> np.uint64(56)) << np.uint64(8 * eight)
                    planes[block, cell, word] = here


def _put_compiled(column: NDArray[np.unsignedinteger], full: int, planes: Planes) -> None:
    size = planes.shape[0] * planes.shape[2] * 64
    for start in range(0, planes.shape[1], 8):
        part = column if column.dtype == np.uint8 else (column >> np.uint8(start)).astype(np.uint8)
        if len(part) < size or not part.flags.c_contiguous:
            part = np.concatenate((part, np.full(size - len(part), 0xFF, np.uint8)))
        _put_loop(part.view(np.uint64), full >> start, planes[:, start : start + 8])


def _carry_compiled(planes: Planes, table: ClauseTable, waiting: NDArray[np.bool_], clash: Planes) -> None:
    _carry_loop(planes, *table, waiting, clash, np.empty((table.longest, WORDS), np.uint64))


NUMPY = Engine(lambda rows: max(1, -(-rows // 64)), _decide_numpy, _carry_numpy, _put_numpy)
NUMBA = Engine(lambda rows: WORDS, _decide_compiled, _carry_compiled, _put_compiled)
ENGINES = {"numba": NUMBA, "numpy": NUMPY}
