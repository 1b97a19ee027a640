"""All ways of filling in what is not known of one patient, looked up in the compiled diagrams.

The links are cut down to what the state allows; a verdict is possible when its diagram and the links can be walked down together
to it. The walk is bounded by the size of the diagrams, never by time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from islet.rules.diagram import IN, LEAVES, OUT, Edges


class Diagrams(NamedTuple):
    """Hold the compiled diagrams.

    The order of the variables; for each node its level, its edges, as bits every level that it and what follows asks, and as bits
    the leaves it leads to; the root of the links; for each level the next node of the links that every patient passes; and a root
    for each option and region.
    """

    order: list[int]
    reads: list[int]
    edges: list[Edges]
    asks: list[int]
    leads: list[int]
    links: int
    gates: list[int]
    options: dict[str, dict[str, int]]

    def root(self, option: str, region: str | None) -> int:
        """Return the diagram of an option's verdict in a region (None: everywhere)."""
        roots = self.options[option]
        if region is None or len(roots) == 1:
            return roots[""]
        return roots.get(region, roots["elsewhere"])


NO_DIAGRAMS = Diagrams([], [], [], [0] * LEAVES, list(range(LEAVES)), IN, [], {})


class Ways:
    """Hold ways of measuring a patient, each a bit: at which levels they differ, and which of them pass through which cells.

    >>> ways = Ways([{3: 0b01}, {3: 0b10}])
    >>> ways.through(3, 0b10), ways.through(7, 0b1), ways.deepest
    (2, 3, 3)
    """

    def __init__(self, cells: Sequence[dict[int, int]]) -> None:
        self.every = (1 << len(cells)) - 1
        self.deepest = max((level for way in cells for level in way), default=-1)
        self._levels = sorted({level for way in cells for level in way})
        self._at: dict[int, dict[int, int]] = {}
        for number, way in enumerate(cells):
            for level, cell in way.items():
                at = self._at.setdefault(level, {})
                at[cell] = at.get(cell, 0) | 1 << number

    def next_after(self, level: int) -> int:
        """Return the first level from here on at which the ways differ, or one past the deepest."""
        return next((found for found in self._levels if found >= level), self.deepest + 1)

    def through(self, level: int, mask: int) -> int:
        """Return the ways that lie in these cells at a level; all of them where they do not differ."""
        at = self._at.get(level)
        if at is None:
            return self.every
        found = 0
        for cell, ways in at.items():
            if cell & mask:
                found |= ways
        return found


class Completions:
    """Hold the links of every patient, cut down to one state.

    `box` holds the cells allowed at each level, `links` what is left of the links, `gates` for each level the next node that every
    patient passes, `closed` all such nodes: nothing behind them rests on what stands before. Nodes that ask nothing known stay
    as they are.
    """

    def __init__(self, diagrams: Diagrams, state: Sequence[int], full: Sequence[int]) -> None:
        self.diagrams = diagrams
        self.box = [state[variable] for variable in diagrams.order]
        self._known = 0
        for level, variable in enumerate(diagrams.order):
            if state[variable] != full[variable]:
                self._known |= 1 << level
        self._own: dict[int, Edges] = {}
        self._shorter: dict[int, int] = {}
        self.links = self._cut(diagrams.links)
        shorter = {gate: self._cut(gate) for gate in set(diagrams.gates)}
        self.gates = [shorter[gate] for gate in diagrams.gates]
        self.closed = {IN, *shorter.values()}

    def edges_of(self, link: int) -> Edges:
        """Return the edges of a node of the links in this state."""
        return self._own.get(link) or self.diagrams.edges[link]

    @property
    def empty(self) -> bool:
        """Tell whether no patient can have all this together."""
        return self.links == OUT

    def _cut(self, number: int) -> int:
        """Return what is left of a node; a node that leaves one way on is not kept."""
        asks, known, shorter = self.diagrams.asks, self._known, self._shorter
        if not asks[number] & known:
            return number
        found = shorter.get(number)
        if found is not None:
            return found
        allowed = self.box[self.diagrams.reads[number]]
        kept: list[tuple[int, int]] = []
        open_cells, alike = 0, True
        for mask, child in self.diagrams.edges[number]:
            mask &= allowed
            if mask:
                if asks[child] & known:
                    child = shorter[child] if child in shorter else self._cut(child)
                if child:
                    alike = alike and (not kept or child == kept[-1][1])
                    kept.append((mask, child))
                    open_cells |= mask
        if not kept:
            found = OUT
        elif alike and open_cells == allowed:
            found = kept[0][1]
        else:
            found = number
            self._own[number] = tuple(kept)
        shorter[number] = found
        return found

    def reach(self, root: int, most: int) -> int:
        """Return the leaves of `most` (as bits) that some way of filling in reaches."""
        if self.links == OUT:
            return 0
        reads, every, leads = self.diagrams.reads, self.diagrams.edges, self.diagrams.leads
        box, own, gates = self.box, self._own, self.gates
        wanted = most
        seen: set[tuple[int, int]] = set()
        stack = [(root, self.links)]
        while stack:
            pair = stack.pop()
            one, link = pair
            if not leads[one] & wanted or pair in seen:
                continue
            seen.add(pair)
            if one < LEAVES:  # what is left of the links can be kept
                wanted &= ~one
                if not wanted:
                    break
                continue
            level, below = reads[one], reads[link]
            if below < level:
                gate = gates[below]
                if reads[gate] <= level:
                    stack.append((one, gate))
                else:
                    stack.extend([(one, child) for _, child in own.get(link) or every[link]])
            elif level < below:
                allowed = box[level]
                stack.extend([(child, link) for mask, child in every[one] if mask & allowed])
            else:
                allowed = box[level]
                ways = own.get(link) or every[link]
                for mask, child in every[one]:
                    mask &= allowed
                    if mask:
                        stack.extend([(child, follows) for other, follows in ways if mask & other])
        return most & ~wanted

    def reach_measured(self, root: int, most: int, ways: Ways) -> int:
        """Return the leaves of `most` (as bits) that a way of filling in with real measurements reaches.

        Every way is walked at once: a pair of nodes carries the ways that lead to it.
        """
        if self.links == OUT:
            return 0
        reads, every, leads, own = self.diagrams.reads, self.diagrams.edges, self.diagrams.leads, self._own
        wanted = most
        seen: dict[tuple[int, int], int] = {}
        stack = [(root, self.links, ways.every)]
        while stack:
            one, link, carried = stack.pop()
            if not leads[one] & wanted:
                continue
            pair = (one, link)
            known = seen.get(pair, 0)
            carried &= ~known
            if not carried:
                continue
            seen[pair] = known | carried
            level, below = reads[one], reads[link]
            if one < LEAVES and below > ways.deepest:
                wanted &= ~one
                if not wanted:
                    break
                continue
            if below < level:
                gate = self.gates[below]
                if reads[gate] <= level and reads[gate] <= ways.next_after(below):
                    stack.append((one, gate, carried))
                    continue
            first = min(level, below)
            allowed = self.box[first]
            for mask, child in every[one] if level == first else ((allowed, one),):
                for other, follows in (own.get(link) or every[link]) if below == first else ((allowed, link),):
                    both = mask & other & allowed
                    if both:
                        left = carried & ways.through(first, both)
                        if left:
                            stack.append((child, follows, left))
        return most & ~wanted
