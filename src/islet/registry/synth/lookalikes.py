"""Records of other cancers, and the codes by which a cancer registry tells them apart."""

from __future__ import annotations

import numpy as np

from islet.registry.synth.block import Block
from islet.registry.synth.columns import FACTS, TRUTH, truth_name

OTHER_SHARE, OTHER_SITE_NET, MIXED = 0.9, 0.04, 0.01
SITES = ("C25.0", "C25.0", "C25.7", "C25.1", "C25.2", "C25.8")
HORMONES = ("8150/3", "8151/3", "8153/3", "8152/3", "8155/3", "8156/3", "8158/3", "8241/3", "8150/3")
CARCINOMAS = ("8246/3", "8013/3", "8041/3")
MIXED_CODE = "8154/3"
OTHER_NETS = (("C17.2", "8240/3"), ("C17.9", "8249/3"), ("C18.1", "8240/3"), ("C20.9", "8240/3"), ("C34.1", "8240/3"), ("C16.2", "8242/3"))
OTHERS = (
    ("C50.9", "8500/3"), ("C61.9", "8140/3"), ("C34.1", "8140/3"), ("C18.7", "8140/3"), ("C25.0", "8500/3"), ("C25.2", "8140/3"),
    ("C64.9", "8310/3"), ("C34.1", "8041/3"), ("C22.0", "8170/3"), ("C16.9", "8140/3"),
)
OTHER_WEIGHTS = (24, 22, 16, 16, 6, 4, 6, 3, 2, 1)
KEPT = ("health.age_years", "health.sex", "extent.size_mm", "extent.n", "extent.m")


def add_other_cancers(block: Block, wanted: bool) -> None:
    """Give each row its ICD-O codes and turn most rows into other cancers (the shares are assumed, for testing only)."""
    draws = block.draws
    other = draws.chance(OTHER_SHARE)
    net = draws.chance(OTHER_SITE_NET / OTHER_SHARE)
    mixed = draws.chance(MIXED / (1 - OTHER_SHARE)) & ~other
    unspecific, high_grade = draws.chance(0.5), draws.pick([60, 25, 15])
    which_net, which_other = draws.pick([1] * len(OTHER_NETS)), draws.pick(OTHER_WEIGHTS)
    if not wanted:
        return
    site, grade, hormone = block.kinds["site"], block.kinds["grade"], block.kinds["hormone"]
    untold = block["extent.primary_site"] < 0
    topography = np.where(untold, "C25.9", np.array(SITES)[site])
    graded = np.where(grade == 0, "8240/3", "8249/3")
    net_code = np.where(unspecific & (hormone == 0), graded, np.array(HORMONES)[hormone])
    ours = np.where(mixed, MIXED_CODE, np.where(grade == 3, np.array(CARCINOMAS)[high_grade], net_code))
    elsewhere = np.where(net[:, None], np.array(OTHER_NETS)[which_net], np.array(OTHERS)[which_other])
    block.columns["icdo_topography"] = np.where(other, elsewhere[:, 0], topography).astype(object)
    block.columns["icdo_morphology"] = np.where(other, elsewhere[:, 1], ours).astype(object)
    for name in (*(column.name for column in FACTS), *map(truth_name, TRUTH)):
        if name not in KEPT:
            block.blank(name, other)
    block["truth_contradiction"][other] = -1
    block.columns["truth_corrected"][other] = ""
