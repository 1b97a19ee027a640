"""Plans of shipped examples and what the wishes exercise answers on them."""

from __future__ import annotations

from functools import cache

from islet.case.reader import read_case
from islet.plan.make import make_plan
from islet.plan.model import Plan
from islet.wishes.answer import answer
from islet.wishes.model import NoStatedPreference, NotComputable, Wishes
from islet_testing.bases import own_base
from islet_testing.places import ROOT

GROWING = "prrt-dosimetry.yaml"
HEAD = "whipple-estimates.yaml"
GASTRIN = "gas-64m-g1-multimodal.yaml"
ORDER = ("tumour_control", "length_of_life", "daily_side_effects", "burden", "certainty")


@cache
def plan(name: str) -> Plan:
    """Return the plan of a shipped example."""
    return make_plan(read_case((ROOT / "examples" / name).read_bytes(), name, own_base().space.dictionary), own_base())


@cache
def answered(name: str, ranking: tuple[str, ...] = ORDER, include_open: bool = False) -> Wishes | NoStatedPreference | NotComputable:
    """Return the answer on a shipped example."""
    return answer(plan(name), own_base(), ranking, include_open=include_open, draws=4000)
