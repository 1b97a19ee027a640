"""Compare every reading that takes coded rows with the single case: the kernel in NumPy and Numba, and the SQL in DuckDB."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from islet.case.model import Case
from islet.knowledge.base import KnowledgeBase
from islet.registry.by_case import decide_by_case
from islet.registry.generated import coded_of, generated_cases
from islet.registry.machine.machine import Machine
from islet.registry.model import Coded, Decided
from islet.registry.parity.compare import differences, not_everybody
from islet.registry.parity.shuffled import decide_shuffled
from islet.registry.sql.run_duckdb import decide_duckdb

CLASHING = 0.05
IN_CELLS = ("numpy", "numba", "duckdb")


class Found(NamedTuple):
    """Hold what some cases showed; `untold` counts those that no table can tell, of which Spark saw nothing."""

    cases: int
    conflicting: int
    uncertain: int
    untold: int
    differences: tuple[str, ...]


def together(several: Iterable[Found]) -> Found:
    """Return what several chunks showed as one.

    >>> together([Found(2, 0, 1, 0, ()), Found(3, 1, 0, 0, ("one",))])
    Found(cases=5, conflicting=1, uncertain=1, untold=0, differences=('one',))
    """
    found = list(several)
    return Found(
        sum(one.cases for one in found), sum(one.conflicting for one in found), sum(one.uncertain for one in found),
        sum(one.untold for one in found), tuple(words for one in found for words in one.differences),
    )


class Readings:
    """Hold the readings that take coded rows; NumPy gets the rows shuffled and in batches of other sizes."""

    def __init__(self, base: KnowledgeBase, names: tuple[str, ...] = IN_CELLS) -> None:
        self.base = base
        self.machines = {name: Machine(base, name) for name in names if name != "duckdb"}
        self.names = names

    def decide(self, name: str, coded: Coded, seed: int) -> Decided:
        """Return the decisions of one reading."""
        if name == "duckdb":
            return decide_duckdb(coded, self.base, criteria=True)
        machine = self.machines[name]
        if name == "numpy":
            return decide_shuffled(lambda part: machine.decide(part, criteria=True), coded, seed)
        return machine.decide(coded, criteria=True)

    def compare(self, seeds: range) -> tuple[Found, Decided, list[Case]]:
        """Return every difference to the single case on the cases of these seeds, what the single case says, and the cases."""
        cases = generated_cases(seeds, self.base, clashing=CLASHING)
        coded = coded_of(cases, self.base.space)
        own = decide_by_case(coded, self.base, criteria=True)
        found = list(not_everybody(own, seeds))
        for name in self.names:
            found += [f"{name}: {words}" for words in differences(own, self.decide(name, coded, seeds.start), self.base, seeds)]
        return Found(coded.rows, int(own.conflicting.sum()), int((~own.certain).sum()), 0, tuple(found)), own, cases
