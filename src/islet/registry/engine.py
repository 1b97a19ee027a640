"""Who decides: the kernel in Numba or NumPy, or the single case one patient at a time."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

from islet.knowledge.base import KnowledgeBase
from islet.registry.by_case import decide_by_case
from islet.registry.machine.machine import Machine
from islet.registry.model import Coded, Decided
from islet.registry.read.rows import BATCH

BY_CASE = "by_case"
FEW = 1024  # rows at a time where each takes a millisecond: progress and Ctrl-C are felt


class Decider(NamedTuple):
    """Hold who decides a batch (`criteria` asks for their answers too), under what name, how many rows at a time suit it, the kernel."""

    decide: Callable[[Coded, bool], Decided]
    name: str
    batch: int
    machine: Machine | None = None


def decider(base: KnowledgeBase, region: str | None = None, engine: str = "numba") -> Decider:
    """Return who decides: the kernel on numba or numpy, or by_case."""
    if engine != BY_CASE:
        machine = Machine(base, engine, region, threads=min(2, os.cpu_count() or 1))
        return Decider(machine.decide, engine, BATCH, machine)
    return Decider(lambda coded, criteria: decide_by_case(coded, base, region, criteria), BY_CASE, FEW)
