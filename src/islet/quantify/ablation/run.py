"""Estimates of a planned ablation: size of the zone, and the share of the lesion, alone and with its margin, inside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from islet.case.model import Case
from islet.case.values import Given
from islet.estimate.model import NEEDS, OUTSIDE, Estimate
from islet.knowledge.base import KnowledgeBase
from islet.quantify.ablation.parameters import Criterion, assumed_tissues, criteria_of, metal_of
from islet.quantify.ablation.passes import Pass, outside, passes_of, rows_of
from islet.quantify.ablation.reach import Reached, reached
from islet.quantify.ablation.say import LARGEST_MM, NAMES, Sayer

ORGANS = {"eus_rfa": "pancreas", "percutaneous_ablation": "pancreas", "liver_ablation": "liver"}
SIZES = {"eus_rfa": "extent.size_mm", "percutaneous_ablation": "extent.size_mm", "liver_ablation": "extent.liver_largest_mm"}
MARGIN, VESSEL = "measurements.ablation_margin_mm", "measurements.ablation_vessel_mm"
DECAY_LENGTHS = 2.0

Span = tuple[float, float] | None


class Lesion(NamedTuple):
    """Hold size, margin and distance to a vessel as far as they are known, least and greatest."""

    size_mm: Span
    margin_mm: Span
    vessel_mm: Span

    def radii_mm(self) -> list[float]:
        """Return the radii of the lesion, least and greatest, then those with its margin, as far as they are known."""
        sizes = [size / 2 for size in self.size_mm or ()]
        return sizes + [radius + margin for radius, margin in zip(sizes, self.margin_mm or (), strict=False)]

    def too_large(self) -> str:
        """Return why the model cannot hold the lesion with its margin, or ''."""
        widest = 2 * max(self.radii_mm(), default=0.0)
        if widest <= LARGEST_MM:
            return ""
        return f"the lesion with its margin measures {widest:g} mm; the model is meant for up to {LARGEST_MM:g} mm"


def estimate(case: Case, option: str, base: KnowledgeBase, progress: Callable[[str, float], None]) -> list[Estimate]:
    """Return zone and coverage for one option: given, needing inputs, or outside the validity range.

    Raises InputError for a pass that cannot be. `progress` is told what is done and how far, and may raise to stop.
    """
    say = Sayer(option, ORGANS[option], base)
    rows = rows_of(case, option)
    if not rows:
        return [say.without(name, NEEDS, needs=("measurements.ablation_passes",)) for name in NAMES]
    passes, because = passes_of(case, option, base.constants), outside(rows, option, base.constants)
    if because:
        return [say.without(name, OUTSIDE, because=because) for name in NAMES]
    measured = (case.measurements.get(name.split(".")[1]) for name in (MARGIN, VESSEL))
    lesion = Lesion(span_of(case.given.get(SIZES[option])), *(span_of(given) for given in measured))
    tissues, criteria = assumed_tissues(base.constants, ORGANS[option]), criteria_of(base.constants)
    radii = [] if lesion.too_large() else lesion.radii_mm()
    found = reached(passes, tissues, criteria, metal_of(base.constants), radii, lambda share: progress("heating tissue", share))
    progress("heating tissue", 1.0)
    sink_mm = DECAY_LENGTHS * max(tissue.decay_length_mm() for tissue in tissues)
    return [
        *say.sizes(found, passes, criteria, curves_of(found, passes, lesion, criteria)),
        _lesion_alone(say, found, lesion, SIZES[option], sink_mm),
        _with_margin(say, found, lesion, SIZES[option], sink_mm),
    ]


def _lesion_alone(say: Sayer, found: Reached, lesion: Lesion, size: str, sink_mm: float) -> Estimate:
    """Return the share of the lesion; with a vessel known to lie so near that it cools the lesion's own edge, none is told."""
    name = "ablation_coverage"
    if lesion.size_mm is None:
        return say.without(name, NEEDS, needs=(size,))
    if lesion.vessel_mm is not None and lesion.vessel_mm[0] < sink_mm:
        reach = f"{DECAY_LENGTHS:g} decay lengths of heat"
        return say.without(name, OUTSIDE, because=_cooled(lesion.vessel_mm[0], "share", sink_mm, reach))
    if lesion.too_large():
        return say.without(name, OUTSIDE, because=lesion.too_large())
    return say.share(name, _shares(found, 0), 0.0, {size: list(lesion.size_mm)})


