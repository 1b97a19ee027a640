"""Measure the heat models: voxels beside NumPy and beside the memory's own speed, the needle, and cost against size.

The bound of a step is the time in which the memory moves what the step must read and write once: 4 bytes a voxel for each
array. The memory's speed is measured in the same run by a triad a = b + s c over arrays far larger than every cache, on the
same cores; a grid that fits into the caches can beat it. Beside the bound, steps are timed in short batches between triads, which empty the
caches; the shortest batch counts and is scaled to all steps, for ours and for the triad alike. In uniform tissue two steps are done in one
pass over the memory; the bound is that of one step. Beside NumPy, whose steps are scaled too,
stands the median of whole runs of ours: both with caches as a run finds them.
Damage is timed in the state in which the heating ends, when most tissue is hot; the whole run is printed beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import numba
import numpy as np

from islet.quantify.ablation.axisymmetric import TEMPERATURE, Electrode, Metal, run_needle
from islet.quantify.ablation.heat3d import (
    DAMAGE_FROM_C,
    TABLE_PER_K,
    Block,
    Heating,
    Maps,
    damage_table,
    heat_mapped,
    heat_uniform,
    longest_step_s,
    uniform_maps,
)
from islet.quantify.ablation.stencil import kept_share, mapped_step, slab_of, uniform_two_steps
from islet.quantify.ablation.tissue import Tissue

Line = tuple[str, str, str, str, str, bool | None]
TISSUE = Tissue(
    1087.0, 3164.0, 0.51, 0.002, 0.0139, 1050.0 * 3617.0, 0.4, 0.015, 37.0, 100.0, 5.0, 1.84e9, 0.01, 7.39e39, 2.577e5
)
SIDE, SPACING_MM, SECONDS, BATCH, BATCHES, NUMPY_STEPS, TRIAD_LENGTH = 128, 0.5, 600.0, 6, 100, 50, 1 << 25
WHOLE_RUNS, NUMPY_RUNS = 3, 5  # NumPy: so many steps that making its arrays hardly counts
UNIFORM_BYTES, MAPPED_BYTES = 3 * 4, 5 * 4
SPREAD, DRAIN = np.float32(0.15), np.float32(0.004)
LIMIT_NUMPY, LIMIT_BOUND, LIMIT_MAPPED, LIMIT_NEEDLE_S, LIMIT_POWER = 15.0, 2.0, 3.0, 3.0, 1.15


@numba.njit(parallel=True, fastmath=True)
def triad(a: Any, b: Any, c: Any, s: Any) -> None:
    """Write b + s c into a."""
    for i in numba.prange(len(a)):
        a[i] = b[i] + s * c[i]


def best(work: Callable[[], object], rounds: int) -> float:
    """Return the shortest of some runs, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def gaussian(side: int) -> np.ndarray:
    """Return 8 W in a Gaussian of 3 mm in the middle of a block, W/m³."""
    ticks = (np.arange(side + 2) - (side + 1) / 2) * SPACING_MM
    one = np.exp(-(ticks**2) / 18.0)
    shape = one[:, None, None] * one[None, :, None] * one[None, None, :]
    return (shape * (8.0 / (shape.sum() * (SPACING_MM / 1000) ** 3))).astype(np.float32)


def numpy_steps(rise: np.ndarray, source: np.ndarray, steps: int) -> np.ndarray:
    """Do explicit steps with whole-array arithmetic, without a temporary that could be spared."""
    seconds = longest_step_s(TISSUE, SPACING_MM)
    heat = TISSUE.heat_j_m3_k()
    spread = np.float32(TISSUE.conductivity_w_m_k * seconds / (heat * (SPACING_MM / 1000) ** 2))
    keep = np.float32(1 - TISSUE.perfusion_s * TISSUE.blood_j_m3_k * seconds / heat) - 6 * spread
    warm = (source * np.float32(seconds / heat))[1:-1, 1:-1, 1:-1]
    here, there = rise.copy(), np.zeros_like(rise)
    for _ in range(steps):
        out = there[1:-1, 1:-1, 1:-1]
        np.add(here[:-2, 1:-1, 1:-1], here[2:, 1:-1, 1:-1], out=out)
        out += here[1:-1, :-2, 1:-1]
        out += here[1:-1, 2:, 1:-1]
        out += here[1:-1, 1:-1, :-2]
        out += here[1:-1, 1:-1, 2:]
        out *= spread
        out += keep * here[1:-1, 1:-1, 1:-1]
        out += warm
        here, there = there, here
    return here


