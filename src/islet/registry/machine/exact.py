"""What each option can still be, exactly, as circuits: the compiled diagrams of verdicts and links, walked down together.

The walk of `patient.completions` is laid out once: a pair of nodes holds the rows whose state leads to it.
"""

from __future__ import annotations

from islet.patient.space import Space
from islet.registry.machine.circuit import Circuit
from islet.registry.machine.rules import Rules
from islet.rules.diagram import IN, LEAVES

Pair = tuple[int, int]


class Walk:
    """Lower the diagrams of a space to a circuit."""

    def __init__(self, circuit: Circuit, rules: Rules, space: Space) -> None:
        self.circuit, self.rules, self.diagrams = circuit, rules, space.diagrams
        self.kept_links: dict[int, int] = {}

    def links(self) -> int:
        """Lower the links; return the rows in which some patient can have all that is known."""
        reached: set[int] = set()
        stack = [self.diagrams.links, *self.diagrams.gates]
        while stack:
            node = stack.pop()
            if node >= LEAVES and node not in reached:
                reached.add(node)
                stack.extend(child for _, child in self.diagrams.edges[node])
        self.kept_links = {IN: self.circuit.every}
        for node in sorted(reached, reverse=True):  # every node stands before the nodes it leads to
            ways = (
                self.circuit.both(self.rules.cells(*self._cells(node, mask)), self.kept_links[child])
                for mask, child in self.diagrams.edges[node]
            )
            self.kept_links[node] = self.circuit.any_of(ways)
        return self.kept_links[self.diagrams.links]

    def verdicts(self, root: int, leaves: dict[int, int]) -> None:
        """Add to the place of each leaf the rows in which some way of filling in reaches it."""
        begin = (root, self.diagrams.links)
        place = {begin: self.circuit.every}
        if root < LEAVES:
            self.circuit.add(leaves[root], self.circuit.every, self.kept_links[self.diagrams.links])
        for pair in self._pairs(begin):
            here = place[pair]
            for one, link, step in self._steps(pair):
                through = self.kept_links[pair[1]] if step is None else self.rules.cells(*step)
                if one < LEAVES:
                    self.circuit.add(leaves[one], self.circuit.both(here, through), self.kept_links[link])
                elif (one, link) in place:
                    self.circuit.add(place[one, link], here, through)
                else:
                    place[one, link] = self.circuit.start(here, through)

    def _cells(self, node: int, mask: int) -> tuple[int, int]:
        return self.diagrams.order[self.diagrams.reads[node]], mask

    def _steps(self, pair: Pair) -> list[tuple[int, int, tuple[int, int] | None]]:
        """Return where a pair leads to, and the cells that lead there; None where nothing is asked on the way to a gate."""
        one, link = pair
        reads, edges = self.diagrams.reads, self.diagrams.edges
        level, below = reads[one], reads[link]
        if below < level:
            gate = self.diagrams.gates[below]
            if reads[gate] <= level:
                return [(one, gate, None)]
            return [(one, child, self._cells(link, mask)) for mask, child in edges[link]]
        if level < below:
            return [(child, link, self._cells(one, mask)) for mask, child in edges[one]]
        return [
            (child, follows, self._cells(one, mask & other))
            for mask, child in edges[one] for other, follows in edges[link] if mask & other
        ]

    def _pairs(self, begin: Pair) -> list[Pair]:
        """Return every pair that can be reached, each before the pairs it leads to."""
        reads = self.diagrams.reads
        seen = {begin}
        stack = [begin]
        while stack:
            pair = stack.pop()
            if pair[0] < LEAVES:
                continue
            for one, link, _ in self._steps(pair):
                if (one, link) not in seen:
                    seen.add((one, link))
                    stack.append((one, link))
        return sorted((p for p in seen if p[0] >= LEAVES), key=lambda p: (reads[p[0]] + reads[p[1]], p))
