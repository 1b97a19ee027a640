"""Distant spread and its course: which sites, how much of the liver, how fast."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from islet.registry.synth.block import Block
from islet.registry.synth.columns import DISTANT
from islet.registry.synth.draws import Codes, Floats
from islet.registry.synth.joint import rake

SITES = ("liver", *DISTANT)
ASSUMED = {"liver": 0.77, "node": 0.3, "bone": 0.1, "lung": 0.1, "peritoneum": 0.1, "brain": 0.01, "other": 0.02}


def site_patterns(shares: Mapping[str, float]) -> Floats:
    """Return the share of each set of distant sites (a bit a site, liver first), none of them empty.

    Sites are independent but for that, and moved onto the shares given.

    >>> found = site_patterns({"liver": 0.77, "lung": 0.09})
    >>> round(float(sum(found[1::2])), 6), float(found[0])
    (0.77, 0.0)
    """
    wanted = {**ASSUMED, **shares}
    sets = np.arange(2 ** len(SITES))
    start = np.ones(len(sets))
    for place, site in enumerate(SITES):
        start = start * np.where(sets >> place & 1, wanted[site], 1 - wanted[site])
    start[0] = 0.0
    margins = [((sets >> place & 1), np.array([1 - wanted[site], wanted[site]]), None) for place, site in enumerate(SITES)]
    return np.round(rake(start / start.sum(), margins), 12)


def draw_spread(block: Block, patterns: Floats) -> None:
    """Put distant sites, the liver and the course of the disease in the block."""
    far = block.kinds["spread"] == 1
    sites = np.where(far, _pick_pattern(block, patterns), 0)
    liver = (sites & 1) == 1
    block["extent.liver_mets"] = liver
    block["extent.extrahepatic"] = sites >> 1
    _liver(block, liver)
    _course(block, far)


def _pick_pattern(block: Block, patterns: Floats) -> Codes:
    cumulative = np.cumsum(patterns)
    place = np.searchsorted(cumulative / cumulative[-1], block.draws.uniform(), side="right")
    return np.minimum(place, len(patterns) - 1)


def _liver(block: Block, liver: NDArray[np.bool_]) -> None:
    spread = block.draws.pick(block.weights("liver_distribution")["by_grade"], block.kinds["grade"])
    block.kinds["liver"] = np.where(liver, spread, -1)
    block["extent.liver_distribution"] = np.where(liver, spread, -1)
    block["extent.liver_count"] = np.where(liver, block.number("liver_count", spread), 0.0)
    largest, burden = block.number("liver_largest_mm", spread), block.number("liver_burden_percent", spread)
    block["extent.liver_largest_mm"] = np.where(liver, largest, np.nan)
    block["extent.liver_burden_percent"] = np.where(liver, burden, 0.0)
    resectable = liver & block.draws.chance(np.array([0.75, 0.35, 0.03])[spread])
    block["extent.liver_resectable"] = np.where(liver, resectable, -1)
    block["extent.future_liver_remnant_percent"] = np.where(resectable, block.number("future_liver_remnant_percent"), np.nan)
    block["extent.lung_shunt_percent"] = np.where(liver, block.number("lung_shunt_percent"), np.nan)


def _course(block: Block, far: NDArray[np.bool_]) -> None:
    tables = block.weights("progression")
    course = block.draws.pick([*tables["by_grade_m0"], *tables["by_grade_m1"]], block.kinds["grade"] + 4 * far)
    block.kinds["course"] = course
    block["extent.progression"] = course
    block["extent.stable_months"] = np.where(course == 0, block.number("stable_months"), 0.0)
    block["extent.growth_mm_per_year"] = block.number("growth_mm_per_year", course)
    block["extent.doubling_time_days"] = block.number("doubling_time_days", course)
    functioning = block.kinds["hormone"] > 0
    block["extent.hormone_controlled"] = np.where(functioning, block.draws.chance(block.share("hormone_controlled")), -1)