def rows() -> list[Line]:
    """Return every line of the table: what, measured, against, ratio, limit, kept."""
    return [*voxel_rows(), needle_row(), *scaling_rows()]


def voxel_rows() -> list[Line]:
    """Compare 128³ voxels over 600 s with NumPy and with the bound of the memory."""
    source = gaussian(SIDE)
    start, off = np.zeros_like(source), np.zeros_like(source)
    steps = 2 * int(np.ceil(SECONDS / 2 / longest_step_s(TISSUE, SPACING_MM)))
    maps = uniform_maps(source.shape, TISSUE)
    hot = heat_mapped(start, maps, TISSUE, SPACING_MM, [Heating(SECONDS / 2, source)])
    halves = [Heating(SECONDS / 2, source), Heating(SECONDS / 2, off)]
    whole_uniform = median(best(lambda: heat_uniform(start, TISSUE, SPACING_MM, halves), 1) for _ in range(WHOLE_RUNS))
    whole_mapped = best(lambda: heat_mapped(start, maps, TISSUE, SPACING_MM, halves), 1)
    a, b, c = (np.ones(TRIAD_LENGTH, np.float32) for _ in range(3))
    triad(a, b, c, np.float32(2))
    uniform_batch, mapped_batch = _batch(hot.rise_k, source), _mapped_batch(hot, maps, source)
    triads, uniforms, mappeds, plains = [], [], [], []
    for _ in range(BATCHES):
        triads.append(best(lambda: triad(a, b, c, np.float32(2)), 1))
        uniforms.append(best(uniform_batch, 1) / BATCH)
        mappeds.append(best(mapped_batch, 1) / BATCH)
    for _ in range(NUMPY_RUNS):
        plains.append(best(lambda: numpy_steps(start, source, NUMPY_STEPS), 1) / NUMPY_STEPS)
    uniform, mapped, plain = (steps * min(times) for times in (uniforms, mappeds, plains))
    moved = min(triads) / (TRIAD_LENGTH * 12) * steps * SIDE**3
    bound, mapped_bound, speed = moved * UNIFORM_BYTES, moved * MAPPED_BYTES, TRIAD_LENGTH * 12e-9 / min(triads)
    head, each = f"heat, {SIDE}³ voxels, {SECONDS:.0f} s, {steps} steps", 1e9 / (steps * SIDE**3)
    return [
        (f"{head}, uniform tissue, whole runs", f"{whole_uniform:.2f} s", f"NumPy {plain:.1f} s", f"{plain / whole_uniform:.1f} x faster",
         f"at least {LIMIT_NUMPY:g} x", plain / whole_uniform >= LIMIT_NUMPY),
        ("  the same in short batches, caches emptied", f"{uniform:.2f} s, {uniform * each:.2f} ns a voxel and step",
         f"memory bound {bound:.2f} s ({speed:.0f} GB/s, 12 bytes)",
         f"{uniform / bound:.2f} x", f"at most {LIMIT_BOUND:g} x", uniform / bound <= LIMIT_BOUND),
        ("  with tissue maps and damage", f"{mapped:.2f} s", f"memory bound {mapped_bound:.2f} s (20 bytes)",
         f"{mapped / mapped_bound:.2f} x", f"at most {LIMIT_MAPPED:g} x", mapped / mapped_bound <= LIMIT_MAPPED),
        ("  the same", f"{mapped * each:.2f} ns a voxel and step", f"bound of uniform tissue {bound:.2f} s", f"{mapped / bound:.2f} x", "",
         None),
        ("  whole runs as they came", f"{whole_uniform:.2f} s, with maps and damage {whole_mapped:.2f} s", "", "", "", None),
    ]


