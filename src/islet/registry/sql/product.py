"""The diagram of an option joined with the links: what a row walks down to learn which verdicts it can still have."""

from __future__ import annotations

from typing import NamedTuple

from islet.patient.completions import Diagrams
from islet.rules.diagram import IN, LEAVES, OUT

Pair = tuple[int, int]  # a node of the option's diagram, a node of the links


class Edge(NamedTuple):
    """Hold a way on: from a node to a node, open where the variable has one of these cells (None: always)."""

    start: int
    cells: int | None
    end: int


class Product(NamedTuple):
    """Hold a joint diagram: for each level that it asks, from the top, its edges; the nodes 0 to 15 are answers."""

    root: int
    levels: tuple[tuple[int, tuple[Edge, ...]], ...]


def link_product(diagrams: Diagrams) -> Product:
    """Return the links alone: the answer IN is reached by a patient who can keep them all."""
    numbers: dict[Pair, int] = {}
    levels: dict[int, list[Edge]] = {}
    stack = [diagrams.links]
    root = diagrams.links if diagrams.links < LEAVES else _number(numbers, (IN, diagrams.links))
    while stack:
        link = stack.pop()
        if link < LEAVES:
            continue
        start = numbers[IN, link]
        for cells, child in diagrams.edges[link]:
            if child == OUT:
                continue
            if child >= LEAVES and (IN, child) not in numbers:
                stack.append(child)
            end = child if child < LEAVES else _number(numbers, (IN, child))
            levels.setdefault(diagrams.reads[link], []).append(Edge(start, cells, end))
    return Product(root, tuple((level, tuple(levels[level])) for level in sorted(levels)))


def option_product(diagrams: Diagrams, option: int) -> Product:
    """Return the diagram of an option (its root) joined with the links, so that an answer is reached where some patient has it.

    Links that stand wholly before the option's next variable, or behind its answer, are left out from gate to gate: that some
    patient of the row keeps them is known from `link_product`. A stretch once entered is walked to its end, because only the
    cells of the row tell whether it leads anywhere.
    """
    closed = {IN, diagrams.links, *diagrams.gates}
    numbers: dict[Pair, int] = {}
    levels: dict[int, list[Edge]] = {}
    first = (option, diagrams.links)

    def end_of(pair: Pair) -> int:
        return pair[0] if pair[0] < LEAVES and pair[1] in closed else _number(numbers, pair)

    root = end_of(first)
    stack = [first]
    done: set[Pair] = set()
    while stack:
        pair = stack.pop()
        if pair in done or end_of(pair) < LEAVES:
            continue
        done.add(pair)
        level, ways = _ways(diagrams, closed, *pair)
        for cells, follows in ways:
            levels.setdefault(level, []).append(Edge(numbers[pair], cells, end_of(follows)))
            stack.append(follows)
    return Product(root, tuple((level, tuple(levels[level])) for level in sorted(levels)))


def _ways(diagrams: Diagrams, closed: set[int], one: int, link: int) -> tuple[int, list[tuple[int | None, Pair]]]:
    reads, edges = diagrams.reads, diagrams.edges
    level, below = reads[one], reads[link]
    if below < level:
        gate = diagrams.gates[below]
        if link in closed and reads[gate] <= level:
            return below, [(None, (one, gate))]
        return below, [(cells, (one, child)) for cells, child in edges[link]]
    if level < below:
        return level, [(cells, (child, link)) for cells, child in edges[one]]
    return level, [
        (cells & other, (child, follows)) for cells, child in edges[one] for other, follows in edges[link] if cells & other
    ]


def _number(numbers: dict[Pair, int], pair: Pair) -> int:
    return numbers.setdefault(pair, LEAVES + len(numbers))
