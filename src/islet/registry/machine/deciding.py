"""Which open facts decide: on every row each answer to each open fact is tried, as `plan.explore` does for one patient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.plan.explore import base_variables
from islet.registry.machine.engines import Steps
from islet.registry.machine.layout import ALL, Bits, Planes, unpack
from islet.registry.machine.machine import Machine
from islet.registry.model import Coded


class DecidingFact(NamedTuple):
    """Hold one fact and the (option, row) pairs in which an answer to it would change what the option can be.

    `may_settle` marks those in which some answer leaves one verdict, `settles` those in which every answer does.
    """

    fact: str
    decides: Bits
    may_settle: Bits
    settles: Bits


def deciding_facts(machine: Machine, coded: Coded) -> Iterator[DecidingFact]:
    """Yield every fact that decides something for some row of a batch, with a truth for each option and row.

    A fact decides where it is open, an undecided rule of an open option rests on it, and one of its answers that the links allow
    takes a verdict away. Rows whose facts clash, and emergencies, are left out: they are asked patient by patient.
    """
    planes, clash = machine.settle(coded)
    could, criteria, somebody = machine.explored(planes)
    open_options = _open_options(machine, planes, could, clash | ~somebody)
    asked = _asked(machine, planes, criteria, open_options)
    steps = machine.steps._replace(segments=machine.steps.segments[:1], asked=np.empty(0, np.int64))
    for variable, where in asked.items():
        decides, may_settle, settles = np.zeros_like(open_options), np.zeros_like(open_options), np.full_like(open_options, ALL)
        for cell in range(machine.layout.cells[variable]):
            rows = planes[:, machine.layout.first[variable] + cell] & where
            if rows.any():
                changed, single, possible = _answered(machine, steps, planes, could, variable, cell, rows)
                decides |= changed & open_options
                may_settle |= changed & single & open_options
                settles &= (changed & single) | ~possible
        if decides.any():
            name = machine.base.space.variables[variable].name
            yield DecidingFact(name, *(_bits(words, coded.rows) for words in (decides, may_settle, settles & may_settle)))


def open_decisions(machine: Machine, coded: Coded) -> Bits:
    """Return the (option, row) pairs that are open: the option can be offered, and something else."""
    planes, clash = machine.settle(coded)
    could, _, somebody = machine.explored(planes)
    return _bits(_open_options(machine, planes, could, clash | ~somebody), coded.rows)


def _open_options(machine: Machine, planes: Planes, could: Planes, lost: Planes) -> Planes:
    for number in machine.emergency:
        lost = lost | ~planes[:, machine.layout.first[number]]
    return _several(could) & (could[:, 0] | could[:, 1]) & ~lost


def _bits(words: Planes, rows: int) -> Bits:
    return np.stack([unpack(part, rows) for part in words])


def _several(could: Planes) -> Planes:
    """Return the rows in which more than one verdict is possible, from planes of the shape (options, verdicts, …)."""
    seen, twice = np.zeros_like(could[:, 0]), np.zeros_like(could[:, 0])
    for place in range(could.shape[1]):
        twice |= seen & could[:, place]
        seen |= could[:, place]
    return twice


def _asked(machine: Machine, planes: Planes, criteria: NDArray[np.uint64], open_options: Planes) -> dict[int, Planes]:
    """Return for each fact that a person can find out the rows in which an undecided rule of an open option rests on it."""
    base, layout = machine.base, machine.layout
    several = {}
    for variable in range(len(base.space.variables)):
        first = layout.first[variable]
        several[variable] = _several(planes[None, :, first : first + layout.cells[variable]].swapaxes(1, 2))[0]
    resting: dict[int, Planes] = {}
    option_of = {name: number for number, name in enumerate(base.options)}
    for criterion in base.criteria:
        if criterion.role != "caution":
            undecided = criteria[2 * criterion.number] & criteria[2 * criterion.number + 1] & open_options[option_of[criterion.option]]
            if undecided.any():
                for variable in criterion.reads:
                    resting[variable] = resting.get(variable, np.zeros_like(undecided)) | (undecided & several[variable])
    found: dict[int, Planes] = {}
    for variable, where in resting.items():
        if where.any():
            for basis in base_variables(base, {variable}):
                if base.space.variables[basis].fact != "health.emergency":
                    found[basis] = found.get(basis, np.zeros_like(where)) | (where & several[basis])
    return {variable: where for variable, where in sorted(found.items()) if where.any()}


def _answered(
    machine: Machine, steps: Steps, planes: Planes, could: Planes, variable: int, cell: int, rows: Planes
) -> tuple[Planes, Planes, Planes]:
    """Say of some rows what becomes known once a variable lies in one cell.

    Returns the rows in which each option loses a verdict, in which one is left (options, blocks, words), and in which it can be so.
    """
    blocks = np.flatnonzero(rows.any(axis=1))
    tried, here = planes[blocks].copy(), rows[blocks]
    first = machine.layout.first[variable]
    for other in range(machine.layout.cells[variable]):
        if other != cell:
            tried[:, first + other] &= ~here
    clash = np.zeros_like(here)
    machine.carry(tried, clash, [variable])
    after = machine.answers(tried, steps, machine.could_slots).reshape(could.shape[:2] + here.shape) & could[:, :, blocks]
    can_be = here & ~clash & np.bitwise_and.reduce(np.bitwise_or.reduce(after, axis=1), axis=0)
    changed, single, possible = np.zeros_like(could[:, 0]), np.zeros_like(could[:, 0]), np.zeros_like(rows)
    changed[:, blocks] = np.bitwise_or.reduce(after ^ could[:, :, blocks], axis=1) & can_be
    single[:, blocks] = ~_several(after)
    possible[blocks] = can_be
    return changed, single, possible