def needle_row() -> Line:
    """Measure a needle held at 80 °C for 6 min, one minute of cooling and damage included."""
    needle = Electrode(10.0, 0.535, TEMPERATURE, 80.0, 360.0, 50.0, 150.0, 500.0)
    metal = Metal(3.95e6, 16.0)
    run_needle(needle._replace(seconds=5.0), TISSUE, metal, cooling_s=1.0)
    seconds = best(lambda: run_needle(needle, TISSUE, metal), 3)
    return ("needle in rings, 360 s held at 80 °C", f"{seconds:.2f} s", "", "", f"at most {LIMIT_NEEDLE_S:g} s", seconds <= LIMIT_NEEDLE_S)


def scaling_rows() -> list[Line]:
    """Measure the power with which cost grows, over three decades of voxels and of simulated time."""
    sides, durations = (32, 69, 149, 321), (3.0, 30.0, 300.0, 3000.0)
    by_size, by_time = [], []
    for side in sides:
        here, there = np.zeros((side + 2,) * 3, np.float32), np.zeros((side + 2,) * 3, np.float32)
        source = np.zeros_like(here)
        uniform_two_steps(here, there, source, SPREAD, DRAIN, slab_of(side))
        work = partial(uniform_two_steps, here, there, source, SPREAD, DRAIN, slab_of(side))
        by_size.append(best(work, max(20, round(1e8 / side**3))) / 2)
    block = np.zeros((98,) * 3, np.float32)
    for duration in durations:
        by_time.append(best(lambda d=duration: heat_uniform(block, TISSUE, SPACING_MM, [Heating(d, block)]), max(3, round(300 / duration))))
    size_power = np.polyfit(np.log(np.array(sides) ** 3.0), np.log(by_size), 1)[0]
    time_power = np.polyfit(np.log(durations), np.log(by_time), 1)[0]
    per_voxel = ", ".join(f"{t / s**3 * 1e9:.2f}" for t, s in zip(by_size, sides, strict=True))
    return [
        ("cost against voxels, 32³ to 321³", f"power {size_power:.2f}", f"ns a voxel and step: {per_voxel}", "", f"at most {LIMIT_POWER:g}",
         bool(size_power <= LIMIT_POWER)),
        ("cost against time, 3 to 3,000 s", f"power {time_power:.2f}", f"{by_time[0] * 1e3:.1f} ms to {by_time[-1]:.2f} s", "",
         f"at most {LIMIT_POWER:g}", bool(time_power <= LIMIT_POWER)),
    ]


def _batch(rise: np.ndarray, source: np.ndarray) -> Callable[[], None]:
    here, there, warm = rise.copy(), np.zeros_like(rise), source * np.float32(1e-9)

    def work() -> None:
        for _ in range(BATCH // 2):
            uniform_two_steps(here, there, warm, SPREAD, DRAIN, slab_of(SIDE))

    return work


def _mapped_batch(hot: Block, maps: Maps, source: np.ndarray) -> Callable[[], None]:
    here, there, warm = hot.rise_k.copy(), np.zeros_like(hot.rise_k), source * np.float32(1e-9)
    cem43, omega, rates = hot.cem43_min.copy(), hot.omega.copy(), damage_table(TISSUE, 0.25)
    gain, drain = np.float32(0.1), np.where(omega >= 1, np.float32(0), DRAIN)
    keep = kept_share(maps.conductivity_w_m_k, drain, maps.held, gain)
    first, per_kelvin = np.float32(DAMAGE_FROM_C - TISSUE.body_c), np.float32(TABLE_PER_K)

    def work() -> None:
        for _ in range(BATCH):
            mapped_step(here, there, warm, maps.conductivity_w_m_k, keep, gain, drain, cem43, omega, rates, first, per_kelvin)

    return work


if __name__ == "__main__":
    for line in rows():
        print("  ".join(str(cell) for cell in line))
