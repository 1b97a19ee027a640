"""Promises and maps about guidelines: none clashes with itself, where two differ, and whom none covers."""

from __future__ import annotations

import itertools
from typing import Any

from islet.proof.encoding import NAMES, World
from islet.proof.prover import Finding, Prover, Result
from islet.proof.session import SAT, UNSAT, Session
from islet.proof.sources import WrittenCriterion
from islet.proof.witness import Replayed, search

GRADES = ("G1", "G2", "G3", "NEC")
EXTENTS = {"localised": "extent.localised", "liver only": "extent.liver_only", "beyond the liver": "extent.extrahepatic_disease"}


def no_guideline_contradicts_itself(prover: Prover) -> Result:
    """Prove that no guideline both recommends an option that is offered and speaks against it, for one patient."""
    result = Result()
    for option in prover.written.options:
        for one, other in _pairs(prover, option):
            if one.guideline != other.guideline:
                continue
            if prover.nobody(f"{one.id} and {other.id}", _both(option, one, other), result) is False:
                result.failures.append(_shown(prover, option, one, other, result))
    return result


def disagreements(prover: Prover) -> Result:
    """List where one guideline recommends an option that is offered and another speaks against it, with a patient each."""
    result = Result()
    apart = 0
    for option in prover.written.options:
        for one, other in _pairs(prover, option):
            if one.guideline == other.guideline:
                continue
            answer = prover.ask(NAMES[0], _both(option, one, other))
            if answer == SAT:
                result.rows.append(_shown(prover, option, one, other, result))
            elif answer == UNSAT:
                apart += 1
            else:
                result.open.append(f"{one.id} and {other.id}")
    result.note = f"{len(result.rows)} pairs of positions meet on a patient, {apart} never do"
    return result


def _pairs(prover: Prover, option: str) -> list[tuple[WrittenCriterion, WrittenCriterion]]:
    positions = prover.written.of(option, "position")
    return [
        (one, other)
        for one, other in itertools.product(positions, positions)
        if one.direction == "recommends" and other.direction == "against"
    ]


def _both(option: str, one: WrittenCriterion, other: WrittenCriterion) -> Any:
    def terms(_: Session, worlds: list[World]) -> list[Any]:
        return [worlds[0].criterion(one), worlds[0].criterion(other), worlds[0].offered(option)]

    return terms


def _shown(prover: Prover, option: str, one: WrittenCriterion, other: WrittenCriterion, result: Result) -> Finding:
    session, (world,) = prover.room(NAMES[0])

    def shows(found: Replayed) -> bool:
        offered = found.verdict(option) in ("recommended", "possible")
        return offered and found.answer(one.id) == 2 and found.answer(other.id) == 2

    patient = search(session, world, _both(option, one, other)(session, [world]), shows, prover.base, f"{one.id}-{other.id}")
    if patient.alarm:
        result.alarms.append(f"{one.id} and {other.id}: {patient.alarm}")
    title = f"{option}: {one.guideline} recommends it ({one.expression}); {other.guideline} speaks against it ({other.expression})"
    return Finding(title, (patient.document,) if patient.document else ())


def uncovered(prover: Prover) -> Result:
    """List, over grade, extent and functioning, whom no position of any guideline recommends anything, with a patient each."""
    result = Result()
    session, (world,) = prover.room(NAMES[0])
    smt = session.smt
    wanted = ("cells.who_grade", "cells.functioning", *EXTENTS.values())
    missing = [name for name in wanted if not prover.written.has(name)]
    if missing:
        result.note = f"not listed: this knowledge has no {', '.join(missing)}"
        return result
    positions = [c for c in prover.written.criteria if c.role == "position" and c.direction == "recommends"]
    anything = world.named("something is recommended", smt.Or(*(world.criterion(c) for c in positions)))
    counts = {"all": 0, "some": 0, "none": 0}
    for grade, extent, functioning in itertools.product(GRADES, EXTENTS, (True, False)):
        cell = [
            world.fact("cells.who_grade")[grade], world.fact(EXTENTS[extent]),
            world.fact("cells.functioning") if functioning else smt.Not(world.fact("cells.functioning")),
        ]
        place = f"{grade}, {extent}, {'functioning' if functioning else 'not functioning'}"
        covered = session.can(*cell, anything)

        def shows(found: Replayed, grade: str = grade, extent: str = extent, functioning: bool = functioning) -> bool:
            base, state = prover.base, found.patient.state
            at = base.space.place
            grades = base.space.variables[at["cells.who_grade"]].words
            inside = state[at["cells.who_grade"]] == 1 << grades.index(grade) and state[at[EXTENTS[extent]]] == 2
            inside = inside and state[at["cells.functioning"]] == (2 if functioning else 1)
            answers = base.decide(state) if inside else ()
            return inside and all(answers[c.number] == 0 for c in base.criteria if c.direction == "recommends")

        prover.asked += 2
        name = "uncovered-" + place.replace(", ", "-").replace(" ", "-")
        bare = search(session, world, [*cell, smt.Not(anything)], shows, prover.base, name)
        if bare.alarm:
            result.alarms.append(f"{place}: {bare.alarm}")
        kind = "all" if bare.answer == UNSAT else "some" if covered == SAT else "none"
        counts[kind] += 1
        words = {"all": "every patient has a recommendation", "some": "some patients have none", "none": "no patient has one"}[kind]
        result.rows.append(Finding(f"{place}: {words}", (bare.document,) if bare.document else ()))
    result.note = f"of 24 cells {counts['all']} are covered, {counts['some']} in part, {counts['none']} not at all"
    return result
