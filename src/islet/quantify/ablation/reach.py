"""What a plan reaches around a lesion: one zone for every assumed tissue and criterion, of one pass or of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from islet.errors import InputError
from islet.quantify.ablation.axisymmetric import Metal, NeedleRun, run_needle
from islet.quantify.ablation.grid import Floats
from islet.quantify.ablation.heat3d import Block, check_same_grid
from islet.quantify.ablation.parameters import Criterion
from islet.quantify.ablation.passes import Pass
from islet.quantify.ablation.several import Lattice, lattice_for, run_passes
from islet.quantify.ablation.tissue import Tissue
from islet.quantify.ablation.zone import Zone, covered_share, zone_of


class Reach(NamedTuple):
    """Hold one zone around the lesion: its axes and volume, its outline in the plane of the needles, the shares covered.

    `shares` belongs to the radii that were asked. Outline and needles are in mm from the centre of the lesion.
    """

    short_mm: float
    long_mm: float
    volume_ml: float
    outline_mm: tuple[list[float], list[float]]
    shares: tuple[float, ...]


class Reached(NamedTuple):
    """Hold the zones by tissue and criterion, and what the generator did in the tissue taken first."""

    zones: list[list[Reach]]
    stopped_s: list[float | None]
    end_current_ma: float
    hottest_c: float


def reached(
    passes: Sequence[Pass], tissues: Sequence[Tissue], criteria: Sequence[Criterion], metal: Metal, radii_mm: Sequence[float],
    progress: Callable[[float], None],
) -> Reached:
    """Return every zone of a plan; `radii_mm` are the balls around the lesion's centre of which the covered share is asked.

    One pass is solved in rings around its needle, several in voxels with the heat that each needle gives alone.
    `progress` gets the share done and may raise to stop.
    """
    zones: list[list[Reach]] = []
    first: list[NeedleRun] = []
    rounds = len(tissues) * len(passes) * (1 if len(passes) == 1 else 3)
    done = 0

    def tell(share: float) -> None:
        progress(min((done + share) / rounds, 0.999))

    for tissue in tissues:
        runs = []
        for one in passes:
            runs.append(run_needle(one.electrode, tissue, metal, progress=tell))
            done += 1
        first = first or runs
        if len(passes) == 1:
            zones.append([_single(runs[0], passes[0], criterion, radii_mm) for criterion in criteria])
            continue
        lattice = lattice_for(max(max(abs(p.aside_mm), abs(p.along_mm) + p.electrode.tip_mm / 2) for p in passes))
        laid = [(run, p.electrode.tip_mm, p.aside_mm, p.along_mm) for run, p in zip(runs, passes, strict=True)]
        per_second = 2 * len(passes) / sum(float(run.history[-1, 0]) for run in runs)
        block = run_passes(laid, tissue, lattice, partial(_tell_seconds, tell, per_second))
        done += 2 * len(passes)
        zones.append([_many(block, lattice, criterion, radii_mm) for criterion in criteria])
    on = first[0].history[first[0].history[:, 1] > 0]
    current = 1000 * float(np.sqrt(on[-1, 1] / on[-1, 2])) if len(on) else 0.0
    hottest = max(float(run.history[:, 4].max()) for run in first)
    return Reached(zones, [run.stopped_s for run in first], current, hottest)


def _tell_seconds(tell: Callable[[float], None], per_second: float, seconds: float) -> None:
    tell(per_second * seconds)


def _single(run: NeedleRun, one: Pass, criterion: Criterion, radii_mm: Sequence[float]) -> Reach:
    zone: Zone = zone_of(run.grid, run.cem43_min if criterion.reads == "cem43" else run.omega, criterion.threshold)
    middle = one.electrode.tip_mm / 2
    shares = tuple(covered_share(zone, radius, one.aside_mm, middle - one.along_mm) for radius in radii_mm)
    z = zone.z_mm - middle + one.along_mm
    across = [*(one.aside_mm + zone.r_mm), *(one.aside_mm - zone.r_mm[::-1])]
    return Reach(zone.short_mm, zone.long_mm, zone.volume_ml, _rounded(across, [*z, *z[::-1]]), shares)


def _many(block: Block, lattice: Lattice, criterion: Criterion, radii_mm: Sequence[float]) -> Reach:
    dead = (block.cem43_min if criterion.reads == "cem43" else block.omega) >= criterion.threshold
    spacing = lattice.spacing_mm
    extents = [spacing * int(dead.any(axis=tuple(a for a in range(3) if a != axis)).sum()) for axis in range(3)]
    shares = tuple(share_of_ball(dead, radius, lattice) for radius in radii_mm)
    plane = dead[:, len(lattice.ticks_mm) // 2, :]
    levels = np.flatnonzero(plane.any(axis=0))
    left = [float(lattice.ticks_mm[np.flatnonzero(plane[:, k])[0]]) - spacing / 2 for k in levels]
    right = [float(lattice.ticks_mm[np.flatnonzero(plane[:, k])[-1]]) + spacing / 2 for k in levels]
    z = lattice.ticks_mm[levels]
    volume = float(dead.sum()) * spacing**3 / 1000
    return Reach(min(extents), max(extents), volume, _rounded([*right, *left[::-1]], [*z, *z[::-1]]), shares)


def share_of_ball(dead: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], radius_mm: float, lattice: Lattice) -> float:
    """Return the share of a ball around the centre whose voxels are marked.

    Shapes: (n, n, n) on the lattice. Raises InputError where the mask lies on another grid, or the ball leaves it.

    >>> lattice = Lattice(np.arange(-5.0, 6.0), 1.0)
    >>> share_of_ball(np.ones((11, 11, 11), bool), 4.0, lattice)
    1.0
    """
    ticks = lattice.ticks_mm
    inside = ticks[:, None, None] ** 2 + ticks[None, :, None] ** 2 + ticks[None, None, :] ** 2 <= radius_mm**2
    check_same_grid("mask", dead, inside)
    if radius_mm > ticks[-1]:
        raise InputError(f"found a radius of {radius_mm:g} mm", "", 0, "lesion", f"the model reaches {ticks[-1]:g} mm from the centre")
    return float((dead & inside).sum() / inside.sum())


def _rounded(x: list[float], z: list[Floats]) -> tuple[list[float], list[float]]:
    return [round(float(value), 2) for value in x], [round(float(value), 2) for value in z]
