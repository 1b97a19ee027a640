"""Promises about the evaluator: preferences change nothing, more facts never flip an answer, recall alone stops nothing."""

from __future__ import annotations

import json
import random
from typing import Any

from islet.case.reader import read_case
from islet.patient.state import build_patient
from islet.plan.explore import verdicts_of
from islet.plan.make import make_plan
from islet.proof.generate import Generator
from islet.proof.prover import Finding, Prover, Result

PATIENTS = 150
KINDS = ("atom", "and", "or", "not")


def preferences_change_nothing(prover: Prover) -> Result:
    """Check that no rule reads preferences, and replay generated patients who decline everything."""
    result = Result()
    for criterion in prover.written.criteria:
        if any(name.startswith("preferences.") for name in criterion.reads()):
            result.failures.append(Finding(f"{criterion.id} reads preferences"))
    wishes: dict[str, Any] = {"refuses": list(prover.written.options)}
    wishes |= {
        name: value for name, value in (("goal", "quality_of_life"), ("wishes_pregnancy", True), ("accepts_isolation", False))
        if prover.written.has(f"preferences.{name}")
    }
    for seed, document in _generated(prover, (0.5,)):
        plain = _plan(prover, document)
        declined = _plan(prover, {**document, "preferences": wishes})
        if plain != declined:
            result.failures.append(Finding(f"preferences change a verdict (seed {seed})", (document,)))
    result.note = f"no rule reads preferences; {PATIENTS} generated patients replayed with everything declined"
    return result


def more_facts_never_flip(prover: Prover) -> Result:
    """Check that rules are built only of comparisons, and, or, not (each monotone in what is known), and replay nested cases."""
    result = Result()
    strange = sorted({str(node[0]) for node in prover.base.space.nodes} - set(KINDS))
    if strange:
        result.failures.append(Finding("rules are built of " + ", ".join(strange)))
    generator = Generator(prover.reading)
    for seed in range(PATIENTS):
        rng = random.Random(seed)
        values, entries = generator.patient(rng)
        full = generator.case(random.Random(seed), values, entries, 0.0)
        kept = random.Random(seed + PATIENTS)
        less = {
            section: {bare: value for bare, value in content.items() if kept.random() < 0.5} if isinstance(content, dict) else content
            for section, content in full.items()
            if section != "history" or kept.random() < 0.5
        }
        before, after = (_answers(prover, document) for document in (less, full))
        flipped = [
            criterion.id for criterion, old, new in zip(prover.base.criteria, before[0], after[0], strict=True) if old != 1 and old != new
        ]
        if flipped or any(not set(after[1][option]) <= set(could) for option, could in before[1].items()):
            result.failures.append(Finding(f"more facts flip {', '.join(flipped) or 'a verdict'} (seed {seed})", (less, full)))
    result.note = f"{PATIENTS} generated patients, each with half of the facts and with all"
    return result


def recall_stops_nothing(prover: Prover) -> Result:
    """Check that no contraindication rests on recall alone, save those on the sign-off list."""
    result = Result()
    stops = [criterion for criterion in prover.written.criteria if criterion.role == "contraindication"]
    alone = [criterion for criterion in stops if criterion.recall_only]
    result.failures = [Finding(f"{c.id} rests on recall alone") for c in alone if c.id not in prover.base.signoff]
    result.note = f"{len(stops)} contraindications, {len(alone)} of them on recall alone and signed for"
    return result


def _generated(prover: Prover, holes: tuple[float, ...]) -> list[tuple[int, dict[str, Any]]]:
    generator = Generator(prover.reading)
    found = []
    for seed in range(PATIENTS):
        rng = random.Random(seed)
        values, entries = generator.patient(rng)
        found.append((seed, generator.case(rng, values, entries, rng.choice(holes))))
    return found


def _plan(prover: Prover, document: dict[str, Any]) -> list[tuple[str, str, tuple[str, ...]]]:
    case = read_case(json.dumps(document).encode(), "generated.json", prover.base.space.dictionary)
    return [(option.id, option.verdict, option.could_be) for option in make_plan(case, prover.base).options]


def _answers(prover: Prover, document: dict[str, Any]) -> tuple[tuple[int, ...], dict[str, tuple[str, ...]]]:
    case = read_case(json.dumps(document).encode(), "generated.json", prover.base.space.dictionary)
    state = build_patient(case, prover.base.space).state
    could = {option: verdicts_of(decide(state) & 15) for option, decide in prover.base.decide_one.items()}
    return prover.base.decide(state), could
