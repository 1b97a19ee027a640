"""Absorbed dose per voxel from decays per voxel: local deposition, or convolution with a kernel by FFT."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from islet.errors import InputError

Array = NDArray[np.float64]


def check_map(values: Array, field: str) -> None:
    """Raise InputError unless an array is three-dimensional, finite and nowhere negative.

    >>> check_map(np.zeros((2, 2, 2, 2)), "activity")
    Traceback (most recent call last):
    islet.errors.InputError: activity: found an array of 4 dimensions; expected a volume (z, y, x), one time point
    """
    if values.ndim != 3:
        expected = "expected a volume (z, y, x), one time point"
        raise InputError(f"found an array of {values.ndim} dimensions", field=field, expected=expected)
    if not np.isfinite(values).all():
        raise InputError("found values that are no numbers", field=field, expected="expected a number in every voxel")
    if values.size and values.min() < 0:
        raise InputError(f"found a negative value ({values.min():g})", field=field, expected="expected 0 or more in every voxel")


def local_dose_gy(concentration: Array, gy_g_per_ml_per_unit: float, density_g_per_ml: float | Array) -> Array:
    """Return the dose when all energy stays in its voxel, Gy.

    `concentration` is what decays in 1 mL over all time, in any unit (activity of a pure emitter, or time-integrated
    activity); `gy_g_per_ml_per_unit` is the dose that one such unit gives to 1 mL of 1 g/mL. Raises InputError for negative
    values, other than three dimensions, or a density of 0. Source: D = c C / rho, physics.md §8.

    >>> round(float(local_dose_gy(np.full((1, 1, 1), 1.0), 49.67, 1.04)[0, 0, 0]), 2)
    47.76
    """
    check_map(concentration, "concentration")
    if not np.all(np.asarray(density_g_per_ml) > 0):
        raise InputError("found a density of 0 or less", field="density_g_per_ml", expected="expected a density above 0")
    return np.asarray(concentration * gy_g_per_ml_per_unit / density_g_per_ml)


def convolved(values: Array, share: Array, workers: int = 1) -> Array:
    """Return a map spread by a kernel: each voxel keeps and hands out its value as `share` says; what leaves the grid is lost.

    `share` is odd along each axis and mirror-symmetric, as `voxel_kernel` makes it; so its transform is real and made of
    cosines along each axis, without an FFT of its own. Raises InputError for other than three dimensions, values that are
    no numbers or negative, and kernels that are not odd and symmetric.

    >>> spread = np.zeros((3, 3, 3)); spread[1, 1, 1] = 0.4; spread[0, 1, 1] = spread[2, 1, 1] = 0.3
    >>> one = np.zeros((5, 5, 5)); one[2, 2, 2] = 1
    >>> convolved(one, spread)[:, 2, 2].round(12) + 0.0
    array([0. , 0.3, 0.4, 0.3, 0. ])
    """
    check_map(values, "values")
    if share.ndim != 3 or any(size % 2 == 0 for size in share.shape) or not np.allclose(share, share[::-1, ::-1, ::-1]):
        raise InputError("found a kernel without a middle", field="share", expected="expected three odd sizes and mirror symmetry")
    reach = [size // 2 for size in share.shape]
    sizes = [fft.next_fast_len(size + step, real=axis == 2) for axis, (size, step) in enumerate(zip(values.shape, reach, strict=True))]
    spectrum = fft.rfftn(values, sizes, workers=workers)
    spectrum *= _cosines(share, sizes, reach)
    spread = fft.irfftn(spectrum, sizes, overwrite_x=True, workers=workers)
    cut = np.ascontiguousarray(spread[tuple(slice(size) for size in values.shape)])
    np.maximum(cut, 0.0, out=cut)
    return np.asarray(cut)


def _cosines(share: Array, sizes: list[int], reach: list[int]) -> Array:
    """Return the real transform of a symmetric kernel centred on voxel 0, one axis after the other."""
    found = share
    for axis, (size, step) in enumerate(zip(sizes, reach, strict=True)):
        half = np.take(found, np.arange(step, 2 * step + 1), axis=axis)
        frequencies = size // 2 + 1 if axis == 2 else size
        table = 2 * np.cos(2 * math.pi / size * np.outer(np.arange(frequencies), np.arange(step + 1)))
        table[:, 0] = 1
        found = np.moveaxis(np.tensordot(half, table, axes=(axis, 1)), -1, axis)
    return np.asarray(found)


def mean_dose_gy(dose_gy: Array, mask: Array, density_g_per_ml: float | Array = 1.0) -> float:
    """Return the mean dose of a region, weighted by mass, Gy; `mask` holds the share of each voxel that belongs to it.

    Raises InputError for a mask of another shape or an empty one.

    >>> mean_dose_gy(np.array([[[1.0, 3.0]]]), np.array([[[1.0, 1.0]]]))
    2.0
    """
    if mask.shape != dose_gy.shape:
        raise InputError(f"found a mask of {mask.shape} voxels", field="mask", expected=f"expected the grid of the dose, {dose_gy.shape}")
    mass = mask * density_g_per_ml
    total = float(np.sum(mass))
    if not total > 0:
        raise InputError("found a region without a voxel", field="mask", expected="expected at least one voxel inside the image")
    return float(np.sum(dose_gy * mass) / total)
