"""The zone that a criterion calls dead: its outline around the needle, its size, and how much of a lesion it holds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from islet.quantify.ablation.grid import TISSUE, Floats, NeedleGrid


class Zone(NamedTuple):
    """Hold one zone: outline as radius over z (mm, z from the end of the tip), both axes in mm and the volume in mL.

    The needle's own volume inside the zone counts as part of it.
    """

    r_mm: Floats
    z_mm: Floats
    short_mm: float
    long_mm: float
    volume_ml: float


def zone_of(grid: NeedleGrid, damage: Floats, threshold: float) -> Zone:
    """Return the zone in which a damage, (rings, layers), reaches a threshold.

    Between two rings the logarithm of the damage is taken linear. A zone without tissue has zero size.
    """
    level = np.log(np.maximum(np.where(grid.fill == TISSUE, damage, np.inf), 1e-30) / threshold)
    tissue_dead = (grid.fill == TISSUE) & (level >= 0)
    reaches = tissue_dead.any(axis=0)
    if not reaches.any():
        empty = np.empty(0)
        return Zone(empty, empty, 0.0, 0.0, 0.0)
    r, z = grid.r_mm(), grid.z_mm()
    across = np.array([_last_crossing(r, level[:, j]) if reaches[j] else 0.0 for j in range(len(z))])
    tops, bottoms = [], []
    for i in np.flatnonzero(tissue_dead.any(axis=1)):
        if (grid.fill[i] == TISSUE).all():
            tops.append(_last_crossing(z, level[i]))
        bottoms.append(-_last_crossing(-z[::-1], level[i, ::-1]))
    thickness = 1000.0 * np.diff(grid.z_edges_m)
    volume = float(np.pi * (across**2 * thickness).sum() / 1000.0)
    return Zone(across[reaches], z[reaches], float(2 * across.max()), float(max(tops, default=z[reaches].max()) - min(bottoms)), volume)


def _last_crossing(place: Floats, level: Floats) -> float:
    """Return where a level last falls through zero along rising places."""
    k = int(np.flatnonzero(level >= 0)[-1])
    if k + 1 == len(place):
        return float(place[k])
    if not np.isfinite(level[k]):
        return float(0.5 * (place[k] + place[k + 1]))
    return float(place[k] + (place[k + 1] - place[k]) * level[k] / (level[k] - level[k + 1]))


def covered_share(zone: Zone, radius_mm: float, lateral_mm: float, along_mm: float, points: int = 61) -> float:
    """Return the share of a ball that lies inside a zone, from 0 to 1.

    The ball's centre lies `lateral_mm` from the needle's axis and at the height `along_mm` (z of the zone). Midpoint rule
    with `points` cells a side.

    >>> ball = np.linspace(-10, 10, 2001)
    >>> zone = Zone(np.sqrt(100 - ball**2), ball, 20.0, 20.0, 4.19)
    >>> covered_share(zone, 9.9, 0.0, 0.0), round(covered_share(zone, 20.0, 0.0, 0.0), 2)
    (1.0, 0.12)
    """
    if not len(zone.z_mm):
        return 0.0
    ticks = radius_mm * ((np.arange(points) + 0.5) / points * 2 - 1)
    x, y, z = np.meshgrid(ticks, ticks, ticks, indexing="ij")
    inside = x**2 + y**2 + z**2 <= radius_mm**2
    reach = np.interp(along_mm + z, zone.z_mm, zone.r_mm, left=-1.0, right=-1.0)
    held = np.hypot(x + lateral_mm, y) <= reach
    return float((held & inside).sum() / inside.sum())
