"""Write a dose as a DICOM parametric map in Gy (highdicom), labelled for research.

A parametric map holds one real number a voxel with its unit, and points to the images it was made from. RT Dose was not
chosen: its summation types ask for a radiotherapy plan, which a radionuclide treatment does not have.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from islet import __version__
from islet.errors import InputError
from islet.quantify.imaging.volume import Volume, library

LABEL = "RESEARCH_DOSE"


def dose_object(dose: Volume, datasets: tuple[Any, ...], says: str) -> Any:
    """Return a DICOM parametric map of a dose, in Gy, made from the images it was computed on.

    `says` goes into the description (at most 64 characters). Raises InputError for a negative dose.
    """
    hd = library("highdicom")
    gray = library("pydicom.sr.coding").Code("Gy", "UCUM", "Gray")
    if not (np.isfinite(dose.values).all() and dose.values.min() >= 0):
        raise InputError("found a negative dose", field="dose", expected="expected 0 Gy or more in every voxel")
    values = dose.values.astype(np.float32)
    highest = max(float(values.max()), 1e-6)
    mapping = hd.pm.RealWorldValueMapping(
        lut_label="DOSE", lut_explanation="Absorbed dose, for research only", unit=gray, value_range=[0.0, highest],
        slope=1.0, intercept=0.0,
    )
    places = [np.array(dose.origin_mm) + dose.direction[:, 2] * dose.spacing_mm[0] * i for i in range(len(values))]
    return hd.pm.ParametricMap(
        source_images=list(datasets), pixel_array=values, series_instance_uid=hd.UID(), series_number=901,
        sop_instance_uid=hd.UID(), instance_number=1, manufacturer="Islet", manufacturer_model_name="Islet",
        software_versions=__version__, device_serial_number="none",
        contains_recognizable_visual_features=False, real_world_value_mappings=[mapping],
        voi_lut_transformations=[hd.VOILUTTransformation(window_center=highest / 2, window_width=highest)],
        content_description=says[:64], content_label=LABEL, content_qualification="RESEARCH",
        pixel_measures=hd.PixelMeasuresSequence(
            pixel_spacing=dose.spacing_mm[1:], slice_thickness=dose.spacing_mm[0], spacing_between_slices=dose.spacing_mm[0]
        ),
        plane_orientation=hd.PlaneOrientationSequence("PATIENT", tuple(dose.direction[:, 0]) + tuple(dose.direction[:, 1])),
        plane_positions=[hd.PlanePositionSequence("PATIENT", tuple(place)) for place in places],
    )


def write_dose(dose: Volume, datasets: tuple[Any, ...], says: str, file: Path) -> None:
    """Write a dose as a DICOM file, whole or not at all. Raises InputError when it cannot be written."""
    made = dose_object(dose, datasets, says)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        made.save_as(part, enforce_file_format=True)
        os.replace(part, file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(f"cannot write {file}", expected=str(error.strerror or error)) from None
