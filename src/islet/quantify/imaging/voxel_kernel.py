"""The kernel on a voxel grid: which share of a voxel's energy every voxel around it receives.

Source and target are whole voxels, evenly filled. Two points a vector v apart lie in voxels d steps apart with the share
(1 - |v_x/h_x - d_x|)(1 - |v_y/h_y - d_y|)(1 - |v_z/h_z - d_z|): the share by which a cloud the size of a voxel overlaps that
voxel. So every small piece of the point kernel is handed to eight voxels, and no energy is lost whatever the voxel's size.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from islet.errors import InputError
from islet.quantify.imaging.point_kernel import PointKernel, local_share, shells

Array = NDArray[np.float64]
RADII, COSINES, ANGLES = 200, 16, 16  # pieces along the radius and over one eighth of the directions; shares are right to 1e-4


def voxel_kernel(kernel: PointKernel, spacing_mm: tuple[float, float, float]) -> Array:
    """Return the share of the energy per voxel around the source, odd along each axis, adding up to 1.

    `spacing_mm` is the voxel's size along z, y, x. Raises InputError for sizes of 0.

    >>> from islet.quantify.imaging.point_kernel import Branch
    >>> y90 = PointKernel((Branch(1, 0.933, 2.28),), 0.0, 11.0, 1.04)
    >>> share = voxel_kernel(y90, (4.0, 4.0, 4.0))
    >>> share.shape, round(float(share.sum()), 9)
    ((7, 7, 7), 1.0)
    """
    if not all(0 < size < 100 for size in spacing_mm):
        raise InputError(f"found voxels of {spacing_mm} mm", field="spacing_mm", expected="expected three sizes in mm")
    reach = [int(np.floor(kernel.range_mm / size)) + 1 for size in spacing_mm]
    octant = np.zeros([steps + 1 for steps in reach])
    radius_mm, share = shells(kernel, RADII)
    directions, weights = _directions()
    steps = radius_mm[:, None, None] * directions[None] / np.array(spacing_mm)
    amount = share[:, None] * weights[None]
    base = steps.astype(np.int64)
    part = steps - base
    for corner in np.ndindex(2, 2, 2):
        overlap = np.prod(np.where(np.array(corner, dtype=bool), part, 1 - part), axis=-1)
        np.add.at(octant, tuple(np.moveaxis(base + corner, -1, 0)), amount * overlap)
    full = _mirror(octant)
    full[tuple(reach)] += local_share(kernel)
    return full


def _directions() -> tuple[Array, Array]:
    """Return unit vectors (z, y, x) over one eighth of the sphere and their weights, which add up to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(COSINES)
    cosine, weight = (nodes + 1) / 2, weights / 2
    angle = (np.arange(ANGLES) + 0.5) * (np.pi / 2) / ANGLES
    sine = np.sqrt(1 - cosine**2)
    shape = (COSINES, ANGLES)
    vectors = np.stack([np.broadcast_to(cosine[:, None], shape), sine[:, None] * np.sin(angle), sine[:, None] * np.cos(angle)], axis=-1)
    return vectors.reshape(-1, 3), np.repeat(weight / ANGLES, ANGLES)


def _mirror(octant: Array) -> Array:
    """Return the whole kernel from one eighth of it; an octant holds what its own eighth of the directions hands out."""
    full = np.zeros([2 * size - 1 for size in octant.shape])
    middle = np.array(octant.shape) - 1
    for signs in np.ndindex(2, 2, 2):
        where = tuple(
            slice(m, None) if sign == 0 else slice(m, None, -1) for m, sign in zip(middle, signs, strict=True)
        )
        full[where] += octant / 8
    return full
