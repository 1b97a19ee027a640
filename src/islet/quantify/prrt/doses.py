"""Turn the curve of a region into its absorbed dose with a 90 % interval, and for kidneys the biologically effective dose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from islet.knowledge.base import Constant
from islet.quantify.prrt.bed import bed_gy, lea_catcheside
from islet.quantify.prrt.curves import Z90, Curve
from islet.quantify.prrt.dose import mird_dose_gy, scaled_self_s, self_dose_gy, sphere_absorbed_fraction


class Dose(NamedTuple):
    """Hold the dose of one region in one cycle in Gy, its 90 % interval if there is one, G, BED (kidneys), and why not."""

    curve: Curve
    gy: float = float("nan")
    interval: tuple[float, float] | None = None
    g_factor: float = float("nan")
    bed: float | None = None
    because: str = ""
    outside: bool = False
    notes: tuple[str, ...] = ()
    by_table: str = ""

    def relative_sd(self) -> float | None:
        """Return the relative sd that the interval stands for, on the logarithmic scale."""
        return None if self.interval is None else float(np.log(self.interval[1] / self.interval[0]) / (2 * Z90))


def doses_of(curves: Sequence[Curve], s_rows: Sequence[dict[str, Any]], constants: dict[str, Constant]) -> list[Dose]:
    """Return the dose of every curve; S values of the case take the place of electron energy over mass, and add cross-dose."""
    return [_dose(curve, curves, s_rows, constants) for curve in curves]


def _dose(curve: Curve, curves: Sequence[Curve], s_rows: Sequence[dict[str, Any]], constants: dict[str, Constant]) -> Dose:
    region = curve.series.region
    if curve.because:
        return Dose(curve, because=curve.because, outside=curve.outside)
    own = next((row for row in s_rows if row["target"] == region.name == row["source"]), None)
    notes = list(curve.notes)
    upward = 1.0
    if own is not None:
        gy, scaled = _by_table(curve, own, constants)
        notes.append(scaled)
    elif region.mass_g is None:
        return Dose(curve, because="its mass is not known; the volume on CT would do")
    elif region.kind == "lesion" and region.mass_g < constants["smallest_sphere_g"].value:
        least = constants["smallest_sphere_g"].value
        return Dose(curve, because=f"the sphere model holds from {least:g} g, this lesion weighs {region.mass_g:g} g", outside=True)
    else:
        share = _kept(region.kind, region.mass_g, constants)
        gy = float(self_dose_gy(curve.tia_mbq_h(), region.mass_g, constants["lu177_electron_kev"].value, share))
        photons = constants["photon_self_dose_share"].range or (0.0, 0.0)
        upward = (1 + photons[1]) / share
    for row in s_rows:
        source = next((c for c in curves if c.series.region.name == row["source"] and c.series.cycle == curve.series.cycle), None)
        if row["target"] == region.name != row["source"] and source is not None and not source.because:
            gy += float(mird_dose_gy([source.tia_mbq_h()], [row["mgy_per_mbq_s"]]))
            notes.append(f"with cross-dose from {row['source']}")
    g = float(lea_catcheside(curve.amplitudes_mbq, curve.rates_per_h, constants["kidney_repair_half_time_h"].value))
    bed = float(bed_gy(gy, g, constants["kidney_alpha_beta_gy"].value)) if region.kind == "kidneys" else None
    return Dose(curve, gy, _interval(curve, gy, upward, constants), g, bed, notes=tuple(notes), by_table=own["reference"] if own else "")


def _kept(kind: str, mass_g: float, constants: dict[str, Constant]) -> float:
    if kind != "lesion":
        return 1.0
    numbers = [constants[n].value for n in ("lu177_electron_path_mm", "lu177_electron_path_cubed_mm3", "lu177_longest_path_mm")]
    return float(sphere_absorbed_fraction(mass_g, *numbers))


def _by_table(curve: Curve, row: dict[str, Any], constants: dict[str, Constant]) -> tuple[float, str]:
    s, mass = row["mgy_per_mbq_s"], curve.series.region.mass_g
    if mass is None or "mass_g" not in row:
        return float(mird_dose_gy([curve.tia_mbq_h()], [s])), f"S of {row['reference']}, not scaled to this patient's mass"
    scaled = float(scaled_self_s(s, row["mass_g"], mass, constants["photon_self_dose_share"].value))
    return float(mird_dose_gy([curve.tia_mbq_h()], [scaled])), f"S of {row['reference']}, scaled from {row['mass_g']:g} to {mass:g} g"


def _interval(curve: Curve, gy: float, upward: float, constants: dict[str, Constant]) -> tuple[float, float] | None:
    """Return the 90 % interval: curve and mass in quadrature; for kidneys at least the published error of the whole procedure.

    Where a curve has no interval of its own, that of the kidneys is the published one, never less than the error the curve
    would have if it were the right one.
    """
    region = curve.series.region
    least = 0.0
    if region.kind == "kidneys":
        name = "kidney_dose_relative_sd" if len(curve.series.hours) > 2 else "kidney_dose_relative_sd_one_scan"
        least = Z90 * float(np.sqrt(np.log1p(constants[name].value ** 2)))
    if curve.reach is None and not least:
        return None
    low, high = curve.reach or curve.as_fitted or (0.0, 0.0)
    mass = Z90 * region.mass_relative_sd
    return gy * float(np.exp(-max(np.hypot(low, mass), least))), gy * float(np.exp(max(np.hypot(high, mass), least))) * upward
