"""Rebuild the curve of one arm of a trial from its published figures, with a band from their intervals."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from islet.errors import InputError
from islet.quantify.survival.curves import (
    Array,
    exponential_hazard,
    exponential_share,
    piecewise_hazards,
    piecewise_share,
    weibull_share,
    weibull_through,
)

NOTE = "rebuilt from published figures, not digitised individual data"


class Point(NamedTuple):
    """Hold one published point: the share free at a time, and the ends of its interval in time (a median) or in share."""

    months: float
    share: float
    months_ends: tuple[float | None, float | None] | None
    share_ends: tuple[float, float] | None
    level: int
    of: str

    def corners(self) -> tuple[tuple[float, float], ...]:
        """Return the point at both ends of its interval as (months, share); empty when no whole interval is known."""
        if self.months_ends is not None and None not in self.months_ends:
            return tuple((float(end), self.share) for end in self.months_ends if end is not None)
        return tuple((self.months, end) for end in self.share_ends) if self.share_ends is not None else ()


class Rebuilt(NamedTuple):
    """Hold one rebuilt curve: months, shares, the band (None where no interval was published) and how far it is more than a model."""

    model: str
    parameters: dict[str, Any]
    points: tuple[Point, ...]
    months: Array
    share: Array
    low: Array | None
    high: Array | None
    known_until: float
    band_is: str


def points_of(figures: Iterable[dict[str, Any]]) -> tuple[Point, ...]:
    """Return the published points of one arm and endpoint, earliest first, from the figures of a trial.

    A figure without `at_months` is a median in months, one with it a share of 100.
    """
    found = []
    for figure in figures:
        ci = figure["ci"]
        if figure["at_months"] is None:
            ends = (ci[0], ci[1]) if ci else None
            found.append(Point(float(figure["value"]), 0.5, ends, None, figure["ci_percent"], figure["of"]))
        else:
            share_ends = (ci[0] / 100, ci[1] / 100) if ci else None
            found.append(Point(float(figure["at_months"]), figure["value"] / 100, None, share_ends, figure["ci_percent"], figure["of"]))
    return tuple(sorted(found))


def rebuild(points: Sequence[Point], apart: float, beyond: float, step_months: float = 0.25) -> Rebuilt:
    """Return the curve through published points.

    One point: exponential. Two at least `apart` times apart: Weibull; two that stand closer: exponential through the one
    nearer to a half, since a shape would hang on noise. Three or more: piecewise exponential. The curve runs to `beyond`
    times the last point; after the last point it is the model alone. The band is the widest of all curves
    through the ends of the published intervals of the points that the curve goes through.

    Raises InputError when the points do not fall with time.
    """
    if not points:
        raise InputError("found no published point", expected="a median or a rate at a fixed time")
    known_until = max(point.months for point in points)
    grid = np.arange(0.0, beyond * known_until + step_months / 2, step_months)
    months = np.union1d(grid, [point.months for point in points])
    carrying = _carrying(points, apart)
    model, parameters, curve = _model([(p.months, p.share) for p in carrying], apart)
    low, high = _band(carrying, apart, months)
    levels = sorted({point.level for point in carrying})
    band_is = "" if low is None else (
        f"widest of the curves through the ends of the published {' and '.join(str(level) for level in levels)} % intervals of the points "
        "it goes through; not an interval of the whole curve"
    )
    return Rebuilt(model, parameters, tuple(points), months, curve(months), low, high, known_until, band_is)


def share_at(rebuilt: Rebuilt, months: float) -> tuple[float, float | None, float | None]:
    """Return the share free at a time, and the ends of the band there."""
    ends = [None if band is None else float(np.interp(months, rebuilt.months, band)) for band in (rebuilt.low, rebuilt.high)]
    return float(np.interp(months, rebuilt.months, rebuilt.share)), ends[0], ends[1]


def _carrying(points: Sequence[Point], apart: float) -> Sequence[Point]:
    """Return the points that the curve goes through: of two that stand close, the one nearer to a half; else all."""
    if len(points) == 2 and points[1].months < apart * points[0].months:
        return [min(points, key=lambda point: abs(point.share - 0.5))]
    return points


def _model(pairs: Sequence[tuple[float, float]], apart: float) -> tuple[str, dict[str, Any], Callable[[Array], Array]]:
    if len(pairs) == 2 and pairs[1][0] >= apart * pairs[0][0]:
        scale, shape = weibull_through([pairs[0][0], pairs[1][0]], [pairs[0][1], pairs[1][1]])
        return "Weibull", {"scale_months": scale, "shape": shape}, lambda months: weibull_share(months, scale, shape)
    if len(pairs) <= 2:
        hazard = exponential_hazard(*min(pairs, key=lambda pair: abs(pair[1] - 0.5)))
        return "exponential", {"hazard_per_month": hazard}, lambda months: exponential_share(months, hazard)
    knots = [months for months, _ in pairs]
    hazards = piecewise_hazards(knots, [share for _, share in pairs])
    return "piecewise exponential", {"knots_months": knots, "hazards_per_month": hazards.tolist()}, (
        lambda months: piecewise_share(months, knots, hazards)
    )


def _band(points: Sequence[Point], apart: float, months: Array) -> tuple[Array | None, Array | None]:
    """Return the least and greatest share over the curve and all curves through the corners; None when a point has no whole interval.

    Corners that would rise with time make no curve together; each then counts on its own, as an exponential.
    """
    corners = [point.corners() for point in points]
    if len(points) > 2 or not all(corners):
        return None, None
    curves = [_model([(point.months, point.share) for point in points], apart)[2](months)]
    for chosen in itertools.product(*corners):
        try:
            curves.append(_model(sorted(chosen), apart)[2](months))
        except InputError:
            curves += [_model([corner], apart)[2](months) for corner in chosen]
    stacked = np.vstack(curves)
    return stacked.min(axis=0), stacked.max(axis=0)
