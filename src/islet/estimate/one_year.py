"""How many of 100 people were alive without growth one year after the start: as a trial counted it, or worked out from what it published.

One time for all options is what lets a patient read them side by side. The curve is the one that `islet quantify` draws: through one point
exponential, through two that stand apart Weibull, through more piecewise exponential.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from islet.case.values import plain_number
from islet.knowledge.base import KnowledgeBase

MONTHS = 12

Point = tuple[float, float]  # months from the start, share still alive without growth


class Limits(NamedTuple):
    """Hold what bounds the working out: how far apart two points must stand, and the shapes that one point alone leaves open."""

    apart: float
    shape_low: float
    shape_high: float

    @classmethod
    def of(cls, base: KnowledgeBase) -> Limits:
        """Return the limits of a knowledge base."""
        names = ("survival_points_apart_ratio", "survival_shape_low", "survival_shape_high")
        return cls(*(float(base.constants[name].value) for name in names))


class OneYear(NamedTuple):
    """Hold one share of 100 with the ends it may have, what they are, what it was made from, and whether a trial counted it."""

    percent: float
    interval: tuple[float, float] | None
    interval_is: str
    made_from: str
    counted: bool
    figures: tuple[dict[str, Any], ...]


def one_year(figures: Sequence[dict[str, Any]], limits: Limits) -> OneYear | None:
    """Return the share at 12 months from the figures of one arm, or None when they do not fall with time or end too early.

    A published share at 12 months is taken as it stands. Anything later than `limits.apart` times the last published point would be a
    model alone and is not told. Source: S(t) = S1 ** ((t / t1) ** shape), the Weibull curve through a published point.

    >>> median = {"of": "x", "at_months": None, "value": 22.7, "ci": None, "ci_is": "", "ci_percent": 95}
    >>> found = one_year([median], Limits(1.25, 0.6, 2.1))
    >>> found.percent, found.counted, found.made_from
    (69.0, False, 'the median of 22.7 months')
    """
    for figure in figures:
        if figure["at_months"] == MONTHS:
            ci = figure["ci"]
            whole = ci is not None and None not in ci
            return OneYear(figure["value"], (ci[0], ci[1]) if whole else None, figure["ci_is"] if whole else "no interval was read",
                           figure["of"], True, (figure,))
    carrying = _carrying(sorted(figures, key=lambda f: _point(f)[0]), limits.apart)
    points = [_point(figure) for figure in carrying]
    if not points or not _falls(points) or points[-1][0] * limits.apart < MONTHS:
        return None
    interval, interval_is = _interval(carrying, limits)
    made_from = " and ".join(
        f'the median of {plain_number(f["value"])} months' if f["at_months"] is None
        else f'{plain_number(f["value"])} % at {plain_number(f["at_months"])} months' for f in carrying
    )
    return OneYear(float(round(100 * share_after(points, MONTHS))), interval, interval_is, made_from, False, tuple(carrying))


def of_one_group(figures: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the figures of the whole trial, or where it has none those of its first group; groups are never put on one curve.

    >>> [f["value"] for f in of_one_group([{"value": 38.5, "whose": "in the extension"}, {"value": 65.1, "whose": ""}])]
    [65.1]
    """
    whose = "" if any(not figure["whose"] for figure in figures) else figures[0]["whose"]
    return [figure for figure in figures if figure["whose"] == whose]


def share_after(points: Sequence[Point], months: float, shape: float = 1.0) -> float:
    """Return the share of the curve through published points at a time; `shape` is used where one point leaves it open.

    >>> round(share_after([(20.7, 0.5)], 12), 2), round(share_after([(12, 0.805), (20.7, 0.5)], 18), 2)
    (0.67, 0.6)
    """
    if len(points) == 1:
        return float(points[0][1] ** ((months / points[0][0]) ** shape))
    if len(points) == 2:
        (first, one), (second, two) = points
        shape = math.log(math.log(two) / math.log(one)) / math.log(second / first)
        return float(one ** ((months / first) ** shape))
    knots = [(0.0, 1.0), *points]
    (first, one), (second, two) = next((pair for pair in itertools.pairwise(knots) if months <= pair[1][0]), (knots[-2], knots[-1]))
    return float(one * (two / one) ** ((months - first) / (second - first)))


def _point(figure: dict[str, Any]) -> Point:
    months = figure["at_months"]
    return (float(figure["value"]), 0.5) if months is None else (float(months), figure["value"] / 100)


def _carrying(figures: list[dict[str, Any]], apart: float) -> list[dict[str, Any]]:
    """Return the figures the curve goes through: of two that stand close, the one nearer to a half; else all."""
    if len(figures) == 2 and _point(figures[1])[0] < apart * _point(figures[0])[0]:
        return [min(figures, key=lambda figure: abs(_point(figure)[1] - 0.5))]
    return figures


def _interval(figures: list[dict[str, Any]], limits: Limits) -> tuple[tuple[float, float] | None, str]:
    shapes = (limits.shape_low, 1.0, limits.shape_high) if len(figures) == 1 else (1.0,)
    if len(figures) > 1 and (len(figures) > 2 or any(f["ci"] is None or None in f["ci"] for f in figures)):
        return None, "no interval: not every figure was published with one"
    if figures[0]["ci"] is None:
        low, high = _ends([share_after([_point(figures[0])], MONTHS, shape) for shape in shapes])
        return None, f"no interval: the figure was published without one; the shape of the curve alone leaves {low:g} to {high:g} % open"
    shares = [share for chosen in itertools.product(*map(_corners, figures)) for shape in shapes for share in _shares(chosen, shape)]
    never = [1.0 if end else 0.0 for figure in figures for end, months in enumerate(figure["ci"]) if months is None]  # not reached
    levels = " and ".join(f"{level} %" for level in sorted({figure["ci_percent"] for figure in figures}))
    told = f"what the ends of the published {levels} interval{'s' * (len(figures) > 1)} leave open"
    if len(figures) == 1:
        low, high = limits.shape_low, limits.shape_high
        told += f", with a risk that falls or rises over time as in trials that printed two points (shape {low:g} to {high:g})"
    return _ends(shares + never), f"{told}{', one of which was not reached' if never else ''}; not a confidence interval"


def _corners(figure: dict[str, Any]) -> list[Point]:
    months, share = _point(figure)
    return [(end, share) if figure["at_months"] is None else (months, end / 100) for end in figure["ci"] if end is not None]


def _shares(points: Sequence[Point], shape: float) -> list[float]:
    """Return the share of one choice of ends; ends that rise with time make no curve together, so that each counts on its own."""
    ordered = sorted(points)
    return [share_after(ordered, MONTHS, shape)] if _falls(ordered) else [share_after([point], MONTHS) for point in ordered]


def _falls(points: Sequence[Point]) -> bool:
    """Return whether a curve from 1 can go through all points: each later one lower, none at 0 or 1."""
    return all(0 < share < 1 for _, share in points) and all(
        one[0] < two[0] and one[1] > two[1] for one, two in itertools.pairwise(points)
    )


def _ends(shares: Sequence[float]) -> tuple[float, float]:
    return float(math.floor(100 * min(shares))), float(math.ceil(100 * max(shares)))
