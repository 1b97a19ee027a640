"""Treatment histories: what was given in what order, how each ended, and what that leaves of the primary."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from islet.registry.synth.block import Block, Treatment
from islet.registry.synth.columns import OPTIONS, RESPONSES
from islet.registry.synth.data import load_yaml
from islet.registry.synth.draws import BLOCK

PARTIAL, STABLE, PROGRESSION, INTOLERANCE, UNKNOWN = range(len(RESPONSES))
Mask = NDArray[np.bool_]


def draw_history(block: Block) -> None:
    """Put the treatments in the block, the longest ago first, each course ended by progression or intolerance but the last.

    Operations are drawn from site and size; a resected primary is no longer in place, and what is measured of it is left out.
    """
    plan = load_yaml("values")["history"]
    far = block.kinds["spread"] == 1
    grade = block.kinds["grade"]
    resected = block.draws.chance(np.where(far, block.share("resected")["M1"], block.share("resected")["M0"]))
    resected &= block["extent.primary_resectable"] == 1
    watched = block.draws.chance(plan["M0_surveillance"]) & ~far & ~resected
    slots = [(_operation(block), resected, False), (np.full(BLOCK, OPTIONS.index("surveillance")), watched, False)]
    receptors = block["cells.sstr_result"] <= 1
    well = grade < 3
    slots.append((np.full(BLOCK, OPTIONS.index("ssa")), far & well & receptors & block.draws.chance(plan["ssa"]), True))
    embolised = far & (block["extent.liver_mets"] == 1) & block.draws.chance(plan["liver"]["share"])
    slots.append((_one_of(block, plan["liver"]), embolised, True))
    chemotherapy = block.draws.chance(np.array(plan["chemotherapy"]["share"])[grade])
    slots.append((_one_of(block, plan["chemotherapy"], grade), far & chemotherapy, True))
    slots.append((_one_of(block, plan["targeted"]), far & well & block.draws.chance(plan["targeted"]["share"]), True))
    later = block.kinds["course"] > 0
    prrt = far & well & receptors & block.draws.chance(plan["prrt"]) & (later | block.draws.chance(0.5))
    slots.append((np.full(BLOCK, OPTIONS.index("prrt")), prrt, True))
    vhl = (block.kinds["hereditary"] == 2) & ~far & ~resected & block.draws.chance(plan["belzutifan_vhl"])
    slots.append((np.full(BLOCK, OPTIONS.index("belzutifan")), vhl, True))
    block.treatments = [_treatment(block, option, given, medical) for option, given, medical in slots]
    _responses(block, plan)
    _times(block)
    block["history"] = np.zeros(BLOCK)
    block["extent.primary_in_situ"] = ~resected
    gone = ("growth_mm_per_year", "doubling_time_days", "duct_distance_mm", "main_duct_dilated", "primary_resectable", "symptomatic_bulk")
    for fact in gone:
        block.blank(f"extent.{fact}", resected)
    whipple = block.treatments[0].option == OPTIONS.index("pancreaticoduodenectomy")
    block["health.biliary_access"][whipple] = 3
    block["extent.bile_duct_obstructed"][resected] = 0


def _operation(block: Block) -> NDArray[np.int64]:
    """Choose an operation by site and size; a small tumour away from the duct may be enucleated."""
    site = block.kinds["site"]
    usual = np.array([OPTIONS.index(name) for name in (
        "pancreaticoduodenectomy", "pancreaticoduodenectomy", "central_pancreatectomy", "distal_pancreatectomy", "distal_pancreatectomy",
        "distal_pancreatectomy",
    )])[site]
    small = (block.kinds["size"] <= 1) & (block["extent.duct_distance_mm"] >= 3) & block.draws.chance(0.5)
    whole = (site == 5) & block.draws.chance(0.15)
    return np.where(small, OPTIONS.index("enucleation"), np.where(whole, OPTIONS.index("total_pancreatectomy"), usual))


def _one_of(block: Block, entry: dict[str, Any], kinds: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    drawn = block.draws.pick(entry["by_grade"] if kinds is not None else entry["weights"], kinds)
    return np.array([OPTIONS.index(name) for name in entry["options"]])[drawn]


def _treatment(block: Block, option: NDArray[np.int64], given: Mask, medical: bool) -> Treatment:
    treatment = Treatment()
    treatment.option = np.where(given, option, -1)
    months = block.number("treatment_months")
    cycles = 1.0 + block.draws.pick([10, 10, 15, 65])
    if medical:
        treatment.months = np.where(given, months, np.nan)
    treatment.cycles = np.where(given & (option == OPTIONS.index("prrt")), cycles, np.nan)
    return treatment


def _responses(block: Block, plan: dict[str, Any]) -> None:
    """End every course but the last by progression or intolerance; the last one agrees with the course of the disease."""
    moving = block.kinds["course"] > 0
    last = np.ones(BLOCK, bool)
    for treatment in reversed(block.treatments[1:]):
        given = treatment.option >= 0
        intolerant, untold, partial = (
            block.draws.chance(plan["intolerance"]), block.draws.chance(plan["response_unknown"]), block.draws.chance(0.3),
        )
        held = np.where(partial, PARTIAL, STABLE)
        response = np.where(last & ~moving, held, np.where(intolerant, INTOLERANCE, PROGRESSION))
        treatment.response = np.where(given, np.where(untold, UNKNOWN, response), -1)
        last &= ~given
    watched = block.treatments[1]
    watched.response = np.where((watched.response == PARTIAL) | (watched.response == INTOLERANCE), STABLE, watched.response)


def _times(block: Block) -> None:
    """Count the months since each treatment ended, from the last one back."""
    followed = block.number("treatment_months")
    only_local = (np.stack([treatment.option for treatment in block.treatments[2:]]) < 0).all(axis=0)
    since = np.where(only_local & (block.treatments[0].option >= 0), followed, np.where(block.kinds["course"] > 0, 1.0, 0.0))
    for treatment in reversed(block.treatments):
        given = treatment.option >= 0
        treatment.months_since = np.where(given, since, np.nan)
        since = np.where(given, since + np.where(np.isnan(treatment.months), 6.0, treatment.months) + 2.0, since)
