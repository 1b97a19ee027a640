"""Make many cases of whole patients with holes, for comparisons: as cases, and as a batch in cells."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from islet.case.cells import mask_of_given
from islet.case.model import Case
from islet.case.reader import read_case
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import own_knowledge
from islet.patient.derive import hull_of
from islet.patient.space import Space
from islet.proof.generate import Generator
from islet.proof.reading import Reading
from islet.proof.sources import read_written
from islet.registry.model import Coded

HOLES = (0.0, 0.2, 0.5, 0.8, 0.95)
MIXED = 6  # facts taken over from another patient in a case that may clash


def generated_cases(
    seeds: Iterable[int], base: KnowledgeBase, folder: str | None = None, holes: Sequence[float] = HOLES, clashing: float = 0.0
) -> list[Case]:
    """Return one case for each seed: a whole patient who keeps every link, told with a share of holes drawn from `holes`.

    In a share `clashing` of the cases some facts are those of the patient before, so that facts may clash. The same seeds over the
    same knowledge give the same cases.
    """
    generator = Generator(Reading(read_written(Path(folder or own_knowledge()))))
    found: list[Case] = []
    for seed in seeds:
        rng = random.Random(seed)
        values, entries = generator.patient(rng)
        document = generator.case(rng, values, entries, rng.choice(list(holes)))
        case = read_case(json.dumps(document).encode(), "generated.json", base.space.dictionary)
        if found and rng.random() < clashing:
            other = found[-1].given
            for name in rng.sample(sorted(other), min(MIXED, len(other))):
                case.given[name] = other[name]
        found.append(case)
    return found


def coded_of(cases: Sequence[Case], space: Space) -> Coded:
    """Return cases as a batch in cells, read as `build_patient` reads them; what cells cannot tell stays a case.

    >>> from islet.patient.links import make_network
    >>> from islet.case.dictionary import Dictionary
    >>> coded_of([], Space(Dictionary([], {}, {}), [], [], {}, make_network([], []), [], [], {}, [], [], {})).rows
    0
    """
    masks: dict[int, NDArray[np.unsignedinteger]] = {}
    numbers: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
    whole: dict[int, Case] = {}
    for row, case in enumerate(cases):
        for name, index in space.by_name:
            given = case.given.get(name)
            if given is None:
                continue
            if given.several:
                whole[row] = case
            elif given.known():
                variable = space.variables[index]
                if index not in masks:
                    masks[index] = np.full(len(cases), variable.full, np.uint32)
                masks[index][row] = mask_of_given(given, variable, space.whole(variable))
                if given.ranges is not None:
                    possible = space.dictionary.facts[name].possible
                    assert possible is not None
                    low, high = hull_of(given.ranges)
                    if name not in numbers:
                        numbers[name] = np.full(len(cases), np.nan), np.full(len(cases), np.nan)
                    numbers[name][0][row], numbers[name][1][row] = max(low, possible[0]), min(high, possible[1])
    return Coded(len(cases), masks, numbers, whole)
