"""Generated patients as a batch in cells, and what the case reader made of them."""

from __future__ import annotations

import json
import random
from functools import lru_cache
from pathlib import Path

import numpy as np

from islet.case.cells import mask_of_given
from islet.case.model import Case
from islet.case.reader import read_case
from islet.knowledge.base import KnowledgeBase
from islet.patient.space import Space
from islet.proof.generate import Generator
from islet.proof.reading import Reading
from islet.proof.sources import read_written
from islet.registry.model import Coded
from islet.rules.language import Expression
from islet_testing.bases import own_base
from islet_testing.places import KNOWLEDGE


@lru_cache(maxsize=1)
def _generator() -> Generator:
    return Generator(Reading(read_written(Path(KNOWLEDGE))))


@lru_cache(maxsize=8)
def generated_cases(first: int, count: int, holes: tuple[float, ...] = (0.0, 0.2, 0.5)) -> tuple[Case, ...]:
    """Return cases of generated patients, the same for the same numbers."""
    found = []
    for seed in range(first, first + count):
        rng = random.Random(seed)
        values, entries = _generator().patient(rng)
        document = _generator().case(rng, values, entries, holes[seed % len(holes)])
        found.append(read_case(json.dumps({**document, "id": f"p{seed}"}).encode(), "generated.json", own_base().space.dictionary))
    return tuple(found)


@lru_cache(maxsize=2)
def true_answers(first: int, count: int, rules: tuple[Expression, ...]) -> tuple[tuple[bool, ...], ...]:
    """Return for each patient behind generated cases whether each rule holds, as plain Python reads it."""
    holds = _generator().reading.together(list(rules))
    return tuple(holds(_generator().patient(random.Random(seed))[0]) for seed in range(first, first + count))


def coded_of(cases: tuple[Case, ...], space: Space) -> Coded:
    """Return cases as a batch: the cells and the ends of what each says, before anything is derived."""
    rows = len(cases)
    masks, numbers, whole = {}, {}, {}
    for row, case in enumerate(cases):
        if any(given.several for given in case.given.values()):
            whole[row] = case
            continue
        for number, mask in _masks(case, space).items():
            column = masks.setdefault(number, np.full(rows, space.full[number], np.uint64))
            column[row] = mask
        for name, given in case.given.items():
            if given.ranges is not None and name in space.place:
                low, high = numbers.setdefault(name, (np.full(rows, np.nan), np.full(rows, np.nan)))
                possible = space.dictionary.facts[name].possible
                low[row] = max(min(r.low for r in given.ranges), possible[0])
                high[row] = min(max(r.high for r in given.ranges), possible[1])
    return Coded(rows, masks, numbers, whole)


def _masks(case: Case, space: Space) -> dict[int, int]:
    found = {}
    for name, index in space.by_name:
        given = case.given.get(name)
        if given is not None and given.known():
            variable = space.variables[index]
            found[index] = mask_of_given(given, variable, space.whole(variable))
    return found


def batches_of(cases: tuple[Case, ...], base: KnowledgeBase, size: int = 64):
    """Yield cases in batches with their ids."""
    for start in range(0, len(cases), size):
        part = cases[start : start + size]
        yield [case.id for case in part], coded_of(part, base.space)
