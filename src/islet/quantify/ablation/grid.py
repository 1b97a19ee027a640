"""The grid of a needle in tissue: rings around the axis, fine at the needle and at both ends of its tip."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
TISSUE, TIP, SHAFT = 0, 1, 2
FIRST_MM, GROWTH, REACH_MM = 0.15, 0.06, 60.0


class NeedleGrid(NamedTuple):
    """Hold the edges of the rings in metres, what fills each ring, and its volume; arrays are (rings, layers).

    The needle lies on the axis; its bare tip reaches from z = 0 to the tip length, the insulated shaft goes on upwards.
    """

    r_edges_m: Floats
    z_edges_m: Floats
    fill: NDArray[np.uint8]
    volume_m3: Floats

    def r_mm(self) -> Floats:
        """Return the middle of every ring in millimetres."""
        return 500.0 * (self.r_edges_m[1:] + self.r_edges_m[:-1])

    def z_mm(self) -> Floats:
        """Return the middle of every layer in millimetres."""
        return 500.0 * (self.z_edges_m[1:] + self.z_edges_m[:-1])


def graded(length: float, first: float, growth: float) -> Floats:
    """Return the edges from 0 to `length`, of cells that begin near `first` and grow by the share `growth`.

    >>> [round(float(x), 3) for x in graded(7.0, 1.0, 1.0)]
    [0.0, 1.0, 3.0, 7.0]
    """
    count = max(1, round(np.log1p(length * growth / first) / np.log1p(growth)))
    edges: Floats = np.expm1(np.log1p(growth) * np.arange(count + 1))
    edges *= length / edges[-1]
    return edges


def needle_grid(tip_mm: float, radius_mm: float, fineness: float = 1.0, reach_mm: float = REACH_MM) -> NeedleGrid:
    """Return the grid of a needle of a radius with a bare tip; `fineness` 2 halves every cell.

    Units: mm. The outer boundary lies `reach_mm` from the needle.

    >>> grid = needle_grid(10.0, 0.5)
    >>> bool((grid.fill == TIP).any() and (grid.fill == SHAFT).any()), round(float(grid.volume_m3.sum() * 1e9 / 1e3))
    (True, 1495)
    """
    first, growth = FIRST_MM / fineness, GROWTH / fineness
    outwards = graded(reach_mm, first, growth)
    half = graded(tip_mm / 2, min(first, tip_mm / 4), growth)
    inner = np.linspace(0.0, radius_mm, max(2, round(2 * fineness)) + 1)
    r = np.concatenate([inner[:-1], radius_mm + outwards]) / 1000.0
    tip = np.concatenate([half[:-1], (tip_mm - half)[::-1]])
    z = np.concatenate([-outwards[:0:-1], tip[:-1], tip_mm + outwards]) / 1000.0
    volume = np.pi * (r[1:] ** 2 - r[:-1] ** 2)[:, None] * np.diff(z)[None, :]
    middle_r, middle_z = 0.5 * (r[1:] + r[:-1])[:, None] * 1000.0, 0.5 * (z[1:] + z[:-1])[None, :] * 1000.0
    fill = np.zeros(volume.shape, np.uint8)
    fill[(middle_r < radius_mm) & (middle_z > 0)] = SHAFT
    fill[(middle_r < radius_mm) & (middle_z > 0) & (middle_z < tip_mm)] = TIP
    return NeedleGrid(r, z, fill, volume)


def face_conductances(grid: NeedleGrid, conductivity: Floats) -> tuple[Floats, Floats]:
    """Return the conductance of every face between two rings, outer boundary included, in (conductivity unit) m.

    Shapes: (rings, layers) in; (rings, layers) for the outer face of each ring and (rings, layers + 1) for the faces along
    z out. The two half cells stand in series; infinite conductivity is allowed and counts only the other half.
    """
    r, z = grid.r_edges_m, grid.z_edges_m
    dr, dz = np.diff(r), np.diff(z)
    with np.errstate(divide="ignore", invalid="ignore"):
        half_r, half_z = 0.5 * dr[:, None] / conductivity, 0.5 * dz[None, :] / conductivity
        between_r = np.concatenate([half_r[:-1] + half_r[1:], half_r[-1:]])
        between_z = np.concatenate([half_z[:, :1], half_z[:, :-1] + half_z[:, 1:], half_z[:, -1:]], axis=1)
        faces_r = 2 * np.pi * r[1:, None] * dz[None, :] / between_r
        faces_z = np.pi * (r[1:] ** 2 - r[:-1] ** 2)[:, None] / between_z
    faces_r[~np.isfinite(faces_r)] = 0.0
    faces_z[~np.isfinite(faces_z)] = 0.0
    return faces_r, faces_z
