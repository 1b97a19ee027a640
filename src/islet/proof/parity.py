"""Do evaluator and solver mean the same? Compare them on generated cases, each made from a whole patient of whom it is true.

Three readings are compared, which share the parsed expressions and nothing else:

- the evaluator, over cells and masks (`build_patient`, `decide`, `decide_one`, and on a sample `make_plan`);
- the plain reading, Python's own comparisons on the whole patient (`proof.reading`);
- the solver, over real numbers (`proof.encoding`), asked whether any completion of the case speaks against a certain answer.

On every case: the facts of a real patient do not clash; every certain answer of the evaluator, on all criteria, is the plain
reading's; the patient's own verdict is among those the evaluator leaves, for all options. Where the case has no holes, the
evaluator is certain of every criterion whose facts are known. On every case the solver finds no completion against the
evaluator's certain answer on a random criterion, and none with a verdict that a random option cannot have. On one case in
`EXACT` the verdicts left are the exact ones, and the solver reaches a random one of them where they are called exact. On one in
`SAMPLE`, the verdicts the solver reaches for every option lie among those of the whole plan (and are all of them where it says
`exact`), and the solver, given every fact of the whole patient, agrees with the plain reading on all criteria at once.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from islet.case.reader import read_case
from islet.case.values import Given
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge, own_knowledge
from islet.patient.state import Patient, build_patient
from islet.plan.exact import not_shown, settle_exactly
from islet.plan.explore import verdicts_of
from islet.plan.make import make_plan
from islet.proof.encoding import VERDICTS, World
from islet.proof.facts_given import given_terms
from islet.proof.generate import Generator
from islet.proof.reading import Reading, Values
from islet.proof.session import SAT, UNSAT, Session
from islet.proof.sources import read_written

SAMPLE = 200
EXACT = 5
HOLES = (0.0, 0.2, 0.5, 0.8, 0.95)
CHUNK = 500


class Parity:
    """Hold both sides over one knowledge folder."""

    def __init__(self, folder: str) -> None:
        self.base: KnowledgeBase = load_knowledge(folder)
        written = read_written(Path(folder))
        self.reading = Reading(written)
        self.generator = Generator(self.reading)
        self.session = Session("z3", written)
        self.world: World = self.session.world()
        self.literals = [(self.world.criterion(c), self.session.smt.Not(self.world.criterion(c))) for c in written.criteria]
        for option in written.options:
            for verdict in VERDICTS:
                self.world.verdict(option, verdict)
        for name in written.definitions:  # a case may give a stage that no rule reads, and with it what the stage says
            self.world.fact(name)
        self.session.settle()
        self.order = [self.reading.places[criterion.id] for criterion in self.base.criteria]

    def compare(self, seed: int) -> list[str]:
        """Return every difference on the case of one seed."""
        rng = random.Random(seed)
        values, entries = self.generator.patient(rng)
        holes = rng.choice(HOLES)
        document = self.generator.case(rng, values, entries, holes)
        case = read_case(json.dumps(document).encode(), "generated.json", self.base.space.dictionary)
        patient = build_patient(case, self.base.space)
        if patient.clashes:
            return ["the facts of a whole patient clash: " + str([clash.links for clash in patient.clashes])]
        answers = self.base.decide(patient.state)
        own = self.reading.criteria(values)
        found = [
            f"{criterion.id} is {'yes' if answer else 'no'} for the evaluator and {'yes' if own[place] else 'no'} as written"
            for criterion, answer, place in zip(self.base.criteria, answers, self.order, strict=True)
            if (answer == 2 and not own[place]) or (answer == 0 and own[place])
        ]
        if holes == 0:
            found += self._open_in_full(patient, answers)
        steps = {option: decide(patient.state) & 15 for option, decide in self.base.decide_one.items()}
        exact, unshown = steps, set(steps)
        if seed % EXACT == 0:
            exact = settle_exactly(patient, self.base, None, steps)
            unshown = not_shown(patient, self.base, None, exact)
        left = {option: verdicts_of(bits) for option, bits in exact.items()}
        for option, could in left.items():
            if (verdict := self.reading.verdict(option, own)) not in could:
                found.append(f"{option} is {verdict} for the patient and {could} for the evaluator")
        found += self._ask_solver(rng, case.given, answers, left, unshown)
        return found + (self._sample(case, values, own) if seed % SAMPLE == 0 else [])

    def _open_in_full(self, patient: Patient, answers: tuple[int, ...]) -> list[str]:
        """Return the criteria left unknown although every fact they read is known to one cell."""
        state = patient.state
        return [
            f"{criterion.id} is unknown although its facts are known"
            for criterion, answer in zip(self.base.criteria, answers, strict=True)
            if answer == 1 and all(not state[v] & (state[v] - 1) for v in criterion.reads)
        ]

    def _ask_solver(
        self, rng: random.Random, given: dict[str, Given], answers: tuple[int, ...], left: dict[str, tuple[str, ...]],
        unshown: set[str],
    ) -> list[str]:
        found = []
        terms = given_terms(self.session, self.world, given)
        number = rng.choice([i for i, answer in enumerate(answers) if answer != 1] or [-1])
        if number >= 0:
            against = self.literals[self.order[number]][1 if answers[number] == 2 else 0]
            if self.session.ask([*terms, against]) != UNSAT:
                found.append(f"the solver does not share the certain answer on {self.base.criteria[number].id}")
        option = rng.choice(list(left))
        gone = [verdict for verdict in VERDICTS if verdict not in left[option]]
        if gone and self.session.ask([*terms, self._one_of(option, gone)]) != UNSAT:
            found.append(f"the solver finds a verdict of {option} beside {left[option]}")
        kept = rng.choice(left[option])
        if option not in unshown and self.session.ask([*terms, self._one_of(option, [kept])]) != SAT:
            found.append(f"{option} is exact with {left[option]}, and the solver never reaches {kept}")
        return found

    def _one_of(self, option: str, verdicts: list[str]) -> Any:
        key = (option, *verdicts)
        if key not in self.world.kept:
            self.world.kept[key] = self.session.condition(self.session.smt.Or(*(self.world.verdict(option, v) for v in verdicts)))
        return self.world.kept[key]

    def _sample(self, case: Any, values: Values, own: tuple[bool, ...]) -> list[str]:
        found = []
        terms = given_terms(self.session, self.world, case.given)
        plan = make_plan(case, self.base)
        with self.session.under(terms):
            reached_by = {
                o.id: {v for v in VERDICTS if self.session.ask([self.world.verdict(o.id, v)]) != UNSAT} for o in plan.options
            }
        for option in plan.options:
            reached = reached_by[option.id]
            if not reached <= set(option.could_be):
                found.append(f"the solver reaches {sorted(reached)} for {option.id}, the plan {option.could_be}")
            if option.exact and reached != set(option.could_be):
                found.append(f"{option.id} is exact with {option.could_be}, and the solver reaches {sorted(reached)}")
        whole = {name: _exactly(value) for name, value in values.items() if name != "measured" and not self._derived(name)}
        terms = given_terms(self.session, self.world, whole, self._measured(values))
        alike = [self.literals[number][0 if holds else 1] for number, holds in enumerate(own)]
        if self.session.ask([*terms, *alike]) != SAT:
            found += [
                f"the solver does not read {criterion.id} as written on a whole patient"
                for number, criterion in enumerate(self.reading.written.criteria)
                if self.session.ask([*terms, alike[number]]) != SAT
            ]
        return found

    def _derived(self, name: str) -> bool:
        written = self.reading.written
        return name in written.definitions or name in written.points or name in written.formulas

    def _measured(self, values: Values) -> dict[str, Fraction]:
        return {name: Fraction(repr(float(values[name]))) for name in self.reading.written.formulas if name in self.world.facts}


def _exactly(value: Any) -> Given:
    from islet.case.values import Range

    if isinstance(value, bool):
        return Given(choices=("yes" if value else "no",))
    return Given(choices=(value,)) if isinstance(value, str) else Given(ranges=(Range(value, value),))


_shared: dict[str, Parity] = {}


def differences(seeds: range, folder: str | None = None) -> list[tuple[int, str]]:
    """Return every difference on the cases of these seeds."""
    name = folder or own_knowledge()
    if name not in _shared:
        _shared[name] = Parity(name)
    return [(seed, words) for seed in seeds for words in _shared[name].compare(seed)]


def _chunks(first: int, cases: int) -> Iterator[range]:
    for start in range(first, cases, CHUNK):
        yield range(start, min(start + CHUNK, cases))


def main(words: list[str] | None = None) -> int:
    """Compare on many cases with two processes; print what differs; return 1 if anything does."""
    parser = argparse.ArgumentParser(prog="python -m islet.proof.parity", description="Evaluator against solver on generated cases.")
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--first", type=int, default=0, metavar="N", help="go on from this case, after a run that was stopped")
    arguments = parser.parse_args(words)
    started, done, failed = time.monotonic(), arguments.first, 0
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for found in pool.imap_unordered(differences, _chunks(arguments.first, arguments.cases)):
            for seed, text in found:
                print(f"seed {seed}: {text}")
            failed += len(found)
            done = min(done + CHUNK, arguments.cases)
            line = f"\r{done} of {arguments.cases} cases, {failed} differences, {time.monotonic() - started:.0f} s"
            print(line, end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(f"{arguments.cases} cases, {failed} differences")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
