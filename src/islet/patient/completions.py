"""All ways of filling in what is not known of one patient, looked up in the compiled diagrams.

The links are cut down to what the state allows; a verdict is possible when its diagram and the links can be walked down together
to it. The walk is bounded by the size of the diagrams, never by time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from islet.rules.diagram import IN, LEAVES, OUT, Edges


class Diagrams(NamedTuple):
    """Hold the compiled diagrams: the order of variables, for each node its level and edges, the links, a root by option and region."""

    order: list[int]
    reads: list[int]
    edges: list[Edges]
    links: int
    options: dict[str, dict[str, int]]

    def root(self, option: str, region: str | None) -> int:
        """Return the diagram of an option's verdict in a region (None: everywhere)."""
        roots = self.options[option]
        if region is None or len(roots) == 1:
            return roots[""]
        return roots.get(region, roots["elsewhere"])


NO_DIAGRAMS = Diagrams([], [], [], IN, {})


class Completions:
    """Hold the links of every patient, cut down to one state: `box` the cells allowed at each level, `links` what is left of them."""

    def __init__(self, diagrams: Diagrams, state: Sequence[int]) -> None:
        self.diagrams = diagrams
        self.box = [state[variable] for variable in diagrams.order]
        self.edges: dict[int, Edges] = {}
        self._shorter: dict[int, int] = {}
        self.links = self._cut(diagrams.links)

    @property
    def empty(self) -> bool:
        """Tell whether no patient can have all this together."""
        return self.links == OUT

    def _cut(self, number: int) -> int:
        if number < LEAVES:
            return number
        found = self._shorter.get(number)
        if found is None:
            allowed = self.box[self.diagrams.reads[number]]
            kept = []
            for mask, child in self.diagrams.edges[number]:
                mask &= allowed
                if mask:
                    follows = self._cut(child)
                    if follows:
                        kept.append((mask, follows))
            if not kept:
                found = OUT
            elif kept[0][0] == allowed or (sum(mask for mask, _ in kept) == allowed and len({child for _, child in kept}) == 1):
                found = kept[0][1]
            else:
                found = number
                self.edges[number] = tuple(kept)
            self._shorter[number] = found
        return found

    def reach(self, root: int, most: int) -> int:
        """Return the leaves (as bits) that some way of filling in reaches; stop once all of `most` are found."""
        if self.links == OUT:
            return 0
        reads, every, box, linked = self.diagrams.reads, self.diagrams.edges, self.box, self.edges
        found = 0
        seen: set[tuple[int, int]] = set()
        stack = [(root, self.links)]
        while stack:
            pair = stack.pop()
            if pair in seen:
                continue
            seen.add(pair)
            one, link = pair
            if one < LEAVES:
                found |= one
                if found & most == most:
                    break
                continue
            level, below = reads[one], reads[link]
            if below < level:
                for _, child in linked[link]:
                    stack.append((one, child))
            elif level < below:
                allowed = box[level]
                for mask, child in every[one]:
                    if mask & allowed:
                        stack.append((child, link))
            else:
                allowed = box[level]
                for mask, child in every[one]:
                    mask &= allowed
                    if mask:
                        for other, follows in linked[link]:
                            if mask & other:
                                stack.append((child, follows))
        return found
