"""Do the single case, the kernel in NumPy and Numba, and the SQL give every patient the same? Compare them on generated cases.

The cases are whole patients with holes, some with facts of another patient mixed in so that they clash. On each the verdict of
every option, what it could be, whether that is certain, and the answer of every criterion have to be equal; over the cases the yes,
no and unknown of each criterion have to be everybody. Run it with `make parity`; continuous integration runs 50,000.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge
from islet.registry.by_case import decide_by_case
from islet.registry.generated import coded_of, generated_cases
from islet.registry.machine.machine import Machine
from islet.registry.model import Coded, Decided
from islet.registry.sql.run_duckdb import decide_duckdb

CHUNK = 12_500  # DuckDB plans the printed SQL for a quarter of a minute, whatever the number of rows
CLASHING = 0.05
READINGS = ("numpy", "numba", "duckdb")
ANSWERED = ("verdicts", "could", "certain", "criteria", "conflicting")


class Found(NamedTuple):
    """Hold what one chunk of cases showed."""

    cases: int
    conflicting: int
    uncertain: int
    differences: tuple[str, ...]


class Readings:
    """Hold every reading of the rules but the single case."""

    def __init__(self, base: KnowledgeBase, names: tuple[str, ...] = READINGS) -> None:
        self.base = base
        self.machines = {name: Machine(base, name) for name in names if name != "duckdb"}
        self.names = names

    def decide(self, name: str, coded: Coded) -> Decided:
        """Return the decisions of one reading."""
        return decide_duckdb(coded, self.base, criteria=True) if name == "duckdb" else self.machines[name].decide(coded, criteria=True)

    def compare(self, seeds: range) -> Found:
        """Return every difference to the single case on the cases of these seeds."""
        coded = coded_of(generated_cases(seeds, self.base, clashing=CLASHING), self.base.space)
        own = decide_by_case(coded, self.base, criteria=True)
        found: list[str] = []
        for name in self.names:
            found += [f"{name}: {words}" for words in differences(own, self.decide(name, coded), self.base, seeds)]
        assert own.criteria is not None
        if (sum((own.criteria == answer).sum(axis=1) for answer in (0, 1, 2)) != coded.rows).any():
            found.append(f"seeds {seeds}: yes, no and unknown are not everybody")
        return Found(coded.rows, int(own.conflicting.sum()), int((~own.certain).sum()), tuple(found))


def differences(own: Decided, other: Decided, base: KnowledgeBase, seeds: range) -> Iterator[str]:
    """Yield in words where two readings of the same cases differ."""
    for field in ANSWERED:
        one, two = np.atleast_2d(getattr(own, field)), np.atleast_2d(getattr(other, field))
        names = [c.id for c in base.criteria] if field == "criteria" else list(base.options) if len(one) > 1 else [field]
        for place, row in np.argwhere(one != two).tolist():
            yield f"seed {seeds[row]}, {names[place]}, {field}: {two[place, row]} instead of {one[place, row]}"


_shared: dict[tuple[str, ...], Readings] = {}


def _compare(task: tuple[range, tuple[str, ...]]) -> Found:
    seeds, names = task
    if names not in _shared:
        _shared[names] = Readings(load_knowledge(), names)
    return _shared[names].compare(seeds)


def run(first: int, cases: int, names: tuple[str, ...], processes: int = 2) -> Iterator[Found]:
    """Yield what each chunk of seeds from `first` up to `cases` showed, as chunks are done."""
    tasks = [(range(start, min(start + CHUNK, cases)), names) for start in range(first, cases, CHUNK)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap_unordered(_compare, tasks)


def main(words: list[str] | None = None) -> int:
    """Compare on many cases with two processes; print what differs; return 1 if anything does."""
    parser = argparse.ArgumentParser(prog="python -m islet.registry.parity", description="Single case, kernel and SQL on generated cases.")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--first", type=int, default=0, metavar="N", help="go on from this case, after a run that was stopped")
    parser.add_argument("--readings", nargs="+", choices=READINGS, default=list(READINGS))
    arguments = parser.parse_args(words)
    started, done, failed, conflicting, uncertain = time.monotonic(), 0, 0, 0, 0
    for found in run(arguments.first, arguments.cases, tuple(arguments.readings)):
        for text in found.differences:
            print(text)
        failed += len(found.differences)
        done, conflicting, uncertain = done + found.cases, conflicting + found.conflicting, uncertain + found.uncertain
        rate = done / (time.monotonic() - started)
        left = (arguments.cases - arguments.first - done) / rate
        print(f"\r{done} cases, {failed} differences, {rate:.0f} a second, {left:.0f} s left ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(f"{done} cases ({conflicting} with facts that clash, {uncertain} verdicts not certain), {failed} differences")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
