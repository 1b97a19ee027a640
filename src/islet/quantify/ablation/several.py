"""Several passes in one lesion: the heat of each needle, laid into one block of voxels after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from islet.quantify.ablation.axisymmetric import Frame, NeedleRun
from islet.quantify.ablation.grid import TISSUE, Floats, NeedleGrid
from islet.quantify.ablation.heat3d import Block, Heating, heat_mapped, uniform_maps
from islet.quantify.ablation.tissue import Tissue

FINEST_MM, MOST_VOXELS, ROOM_MM = 0.5, 128, 20.0


class Lattice(NamedTuple):
    """Hold the middles of the voxels of a cube around the lesion's centre, in millimetres, and the spacing."""

    ticks_mm: Floats
    spacing_mm: float


def lattice_for(furthest_mm: float) -> Lattice:
    """Return the cube that holds everything up to a distance from the centre, with room for heat to spread.

    >>> lattice_for(10.0).spacing_mm, len(lattice_for(10.0).ticks_mm)
    (0.5, 122)
    """
    half = furthest_mm + ROOM_MM
    spacing = max(FINEST_MM, 2 * half / MOST_VOXELS)
    count = int(np.ceil(2 * half / spacing)) + 2
    return Lattice((np.arange(count) - (count - 1) / 2) * spacing, spacing)


def heat_density(grid: NeedleGrid, frame: Frame, lattice: Lattice, aside_mm: float, tip_middle_mm: float, tip_mm: float) -> Floats:
    """Return the heat of one needle in every voxel, W/m³; the sum is the heat of the rings.

    The needle runs along the third axis at x = `aside_mm`, the middle of its tip at z = `tip_middle_mm`.
    """
    density = frame.heat_w / grid.volume_m3
    outside = int(np.flatnonzero((grid.fill == TISSUE).all(axis=1))[0])
    density[:outside] = np.where(grid.fill[:outside] == TISSUE, density[:outside], density[outside])
    ticks = lattice.ticks_mm
    r = np.hypot(ticks[:, None] - aside_mm, ticks[None, :])
    z = ticks - tip_middle_mm + tip_mm / 2
    k, share = _between(grid.z_mm(), z)
    along = density[:, k] * (1 - share) + density[:, k + 1] * share
    i, part = _between(grid.r_mm(), r.ravel())
    values: Floats = (along[i] * (1 - part)[:, None] + along[i + 1] * part[:, None]).reshape(*r.shape, len(z))
    total = float(values.sum()) * (lattice.spacing_mm / 1000) ** 3
    return values * (float(frame.heat_w.sum()) / total) if total > 0 else values


def _between(places: Floats, wanted: Floats) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], Floats]:
    k = np.clip(np.searchsorted(places, wanted) - 1, 0, len(places) - 2)
    return k, np.clip((wanted - places[k]) / (places[k + 1] - places[k]), 0.0, 1.0)


def run_passes(
    runs: Sequence[tuple[NeedleRun, float, float, float]], tissue: Tissue, lattice: Lattice,
    progress: Callable[[float], None] = lambda seconds: None,
) -> Block:
    """Return rise and damage after several passes, one after the other.

    `runs` holds for each pass its needle alone, its tip length, how far beside the centre it runs and where its middle lies
    (mm). Heat that an earlier pass left is kept; tissue properties do not change with temperature here, and perfusion
    stops where Omega reaches 1.
    """

    def heatings() -> Iterator[Heating]:
        for run, tip_mm, aside_mm, along_mm in runs:
            before = 0.0
            for frame in run.frames:
                yield Heating(frame.until_s - before, heat_density(run.grid, frame, lattice, aside_mm, along_mm, tip_mm))
                before = frame.until_s
            rest = float(run.history[-1, 0]) - before
            if rest > 0:
                yield Heating(rest, np.zeros(shape))

    shape = (len(lattice.ticks_mm),) * 3
    return heat_mapped(np.zeros(shape, np.float32), uniform_maps(shape, tissue), tissue, lattice.spacing_mm, heatings(), progress)
