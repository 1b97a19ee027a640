"""From the patient to the record: values on a boundary, what goes missing, what is told in part, what contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from islet.registry.synth.block import Block
from islet.registry.synth.columns import CONTRADICTIONS, GRADES, TRUTH, truth_name
from islet.registry.synth.data import load_yaml

BOUNDARY_SHARE = 0.2
RANGES = ((0.0, 2.0), (3.0, 20.0), (21.0, 55.0), (21.0, 100.0))  # what a report without a count says of Ki-67, by grade
EGFR_LIMITS = np.array([30.0, 40.0, 45.0, 60.0])
Mask = NDArray[np.bool_]


def put_on_boundaries(block: Block, wanted: bool) -> None:
    """Move one value of some rows onto a limit that rules read: Ki-67, size, age 18, eGFR."""
    draws, grade, size = block.draws, block.kinds["grade"], block.kinds["size"]
    chosen = draws.chance(BOUNDARY_SHARE)
    which = draws.pick([35, 35, 5, 25])
    upper = draws.chance(0.5)
    limit = EGFR_LIMITS[draws.pick([1, 1, 1, 1])]
    if not wanted:
        return
    ki67 = chosen & (which == 0)
    by_mitoses = (grade == 1) & (block["cells.ki67_percent"] < 3)
    values = np.select([grade == 0, by_mitoses, grade == 1], [2.0, 2.0, np.where(upper, 20.0, 3.0)], np.where(upper, 55.0, 21.0))
    block["cells.ki67_percent"] = np.where(ki67, values, block["cells.ki67_percent"])
    t2 = block["extent.t"] == 1
    sized = chosen & (which == 1)
    at = np.select([sized & (block["extent.t"] == 0), sized & t2 & ~upper, sized & t2], [20.0, 20.0, 40.0], block["extent.size_mm"])
    block["extent.size_mm"] = np.where((size >= 1) & (size <= 2), at, block["extent.size_mm"])
    young = chosen & (which == 2)
    block["health.age_years"] = np.where(young, 18.0, block["health.age_years"])
    kidneys = chosen & (which == 3)
    block["health.egfr"] = np.where(kidneys, limit, block["health.egfr"])
    block.blank("health.creatinine_umol_l", kidneys)


def keep_truth(block: Block) -> None:
    """Keep what was drawn, before any of it goes missing: for the truth columns, and for labelling contradictions."""
    block.kinds["receptor"] = block["cells.sstr_krenning"].astype(np.int64)
    block.kinds["t"] = block["extent.t"].astype(np.int64)
    for fact in TRUTH:
        block[truth_name(fact)] = block[fact].copy()


def take_away(block: Block, chances: Mapping[str, NDArray[np.float64]]) -> None:
    """Take values away at random and by pattern; leave a range of some of them."""
    kind = 2 * (block.kinds["size"] <= 1) + (block["diagnosis_year"] < load_yaml("missing")["old_before"])
    kept = {fact: block[fact].copy() for fact in load_yaml("missing")["partial"]}
    gone = {
        fact: block.draws.chance(table.ravel()[kind] if table.min() < table.max() else float(table[0, 0]))
        for fact, table in chances.items()
    }
    for fact, rows in gone.items():
        block.blank(fact, rows)
    partial = load_yaml("missing")["partial"]
    bounds = np.array(RANGES)[block.kinds["grade"]]
    by_mitoses = (block.kinds["grade"] == 1) & (kept["cells.ki67_percent"] < 3)
    low, high = np.where(by_mitoses, 0.0, bounds[:, 0]), np.where(by_mitoses, 3.0, bounds[:, 1])
    low, high = np.minimum(low, kept["cells.ki67_percent"]), np.maximum(high, kept["cells.ki67_percent"])
    _tell_partly(block, "cells.ki67_percent", gone["cells.ki67_percent"] & block.draws.chance(partial["cells.ki67_percent"]), low, high)
    size = kept["extent.size_mm"]
    below, above = np.floor(size / 10) * 10, np.ceil((size + 0.5) / 10) * 10
    one_sided = block.draws.chance(0.3)
    told = gone["extent.size_mm"] & block.draws.chance(partial["extent.size_mm"])
    _tell_partly(block, "extent.size_mm", told, np.where(one_sided, np.nan, below), above)


def _tell_partly(block: Block, fact: str, rows: Mask, low: NDArray[np.float64], high: NDArray[np.float64]) -> None:
    block[f"{fact}__low"], block[f"{fact}__high"] = np.where(rows, low, np.nan), np.where(rows, high, np.nan)


def contradict(block: Block, share: float) -> None:
    """Let some records contradict themselves, and keep which and what is true beside them."""
    draws = block.draws
    chosen = draws.chance(share)
    kind = draws.pick([1] * len(CONTRADICTIONS))
    anyone = np.ones(len(chosen), bool)
    fits = (anyone, block.kinds["liver"] >= 0, anyone, block.kinds["size"] >= 3, block.kinds["male"] == 1)
    kind = np.where(chosen, np.where(np.choose(kind, fits), kind, 0), -1)
    block["truth_contradiction"] = kind
    corrected = np.full(len(chosen), "", dtype=object)
    grade, receptor = block.kinds["grade"], block.kinds["receptor"]
    for place, change in enumerate((_grade, _spread, _krenning, _t, _pregnant)):
        change(block, kind == place)
    _say(corrected, kind == 0, np.array([f"cells.who_grade={word}" for word in GRADES], dtype=object)[grade])
    _say(corrected, kind == 1, np.full(len(kind), "extent.m=M1", dtype=object))
    _say(corrected, kind == 2, np.array([f"cells.sstr_krenning={score}" for score in range(5)], dtype=object)[receptor])
    _say(corrected, kind == 3, np.array([f"extent.t=T{number}" for number in range(1, 5)], dtype=object)[block.kinds["t"]])
    _say(corrected, kind == 4, np.full(len(kind), "health.pregnant=false", dtype=object))
    block.columns["truth_corrected"] = corrected


def _say(into: NDArray[np.object_], rows: Mask, words: NDArray[np.object_]) -> None:
    into[rows] = words[rows]


def _grade(block: Block, rows: Mask) -> None:
    """A low count stands beside G3, a high one beside G1."""
    low = block.kinds["grade"] <= 1
    block["cells.who_grade"][rows] = np.where(low, 2, 0)[rows]
    block["cells.ki67_percent"][rows] = block[truth_name("cells.ki67_percent")][rows]
    block["cells.mitoses_per_2mm2"][rows] = block[truth_name("cells.mitoses_per_2mm2")][rows]
    for end in ("low", "high"):
        block[f"cells.ki67_percent__{end}"][rows] = np.nan


def _spread(block: Block, rows: Mask) -> None:
    block["extent.m"][rows] = 0
    block["extent.liver_mets"][rows] = 1


def _krenning(block: Block, rows: Mask) -> None:
    positive = block.kinds["receptor"] >= 2
    block["cells.sstr_krenning"][rows] = np.where(positive, 1.0, 4.0)[rows]
    block["cells.sstr_result"][rows] = np.where(positive, 0, 2)[rows]


def _t(block: Block, rows: Mask) -> None:
    block["extent.t"][rows] = 0
    block["extent.size_mm"][rows] = block[truth_name("extent.size_mm")][rows]
    for end in ("low", "high"):
        block[f"extent.size_mm__{end}"][rows] = np.nan


def _pregnant(block: Block, rows: Mask) -> None:
    block["health.sex"][rows] = 1
    block["health.pregnant"][rows] = 1
