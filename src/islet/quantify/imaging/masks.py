"""Regions drawn on an image: DICOM segmentations (highdicom) and label images such as NIfTI (SimpleITK)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from islet.errors import InputError, nearest
from islet.quantify.imaging.grid import from_itk, onto
from islet.quantify.imaging.volume import Volume, library

LABEL_IMAGES = (".nii", ".nii.gz", ".nrrd", ".mha", ".mhd")


def read_mask(path: Path, segment: str | None, image: Volume, resample: bool) -> Volume:
    """Return the share of each voxel of `image` that belongs to a region, 0 to 1.

    `segment` is the label or number of a segment (DICOM), or the value of a label image; without it the file must hold one
    region. Raises InputError for files that cannot be read, unknown segments, masks of another grid (unless `resample`),
    and regions without a voxel in the image.
    """
    if not path.is_file():
        expected = "expected a DICOM segmentation or a label image (.nii, .nii.gz, .nrrd, .mha)"
        raise InputError("found no such file", str(path), expected=expected)
    mask = _label_image(path, segment) if path.name.lower().endswith(LABEL_IMAGES) else _segmentation(path, segment)
    moved = onto(mask, image, "a mask", resample, shares=True)
    if not (moved.values > 0).any():
        raise InputError("found a region without a voxel in the image", str(path), expected="expected a region that lies in the image")
    return moved


def _label_image(path: Path, segment: str | None) -> Volume:
    itk = library("SimpleITK")
    try:
        volume = from_itk(itk.ReadImage(str(path)))
    except RuntimeError:
        raise InputError("found a label image that cannot be read", str(path), expected="expected NIfTI, NRRD or MetaImage") from None
    labels = sorted({f"{value:g}" for value in np.unique(volume.values)} - {"0"})
    if segment is None and len(labels) > 1:
        raise InputError(f"found {len(labels)} labels", str(path), expected='expected "segment" to name one of ' + ", ".join(labels[:12]))
    if segment is not None and segment not in labels:
        raise InputError(f'found no label "{segment}"', str(path), expected=nearest(segment, labels))
    chosen = volume.values > 0 if segment is None else volume.values == float(segment)
    return volume.with_values(chosen.astype(np.float64))


def _segmentation(path: Path, segment: str | None) -> Volume:
    hd, pydicom = library("highdicom"), library("pydicom")
    try:
        read = hd.seg.segread(path)
    except pydicom.errors.InvalidDicomError:
        raise InputError("found a file that is not DICOM", str(path), expected="expected a DICOM segmentation or a label image") from None
    except ValueError:
        raise InputError("found DICOM that is no segmentation", str(path), expected="expected a Segmentation Storage object") from None
    labels = {str(description.SegmentLabel): int(description.SegmentNumber) for description in read.SegmentSequence}
    number = _segment_number(labels, segment, path)
    return _volume_of(read.get_volume(segment_numbers=[number]))


def _segment_number(labels: dict[str, int], segment: str | None, path: Path) -> int:
    if segment is None:
        if len(labels) > 1:
            raise InputError(f"found {len(labels)} segments", str(path), expected='expected "segment" to name one of ' + ", ".join(labels))
        return next(iter(labels.values()))
    if segment in labels:
        return labels[segment]
    if segment.isdigit() and int(segment) in labels.values():
        return int(segment)
    raise InputError(f'found no segment "{segment}"', str(path), expected=nearest(segment, labels))


def _volume_of(volume: Any) -> Volume:
    """Return a volume of highdicom (slice, row, column; affine in that order) as ours."""
    values = np.asarray(volume.array, dtype=np.float64)
    if values.ndim == 4:
        values = values[..., 0]
    affine = np.asarray(volume.affine, dtype=np.float64)
    steps = affine[:3, :3]
    sizes = np.linalg.norm(steps, axis=0)
    directions = steps / sizes
    normal = np.cross(directions[:, 2], directions[:, 1])
    origin = affine[:3, 3]
    if directions[:, 0] @ normal < 0:
        values, origin = values[::-1], origin + steps[:, 0] * (len(values) - 1)
        directions = directions * np.array([-1.0, 1.0, 1.0])
    values = np.clip(np.ascontiguousarray(values), 0.0, 1.0)
    direction = np.stack([directions[:, 2], directions[:, 1], directions[:, 0]], axis=1)
    return Volume(values, (float(sizes[0]), float(sizes[1]), float(sizes[2])), (origin[0], origin[1], origin[2]), direction)
