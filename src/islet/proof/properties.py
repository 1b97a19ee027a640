"""The catalogue of promises: each a sentence a clinician understands, and the check that keeps it. Two processes share the work."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from islet.proof import consistency, evaluator, guidelines, safety
from islet.proof.prover import Prover, Result

PROCESSES = 2


class Property(NamedTuple):
    """Hold one promise; a listing promises only that its list is whole. `cost` orders the work, the longest first."""

    number: int
    theme: str
    sentence: str
    check: Callable[[Prover], Result]
    listing: bool = False
    cost: int = 1


class Outcome(NamedTuple):
    """Hold what came of one property, in how many seconds of computing and with how many questions to the solvers."""

    number: int
    result: Result
    seconds: float
    queries: int


CATALOGUE = (
    Property(1, "safety", "No patient is offered an option under a known absolute contraindication, whatever else is known or not.",
             safety.stops_hold, cost=3),
    Property(2, "safety", "Every patient has at least one option that is recommended or possible.", safety.somewhere_to_go),
    Property(3, "knowledge", "No criterion is dead: some patient makes it yes, and some patient makes it no.",
             consistency.every_criterion_lives, cost=2),
    Property(4, "knowledge", "No criterion only repeats another one of the same option, role and guideline.",
             consistency.nothing_said_twice, cost=2),
    Property(5, "knowledge", "Every grade, stage and class that is worked out has exactly one value for every patient.",
             consistency.categories_fit),
    Property(6, "knowledge", "In every score exactly one band of each part applies to every patient.", consistency.bands_fit),
    Property(7, "guidelines", "No guideline both recommends an option to a patient and speaks against it.",
             guidelines.no_guideline_contradicts_itself),
    Property(8, "guidelines", "Every disagreement between two guidelines is listed, with the patients it concerns and one who shows it.",
             guidelines.disagreements, True, 9),
    Property(9, "guidelines",
             "Patients for whom no guideline recommends anything are listed by grade, extent and function, one shown for each.",
             guidelines.uncovered, True, 2),
    Property(10, "safety", "A worse kidney, liver, marrow or fitness never turns an exclusion into an offer.",
             safety.worse_is_no_offer, cost=5),
    Property(11, "safety", "In pregnancy no radiation, chemotherapy, targeted medicine or immunotherapy is offered, whatever else is true.",
             safety.pregnancy),
    Property(12, "evaluator", "What a patient prefers or declines never changes a verdict.", evaluator.preferences_change_nothing),
    Property(13, "evaluator", "More facts never flip a certain answer.", evaluator.more_facts_never_flip),
    Property(14, "knowledge", "No absolute contraindication rests on recall alone, unless it is on the sign-off list.",
             evaluator.recall_stops_nothing),
    Property(15, "safety", "Every stop for the kidney reads clearance, eGFR and dialysis, and the worst known one decides.",
             safety.renal_stops),
    Property(16, "knowledge", "Every link between facts says something the others do not.", consistency.links_are_needed),
    Property(17, "knowledge", "Every option reaches every verdict its criteria can give, on a patient who can exist.",
             consistency.every_verdict_lives, cost=4),
)

_provers: dict[str, Prover] = {}


def prove_one(task: tuple[str, int]) -> Outcome:
    """Check one property of a folder."""
    folder, number = task
    prover = _prover(folder)
    before, started = prover.asked, time.process_time()
    result = next(p for p in CATALOGUE if p.number == number).check(prover)
    return Outcome(number, result, time.process_time() - started, prover.asked - before)


def prove(folder: str, numbers: Iterable[int], processes: int = PROCESSES) -> Iterator[Outcome]:
    """Yield what came of the properties, as each ends.

    Each has a process of its own, with solvers that were asked nothing before: so what it finds depends on nothing else.
    """
    wanted = set(numbers)
    tasks = [(folder, p.number) for p in sorted(CATALOGUE, key=lambda p: (-p.cost, p.number)) if p.number in wanted]
    way = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    _prover(folder)  # read once, before the processes part
    with multiprocessing.get_context(way).Pool(processes, maxtasksperchild=1) as pool:
        yield from pool.imap_unordered(prove_one, tasks, chunksize=1)


def _prover(folder: str) -> Prover:
    if folder not in _provers:
        _provers[folder] = Prover(folder)
    return _provers[folder]
