"""From one scan to the dose of every voxel: what the numbers stand for, how they decay, where the energy goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from islet.case.model import Case
from islet.case.values import Given
from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.quantify.imaging.masks import read_mask
from islet.quantify.imaging.nuclides import Nuclide, lutetium_177, yttrium_90
from islet.quantify.imaging.read_dicom import Scan, nuclide, read_scan
from islet.quantify.imaging.volume import Array, Volume
from islet.quantify.imaging.voxel_dose import convolved, local_dose_gy
from islet.quantify.imaging.voxel_kernel import voxel_kernel

GIVEN_IN_SCAN = (0.02, 1.3)  # share of the administered activity that a quantitative scan may hold, after correction for decay


class Region(NamedTuple):
    """Hold one drawn region: its name, the share of every voxel inside, and whether it was resampled to get there."""

    name: str
    share: Array
    resampled: bool


class DoseMap(NamedTuple):
    """Hold the dose of every voxel by both methods, the regions, and what was assumed on the way."""

    scan: Scan
    regions: tuple[Region, ...]
    local_gy: Volume
    kernel_gy: Volume
    nuclide: Nuclide
    says: tuple[str, ...]


def dose_map(case: Case, base: KnowledgeBase, progress: Callable[[str, float], None]) -> DoseMap:
    """Return the dose map of the scan that a case points to.

    Raises InputError for images, masks and measurements that cannot be right, and for a case that is no file of its own:
    images are read from paths beside it, never for a case that came from elsewhere.
    """
    folder = Path(case.file).parent
    if not Path(case.file).is_file():
        expected = "expected a case that is a file; images are read from paths beside it"
        raise InputError("found a scan in a case that is no file", case.file, field="measurements.scan_path", expected=expected)
    progress("reading the scan", 0.05)
    scan = read_scan(folder / str(word(case, "scan_path")))
    progress("reading the regions", 0.3)
    regions = read_regions(case, scan.image, folder)
    moved = tuple(f"{one.name}: drawn on another grid, resampled onto the scan" for one in regions if one.resampled)
    shows = word(case, "scan_shows")
    if shows == "lu177":
        made, amount, says = lutetium_177(base), *lutetium_decays(case, scan, base)
    else:
        made = yttrium_90(base)
        amount, says = mapping_activity(case, scan, regions) if shows == "maa" else yttrium_activity(case, scan, made)
    per_unit = made.gy_kg_per_gbq_h if shows == "lu177" else base.constants["y90_dose_constant_gy_kg_per_gbq"].value
    density = base.constants["soft_tissue_density_g_per_ml"].value
    progress("local deposition", 0.5)
    local = local_dose_gy(amount, per_unit, density)
    progress("kernel convolution", 0.6)
    spread = local_dose_gy(convolved(amount, voxel_kernel(made.kernel, scan.image.spacing_mm)), per_unit, density)
    said = (f"soft tissue of {density:g} g/mL everywhere", *says, *moved)
    return DoseMap(scan, regions, scan.image.with_values(local), scan.image.with_values(spread), made, said)


def read_regions(case: Case, image: Volume, folder: Path) -> tuple[Region, ...]:
    """Return the drawn regions on the grid of the image. Raises InputError with the line of the row that cannot be read."""
    rows = case.measurements.get("scan_regions")
    assert isinstance(rows, list)
    resample = word(case, "resample_masks") == "yes"
    found: list[Region] = []
    for row in rows:
        try:
            mask = read_mask(folder / row["path"], row.get("segment"), image, resample)
        except InputError as error:
            where = (case.file, row["#line"], "measurements.scan_regions")
            words = ": ".join(part for part in (row["region"], error.file, error.found) if part)
            raise InputError(words, *where, error.expected) from None
        if any(one.name == row["region"] for one in found):
            raise InputError(f'found the region "{row["region"]}" twice', case.file, row["#line"], "measurements.scan_regions")
        found.append(Region(row["region"], mask.values, mask.resampled))
    return tuple(found)


def mapping_activity(case: Case, scan: Scan, regions: tuple[Region, ...]) -> tuple[Array, tuple[str, ...]]:
    """Return yttrium-90 that would stay where the mapping scan shows its tracer, MBq/mL.

    All of the planned activity that does not pass to the lungs goes to the region marked as holding all of it. Raises
    InputError unless exactly one region is marked, and for a region without counts.
    """
    rows = case.measurements["scan_regions"]
    assert isinstance(rows, list)
    whole = [region for region, row in zip(regions, rows, strict=True) if row.get("holds_all")]
    if len(whole) != 1:
        expected = "expected exactly one: the whole perfused liver, to which the planned activity is shared out"
        raise InputError(f"found {len(whole)} regions with holds_all", case.file, field="measurements.scan_regions", expected=expected)
    counts = scan.image.values * whole[0].share
    if not (counts.min() >= 0 and counts.sum() > 0):
        raise InputError("found no counts in the region that holds all", scan.file, expected="expected the mapping scan of the liver")
    stays_mbq = 1000 * exact(case, "planned_activity_gbq") * (1 - exact(case, "lung_shunt_percent", "extent.") / 100)
    says = (
        f"the tracer shows where the beads will go; {stays_mbq:.0f} MBq (planned activity less the lung shunt) lies in {whole[0].name}",
        "counts are in proportion to activity (attenuation and scatter are corrected)",
    )
    return counts / counts.sum() * stays_mbq / scan.image.voxel_ml, says


def yttrium_activity(case: Case, scan: Scan, made: Nuclide) -> tuple[Array, tuple[str, ...]]:
    """Return the concentration of yttrium-90 at its administration, MBq/mL. Raises InputError for units that cannot be right."""
    hours = hours_after(case, scan)
    amount = concentration(case, scan) * 2 ** (hours / made.half_life_h)
    check_amount(case, scan, amount, "Y-90")
    return amount, (f"decay of {hours:.1f} h from administration to the scan undone; beads do not move",)


def lutetium_decays(case: Case, scan: Scan, base: KnowledgeBase) -> tuple[Array, tuple[str, ...]]:
    """Return the time-integrated activity of lutetium-177, MBq h/mL, from one scan and a stated effective half-life.

    Raises InputError for a half-life longer than the physical one and for units that cannot be right.
    """
    hours, half_life_h = hours_after(case, scan), exact(case, "scan_effective_half_life_h")
    physical_h = base.constants["lu177_half_life_h"].value
    if half_life_h > physical_h:
        expected = f"expected at most the physical half-life, {physical_h:g} h"
        raise InputError(f"found {half_life_h:g} h", case.file, field="measurements.scan_effective_half_life_h", expected=expected)
    amount = concentration(case, scan)
    check_amount(case, scan, amount * 2 ** (hours / physical_h), "Lu-177")
    says = (
        f"one effective half-life of {half_life_h:g} h in every voxel, from the administration on",
        "photons (a fifth of the energy, mostly leaving) are not counted",
    )
    return amount * 2 ** (hours / half_life_h) * half_life_h / np.log(2), says


def concentration(case: Case, scan: Scan) -> Array:
    """Return what the scan holds, MBq/mL. Raises InputError for counts without a calibration and for negative activity."""
    if scan.unit == "Bq/mL":
        values = scan.image.values / 1e6
    elif "scan_bq_per_ml_per_count" in case.measurements:
        values = scan.image.values * exact(case, "scan_bq_per_ml_per_count") / 1e6
    else:
        expected = "expected Bq/mL (Units BQML, or RealWorldValueMapping), or measurements.scan_bq_per_ml_per_count"
        raise InputError("found counts without a calibration", scan.file, expected=expected)
    low = float(values.min())
    if low < -0.02 * float(values.max()):
        raise InputError(f"found a negative activity ({low:g} MBq/mL)", scan.file, expected="expected 0 or more: check slope and intercept")
    return np.maximum(values, 0.0)


def check_amount(case: Case, scan: Scan, amount_mbq_per_ml: Array, name: str) -> None:
    """Raise InputError unless the scan holds a believable share of what was given, and the nuclide named."""
    coded = nuclide(scan)
    if coded not in (None, name):
        expected = f"expected {name}, as measurements.scan_shows says"
        raise InputError(f"found a scan of {coded}", scan.file, expected=expected)
    told = "scan_administered_gbq" in case.measurements
    given_mbq = 1000 * exact(case, "scan_administered_gbq") if told else scan.activity_bq() / 1e6
    held_mbq = float(amount_mbq_per_ml.sum()) * scan.image.voxel_ml
    low, high = GIVEN_IN_SCAN
    if not low * given_mbq <= held_mbq <= high * given_mbq:
        raise InputError(
            f"found {held_mbq:.3g} MBq in the scan (decay undone) where {given_mbq:.3g} MBq were given", scan.file,
            expected=f"expected {low:.0%} to {high:.0%} of it; are the values in Bq/mL, the activity in Bq, the calibration right?",
        )


def hours_after(case: Case, scan: Scan) -> float:
    """Return the hours of decay to undo: as the case says or else the header; none for activities given for the administration."""
    if scan.corrected_to == "ADMIN":
        return 0.0
    return exact(case, "scan_hours_after") if "scan_hours_after" in case.measurements else scan.hours_after()


def exact(case: Case, name: str, section: str = "") -> float:
    """Return a number that is known exactly. Raises InputError when it is missing or known in part."""
    given: Any = case.given.get(section + name) if section else case.measurements.get(name)
    if not (isinstance(given, Given) and given.ranges and given.exact() and not given.several):
        field = f"{section or 'measurements.'}{name}"
        raise InputError("found no exact number", case.file, field=field, expected="a dose per voxel needs one number")
    return given.ranges[0].low


def word(case: Case, name: str) -> str | None:
    """Return a word of the measurements that is known exactly, or None."""
    given = case.measurements.get(name)
    return given.choices[0] if isinstance(given, Given) and given.choices and given.exact() and not given.several else None
