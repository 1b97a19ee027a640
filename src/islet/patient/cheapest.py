"""The cheapest way to another answer: which facts would have to be otherwise, and no more than these."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from islet.patient.completions import Completions
from islet.rules.diagram import LEAVES

Prices = Sequence[tuple[int, int, int]]  # for each level: the cells known, the price to leave them, the price to choose among them
Path = dict[int, int]  # level -> cells chosen there


def cheapest_path(completions: Completions, root: int, wanted: int, prices: Prices) -> tuple[int, Path] | None:
    """Return the price and the cells of the cheapest path to one of the `wanted` leaves (bits), or None when none is reached.

    A step that holds every known cell of its level costs nothing. The first of several cheapest paths in a fixed order is taken.
    """
    reads, every = completions.diagrams.reads, completions.diagrams.edges
    box, linked, gates, closed = completions.box, completions.edges_of, completions.gates, completions.closed
    start = (root, completions.links)
    best: dict[tuple[int, int], int] = {start: 0}
    came: dict[tuple[int, int], tuple[tuple[int, int], int, int]] = {}
    queue: list[tuple[int, tuple[int, int]]] = [(0, start)]
    done: set[tuple[int, int]] = set()
    while queue:
        price, pair = heapq.heappop(queue)
        if pair in done:
            continue
        done.add(pair)
        one, link = pair
        if one < LEAVES and (not one & wanted or link in closed):
            if one & wanted:
                return price, _walked(pair, came)
            continue
        level, below = reads[one], reads[link]
        if below < level and link in closed and reads[gates[below]] <= level:
            steps = [((one, gates[below]), below, box[below])]
        else:
            first = min(level, below)
            steps = [
                ((child, follows), first, mask & other & box[first])
                for mask, child in (every[one] if level == first else ((-1, one),))
                for other, follows in (linked(link) if below == first else ((-1, link),))
                if mask & other & box[first]
            ]
        for target, at, mask in steps:
            known, leave, choose = prices[at]
            cost = price + (0 if not known & ~mask else choose if known & mask else leave)
            if cost < best.get(target, cost + 1):
                best[target] = cost
                came[target] = (pair, at, mask)
                heapq.heappush(queue, (cost, target))
    return None


def _walked(pair: tuple[int, int], came: dict[tuple[int, int], tuple[tuple[int, int], int, int]]) -> Path:
    path: Path = {}
    while pair in came:
        pair, level, mask = came[pair]
        path[level] = path.get(level, -1) & mask
    return path
