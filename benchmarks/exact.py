"""What exact answers cost: in a plan beside the same questions put to a solver, the smallest sets, the catalogue of proofs."""

from __future__ import annotations

import random
import statistics
import time
from pathlib import Path
from typing import Any

import orjson

from islet.case.model import Case
from islet.case.reader import read_case
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import own_knowledge
from islet.patient.completions import Completions
from islet.patient.state import build_patient
from islet.plan.exact import not_shown, settle_exactly
from islet.plan.make import make_plan
from islet.plan.settling import settle_plan

Row = tuple[str, str, str, str, str, bool]  # what, measured, against, ratio, limit, kept
RUNS = 5
LIMIT_EXACT_MS, LIMIT_SETS_MS, LIMIT_PROOF_S = 10.0, 200.0, 60.0
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def published(base: KnowledgeBase) -> list[Case]:
    """Return the published patients: reports as they are met, most facts unknown."""
    files = sorted(file for file in EXAMPLES.glob("*.yaml") if file.name != "published.yaml")
    return [read_case(file.read_bytes(), file.name, base.space.dictionary) for file in files]


def with_holes(data: bytes, part: float, seed: int) -> bytes:
    """Return a case without a fixed random part of its facts."""
    rng, document = random.Random(seed), orjson.loads(data)
    for content in document.values():
        if isinstance(content, dict):
            for name in [name for name in content if rng.random() < part]:
                del content[name]
    return orjson.dumps(document)


def measure_exact(cases: list[bytes], base: KnowledgeBase) -> list[Row]:
    """Return rows: the exact part of a plan on whole patients, on patients with holes, on published ones, and the solver beside them."""
    rows = []
    holed = [with_holes(data, 0.3, seed) for seed, data in enumerate(cases)]
    groups = {
        "whole patients": [read_case(data, "case.json", base.space.dictionary) for data in cases],
        "three facts of ten unknown": [read_case(data, "case.json", base.space.dictionary) for data in holed],
        "published patients": published(base),
    }
    for name, group in groups.items():
        own = [_median(lambda case=case: _exact_part(case, base)) for case in group]
        theirs, asked = _solver(group, base)
        rows.append((
            f"exact could_be, {name}", f"{statistics.median(own):.2f} ms, 95 of 100 under {_high(own):.1f}",
            f"z3, same questions ({asked}): {theirs:.0f} ms", f"{theirs / statistics.median(own):.0f} x slower",
            f"at most {LIMIT_EXACT_MS:g} ms", statistics.median(own) <= LIMIT_EXACT_MS,
        ))
    for name in ("whole patients", "published patients"):
        own = [_median(lambda case=case: settle_plan(make_plan(case, base), case, base)) - _median(lambda case=case: make_plan(case, base))
               for case in groups[name]]
        rows.append((f"smallest settling sets, {name}", f"{statistics.median(own):.0f} ms, 95 of 100 under {_high(own):.0f}", "", "",
                     f"95 of 100 under {LIMIT_SETS_MS:g} ms", _high(own) <= LIMIT_SETS_MS))
    return rows


def _exact_part(case: Case, base: KnowledgeBase) -> float:
    """Return the milliseconds that exactness adds to a plan: cutting the links down, and walking the diagrams."""
    patient = build_patient(case, base.space)
    could = {name: decide(patient.state) & 15 for name, decide in base.decide_one.items()}
    start = time.perf_counter()
    Completions(base.space.diagrams, patient.state, base.space.full)
    not_shown(patient, base, None, settle_exactly(patient, base, None, could))
    return (time.perf_counter() - start) * 1000


def _median(work: Any) -> float:
    """Return the median over some runs of what `work` returns as milliseconds, or else of the time it takes."""
    found = []
    for _ in range(RUNS):
        start = time.perf_counter()
        told = work()
        found.append(told if isinstance(told, float) else (time.perf_counter() - start) * 1000)
    return statistics.median(found)


def _high(times: list[float]) -> float:
    return sorted(times)[max(0, round(0.95 * len(times)) - 1)]


def _solver(group: list[Case], base: KnowledgeBase) -> tuple[float, int]:
    """Return the median time z3 takes for the open verdicts of one case, and how many questions that is; answers are compared."""
    from islet.proof.facts_given import given_terms
    from islet.proof.session import SAT, Session
    from islet.proof.sources import read_written

    session = Session("z3", read_written(Path(own_knowledge())))
    world = session.world()
    names = [(option, verdict) for option in base.options for verdict in ("recommended", "possible", "not_indicated", "contraindicated")]
    terms = {pair: world.verdict(*pair) for pair in names}
    session.settle()
    times, asked = [], 0
    for case in group:
        patient = build_patient(case, base.space)
        could = {name: decide(patient.state) & 15 for name, decide in base.decide_one.items()}
        exact = settle_exactly(patient, base, None, could)
        unshown = not_shown(patient, base, None, exact)
        given = given_terms(session, world, case.given)
        session.settle()
        start = time.perf_counter()
        answers = {}
        with session.under(given):
            for place, (option, verdict) in enumerate(names):
                if could[option] & (could[option] - 1) and could[option] >> place % 4 & 1:
                    answers[option, verdict] = session.ask([terms[option, verdict]]) == SAT
        times.append((time.perf_counter() - start) * 1000)
        asked += len(answers)
        for place, (option, verdict) in enumerate(names):
            if (option, verdict) in answers and option not in unshown and not patient.clashes:
                expected = bool(exact[option] >> place % 4 & 1)
                if answers[option, verdict] is not expected:
                    raise RuntimeError(f"{case.id}: the plan and z3 differ on {option}, {verdict}")
    return statistics.median(times), asked // len(group)


def measure_proofs() -> Row:
    """Return one row: every property over the whole knowledge, both solvers."""
    from islet.proof.properties import CATALOGUE, prove

    start = time.perf_counter()
    outcomes = list(prove(own_knowledge(), [item.number for item in CATALOGUE]))
    seconds = time.perf_counter() - start
    proved = sum(outcome.result.status == "proved" for outcome in outcomes)
    return (f"the catalogue of {len(outcomes)} promises, z3 and cvc5", f"{seconds:.0f} s", f"{proved} hold", "",
            f"at most {LIMIT_PROOF_S:g} s", seconds <= LIMIT_PROOF_S)
