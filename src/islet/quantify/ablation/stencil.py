"""Explicit steps of Pennes' equation over a block of voxels, uniform or with tissue maps, damage in the same pass."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from islet.quantify.ablation.compiled import compiled

Single = NDArray[np.float32]
Rates = NDArray[np.float32]
LEAST_SLAB = 8


@compiled(inline="always")
def _plane(before: Single, here: Single, after: Single, source: Single, out: Single, keep: Any, spread: Any) -> None:
    ny, nz = here.shape
    for j in range(1, ny - 1):
        own, said, heat = here[j], out[j], source[j]
        left, right, front, back = before[j], after[j], here[j - 1], here[j + 1]
        for k in range(1, nz - 1):
            around = left[k] + right[k] + front[k] + back[k] + own[k - 1] + own[k + 1]
            said[k] = keep * own[k] + spread * around + heat[k]


@compiled(parallel=True)
def uniform_step(old: Single, new: Single, source: Single, spread: Any, drain: Any) -> None:
    """Write the rise of temperature after one step; the outermost layer of voxels is the boundary and stays at zero.

    `spread` is k dt / (rho c h²), `drain` the share lost to blood in a step, `source` the rise by heat in a step.
    """
    keep = np.float32(1) - np.float32(6) * spread - drain
    for i in numba.prange(1, old.shape[0] - 1):
        _plane(old[i - 1], old[i], old[i + 1], source[i], new[i], keep, spread)


@compiled(parallel=True)
def uniform_two_steps(old: Single, new: Single, source: Single, spread: Any, drain: Any, slab: int) -> None:
    """Write the rise after two such steps in one pass over the memory: of what lies between them three planes are held at a time.

    A thread takes `slab` planes (`slab_of`) and does the step between once more for the planes beside them.
    """
    nx, ny, nz = old.shape
    keep = np.float32(1) - np.float32(6) * spread - drain
    for part in numba.prange(-((2 - nx) // slab)):
        first = 1 + part * slab
        last = min(first + slab, nx - 1)
        between = np.zeros((3, ny, nz), np.float32)
        for i in range(first - 1, last + 1):
            if 0 < i < nx - 1:
                _plane(old[i - 1], old[i], old[i + 1], source[i], between[i % 3], keep, spread)
            else:
                between[i % 3] = np.float32(0)
            if i > first:
                _plane(between[(i - 2) % 3], between[(i - 1) % 3], between[i % 3], source[i - 1], new[i - 1], keep, spread)


def slab_of(planes: int) -> int:
    """Return how many planes of a block a thread takes at a time, so that all threads work and little is done twice.

    >>> slab_of(3)
    8
    """
    return max(LEAST_SLAB, -(-planes // numba.get_num_threads()))


@compiled(inline="always")
def _inflow(flow: Single, own: Single, left: Single, k_left: Single, right: Single, k_right: Single, more: bool) -> None:
    if more:
        for k in range(1, len(own) - 1):
            flow[k] += (own[k] + k_left[k]) * left[k] + (own[k] + k_right[k]) * right[k]
    else:
        for k in range(1, len(own) - 1):
            flow[k] = (own[k] + k_left[k]) * left[k] + (own[k] + k_right[k]) * right[k]


@compiled(parallel=True)
def mapped_step(
    old: Single, new: Single, source: Single, conductivity: Single, keep: Single, gain: Any,
    drain: Single, cem43: Single, omega: Single, rates: Rates, first_rise: Any, per_kelvin: Any,
) -> None:
    """Write the rise after one step in mixed tissue and add the damage of the step.

    `conductivity` in W/m/K (a face takes the mean of its two voxels), `gain` is dt / (2 rho c h²), `keep` the share of its
    own rise that a voxel keeps (`kept_share`; negative where it is held at body temperature), `source` the rise by heat in
    a step, `drain` the share lost to blood in a step. `rates` holds the damage of a step by both criteria over the rise,
    from `first_rise` on; where Omega reaches 1 perfusion stops.
    """
    nx, ny, nz = old.shape
    half, one, zero, last = np.float32(0.5), np.float32(1), np.float32(0), np.float32(len(rates) - 2)
    for i in numba.prange(1, nx - 1):
        flow = np.empty(nz, np.float32)
        for j in range(1, ny - 1):
            here, out, heat, own, stay = old[i, j], new[i, j], source[i, j], conductivity[i, j], keep[i, j]
            _inflow(flow, own, old[i - 1, j], conductivity[i - 1, j], old[i + 1, j], conductivity[i + 1, j], False)
            _inflow(flow, own, old[i, j - 1], conductivity[i, j - 1], old[i, j + 1], conductivity[i, j + 1], True)
            for k in range(1, nz - 1):
                along = (own[k] + own[k - 1]) * here[k - 1] + (own[k] + own[k + 1]) * here[k + 1]
                value = stay[k] * here[k] + gain * (flow[k] + along) + heat[k]
                out[k] = value if stay[k] >= zero else zero
            hot = np.int32(0)
            for k in range(1, nz - 1):
                hot += np.int32(out[k] > first_rise)
            if hot > 0:
                for k in range(1, nz - 1):
                    place = min((half * (out[k] + here[k]) - first_rise) * per_kelvin, last)
                    if place > zero:
                        n = np.int32(place)
                        share = place - np.float32(n)
                        cem43[i, j, k] += rates[n, 0] + share * (rates[n + 1, 0] - rates[n, 0])
                        omega[i, j, k] += rates[n, 1] + share * (rates[n + 1, 1] - rates[n, 1])
                        if omega[i, j, k] >= one and drain[i, j, k] > zero:
                            stay[k] += drain[i, j, k]
                            drain[i, j, k] = zero


@compiled(parallel=True)
def kept_share(conductivity: Single, drain: Single, held: NDArray[np.bool_], gain: Any) -> Single:
    """Return what `mapped_step` needs as `keep`: one less what conduction and blood take; -1 where a voxel is held."""
    nx, ny, nz = conductivity.shape
    keep = np.zeros_like(conductivity)
    for i in numba.prange(1, nx - 1):
        for j in range(1, ny - 1):
            for k in range(1, nz - 1):
                faces = (
                    np.float32(6) * conductivity[i, j, k] + conductivity[i - 1, j, k] + conductivity[i + 1, j, k]
                    + conductivity[i, j - 1, k] + conductivity[i, j + 1, k] + conductivity[i, j, k - 1] + conductivity[i, j, k + 1]
                )
                keep[i, j, k] = np.float32(-1) if held[i, j, k] else np.float32(1) - gain * faces - drain[i, j, k]
    return keep
