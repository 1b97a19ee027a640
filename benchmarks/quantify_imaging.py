"""Measure the dose per voxel beside one real FFT pair of the same size, and its cost against the number of voxels.

Both are timed in alternating runs of one process with the same number of workers. Run it with
`python benchmarks/quantify_imaging.py`; exit 1 when a limit is passed.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import fft

from islet.quantify.imaging.point_kernel import Branch, PointKernel
from islet.quantify.imaging.voxel_dose import convolved, local_dose_gy
from islet.quantify.imaging.voxel_kernel import voxel_kernel

sys.path.insert(0, str(Path(__file__).parent))
from run import Row

SIDE, RUNS, WORKERS = 128, 15, 1
SPACING_MM = (4.0, 4.0, 4.0)
SIDES = (20, 43, 93, 200)  # 8,000 to 8,000,000 voxels
LIMIT_PAIR, LIMIT_SLOPE = 3.0, 1.15
Y90 = PointKernel((Branch(1.0, 0.9329, 2.28),), 0.0, 11.0, 1.04)


def activity(side: int) -> np.ndarray:
    """Return a made-up activity map, MBq/mL."""
    return np.random.default_rng(90).random((side, side, side))


def alternating(works: list[Callable[[], object]], runs: int) -> list[list[float]]:
    """Return the seconds of each work in runs that alternate, after one that is not counted."""
    found: list[list[float]] = [[] for _ in works]
    for work in works:
        work()
    for _ in range(runs):
        for times, work in zip(found, works, strict=True):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
    return found


def rows() -> list[Row]:
    """Return the table: convolution and local deposition against an FFT pair, and how the cost grows."""
    values, share = activity(SIDE), voxel_kernel(Y90, SPACING_MM)
    pair, spread, whole, local = (
        statistics.median(times)
        for times in alternating(
            [
                lambda: fft.irfftn(fft.rfftn(values, workers=WORKERS), values.shape, workers=WORKERS),
                lambda: convolved(values, share, WORKERS),
                lambda: local_dose_gy(convolved(values, voxel_kernel(Y90, SPACING_MM), WORKERS), 49.67, 1.04),
                lambda: local_dose_gy(values, 49.67, 1.04),
            ],
            RUNS,
        )
    )
    against = f"{1000 * pair:.1f} ms for one real FFT pair"
    cube = f"{SIDE}^3 voxels, {WORKERS} worker"
    slope, words = growth()
    ratio, grows = spread / pair, "kernel convolution against n log n, 8,000 to 8,000,000 voxels"
    return [
        Row(f"kernel convolution, {cube}", f"{1000 * spread:.1f} ms", against, f"{ratio:.2f}", f"{LIMIT_PAIR:g}", ratio <= LIMIT_PAIR),
        Row(f"kernel made afresh, convolution and dose, {cube}", f"{1000 * whole:.1f} ms", against, f"{whole / pair:.2f}", "", None),
        Row(f"local deposition, {cube}", f"{1000 * local:.1f} ms", against, f"{local / pair:.2f}", "", None),
        Row(grows, words, "exponent 1", f"{slope:.2f}", f"{LIMIT_SLOPE:g}", slope <= LIMIT_SLOPE),
    ]


def growth() -> tuple[float, str]:
    """Return the exponent of the cost in n log n over three decades of voxels, and the cost a voxel at each."""
    share = voxel_kernel(Y90, SPACING_MM)
    sizes, seconds = [], []
    for side in SIDES:
        values = activity(side)
        (times,) = alternating([lambda values=values: convolved(values, share, WORKERS)], 9 if side < 150 else 3)
        sizes.append(side**3)
        seconds.append(statistics.median(times))
    work = np.array(sizes) * np.log(sizes)
    slope = float(np.polyfit(np.log(work), np.log(seconds), 1)[0])
    return slope, ", ".join(f"{1e9 * t / n:.0f}" for t, n in zip(seconds, sizes, strict=True)) + " ns a voxel"


def main() -> int:
    """Print the table and return 1 when a limit is passed."""
    found = rows()
    for row in found:
        print(f"{row.what}: {row.measured}; against {row.against}; ratio {row.ratio}" + (f" (limit {row.limit})" if row.limit else ""))
    return int(any(row.good is False for row in found))


if __name__ == "__main__":
    sys.exit(main())
