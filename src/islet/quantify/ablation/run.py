"""Estimates of a planned ablation: size of the zone, and the share of the lesion, alone and with its margin, inside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from islet.case.model import Case
from islet.case.values import Given
from islet.estimate.model import GIVEN, NEEDS, OUTSIDE, Estimate
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.quantify.ablation.parameters import assumed_tissues, criteria_of, metal_of
from islet.quantify.ablation.passes import VALID, Pass, outside, passes_of, rows_of
from islet.quantify.ablation.reach import Reached, reached

ORGANS = {"eus_rfa": "pancreas", "percutaneous_ablation": "pancreas", "liver_ablation": "liver"}
SIZES = {"eus_rfa": "extent.size_mm", "percutaneous_ablation": "extent.size_mm", "liver_ablation": "extent.liver_largest_mm"}
LARGEST_MM, DECAY_LENGTHS = 50.0, 2.0
NAMES = {
    "ablation_zone": "Ablation zone, short axis", "ablation_zone_long": "Ablation zone, long axis", "ablation_zone_volume": "Ablation zone, volume",
    "ablation_coverage": "Share of the lesion inside the zone", "ablation_coverage_margin": "Share of the lesion with its margin inside the zone",
}
METHOD = (
    "Pennes' bioheat equation with the electric field of the needle; conductivity rises with temperature, boiling as a heat of vaporisation, "
    "perfusion stops in coagulated tissue; death by CEM43 and by Arrhenius damage"
)
RANGE = "span over the criteria of cell death and over perfusion (1 to 3 times the organ's) and electrical conductivity of the tumour; not a confidence interval"
CANNOT_SAY = "Whether the tumour is cured or every cell in the zone is dead; nor where vessels, cysts, calcifications or movement bend the zone."
ASSUMPTIONS = (
    "the lesion is a ball, tumour and organ are one uniform tissue far from large vessels",
    "no database holds this tumour: heat properties of the organ, perfusion and electrical conductivity as ranges",
    "no Arrhenius pair of pancreas is known: the pair of liver is used, which kills early below 55 °C",
    "the needle stays where it is; passes follow each other without a pause, one minute of cooling after each",
)


class _Lesion(NamedTuple):
    size_mm: tuple[float, float] | None
    margin_mm: tuple[float, float] | None
    vessel_mm: float | None


def estimate(case: Case, option: str, base: KnowledgeBase, progress: Callable[[str, float], None]) -> list[Estimate]:
    """Return zone and coverage for one option: given, needing inputs, or outside the validity range.

    Raises InputError for a pass that cannot be. `progress` is told what is done and how far, and may raise to stop.
    """
    frame = _Frame(option, base)
    if not rows_of(case, option):
        return [frame.without(name, NEEDS, needs=("measurements.ablation_passes",)) for name in NAMES]
    passes = passes_of(case, option, base.constants)
    because = outside(rows_of(case, option), option, base.constants)
    if because:
        return [frame.without(name, OUTSIDE, because=because) for name in NAMES]
    lesion = _Lesion(
        _span(case.given.get(SIZES[option])), _span(case.measurements.get("ablation_margin_mm")),
        (_span(case.measurements.get("ablation_vessel_mm")) or (None,))[0],
    )
    radii = [size / 2 for size in lesion.size_mm or ()]
    if lesion.size_mm and lesion.margin_mm:
        radii += [size / 2 + margin for size, margin in zip(lesion.size_mm, lesion.margin_mm, strict=True)]
    fits = [radius for radius in radii if 2 * radius <= LARGEST_MM]
    tissues, criteria = assumed_tissues(base.constants, ORGANS[option]), criteria_of(base.constants)
    found = reached(
        passes, tissues, criteria, metal_of(base.constants), fits if len(fits) == len(radii) else radii[:0],
        lambda share: progress("heating tissue", share),
    )
    progress("heating tissue", 1.0)
    sink = DECAY_LENGTHS * max(tissue.decay_length_mm() for tissue in tissues)
    return [
        *_sizes(frame, found, passes, lesion, criteria), _coverage(frame, found, lesion, option),
        _with_margin(frame, found, lesion, option, sink),
    ]


class _Frame:
    """Hold what all estimates of one option have in common."""

    def __init__(self, option: str, base: KnowledgeBase) -> None:
        self.option = option
        used = {name: c for name, c in base.constants.items() if name.startswith("ablation_")}
        other = "ablation_liver_" if ORGANS[option] == "pancreas" else "ablation_pancreas_"
        raw = [source for name, c in used.items() if not name.startswith(other) for source in c.sources]
        own = next((c["sources"] for c in base.estimates.get(option, ()) if c["id"] == "ablation_zone"), [])
        self.sources = tuple(sources_json([*own, *raw], base))
        ranges = ", ".join(f"{name} {low:g} to {high:g} {unit}" for name, (low, high, unit) in VALID.items())
        self.validity = f"one straight monopolar needle in {ORGANS[option]}; {ranges}; lesion with margin up to {LARGEST_MM:g} mm"

    def without(self, name: str, status: str, needs: tuple[str, ...] = (), because: str = "") -> Estimate:
        return Estimate(
            name, self.option, NAMES[name], status, needs=needs, because=because, method=METHOD, validity=self.validity,
            cannot_say=CANNOT_SAY, sources=self.sources, research=True,
        )

    def given(self, name: str, value: float | None, interval: tuple[float, float], unit: str, text: str, plain: str, **more: Any) -> Estimate:
        return Estimate(
            name, self.option, NAMES[name], GIVEN, value=value, unit=unit, interval=interval, interval_is=RANGE, text=text, plain=plain,
            method=METHOD, assumptions=ASSUMPTIONS, cannot_say=CANNOT_SAY, validity=self.validity, sources=self.sources, research=True, **more,
        )


def _sizes(frame: _Frame, found: Reached, passes: list[Pass], lesion: _Lesion, criteria: list[Any]) -> list[Estimate]:
    inputs = {
        "passes": len(passes), "tip_mm": passes[0].electrode.tip_mm, "needle_mm": 2 * passes[0].electrode.radius_mm,
        passes[0].electrode.control: passes[0].electrode.setting, "seconds": passes[0].electrode.seconds,
        "end_current_ma": round(found.end_current_ma), "hottest_tissue_c": round(found.hottest_c),
    }
    stopped = [f"pass {k + 1} after {seconds:.0f} s" for k, seconds in enumerate(found.stopped_s) if seconds is not None]
    if stopped:
        inputs["stopped_by_impedance"] = ", ".join(stopped)
    rows = tuple(
        {
            "what": f"{criterion.name}: {found.zones[0][k].short_mm:.1f} x {found.zones[0][k].long_mm:.1f} mm, {found.zones[0][k].volume_ml:.2f} mL",
            "interval": _rounded([zones[k].short_mm for zones in found.zones], 1), "unit": "mm (short axis, over the tissue assumptions)",
        }
        for k, criterion in enumerate(criteria)
    )
    short = [zone.short_mm for zones in found.zones for zone in zones]
    long = [zone.long_mm for zones in found.zones for zone in zones]
    volume = [zone.volume_ml for zones in found.zones for zone in zones]
    curves = _curves(found, passes, lesion, criteria)
    low, high = _rounded(short, 1)
    return [
        frame.given(
            "ablation_zone", round(short[0], 1), (low, high), "mm",
            f"The planned needle coagulates a zone about {short[0]:.0f} mm across ({low:g} to {high:g} mm).",
            f"The needle would heat an area about {short[0]:.0f} mm wide; it could be {low:g} to {high:g} mm.",
            inputs=inputs, rows=rows, curves=curves,
        ),
        frame.given(
            "ablation_zone_long", round(long[0], 1), _rounded(long, 1), "mm",
            f"Along the needle the zone is about {long[0]:.0f} mm long (animal experiments found it shorter).",
            f"Along the needle the heated area would be about {long[0]:.0f} mm long, probably less.", inputs=inputs,
        ),
        frame.given(
            "ablation_zone_volume", round(volume[0], 2), _rounded(volume, 2), "mL",
            f"The zone holds about {volume[0]:.1f} mL.", f"The heated area would be about {volume[0]:.1f} mL.", inputs=inputs,
        ),
    ]


def _coverage(frame: _Frame, found: Reached, lesion: _Lesion, option: str) -> Estimate:
    name = "ablation_coverage"
    if lesion.size_mm is None:
        return frame.without(name, NEEDS, needs=(SIZES[option],))
    if not found.zones[0][0].shares:
        return frame.without(name, OUTSIDE, because=_too_large(lesion))
    return _share(frame, name, found, slice(0, 2), lesion, "the lesion", "the tumour")


def _with_margin(frame: _Frame, found: Reached, lesion: _Lesion, option: str, sink_mm: float) -> Estimate:
    name = "ablation_coverage_margin"
    asked = ((SIZES[option], lesion.size_mm), ("measurements.ablation_margin_mm", lesion.margin_mm), ("measurements.ablation_vessel_mm", lesion.vessel_mm))
    needs = tuple(fact for fact, value in asked if value is None)
    if needs or lesion.margin_mm is None or lesion.vessel_mm is None:
        return frame.without(name, NEEDS, needs=needs)
    closest = lesion.margin_mm[1] + sink_mm
    if lesion.vessel_mm < closest:
        return frame.without(
            name, OUTSIDE, because=f"a vessel {lesion.vessel_mm:g} mm from the lesion carries heat away: no margin can be told within "
            f"{closest:.1f} mm (the margin and two decay lengths of heat)",
        )
    if not found.zones[0][0].shares:
        return frame.without(name, OUTSIDE, because=_too_large(lesion))
    width = f"{lesion.margin_mm[1]:g} mm"
    return _share(frame, name, found, slice(2, 4), lesion, f"the lesion with {width} around it", f"the tumour with {width} around it")


def _share(frame: _Frame, name: str, found: Reached, ends: slice, lesion: _Lesion, what: str, plain: str) -> Estimate:
    shares = [100 * share for zones in found.zones for zone in zones for share in zone.shares[ends]]
    low, high = _rounded(shares, 0)
    first = [100 * share for share in found.zones[0][0].shares[ends]]
    value = float(round(first[0])) if round(first[0]) == round(first[-1]) else None
    about = f"about {value:.0f} %" if value is not None else f"{min(first):.0f} to {max(first):.0f} %"
    return frame.given(
        name, value, (low, high), "%", f"Of {what}, {about} lies inside the zone ({low:g} to {high:g} %).",
        f"Of {plain}, {about} would be heated enough; it could be {low:g} to {high:g} %.",
        inputs={"size_mm": list(lesion.size_mm or ()), "margin_mm": list(lesion.margin_mm or ()), "vessel_mm": lesion.vessel_mm},
    )


def _curves(found: Reached, passes: list[Pass], lesion: _Lesion, criteria: list[Any]) -> dict[str, Any]:
    """Return what a picture of the zone over the lesion needs, in mm from the lesion's centre, in the plane of the needles."""
    every = [zone for zones in found.zones for zone in zones]
    outlines = [(criterion.name, found.zones[0][k]) for k, criterion in enumerate(criteria)]
    outlines += [("smallest of the range", min(every, key=lambda z: z.volume_ml)), ("largest of the range", max(every, key=lambda z: z.volume_ml))]
    return {
        "kind": "ablation_zone", "unit": "mm", "lesion_mm": list(lesion.size_mm or ()), "margin_mm": list(lesion.margin_mm or ()),
        "needles": [
            {"x": p.aside_mm, "from": p.along_mm - p.electrode.tip_mm / 2, "to": p.along_mm + p.electrode.tip_mm / 2, "width": 2 * p.electrode.radius_mm}
            for p in passes
        ],
        "contours": [{"name": name, "x": zone.outline_mm[0], "z": zone.outline_mm[1]} for name, zone in outlines],
    }


def _too_large(lesion: _Lesion) -> str:
    size, margin = (lesion.size_mm or (0.0, 0.0))[1], (lesion.margin_mm or (0.0, 0.0))[1]
    return f"the lesion with its margin measures {size + 2 * margin:g} mm; the model is meant for up to {LARGEST_MM:g} mm"


def _span(given: Any) -> tuple[float, float] | None:
    """Return the least and the greatest value of a number known whole or in part; None when open or in conflict."""
    if not isinstance(given, Given) or given.ranges is None or given.several:
        return None
    low, high = min(r.low for r in given.ranges), max(r.high for r in given.ranges)
    return (low, high) if high < float("inf") and low >= 0 else None


def _rounded(values: list[float], digits: int) -> tuple[float, float]:
    return round(min(values), digits), round(max(values), digits)
