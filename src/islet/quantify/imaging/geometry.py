"""Where the voxels of a DICOM image lie: one frame a file (PET, CT) or all frames in one (NM, as SPECT is stored)."""

from __future__ import annotations

from typing import Any

import numpy as np

from islet.errors import InputError
from islet.quantify.imaging.volume import Array, Volume, library

WHAT_WOULD_DO = {
    "PixelSpacing": "export the reconstructed slices, not projections",
    "ImageOrientationPatient": "export the reconstructed slices with patient coordinates (NM: inside DetectorInformationSequence)",
    "ImagePositionPatient": "export the reconstructed slices with patient coordinates (NM: inside DetectorInformationSequence)",
    "SpacingBetweenSlices": "export with the distance of the slices (SpacingBetweenSlices or SliceThickness)",
    "RescaleSlope": "export with the slope that turns stored numbers into activity",
}


def tag(data: Any, keyword: str, file: str, what_would_do: str = "") -> Any:
    """Return the value of a tag of a dataset.

    Raises InputError that names the tag, its number and what would do instead.

    >>> class Empty(dict): pass
    >>> tag(Empty(), "PixelSpacing", "spect.dcm")
    Traceback (most recent call last):
    islet.errors.InputError: spect.dcm: found no PixelSpacing (0028,0030); export the reconstructed slices, not projections
    """
    value = data.get(keyword)
    if value is None or (isinstance(value, str) and not value.strip()):
        number = library("pydicom").datadict.tag_for_keyword(keyword)
        place = f" ({number >> 16:04X},{number & 0xFFFF:04X})" if number is not None else ""
        raise InputError(f"found no {keyword}{place}", file, expected=what_would_do or WHAT_WOULD_DO.get(keyword, ""))
    return value


def stack(slices: list[Any], file: str) -> tuple[Volume, list[Any]]:
    """Return the volume of files of one slice each, and the datasets in its order.

    Raises InputError for missing tags, slices of different shape or direction, uneven gaps, two slices at one place.
    """
    orientation = np.array(tag(slices[0], "ImageOrientationPatient", file), dtype=float)
    spacing = [float(x) for x in tag(slices[0], "PixelSpacing", file)]
    normal = np.cross(orientation[:3], orientation[3:])
    for one in slices:
        if not np.allclose(np.array(tag(one, "ImageOrientationPatient", file), dtype=float), orientation, atol=1e-4):
            raise InputError("found slices of different orientation", file, expected="expected one series of parallel slices")
        if not np.allclose([float(x) for x in tag(one, "PixelSpacing", file)], spacing, atol=1e-4):
            raise InputError("found slices of different PixelSpacing", file, expected="expected one series")
    places = [np.array(tag(one, "ImagePositionPatient", file), dtype=float) for one in slices]
    order = sorted(range(len(slices)), key=lambda i: float(places[i] @ normal))
    along = np.array([float(places[i] @ normal) for i in order])
    gaps = np.diff(along)
    if len(slices) == 1:
        gaps = np.array([float(tag(slices[0], "SliceThickness", file, "a single slice needs its thickness"))])
    if gaps.min() < 1e-3:
        expected = "expected one time point; give each time point a folder of its own"
        raise InputError("found two slices at one place", file, expected=expected)
    if not np.allclose(gaps, gaps.mean(), rtol=0.02, atol=0.02):
        expected = f"expected even gaps, found {gaps.min():.2f} to {gaps.max():.2f} mm: is a slice missing?"
        raise InputError("found slices at uneven distances", file, expected=expected)
    frames = [pixels(slices[i], file) for i in order]
    if any(frame.ndim != 2 or frame.shape != frames[0].shape for frame in frames):
        raise InputError("found slices of different size", file, expected="expected grey slices of one size")
    values = np.stack([rescaled(frame, slices[i], file) for frame, i in zip(frames, order, strict=True)])
    first = [float(x) for x in places[order[0]]]
    direction = np.stack([orientation[:3], orientation[3:], normal], axis=1)
    grid = Volume(values, (float(gaps.mean()), spacing[0], spacing[1]), (first[0], first[1], first[2]), direction)
    return grid, [slices[i] for i in order]


