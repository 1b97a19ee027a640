"""Decide a batch patient by patient, as a plan does: for rows whose facts clash, and as what the kernel is compared with."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from islet.case.cells import mask_ranges
from islet.case.model import Case
from islet.case.values import Given, Range
from islet.knowledge.base import KnowledgeBase
from islet.patient.space import Space
from islet.patient.state import build_patient
from islet.plan.decide import decide_patient, in_emergency
from islet.registry.model import NO_VERDICT, VERDICTS, Coded, Decided


def decide_by_case(coded: Coded, base: KnowledgeBase, region: str | None = None, criteria: bool = False) -> Decided:
    """Return the decisions on every row of a batch, one plan's worth of deciding at a time."""
    decided = empty_decisions(coded.rows, base, criteria)
    fill_by_case(decided, range(coded.rows), coded, base, region)
    return decided


def empty_decisions(rows: int, base: KnowledgeBase, criteria: bool) -> Decided:
    """Return decisions to be filled in."""
    shape = (len(base.options), rows)
    return Decided(
        np.full(shape, NO_VERDICT, np.uint8), np.zeros(shape, np.uint8), np.zeros(shape, np.bool_),
        np.ones((len(base.criteria), rows), np.uint8) if criteria else None, np.zeros(rows, np.bool_),
    )


def fill_by_case(decided: Decided, rows: Iterable[int], coded: Coded, base: KnowledgeBase, region: str | None) -> None:
    """Put the decisions on some rows in place."""
    for row in rows:
        patient = build_patient(case_of(coded, row, base.space), base.space)
        decided.conflicting[row] = bool(patient.clashes)
        values, decisions = decide_patient(patient, base, region)
        if decided.criteria is not None:
            decided.criteria[:, row] = values
        if in_emergency(patient, base.space):
            continue
        for place, name in enumerate(base.options):
            found = decisions[name]
            decided.verdicts[place, row] = VERDICTS.index(found.verdict)
            decided.could[place, row] = found.bits
            decided.certain[place, row] = found.certain


def case_of(coded: Coded, row: int, space: Space) -> Case:
    """Return what is known of one row as a case."""
    if row in coded.cases:
        return coded.cases[row]
    case = Case(str(row), None)
    for number, masks in coded.masks.items():
        variable, mask = space.variables[number], int(masks[row])
        spans = coded.numbers.get(variable.name)
        if variable.kind == "number":
            if spans is not None and not np.isnan(spans[0][row]):
                low, high = float(spans[0][row]), float(spans[1][row])
                parts = (_within(part, low, high) for part in mask_ranges(variable, mask))
                case.given[variable.name] = Given(ranges=tuple(part for part in parts if not part.empty()))
        elif mask != variable.full:
            case.given[variable.name] = _chosen(variable.words, mask)
    return case


@lru_cache(maxsize=4096)
def _chosen(words: tuple[str, ...], mask: int) -> Given:
    return Given(choices=tuple(word for bit, word in enumerate(words) if mask >> bit & 1))


def _within(part: Range, low: float, high: float) -> Range:
    return Range(
        max(part.low, low), min(part.high, high), part.low_open and part.low >= low, part.high_open and part.high <= high
    )
