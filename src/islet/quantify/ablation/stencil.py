"""One explicit step of Pennes' equation over a block of voxels, uniform or with tissue maps, damage in the same pass."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from islet.quantify.ablation.compiled import compiled

Single = NDArray[np.float32]
Rates = NDArray[np.float32]


@compiled(parallel=True, fastmath=True)
def uniform_step(old: Single, new: Single, source: Single, spread: Any, drain: Any) -> None:
    """Write the rise of temperature after one step; the outermost layer of voxels is the boundary and stays at zero.

    `spread` is k dt / (rho c h²), `drain` the share lost to blood in a step, `source` the rise by heat in a step.
    """
    nx, ny, nz = old.shape
    keep = np.float32(1) - np.float32(6) * spread - drain
    for i in numba.prange(1, nx - 1):
        for j in range(1, ny - 1):
            here, out, heat = old[i, j], new[i, j], source[i, j]
            left, right, front, back = old[i - 1, j], old[i + 1, j], old[i, j - 1], old[i, j + 1]
            for k in range(1, nz - 1):
                around = left[k] + right[k] + front[k] + back[k] + here[k - 1] + here[k + 1]
                out[k] = keep * here[k] + spread * around + heat[k]


@compiled(fastmath=True, inline="always")
def _pair_flow(flow: Single, here: Single, own: Single, left: Single, k_left: Single, right: Single, k_right: Single) -> None:
    for k in range(1, len(here) - 1):
        flow[k] = (own[k] + k_left[k]) * (left[k] - here[k]) + (own[k] + k_right[k]) * (right[k] - here[k])


@compiled(fastmath=True, inline="always")
def _add_pair_flow(flow: Single, here: Single, own: Single, left: Single, k_left: Single, right: Single, k_right: Single) -> None:
    for k in range(1, len(here) - 1):
        flow[k] += (own[k] + k_left[k]) * (left[k] - here[k]) + (own[k] + k_right[k]) * (right[k] - here[k])


@compiled(parallel=True, fastmath=True)
def mapped_step(
    old: Single, new: Single, source: Single, conductivity: Single, gain: Any, drain: Single,
    cem43: Single, omega: Single, rates: Rates, first_rise: Any, per_kelvin: Any,
) -> None:
    """Write the rise after one step in mixed tissue and add the damage of the step.

    `conductivity` in W/m/K (a face takes the mean of its two voxels), `gain` is dt / (rho c h²), `drain` the share lost to
    blood in a step, `source` the rise by heat in a step. A voxel with drain 1 is held at body temperature.
    `rates` holds damage by both criteria in a step over the rise, from `first_rise` on; perfusion stops at Omega 1.
    """
    nx, ny, nz = old.shape
    gain *= np.float32(0.5)
    half, one, last = np.float32(0.5), np.float32(1), np.float32(len(rates) - 2)
    for i in numba.prange(1, nx - 1):
        flow = np.empty(nz, np.float32)
        for j in range(1, ny - 1):
            here, out, heat, own, lose = old[i, j], new[i, j], source[i, j], conductivity[i, j], drain[i, j]
            _pair_flow(flow, here, own, old[i - 1, j], conductivity[i - 1, j], old[i + 1, j], conductivity[i + 1, j])
            _add_pair_flow(flow, here, own, old[i, j - 1], conductivity[i, j - 1], old[i, j + 1], conductivity[i, j + 1])
            for k in range(1, nz - 1):
                u, c = here[k], own[k]
                along = (c + own[k - 1]) * (here[k - 1] - u) + (c + own[k + 1]) * (here[k + 1] - u)
                out[k] = u + gain * (flow[k] + along) - lose[k] * u + heat[k] if lose[k] < one else np.float32(0)
            hottest = np.float32(0)
            for k in range(1, nz - 1):
                hottest = max(hottest, out[k])
            if hottest > first_rise:
                for k in range(1, nz - 1):
                    if out[k] > first_rise:
                        place = min((half * (out[k] + here[k]) - first_rise) * per_kelvin, last)
                        if place > np.float32(0):
                            n = np.int32(place)
                            share = place - np.float32(n)
                            cem43[i, j, k] += rates[n, 0] + share * (rates[n + 1, 0] - rates[n, 0])
                            omega[i, j, k] += rates[n, 1] + share * (rates[n + 1, 1] - rates[n, 1])
                            if omega[i, j, k] >= one and lose[k] < one:
                                lose[k] = np.float32(0)
