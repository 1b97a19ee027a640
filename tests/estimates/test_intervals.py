"""A range at the corners holds every value inside it: each shipped formula is monotone along each of its inputs."""

from __future__ import annotations

import random
from typing import Any

import pytest

from islet.case.dictionary import MEASUREMENTS
from islet.case.values import Range
from islet.estimate.formula import OutsideRange, span_of
from islet_testing.bases import own_base

BASE = own_base()
WRITTEN = [
    (calculator["id"], calculator, written)
    for calculator in {c["id"]: c for own in BASE.estimates.values() for c in own}.values()
    for written in [calculator.get("formula"), *(part.get("formula") for part in calculator["parts"] if isinstance(part, dict))]
    if written is not None
]


class Told:
    """Stand for what is known of a patient: an interval for each number, a word for each category."""

    def __init__(self, numbers: dict[str, Range], words: dict[str, tuple[str, ...]]) -> None:
        self.numbers, self.said = numbers, words

    def number(self, name: str) -> Range | None:
        return self.numbers.get(name)

    def words(self, name: str) -> tuple[str, ...] | None:
        return self.said.get(name)

    def shown(self, name: str) -> Any:
        return None


def ends_of(name: str, calculator: dict[str, Any]) -> tuple[float, float]:
    for known, low, high, _ in calculator["valid"]:
        if known == name:
            return low, high
    section, _, bare = name.partition(".")
    fact = BASE.space.dictionary.measures[bare].fact if section == MEASUREMENTS else BASE.space.dictionary.facts[name]
    ends = fact.plausible or fact.possible
    assert ends is not None
    return ends


def drawn(calculator: dict[str, Any], written: Any, chance: random.Random) -> tuple[Told, Told]:
    boxes, points = {}, {}
    for name in written[1]:
        low, high = ends_of(name, calculator)
        one, other = sorted((chance.uniform(low, high), chance.uniform(low, high)))
        boxes[name] = Range(one, other)
        inside = chance.uniform(one, other)
        points[name] = Range(inside, inside)
    by = dict(calculator["by"])
    words = {subject: tuple(chance.sample(list(by[subject]), chance.randint(1, len(by[subject])))) for subject in written[2]}
    return Told(boxes, words), Told(points, {subject: (chance.choice(said),) for subject, said in words.items()})


def results(told: Told, calculator: dict[str, Any], written: Any) -> tuple[float, float]:
    low, high, _ = span_of(written, calculator, told)  # type: ignore[arg-type]
    return low, high


@pytest.mark.parametrize(("name", "calculator", "written"), WRITTEN, ids=[f"{name}-{n}" for n, (name, _, _) in enumerate(WRITTEN)])
def test_a_value_inside_lies_between_the_ends(name, calculator, written):
    chance = random.Random(name)
    tried = 0
    for _ in range(200):
        box, point = drawn(calculator, written, chance)
        try:
            low, high = results(box, calculator, written)
            value = results(point, calculator, written)[0]
        except OutsideRange:
            continue
        tried += 1
        slack = 1e-9 * max(abs(low), abs(high), 1)
        assert low - slack <= value <= high + slack
    assert tried
