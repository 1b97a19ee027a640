"""The tumour itself: what the joint table draws, and what follows from it in cells and extent."""

from __future__ import annotations

import numpy as np

from islet.registry.synth.block import Block
from islet.registry.synth.joint import Joint


def draw_tumour(block: Block, joint: Joint) -> None:
    """Put size, grade, nodes, metastasis, function, genetics and site in the block, from one draw of the joint table."""
    cell = np.minimum(np.searchsorted(joint.cumulative, block.draws.uniform(), side="right"), len(joint.cumulative) - 1)
    for axis, codes in joint.codes.items():
        block.kinds[axis] = codes[cell]
    block["extent.n"], block["extent.m"] = block.kinds["nodes"], block.kinds["spread"]
    block["cells.hormone"], block["cells.hereditary"] = block.kinds["hormone"], block.kinds["hereditary"]
    block["extent.primary_site"] = block.kinds["site"]
    block["diagnosis_year"] = np.floor(block.number("diagnosis_year"))
    _cells(block)
    _size(block)
    _receptors(block)
    _sites(block)


def _cells(block: Block) -> None:
    grade = block.kinds["grade"]
    block["cells.who_grade"] = grade
    block["cells.differentiation"] = (grade == 3).astype(np.int64)
    ki67, mitoses = block.number("ki67_percent", grade), block.number("mitoses_per_2mm2", grade)
    by_mitoses = block.draws.chance(block.share("g2_by_mitoses")) & (grade == 1)
    block["cells.ki67_percent"] = np.where(by_mitoses, 2.0, ki67)
    block["cells.mitoses_per_2mm2"] = np.where(by_mitoses, np.maximum(mitoses, 2.0), mitoses)
    for fact in ("fdg_discordant", "msi_high", "tmb_high", "mgmt_deficient"):
        block[f"cells.{fact}"] = block.draws.chance(np.array(block.share(fact))[grade])
    vhl = block.kinds["hereditary"] == 2
    block["cells.vhl_exon3"] = np.where(vhl, block.draws.chance(block.share("vhl_exon3")), -1)


def _size(block: Block) -> None:
    size = block.kinds["size"]
    draws = block.draws
    block["extent.size_mm"] = block.number("size_mm", size)
    t4 = block.kinds["t4"] == 1
    by_organ = draws.chance(block.share("t4_by_organ"))
    t3_invading = draws.chance(block.share("t3_by_invasion")) & (size >= 2) & ~t4
    block["extent.adjacent_organ_invasion"] = (t4 & by_organ) | t3_invading
    encased = t4 & ~by_organ
    occluded = draws.chance(0.25)
    abutting = draws.chance(np.array(block.share("abutment"))[size])
    block["extent.vascular"] = np.where(encased, 2 + occluded, abutting.astype(np.int64))
    block["extent.t"] = np.where(t4, 3, np.where((size >= 3) | t3_invading, 2, np.where(size >= 2, 1, 0)))
    unresectable = draws.uniform()
    block["extent.primary_resectable"] = unresectable >= np.where(encased, 0.75, np.where(t4, 0.3, 0.03))
    for fact in ("main_duct_dilated", "symptomatic_bulk"):
        block[f"extent.{fact}"] = draws.chance(np.array(block.share(fact))[size])
    right = block.kinds["site"] <= 1
    block["extent.bile_duct_obstructed"] = draws.chance(np.array(block.share("bile_duct_obstructed"))[size]) & right
    block["extent.duct_distance_mm"] = block.number("duct_distance_mm")


def _receptors(block: Block) -> None:
    weights = block.weights("sstr_result")
    insulin = block.kinds["hormone"] == 1
    result = block.draws.pick([*weights["by_grade"], weights["insulin"]], np.where(insulin, 4, block.kinds["grade"]))
    block["cells.sstr_result"] = result
    scores = block.weights("krenning")
    block["cells.sstr_krenning"] = block.draws.pick([scores[word] for word in weights["words"]], result).astype(float)


def _sites(block: Block) -> None:
    """Name the parts of the pancreas a multifocal tumour lies in: two or more."""
    several = block.kinds["site"] == 5
    first, step = block.draws.pick([30, 6, 10, 24, 30]), 1 + block.draws.pick([40, 30, 20, 10])
    parts = (1 << first) | (1 << (first + step) % 5)
    third = 1 << block.draws.pick([1, 1, 1, 1, 1])
    parts = np.where(block.draws.chance(0.4), parts | third, parts)
    block["extent.lesion_sites"] = np.where(several, parts, -1)
