"""Grids: whether two images share one, and how to bring one onto another (SimpleITK)."""

from __future__ import annotations

from typing import Any

import numpy as np

from islet.errors import InputError
from islet.quantify.imaging.volume import Volume, library

TOLERANCE_MM = 0.01


def same_grid(one: Volume, other: Volume) -> bool:
    """Tell whether two images have the same voxels: shape, size, place and direction within 0.01 mm.

    >>> box = Volume(np.zeros((2, 2, 2)), (4, 4, 4), (0, 0, 0), np.eye(3))
    >>> same_grid(box, box._replace(origin_mm=(0, 0, 1)))
    False
    """
    return (
        one.values.shape == other.values.shape
        and np.allclose(one.spacing_mm, other.spacing_mm, atol=TOLERANCE_MM)
        and np.allclose(one.origin_mm, other.origin_mm, atol=TOLERANCE_MM)
        and np.allclose(one.direction, other.direction, atol=1e-4)
    )


def grid_words(volume: Volume) -> str:
    """Return a grid in words, for messages.

    >>> grid_words(Volume(np.zeros((2, 3, 4)), (5, 4, 4), (0, 0, 0), np.eye(3)))
    '4 x 3 x 2 voxels of 4 x 4 x 5 mm from (0, 0, 0) mm'
    """
    nz, ny, nx = volume.values.shape
    sz, sy, sx = volume.spacing_mm
    ox, oy, oz = volume.origin_mm
    return f"{nx} x {ny} x {nz} voxels of {sx:g} x {sy:g} x {sz:g} mm from ({ox:g}, {oy:g}, {oz:g}) mm"


def onto(volume: Volume, target: Volume, what: str, resample: bool, shares: bool = False) -> Volume:
    """Return an image on the grid of `target`.

    A smaller or larger box of the same voxels is cut or filled with 0. An image of another grid is refused unless `resample`
    is said: InputError names both grids. Values are then interpolated linearly, outside the image they are 0; `shares` keeps
    them in 0 to 1 (masks).

    >>> box = Volume(np.ones((3, 3, 3)), (4, 4, 4), (0, 0, 0), np.eye(3))
    >>> float(onto(box, box, "mask", False).values.sum())
    27.0
    """
    if same_grid(volume, target):
        return volume
    placed = _placed(volume, target)
    if placed is not None:
        return placed
    if not resample:
        raise InputError(
            f"found {what} on another grid: {grid_words(volume)}; the image has {grid_words(target)}", field=what,
            expected="draw it on this image, or set measurements.resample_masks: true",
        )
    itk = library("SimpleITK")
    moved = itk.Resample(to_itk(volume), to_itk(target), itk.Transform(), itk.sitkLinear, 0.0, itk.sitkFloat64)
    values = itk.GetArrayFromImage(moved).astype(np.float64)
    return target.with_values(np.clip(values, 0.0, 1.0) if shares else values)._replace(resampled=True)


def _placed(volume: Volume, target: Volume) -> Volume | None:
    """Return a box of the same voxels as `target` cut or filled to its size, or None when the voxels are others."""
    if not (np.allclose(volume.spacing_mm, target.spacing_mm, atol=1e-4) and np.allclose(volume.direction, target.direction, atol=1e-4)):
        return None
    away = target.direction.T @ (np.array(volume.origin_mm) - np.array(target.origin_mm))
    steps = away[::-1] / np.array(target.spacing_mm)
    whole = np.rint(steps).astype(int)
    if not np.allclose(steps * target.spacing_mm, whole * target.spacing_mm, atol=TOLERANCE_MM):
        return None
    values = np.zeros(target.values.shape)
    there, here = [], []
    for start, own, size in zip(whole, volume.values.shape, target.values.shape, strict=True):
        low, high = max(int(start), 0), min(int(start) + own, size)
        if high <= low:
            return target.with_values(values)
        there.append(slice(low, high))
        here.append(slice(low - int(start), high - int(start)))
    values[tuple(there)] = volume.values[tuple(here)]
    return target.with_values(values)


def to_itk(volume: Volume) -> Any:
    """Return an image as SimpleITK holds it. Raises InputError without the extra `imaging`."""
    itk = library("SimpleITK")
    image = itk.GetImageFromArray(volume.values)
    image.SetSpacing([float(size) for size in reversed(volume.spacing_mm)])
    image.SetOrigin([float(place) for place in volume.origin_mm])
    image.SetDirection([float(part) for part in volume.direction.ravel()])
    return image


def from_itk(image: Any) -> Volume:
    """Return an image of SimpleITK as a `Volume`. Raises InputError for other than three dimensions."""
    itk = library("SimpleITK")
    if image.GetDimension() != 3:
        raise InputError(f"found an image of {image.GetDimension()} dimensions", field="imaging", expected="expected a volume (x, y, z)")
    sx, sy, sz = image.GetSpacing()
    values = itk.GetArrayFromImage(image).astype(np.float64)
    return Volume(values, (sz, sy, sx), tuple(image.GetOrigin()), np.array(image.GetDirection()).reshape(3, 3))
