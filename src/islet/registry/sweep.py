"""How many patients change verdict as a threshold moves, and who stands at the edge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from islet.knowledge.base import KnowledgeBase
from islet.registry.model import Coded, Decided
from islet.registry.moves import STANDS, Matrix, Move, listed, moves_between, no_moves, stands_of
from islet.registry.threshold import Variants

Decide = Callable[[Coded], Decided]


class Edge(NamedTuple):
    """Hold a patient whose verdict changes at the value next to the present threshold."""

    id: str
    side: str
    value: float
    before: str
    after: str


class Point(NamedTuple):
    """Hold what one value of the threshold would do: who would move, against the threshold as it stands."""

    value: float
    moves: tuple[Move, ...]

    @property
    def moved(self) -> int:
        """Return how many patients have another verdict than now."""
        return sum(move.patients for move in self.moves if move.before != move.after)

    def standing(self, verdict: str) -> int:
        """Return how many patients have a verdict at this value."""
        return sum(move.patients for move in self.moves if move.after == verdict)


class Moved(NamedTuple):
    """Hold in words what was moved: a criterion, its option, the fact, its unit, the comparisons as written, and the present value."""

    criterion: str
    option: str
    fact: str
    unit: str
    words: str
    present: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Hold the whole curve: a point for each value, the present one among them; `knowledge` is the hash of what was swept."""

    threshold: Moved
    knowledge: str
    rows: int
    points: tuple[Point, ...]


class Sweep:
    """Decide batches of patients at every value of a threshold and count."""

    def __init__(self, variants: Variants, decider: Callable[[KnowledgeBase], Decide]) -> None:
        self.variants = variants
        self._decide = [decider(base) for base in variants.bases]
        self._here = variants.values.index(variants.threshold.present)
        self._counts: list[Matrix] = [no_moves() for _ in variants.values]
        self._rows = 0

    def add(self, ids: Sequence[str], coded: Coded) -> Iterator[Edge]:
        """Count a batch; yield its patients at the edge, below the present threshold first."""
        now = stands_of(self._decide[self._here](coded).verdicts[0])
        self._rows += coded.rows
        for place, value in enumerate(self.variants.values):
            then = now if place == self._here else stands_of(self._decide[place](coded).verdicts[0])
            self._counts[place] += moves_between(now, then)
            side = {-1: "below", 1: "above"}.get(place - self._here)
            if side:
                for row in np.flatnonzero(now != then):
                    yield Edge(ids[int(row)], side, value, STANDS[now[row]], STANDS[then[row]])

    def curve(self) -> Curve:
        """Return the curve of all patients so far."""
        moved = self.variants.threshold
        told = Moved(moved.criterion, moved.option, moved.fact.name, moved.fact.unit, moved.words, moved.present)
        counted = zip(self.variants.values, self._counts, strict=True)
        points = tuple(Point(value, tuple(listed(told.option, counts))) for value, counts in counted)
        return Curve(told, self.variants.knowledge, self._rows, points)


class ShownPoint(NamedTuple):
    """Hold what may be shown of one value: who would move, and how many have the verdicts of each group (none: they are hidden)."""

    value: float
    moved: int
    counts: tuple[int, ...]


class ShownCurve(NamedTuple):
    """Hold what may be shown of a curve: verdicts in groups so large that none is small, and the points that can be told apart."""

    groups: tuple[tuple[str, ...], ...]
    points: tuple[ShownPoint, ...]
    left_out: int


def shown_curve(curve: Curve, smallest: int, hidden: Iterable[str] = ()) -> ShownCurve:
    """Return the curve without small counts, and without small differences between two values.

    A difference would tell of the few patients between two values. Verdicts that few have are put together; points too near to
    those shown are left out, or shown without their verdicts, the ones near the present threshold kept first. Verdicts that are
    `hidden` elsewhere do not stand alone.
    """
    groups = _groups(curve, smallest, set(hidden))
    kept: list[ShownPoint] = []
    for point in sorted(curve.points, key=lambda point: (abs(point.value - curve.threshold.present), point.value)):
        if _small(point.moved, smallest) or any(_small(point.moved - other.moved, smallest) for other in kept):
            continue
        counts = tuple(sum(point.standing(stand) for stand in group) for group in groups)
        if any(_small(one - two, smallest) for other in kept if other.counts for one, two in zip(counts, other.counts, strict=True)):
            counts = ()
        kept.append(ShownPoint(point.value, point.moved, counts))
    return ShownCurve(groups, tuple(sorted(kept)), len(curve.points) - len(kept))


def _groups(curve: Curve, smallest: int, hidden: set[str]) -> tuple[tuple[str, ...], ...]:
    alone = {stand: [point.standing(stand) for point in curve.points] for stand in STANDS}
    alone = {stand: counts for stand, counts in alone.items() if any(counts)}
    if min(alone.get("no_plan", [0])) >= smallest and "no_plan" not in hidden:
        del alone["no_plan"]  # the same at every value
    together = [stand for stand, counts in alone.items() if stand in hidden or any(_small(count, smallest) for count in counts)]
    while together and (
        len(together) == 1 or any(_small(sum(counts), smallest) for counts in zip(*(alone[stand] for stand in together), strict=True))
    ):
        rest = [stand for stand in alone if stand not in together]
        if not rest:
            break
        together.append(min(rest, key=lambda stand: sum(alone[stand])))
    groups = [(stand,) for stand in alone if stand not in together]
    return (*groups, tuple(stand for stand in STANDS if stand in together)) if together else tuple(groups)


def _small(count: int, smallest: int) -> bool:
    return 0 < abs(count) < smallest