def _with_margin(say: Sayer, found: Reached, lesion: Lesion, size: str, sink_mm: float) -> Estimate:
    """Return the share with margin; beside a vessel no margin is told, because blood carries the heat away unseen by the model."""
    name = "ablation_coverage_margin"
    if lesion.size_mm is None or lesion.margin_mm is None or lesion.vessel_mm is None:
        asked = ((size, lesion.size_mm), (MARGIN, lesion.margin_mm), (VESSEL, lesion.vessel_mm))
        return say.without(name, NEEDS, needs=[fact for fact, known in asked if known is None])
    closest = lesion.margin_mm[1] + sink_mm
    if lesion.vessel_mm[0] < closest:
        reach = f"the margin and {DECAY_LENGTHS:g} decay lengths of heat"
        return say.without(name, OUTSIDE, because=_cooled(lesion.vessel_mm[0], "margin", closest, reach))
    if lesion.too_large():
        return say.without(name, OUTSIDE, because=lesion.too_large())
    inputs = {size: list(lesion.size_mm), MARGIN: list(lesion.margin_mm), VESSEL: list(lesion.vessel_mm)}
    return say.share(name, _shares(found, len(lesion.size_mm)), lesion.margin_mm[1], inputs)


def _cooled(vessel_mm: float, what: str, closest_mm: float, reach: str) -> str:
    untold = f"no {what} can be told with a vessel within {closest_mm:.1f} mm ({reach})"
    return f"a vessel {vessel_mm:g} mm from the lesion carries heat away: {untold}"


def _shares(found: Reached, start: int) -> list[list[float]]:
    return [list(zone.shares[start:start + 2]) for zones in found.zones for zone in zones]


def curves_of(found: Reached, passes: Sequence[Pass], lesion: Lesion, criteria: Sequence[Criterion]) -> dict[str, Any]:
    """Return the zone over the lesion as a chart, in mm from the lesion's centre, in the plane of the needles."""
    every = [zone for zones in found.zones for zone in zones]
    outlines = [(criterion.name, found.zones[0][k]) for k, criterion in enumerate(criteria)]
    for name, choose in (("smallest of the range", min), ("largest of the range", max)):
        outlines.append((name, choose(every, key=lambda zone: zone.volume_ml)))
    needles = [
        {
            "label": "needle tip" if number == 0 else "", "x": [one.aside_mm, one.aside_mm], "dash": False, "colour": 0, "width": 5,
            "y": [one.along_mm - one.electrode.tip_mm / 2, one.along_mm + one.electrode.tip_mm / 2],
        }
        for number, one in enumerate(passes)
    ]
    shapes: list[dict[str, Any]] = [
        {**_circle(size / 2), "label": f"lesion, {size:g} mm", "filled": True, "dash": False}
        for size in dict.fromkeys(lesion.size_mm or ())
    ]
    if lesion.size_mm and lesion.margin_mm and lesion.margin_mm[1]:
        around = _circle(lesion.size_mm[1] / 2 + lesion.margin_mm[1])
        shapes.append({**around, "label": f"lesion with {lesion.margin_mm[1]:g} mm around it", "dash": True})
    shapes += [{"label": f"zone, {name}", "x": list(zone.outline_mm[0]), "y": list(zone.outline_mm[1])} for name, zone in outlines]
    across = [abs(float(value)) for shape in shapes for axis in ("x", "y") for value in shape[axis]]
    edge = 1.1 * max(across)
    return {
        "kind": "ablation_zone", "title": "Zone of coagulation over the lesion", "equal": True, "lines": needles, "outlines": shapes,
        "says": "The lesion as a disc, the needle tip as a line, and the edge of the zone by each criterion and at both ends of the range.",
        "x": {"label": "mm across", "low": -edge, "high": edge}, "y": {"label": "mm along the needle", "low": -edge, "high": edge},
    }


def _circle(radius_mm: float) -> dict[str, list[float]]:
    turn = [2 * math.pi * step / 72 for step in range(72)]
    return {"x": [radius_mm * math.cos(angle) for angle in turn], "y": [radius_mm * math.sin(angle) for angle in turn]}


def span_of(given: Any) -> Span:
    """Return the least and the greatest value of a number known whole or in part; None when open, unbounded or in conflict.

    >>> from islet.case.values import Range
    >>> span_of(Given(ranges=(Range(12, 14),))), span_of(Given(ranges=(Range(20, float("inf")),)))
    ((12, 14), None)
    """
    if not isinstance(given, Given) or given.ranges is None or given.several:
        return None
    low, high = min(r.low for r in given.ranges), max(r.high for r in given.ranges)
    return (low, high) if high < float("inf") and low >= 0 else None
