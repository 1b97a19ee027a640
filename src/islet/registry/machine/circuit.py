"""Build a circuit over planes once, and lay it out as a table of instructions that any engine can run.

Values are numbers: below `inputs` the planes of a batch, above it what instructions make. Equal instructions are made once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

AND, OR, WITHOUT, ADD, COPY = range(5)  # a & b, a | b, a & ~b, into |= a & b, a


class Program(NamedTuple):
    """Hold instructions as a table of (operation, into, a, b) over slots, in segments, and the slots of what they answer.

    The first slots are the planes of the batch, the last two hold no row and every row.
    """

    table: NDArray[np.int32]
    segments: tuple[tuple[int, int], ...]
    slots: int
    kept: dict[int, int]


class Circuit:
    """Gather instructions.

    >>> made = Circuit(2)
    >>> made.both(0, 1) == made.both(1, 0), made.any_of([]) == made.none
    (True, True)
    """

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.none, self.every = inputs, inputs + 1
        self.values = inputs + 2
        self.code: list[tuple[int, int, int, int]] = []
        self._made: dict[tuple[int, int, int], int] = {}
        self._starts = [0]

    def both(self, one: int, other: int) -> int:
        """Return the rows of both."""
        if self.none in (one, other):
            return self.none
        if one == self.every or one == other:
            return other
        return one if other == self.every else self._make(AND, *sorted((one, other)))

    def either(self, one: int, other: int) -> int:
        """Return the rows of either."""
        if self.every in (one, other):
            return self.every
        if one == self.none or one == other:
            return other
        return one if other == self.none else self._make(OR, *sorted((one, other)))

    def without(self, one: int, other: int) -> int:
        """Return the rows of the first that are not in the other."""
        if one in (self.none, other) or other == self.every:
            return self.none
        return one if other == self.none else self._make(WITHOUT, one, other)

    def any_of(self, values: Iterable[int]) -> int:
        """Return the rows of at least one; none of nothing."""
        found = self.none
        for value in sorted(set(values)):
            found = self.either(found, value)
        return found

    def all_of(self, values: Iterable[int]) -> int:
        """Return the rows of all; every row of nothing."""
        found = self.every
        for value in sorted(set(values)):
            found = self.both(found, value)
        return found

    def place(self) -> int:
        """Return a value that instructions of any segment may put something into."""
        self.values += 1
        return self.values - 1

    def put(self, into: int, value: int) -> None:
        """Put a value into a place."""
        self.code.append((COPY, into, value, value))

    def start(self, one: int, other: int) -> int:
        """Return a new place that holds the rows of both, to which more may be added."""
        into = self.place()
        self.code.append((AND, into, one, other))
        return into

    def add(self, into: int, one: int, other: int) -> None:
        """Add the rows of both to a place."""
        if self.none not in (one, other):
            self.code.append((ADD, into, one, other))

    def cut(self) -> int:
        """End a segment and return its number; later segments share no instruction that is not kept."""
        self._starts.append(len(self.code))
        self._made.clear()
        return len(self._starts) - 2

    def program(self, kept: Iterable[int]) -> Program:
        """Return the table; `kept` are the values that outlive their segment."""
        wanted = dict.fromkeys(kept)
        last = {value: number for number, (_, into, a, b) in enumerate(self.code) for value in (into, a, b)}
        slot = {value: value for value in range(self.inputs + 2)}
        following, free = self.inputs + 2, []
        for value in wanted:
            if value not in slot:
                slot[value] = following
                following += 1
        table = np.empty((len(self.code), 4), np.int32)
        for number, (operation, into, a, b) in enumerate(self.code):
            reads = slot[a], slot[b]
            for value in {a, b}:
                if value not in wanted and value >= self.inputs + 2 and last[value] == number:
                    free.append(slot[value])
            if into not in slot:
                if not free:
                    free.append(following)
                    following += 1
                slot[into] = free.pop()
                if into not in wanted and last[into] == number:
                    free.append(slot[into])
            table[number] = operation, slot[into], *reads
        return Program(table, tuple(zip(self._starts[:-1], self._starts[1:], strict=True)), following, {v: slot[v] for v in wanted})

    def _make(self, operation: int, one: int, other: int) -> int:
        key = (operation, one, other)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self.place()
            self.code.append((operation, found, one, other))
        return found
