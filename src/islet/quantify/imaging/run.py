"""The dose per voxel of a scan as estimates, for research only: mean and histogram of every drawn region."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from islet.case.model import Case
from islet.estimate.model import GIVEN, NEEDS, OUTSIDE, Estimate
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.quantify.imaging.dose_map import DoseMap, dose_map, exact, word
from islet.quantify.imaging.dvh import Histogram

SHOWN_BY = {"tare": ("maa", "y90"), "prrt": ("lu177",)}
NUMBERS = {"maa": ("planned_activity_gbq",), "y90": (), "lu177": ("scan_effective_half_life_h",)}
MOST_SHUNT_PERCENT = 60.0
CONSTANTS = {
    "tare": ("y90_dose_constant_gy_kg_per_gbq", "y90_beta_mean_mev", "y90_range_mm"),
    "prrt": ("lu177_electron_kev", "lu177_half_life_h", "lu177_range_mm"),
}
LOEVINGER = {
    "source": "loevinger-1956", "locator": "point-source function of beta dose, normalised to the energy", "verification": "secondary",
}
CHALLENGE = {
    "source": "snmmi-challenge-conversion", "locator": "local deposition stood apart from the other methods", "verification": "one_source",
}


def estimate(case: Case, option: str, base: KnowledgeBase, progress: Callable[[str, float], None]) -> list[Estimate]:
    """Return the dose of every drawn region of the scan, with its histogram.

    Raises InputError for images, masks and measurements that cannot be right.
    """
    blank = Estimate(f"{option}_voxel_dose", option, "Dose per voxel and dose-volume histogram", NEEDS, research=True)
    shows = word(case, "scan_shows")
    if shows is None:
        return [blank._replace(needs=("measurements.scan_shows",))]
    if shows not in SHOWN_BY[option]:
        wanted = " or ".join(base.space.dictionary.measures["scan_shows"].fact.label(one) for one in SHOWN_BY[option])
        return [blank._replace(status=OUTSIDE, because=f"the scan shows something else; this needs {wanted}")]
    needs = tuple(f"measurements.{name}" for name in NUMBERS[shows] if name not in case.measurements)
    if shows == "maa" and "extent.lung_shunt_percent" not in case.given:
        needs += ("extent.lung_shunt_percent",)
    if needs:
        return [blank._replace(needs=needs)]
    if shows == "maa" and exact(case, "lung_shunt_percent", "extent.") > MOST_SHUNT_PERCENT:
        return [blank._replace(status=OUTSIDE, because=f"the lung shunt is above {MOST_SHUNT_PERCENT:g} %; no dose is computed there")]
    made = dose_map(case, base, progress)
    method = word(case, "voxel_method") or ("kernel" if option == "prrt" else "local")
    progress("histograms", 0.85)
    found = _said(blank, made, method, option, base)
    progress("done", 1.0)
    return [found]


def _said(blank: Estimate, made: DoseMap, method: str, option: str, base: KnowledgeBase) -> Estimate:
    chosen, other = (made.local_gy, made.kernel_gy) if method == "local" else (made.kernel_gy, made.local_gy)
    names = {"local": "local deposition", "kernel": "kernel convolution"}
    rows, lines = [], []
    for region in made.regions:
        histogram = Histogram(chosen.values, region.share)
        beside = Histogram(other.values, region.share)
        rows.append(_row(region.name, histogram, made, beside.mean_gy, names["kernel" if method == "local" else "local"]))
        dose, volume = histogram.curve()
        lines.append({"label": region.name, "x": dose, "y": volume})
    cautions = ["partial volume and movement blur small regions; a scan of 4 to 5 mm voxels is already blurred more than the betas reach"]
    sources = sources_json([source for name in CONSTANTS[option] for source in base.constants[name].sources], base)
    if method == "kernel":
        sources += sources_json([LOEVINGER], base)
    if option == "prrt":
        cautions.append("in a comparison of software for lutetium-177, local deposition was the one method that stood apart")
        sources += sources_json([CHALLENGE], base)
    return blank._replace(
        status=GIVEN, text=f"Dose of {len(rows)} drawn regions from the scan, by {names[method]} ({made.nuclide.name}).",
        plain="A dose picture for research; it decides nothing.", method=names[method],
        inputs={"scan": made.scan.file, "modality": made.scan.modality, "unit": made.scan.unit, "method": method},
        assumptions=(*made.says, *cautions), cannot_say="the dose of one small lesion, or what a dose will do to it",
        validity="regions well above the resolution of the scan", sources=tuple(sources), rows=tuple(rows),
        curves={
            "kind": "dvh", "title": f"Dose-volume histogram ({names[method]}, research)",
            "says": "For each drawn region, the share of its volume that gets at least each dose.",
            "x": {"label": "absorbed dose (Gy)"}, "y": {"label": "volume with at least this dose (%)", "low": 0, "high": 100},
            "lines": lines,
        },
    )


def _row(name: str, histogram: Histogram, made: DoseMap, other_gy: float, other: str) -> dict[str, Any]:
    ml = histogram.voxels * made.scan.image.voxel_ml
    d95, d70, d50, d2 = (histogram.dose_to_hottest_gy(percent) for percent in (95, 70, 50, 2))
    return {
        "what": f"{name} ({ml:.3g} mL), mean", "value": round(histogram.mean_gy, 2), "unit": "Gy",
        "text": f"D95 {d95:.1f}, D70 {d70:.1f}, D50 {d50:.1f}, D2 {d2:.1f} Gy; mean by {other} {other_gy:.1f} Gy",
        "d95_gy": round(d95, 2), "d70_gy": round(d70, 2), "d50_gy": round(d50, 2), "d2_gy": round(d2, 2),
        "volume_ml": round(ml, 2), "mean_by_other_method_gy": round(other_gy, 2),
    }
