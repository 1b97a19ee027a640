"""Decision diagrams over cells: one shared graph in which a set of patients, or a verdict for every patient, can be looked up.

A node asks for the cell of one variable and has an edge for each group of cells that leads on alike. Nodes below `LEAVES` are
answers: 0 and 1 for a set of patients (out, in), a power of two for each verdict. Equal nodes are one node, so equal sets of
patients have equal numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from islet.rules.form import NodeTuple

OUT, IN = 0, 1
LEAVES = 16

MOST_NODES = 300_000

Edges = tuple[tuple[int, int], ...]  # (cells, node that follows)


class DiagramTooLarge(ValueError):
    """Say that rules are too interlinked to be answered exactly."""


class Disagreement(Exception):
    """Say that two diagrams answer some patient differently."""


class Diagram:
    """Build diagrams over variables in a fixed order; raise DiagramTooLarge beyond `most` nodes.

    >>> made = Diagram([0, 1], [0b11, 0b111])
    >>> first, second = made.cells(0, 0b01), made.cells(1, 0b100)
    >>> made.both(first, second) == made.neither(made.neither(first), made.neither(second))
    True
    """

    def __init__(self, order: Sequence[int], full: Sequence[int], most: int = MOST_NODES) -> None:
        self.order = list(order)
        self.level = {variable: level for level, variable in enumerate(order)}
        self.full = full
        self.most = most
        last = len(self.order)
        self.levels: list[int] = [last] * LEAVES
        self.edges: list[Edges] = [()] * LEAVES
        self.asks: list[int] = [0] * LEAVES  # for each node the levels it and what follows reads, as bits
        self.leads: list[int] = list(range(LEAVES))  # for each node the leaves it leads to, as bits
        self._known: dict[tuple[int, Edges], int] = {}
        self._chosen: dict[tuple[int, int, int], int] = {}
        self._merged: dict[tuple[int, int], int] = {}
        self._rules: dict[int, int] = {}

    def node(self, level: int, edges: Iterable[tuple[int, int]]) -> int:
        """Return the node of a level with these edges; edges that lead to the same node become one."""
        cells: dict[int, int] = {}
        for mask, child in edges:
            cells[child] = cells.get(child, 0) | mask
        if len(cells) == 1:
            return next(iter(cells))
        key = (level, tuple(sorted((mask, child) for child, mask in cells.items())))
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.edges)
            if number > self.most:
                raise DiagramTooLarge(f"the rules are too interlinked: more than {self.most} nodes")
            self.levels.append(level)
            self.edges.append(key[1])
            asks, leads = 1 << level, 0
            for child in cells:
                asks |= self.asks[child]
                leads |= self.leads[child]
            self.asks.append(asks)
            self.leads.append(leads)
        return number

    def cells(self, variable: int, mask: int) -> int:
        """Return the patients whose variable lies in these cells."""
        full = self.full[variable]
        inside = mask & full
        if inside == full:
            return IN
        return self.node(self.level[variable], ((inside, IN), (full & ~inside, OUT))) if inside else OUT

    def choose(self, test: int, then: int, otherwise: int) -> int:
        """Return `then` where the test holds and `otherwise` elsewhere; the test is a set of patients."""
        if test == IN or then == otherwise:
            return then
        if test == OUT:
            return otherwise
        if then == IN and otherwise == OUT:
            return test
        key = (test, then, otherwise)
        found = self._chosen.get(key)
        if found is None:
            levels = self.levels
            level = min(levels[test], levels[then], levels[otherwise])
            edges = []
            for mask, one in self._split(test, level):
                for more, two in self._split(then, level):
                    both = mask & more
                    if both:
                        for still, three in self._split(otherwise, level):
                            if both & still:
                                edges.append((both & still, self.choose(one, two, three)))
            found = self._chosen[key] = self.node(level, edges)
        return found

    def _split(self, number: int, level: int) -> Edges:
        return self.edges[number] if self.levels[number] == level else ((-1, number),)

    def both(self, one: int, other: int) -> int:
        """Return the patients of both sets."""
        return self.choose(one, other, OUT)

    def either(self, one: int, other: int) -> int:
        """Return the patients of either set."""
        return self.choose(one, IN, other)

    def neither(self, one: int, other: int = OUT) -> int:
        """Return the patients of neither set."""
        return self.choose(one, OUT, self.choose(other, OUT, IN))

    def any_of(self, sets: Iterable[int]) -> int:
        """Return the patients of at least one set."""
        found = OUT
        for one in sets:
            found = self.either(found, one)
        return found

    def merge(self, one: int, other: int) -> int:
        """Return one diagram of two that answer each patient alike, or not at all (0); raise Disagreement where they differ.

        >>> made = Diagram([0], [0b11])
        >>> made.merge(made.node(0, ((1, 4), (2, OUT))), 4)
        4
        """
        if one == other or other == OUT:
            return one
        if one == OUT:
            return other
        if one < LEAVES and other < LEAVES:
            raise Disagreement
        key = (one, other) if one < other else (other, one)
        found = self._merged.get(key)
        if found is None:
            level = min(self.levels[one], self.levels[other])
            edges = []
            for mask, left in self._split(one, level):
                for more, right in self._split(other, level):
                    if mask & more:
                        edges.append((mask & more, self.merge(left, right)))
            found = self._merged[key] = self.node(level, edges)
        return found

    def without(self, root: int, level: int) -> int:
        """Return the diagram without one variable; raise Disagreement where its cells lead to different leaves."""
        done: dict[int, int] = {}

        def reduce(number: int) -> int:
            if not self.asks[number] >> level & 1:
                return number
            found = done.get(number)
            if found is None:
                if self.levels[number] == level:
                    found = OUT
                    for _, child in self.edges[number]:
                        found = self.merge(found, child)
                else:
                    found = self.node(self.levels[number], [(mask, reduce(child)) for mask, child in self.edges[number]])
                done[number] = found
            return found

        return reduce(root)

    def rule(self, nodes: list[NodeTuple], root: int) -> int:
        """Return the patients for whom a rule holds, once everything about them is known."""
        found = self._rules.get(root)
        if found is None:
            kind, *parts = nodes[root]
            if kind == "atom":
                found = self.cells(parts[0], parts[1])
            elif kind == "not":
                found = self.neither(self.rule(nodes, parts[0]))
            elif kind == "or":
                found = self.any_of(self.rule(nodes, part) for part in parts)
            else:
                found = IN
                for part in parts:
                    found = self.both(found, self.rule(nodes, part))
            self._rules[root] = found
        return found

    def forget_rules(self) -> None:
        """Forget which rule has which diagram: the rules of another table of nodes follow."""
        self._rules.clear()

    def levels_of(self, root: int) -> list[int]:
        """Return the levels that a diagram reads."""
        return [level for level in range(len(self.order)) if self.asks[root] >> level & 1]