def frames(data: Any, file: str) -> Volume:
    """Return the volume of one file with all slices (NM).

    Raises InputError for missing tags and for more than one time, phase or energy window.
    """
    for keyword in ("NumberOfTimeSlots", "NumberOfEnergyWindows", "NumberOfPhases", "NumberOfRotations"):
        if int(data.get(keyword) or 1) > 1:
            expected = "expected a volume of one time point and one energy window"
            raise InputError(f"found {keyword} {data.get(keyword)}", file, expected=expected)
    values = pixels(data, file)
    if values.ndim != 3:
        raise InputError(f"found pixels of {values.ndim} dimensions", file, expected="expected reconstructed slices, one after the other")
    holder = data
    if data.get("ImageOrientationPatient") is None and data.get("DetectorInformationSequence"):
        holder = data.DetectorInformationSequence[0]
    orientation = np.array(tag(holder, "ImageOrientationPatient", file), dtype=float)
    first = np.array(tag(holder, "ImagePositionPatient", file), dtype=float)
    row, column = (float(x) for x in tag(data, "PixelSpacing", file))
    gap = data.get("SpacingBetweenSlices") or data.get("SliceThickness")
    if gap is None:
        tag(data, "SpacingBetweenSlices", file)
    step = float(gap)
    normal = np.cross(orientation[:3], orientation[3:])
    if step < 0:
        values, first, step = values[::-1], first + normal * step * (len(values) - 1), -step
    direction = np.stack([orientation[:3], orientation[3:], normal], axis=1)
    origin = (float(first[0]), float(first[1]), float(first[2]))
    return Volume(rescaled(np.ascontiguousarray(values), data, file), (step, row, column), origin, direction)


def pixels(data: Any, file: str) -> Array:
    """Return the stored numbers of a dataset. Raises InputError when they are missing, too many or cannot be decoded."""
    size = int(data.get("Rows") or 0) * int(data.get("Columns") or 0) * int(data.get("NumberOfFrames") or 1)
    if size > 1 << 27:
        raise InputError(f"found {size:,} voxels", file, expected="expected at most 134 million (512 x 512 x 512)")
    try:
        return np.asarray(data.pixel_array, dtype=np.float64)
    except Exception as error:
        expected = f"expected uncompressed grey pixels ({str(error).splitlines()[0][:120]})"
        raise InputError("found pixels that cannot be read", file, expected=expected) from None


def rescaled(values: Array, data: Any, file: str) -> Array:
    """Return stored numbers as the numbers they stand for. Raises InputError for a slope that is missing in PET or is no factor, and
    for voxels that hold no number."""
    slope, intercept = data.get("RescaleSlope"), data.get("RescaleIntercept")
    if slope is None and data.get("RealWorldValueMappingSequence"):
        mapping = data.RealWorldValueMappingSequence[0]
        slope, intercept = mapping.get("RealWorldValueSlope"), mapping.get("RealWorldValueIntercept")
    if slope is None and data.get("Modality") == "PT":
        tag(data, "RescaleSlope", file)
    factor, offset = float(1 if slope is None else slope), float(intercept or 0)
    if factor == 0 or not np.isfinite([factor, offset]).all():
        what = f"RescaleSlope of {factor:g}" + (f" and a RescaleIntercept of {offset:g}" if offset else "")
        raise InputError(f"found a {what}", file, expected=WHAT_WOULD_DO["RescaleSlope"])
    found = values * factor + offset
    if not np.isfinite(found).all():
        empty = int((~np.isfinite(found)).sum())
        expected = "expected a number in every voxel; export the image again"
        raise InputError(f"found {empty} voxels that hold no number", file, expected=expected)
    return found
