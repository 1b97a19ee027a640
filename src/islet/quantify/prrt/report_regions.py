"""Say the dose of one region: cycle by cycle, in sum, with the curve it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from islet.estimate.model import FAILED, GIVEN, OUTSIDE, Estimate
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.quantify.prrt.doses import Dose
from islet.quantify.prrt.exponentials import activity, activity_relative_sd
from islet.quantify.prrt.time_activity import MODEL_NAMES

NAMES = {**MODEL_NAMES, "haenscheid": "one point (Hänscheid)", "madsen": "one point (own half-life)"}
INTERVAL = "90 % interval: curve and mass"
KIDNEYS = "90 % interval: curve and mass, at least the published error of the whole procedure"
WHOLE_CHAIN = "Calibration and partial volume are not in the interval of a lesion; published errors of the whole chain are 14 to 102 %."
ELECTRONS = "without S values of the case: electrons only; photons (1 to 4.5 %) widen the interval upwards, cross-dose is left out"
INSIDE = "lesions inside the organ are in its activity and its mass, or in neither: mixing them moved liver doses by up to 36 %"
PLANAR = "planar doses were up to 60 % below SPECT/CT in a comparison of the same patients"
CANNOT = "Whether this tumour shrinks or this organ fails: a dose is not an effect"


def cite(base: KnowledgeBase, *names: str) -> tuple[dict[str, Any], ...]:
    """Return the sources of constants, each once."""
    found: list[dict[str, Any]] = []
    for name in names:
        found += [source for source in sources_json(base.constants[name].sources, base) if source not in found]
    return tuple(found)


def region_estimate(option: str, doses: Sequence[Dose], given_mbq: dict[int, float], base: KnowledgeBase) -> Estimate:
    """Return the estimate of one region over its measured cycles (all of one method)."""
    region = doses[0].curve.series.region
    ident, name = f"prrt_dose_{region.name}", f"Absorbed dose, {region.name.replace('_', ' ')}"
    methods = sorted({by for dose in doses for by in dose.curve.series.by})
    if len(methods) > 1:
        because = "its activities are partly planar, partly SPECT; the two differ by up to 60 %, so they are not put into one sum"
        validity = "activities of one region by one method"
        return Estimate(ident, option, name, OUTSIDE, because=because, validity=validity, sources=method_source(base))
    good = [dose for dose in doses if not dose.because]
    if not good:
        first = doses[0]
        because = f"cycle {first.curve.series.cycle}: {first.because}"
        validity = "at least three points, or one between 0.75 and 2.5 half-lives"
        return Estimate(ident, option, name, OUTSIDE if first.outside else FAILED, because=because, validity=validity)
    total = sum(dose.gy for dose in good)
    ends = [dose.interval for dose in good]
    interval = (sum(e[0] for e in ends if e), sum(e[1] for e in ends if e)) if all(ends) else None
    amounts = {dose.curve.series.cycle: given_mbq.get(dose.curve.series.cycle) for dose in good}
    cycles = ", ".join(str(cycle) for cycle in amounts)
    text = f"{region.name.replace('_', ' ')}: {total:.3g} Gy over the measured cycle{'s' if len(good) > 1 else ''} {cycles}"
    per = [dose.gy / (mbq / 1000) for dose, mbq in zip(good, amounts.values(), strict=True) if mbq]
    if per:
        text += f" ({np.mean(per):.2g} Gy/GBq, {methods[0].replace('spect', 'SPECT')})"
        low, high = base.constants["kidney_spect_12_gy_per_gbq"].range or (0.0, float("inf"))
        if region.kind == "kidneys" and not low <= float(np.mean(per)) <= high:
            text += f"; the kidneys of 12 other patients got {low:g} to {high:g} Gy/GBq: check units (MBq, h, g), times and mass"
    lesion = region.kind == "lesion"
    return Estimate(
        ident,
        option,
        name,
        GIVEN,
        _round(total),
        "Gy",
        interval and (_round(interval[0]), _round(interval[1])),
        (KIDNEYS if region.kind == "kidneys" else INTERVAL) if interval else "no interval: the row of a cycle says why",
        text + ".",
        f"The {'tumour' if lesion else region.kind} got a radiation dose of about {total:.2g} Gy so far.",
        "time-activity fit, time-integrated activity, MIRD self-dose from electron energy and mass",
        {"mass_g": region.mass_g, "points": sum(len(d.curve.series.hours) for d in good)},
        assumptions=_assumptions(region.kind, methods[0]),
        cannot_say=CANNOT,
        validity="177Lu; activities of one method; mass of the measured region",
        sources=cite(
            base,
            "lu177_half_life_h",
            "lu177_electron_kev",
            *(("lu177_electron_path_mm",) if lesion else ()),
            *(("kidney_dose_relative_sd", "kidney_alpha_beta_gy") if region.kind == "kidneys" else ()),
        ),
        rows=tuple(_row(dose) for dose in doses),
        curves=_chart(region.name, good),
    )


def method_source(base: KnowledgeBase) -> tuple[dict[str, Any], ...]:
    """Return the source of the planar-SPECT difference."""
    source = {"source": "snmmi-challenge-2023", "locator": "planar organ doses about 60 % below SPECT/CT", "verification": "one_source"}
    return tuple(sources_json([source], base))


def _assumptions(kind: str, method: str) -> tuple[str, ...]:
    common = ("activity spread evenly in the region", "the fitted curve holds before the first and after the last measurement")
    own = {"lesion": (WHOLE_CHAIN,), "kidneys": ()}.get(kind, (INSIDE,))
    return (*common, ELECTRONS, *own, *((PLANAR,) if method == "planar" else ()))


def _row(dose: Dose) -> dict[str, Any]:
    """Return one cycle as a row of words and numbers."""
    curve = dose.curve
    row: dict[str, Any] = {"what": f"cycle {curve.series.cycle}", "cycle": curve.series.cycle}
    if dose.because:
        return {**row, "text": f"no number: {dose.because}"}
    parts = [f"TIA {curve.tia_mbq_h():.4g} MBq h", f"half-life {curve.half_life_h():.1f} h", NAMES[curve.model]]
    if len(curve.series.hours) > 1:
        parts.append(f"{curve.beyond_points():.0%} of the TIA lies outside the measured time")
    if dose.interval:
        parts.append(f"90 % {dose.interval[0]:.3g} to {dose.interval[1]:.3g} Gy")
    if curve.redrawn:
        parts.append(f"redrawn 1,000 times: TIA {curve.redrawn[0]:.4g} to {curve.redrawn[1]:.4g}")
    if dose.bed is not None:
        parts.append(f"BED {dose.bed:.3g} Gy")
        row["bed_gy"] = _round(dose.bed)
    numbers = {"tia_mbq_h": _round(curve.tia_mbq_h()), "half_life_h": _round(curve.half_life_h()), "model": curve.model}
    return {**row, "value": _round(dose.gy), "unit": "Gy", **numbers, "text": "; ".join([*parts, *dose.notes])}


def _chart(region: str, doses: Sequence[Dose]) -> dict[str, Any]:
    """Return points, fitted line and band of every cycle as plain lists."""
    lines, bands, points = [], [], []
    for dose in doses:
        curve, label = dose.curve, f"cycle {dose.curve.series.cycle}"
        hours = np.linspace(0, max(168.0, 1.2 * float(curve.series.hours[-1])), 97)
        line = activity(curve.amplitudes_mbq, curve.rates_per_h, hours)
        lines.append({"label": f"{label}, fit", "x": hours.tolist(), "y": line.tolist()})
        if curve.covariance is not None and curve.reach is not None:
            relative = activity_relative_sd(curve.amplitudes_mbq, curve.rates_per_h, curve.covariance, np.maximum(hours, 1e-3))
            wide = np.exp(np.minimum(curve.quantile * relative, 10))
            low, high = (line / wide).tolist(), (line * wide).tolist()
            bands.append({"label": f"{label}, 90 % band", "x": hours.tolist(), "low": low, "high": high})
        error = None if curve.series.sd_mbq is None else curve.series.sd_mbq.tolist()
        points.append({"label": f"{label}, measured", "x": curve.series.hours.tolist(), "y": curve.series.mbq.tolist(), "error": error})
    title = f"Activity in {region.replace('_', ' ')}"
    says = "; ".join(f"cycle {d.curve.series.cycle}: half-life {d.curve.half_life_h():.0f} h, {d.gy:.3g} Gy" for d in doses)
    return {
        "kind": "time_activity",
        "title": title,
        "says": says,
        "x": {"label": "hours after the injection", "low": 0},
        "y": {"label": "MBq", "low": 0},
        "lines": lines,
        "bands": bands,
        "points": points,
    }


def _round(value: float) -> float:
    return float(f"{value:.4g}")
