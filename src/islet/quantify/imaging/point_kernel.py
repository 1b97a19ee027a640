"""How far from a point the energy of a beta emitter goes: Loevinger's point-source function, normalised to the energy.

Loevinger (1956) fitted measured beta doses in water by two exponentials. Here each beta branch has its own function, what is
left of it beyond the longest range in tissue is dropped, and the rest is scaled so that all of the energy is kept. Conversion
and Auger electrons stay where they arise; photons leave.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.errors import InputError

Array = NDArray[np.float64]


class Branch(NamedTuple):
    """Hold one beta branch: its share of the decays, mean and greatest energy in MeV."""

    share: float
    mean_mev: float
    max_mev: float


class PointKernel(NamedTuple):
    """Hold what a kernel is made of: beta branches, electron energy that stays in place, longest range in tissue."""

    branches: tuple[Branch, ...]
    local_mev: float
    range_mm: float
    density_g_per_ml: float


def absorption_cm2_per_g(max_mev: float) -> float:
    """Return Loevinger's apparent absorption coefficient, cm²/g.

    Raises InputError outside 0.167 to 3 MeV, where the fit was not made. Source: Loevinger 1956 as reproduced in
    arXiv physics/0310150, equation 4, with the factor of the spectrum's shape left at 1.

    >>> round(absorption_cm2_per_g(2.28), 2)
    6.15
    """
    if not 0.167 <= max_mev <= 3:
        raise InputError(f"found a greatest beta energy of {max_mev:g} MeV", field="max_mev", expected="expected 0.167 to 3 MeV")
    return float(18.6 / (max_mev - 0.036) ** 1.37)


def near_factor(max_mev: float) -> float:
    """Return Loevinger's c, the reach of the near term in units of the far one: 2, 1.5 or 1 as the energy grows.

    >>> near_factor(0.498), near_factor(2.28)
    (2.0, 1.0)
    """
    return 2.0 if max_mev < 0.5 else 1.5 if max_mev < 1.5 else 1.0


def energy_within(radius_mm: Array, branch: Branch, density_g_per_ml: float) -> Array:
    """Return the share of one branch's energy that is absorbed within each radius around a point (no range limit), 0 to 1.

    The integral of 4 pi r² times the point-source function, in closed form. Source as `absorption_cm2_per_g`.

    >>> energy_within(np.array([0.0, 5.0, 1e3]), Branch(1, 0.933, 2.28), 1.0).round(3)
    array([0.   , 0.829, 1.   ])
    """
    c = near_factor(branch.max_mev)
    far_mm = 10 / (density_g_per_ml * absorption_cm2_per_g(branch.max_mev))
    x = np.asarray(radius_mm, dtype=float) / far_mm
    near = np.minimum(x / c, 1.0)
    alpha = 1 / (3 * c * c - (c * c - 1) * math.e)
    near_part = c * c * (near - math.e + (1 + near) * np.exp(1 - near))
    far_part = math.e - (1 + x) * np.exp(1 - x)
    return np.asarray(alpha * (near_part + far_part))


def shells(kernel: PointKernel, steps: int) -> tuple[Array, Array]:
    """Return midpoints (mm) of `steps` shells out to the longest range and the share of the electron energy in each.

    The shares of the shells and the local share add up to 1. Raises InputError for a range or density of 0.

    >>> y90 = PointKernel((Branch(1, 0.933, 2.28),), 0.0, 11.0, 1.0)
    >>> radius_mm, share = shells(y90, 100)
    >>> round(float(share.sum()), 12)
    1.0
    """
    if not (kernel.range_mm > 0 and kernel.density_g_per_ml > 0):
        raise InputError("found a range or a density of 0", field="kernel", expected="expected numbers above 0")
    edges = np.linspace(0.0, kernel.range_mm, steps + 1)
    total_mev = kernel.local_mev
    share = np.zeros(steps)
    for branch in kernel.branches:
        within = energy_within(edges, branch, kernel.density_g_per_ml)
        share += branch.share * branch.mean_mev * np.diff(within) / within[-1]
        total_mev += branch.share * branch.mean_mev
    return (edges[1:] + edges[:-1]) / 2, share / total_mev


def local_share(kernel: PointKernel) -> float:
    """Return the share of the electron energy that stays where it arises.

    >>> round(local_share(PointKernel((Branch(1, 0.1333, 0.498),), 0.01465, 2.2, 1.0)), 3)
    0.099
    """
    return kernel.local_mev / (kernel.local_mev + sum(branch.share * branch.mean_mev for branch in kernel.branches))


def stays_in_sphere(kernel: PointKernel, radius_mm: float, steps: int = 4000) -> float:
    """Return the share of the electron energy that stays in a sphere filled evenly with activity, 0 to 1.

    A distance r between two points of a sphere of radius R stays inside for the share 1 - 3r/4R + r³/16R³ of all starts.
    Raises InputError for a radius of 0.

    >>> y90 = PointKernel((Branch(1, 0.933, 2.28),), 0.0, 11.0, 1.04)
    >>> 0.75 < stays_in_sphere(y90, 10.0) < 0.83
    True
    """
    if not radius_mm > 0:
        raise InputError(f"found {radius_mm:g} mm", field="radius_mm", expected="expected a radius above 0")
    r, share = shells(kernel, steps)
    inside = np.where(r < 2 * radius_mm, 1 - 3 * r / (4 * radius_mm) + r**3 / (16 * radius_mm**3), 0.0)
    return float(share @ inside) + local_share(kernel)
