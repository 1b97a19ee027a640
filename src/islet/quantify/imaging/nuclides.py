"""The nuclides whose dose per voxel can be computed, made from the constants of the knowledge."""

from __future__ import annotations

import math
from typing import NamedTuple

from islet.knowledge.base import KnowledgeBase
from islet.quantify.imaging.point_kernel import Branch, PointKernel

J_PER_KEV_GBQ_H = 1.602176634e-16 * 1e9 * 3600  # the joule is exact in the SI; 1 GBq over 1 h is 3.6e12 decays


class Nuclide(NamedTuple):
    """Hold a nuclide: its half-life, the dose of 1 GBq h per kg when all stays in place (Gy kg), and its point kernel."""

    name: str
    half_life_h: float
    gy_kg_per_gbq_h: float
    kernel: PointKernel


def yttrium_90(base: KnowledgeBase) -> Nuclide:
    """Return yttrium-90 with the dose constant that radioembolisation uses, shared out over its mean life."""
    value = {name: base.constants[name].value for name in base.constants}
    half_life_h = value["y90_half_life_h"]
    per_hour = value["y90_dose_constant_gy_kg_per_gbq"] * math.log(2) / half_life_h
    branches = (Branch(1.0, value["y90_beta_mean_mev"], value["y90_beta_max_mev"]),)
    return Nuclide("Y-90", half_life_h, per_hour, PointKernel(branches, 0.0, value["y90_range_mm"], value["soft_tissue_density_g_per_ml"]))


def lutetium_177(base: KnowledgeBase) -> Nuclide:
    """Return lutetium-177: electrons only, photons leave."""
    value = {name: base.constants[name].value for name in base.constants}
    branches = tuple(
        Branch(value[f"lu177_beta_{one}_share"], value[f"lu177_beta_{one}_mean_mev"], value[f"lu177_beta_{one}_max_mev"])
        for one in ("high", "middle", "low")
    )
    kernel = PointKernel(branches, value["lu177_local_mev"], value["lu177_range_mm"], value["soft_tissue_density_g_per_ml"])
    return Nuclide("Lu-177", value["lu177_half_life_h"], value["lu177_electron_kev"] * J_PER_KEV_GBQ_H, kernel)


def decayed(half_life_h: float, hours: float) -> float:
    """Return the share of an activity that is left after some hours.

    >>> round(decayed(64.1, 24), 5)
    0.77142
    """
    return float(2 ** (-hours / half_life_h))
