"""The kernel against the single case: every verdict, everything that could be, every criterion, every deciding fact."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge
from islet.plan.make import make_plan
from islet.registry.by_case import decide_by_case
from islet.registry.generated import coded_of, generated_cases
from islet.registry.machine.deciding import deciding_facts
from islet.registry.machine.machine import Machine
from islet.registry.model import NO_VERDICT, VERDICTS, Coded, Decided

SEEDS = range(240)


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load_knowledge()


@pytest.fixture(scope="module")
def coded(base: KnowledgeBase) -> Coded:
    return coded_of(generated_cases(SEEDS, base, clashing=0.3), base.space)


@pytest.fixture(scope="module")
def by_case(coded: Coded, base: KnowledgeBase) -> Decided:
    return decide_by_case(coded, base, criteria=True)


@pytest.fixture(scope="module", params=["numpy", "numba"])
def machine(base: KnowledgeBase, request: pytest.FixtureRequest) -> Machine:
    return Machine(base, request.param)


def _same(one: Decided, other: Decided) -> None:
    for name in ("verdicts", "could", "certain", "criteria", "conflicting"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_every_answer_is_that_of_the_single_case(machine: Machine, coded: Coded, by_case: Decided) -> None:
    assert by_case.conflicting.sum() > 10 and (~by_case.conflicting).sum() > 100
    _same(machine.decide(coded, criteria=True), by_case)


def test_rows_that_clash_are_found_by_the_kernel_itself(machine: Machine, coded: Coded, by_case: Decided) -> None:
    planes, clash = machine.settle(coded)
    _, _, somebody = machine.explored(planes)
    found = np.unpackbits((clash | ~somebody).view(np.uint8).reshape(-1), count=coded.rows, bitorder="little").astype(bool)
    alone = np.isin(np.arange(coded.rows), list(coded.cases))
    assert np.array_equal(found | alone, by_case.conflicting | alone)


def test_a_region_counts(base: KnowledgeBase, coded: Coded) -> None:
    few = _rows(coded, np.arange(60))
    _same(Machine(base, "numpy", "us").decide(few, criteria=True), decide_by_case(few, base, "us", criteria=True))


def test_order_and_batches_do_not_matter(machine: Machine, coded: Coded, by_case: Decided) -> None:
    order = np.random.default_rng(1).permutation(coded.rows)
    turned = machine.decide(_rows(coded, order), criteria=True)
    assert np.array_equal(turned.verdicts, by_case.verdicts[:, order])
    for start, stop in itertools.pairwise((0, 1, 64, 65, 200, coded.rows)):
        part = machine.decide(_rows(coded, np.arange(start, stop)), criteria=True)
        assert np.array_equal(part.verdicts, by_case.verdicts[:, start:stop])
        assert part.criteria is not None and by_case.criteria is not None
        assert np.array_equal(part.criteria, by_case.criteria[:, start:stop])


def test_several_threads_answer_as_one(base: KnowledgeBase, coded: Coded, by_case: Decided, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("islet.registry.machine.machine.PART", 64)
    _same(Machine(base, "numba", threads=2).decide(coded, criteria=True), by_case)


def test_nothing_known_is_unknown_for_all(machine: Machine, base: KnowledgeBase) -> None:
    decided = machine.decide(Coded(3, {}, {}), criteria=True)
    plan = decide_by_case(Coded(1, {}, {}), base, criteria=True)
    assert np.array_equal(decided.verdicts, np.repeat(plan.verdicts, 3, axis=1))
    assert decided.criteria is not None and set(np.unique(decided.criteria)) <= {0, 1, 2}


def test_yes_and_no_and_unknown_are_everybody(machine: Machine, coded: Coded) -> None:
    criteria = machine.decide(coded, criteria=True).criteria
    assert criteria is not None
    assert (sum((criteria == answer).sum(axis=1) for answer in (0, 1, 2)) == coded.rows).all()


def test_an_emergency_gets_no_verdict(machine: Machine, base: KnowledgeBase) -> None:
    bleeding = base.space.place["health.emergency.bleeding"]
    decided = machine.decide(Coded(2, {bleeding: np.array([2, 1], np.uint8)}, {}))
    assert (decided.verdicts[:, 0] == NO_VERDICT).all() and not decided.certain[:, 0].any()
    assert (decided.verdicts[:, 1] < len(VERDICTS)).all()


def test_the_deciding_facts_are_those_of_the_plan(base: KnowledgeBase) -> None:
    cases = generated_cases(range(40), base, holes=(0.1, 0.4))
    found = {fact.fact: fact.decides for fact in deciding_facts(Machine(base, "numba"), coded_of(cases, base.space))}
    for row, case in enumerate(cases):
        for place, option in enumerate(make_plan(case, base).options):
            assert {name for name, decides in found.items() if decides[place, row]} == set(option.decided_by), option.id


def _rows(coded: Coded, rows: np.ndarray) -> Coded:
    masks = {number: column[rows] for number, column in coded.masks.items()}
    numbers = {name: (low[rows], high[rows]) for name, (low, high) in coded.numbers.items()}
    place = {int(row): new for new, row in enumerate(rows)}
    return Coded(len(rows), masks, numbers, {place[row]: case for row, case in coded.cases.items() if row in place})
