"""Promises about the knowledge itself: nothing dead, nothing said twice, categories and scores that leave no gap."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

from islet.proof.encoding import NAMES, VERDICTS, World
from islet.proof.prover import Finding, Prover, Result
from islet.proof.session import SAT, Session
from islet.proof.sources import WrittenCriterion
from islet.proof.witness import Replayed, case_of, replay, search
from islet.rules.language import Expression, Not

NEEDS = {"contraindicated": ("contraindication", ""), "recommended": ("position", "recommends")}


def every_criterion_lives(prover: Prover) -> Result:
    """Prove that some patient makes each criterion yes, and some patient makes it no."""
    result = Result()
    met = answers_met(prover)
    for number, criterion in enumerate(prover.written.criteria):
        for word, wanted in (("yes", True), ("no", False)):
            if any(answers[number] is wanted for answers in met):
                continue

            def terms(session: Session, worlds: list[World], criterion: Any = criterion, wanted: bool = wanted) -> list[Any]:
                answer = worlds[0].criterion(criterion)
                return [answer if wanted else session.smt.Not(answer)]

            if prover.nobody(f"{criterion.id} {word}", terms, result) is True:
                result.failures.append(Finding(f"no patient makes {criterion.id} {word}"))
    result.note = f"{len(prover.written.criteria)} criteria, shown alive by {len(met)} patients"
    return result


def answers_met(prover: Prover) -> list[tuple[bool, ...]]:
    """Return the answers of all criteria on patients of the solver, together as varied as its criteria are.

    The answers are the plain reading's, not the solver's own.
    """
    if prover.met is not None:
        return prover.met
    session, (world,) = prover.room(NAMES[0])
    for criterion in prover.written.criteria:
        world.criterion(criterion)
    met: list[tuple[bool, ...]] = []
    for number, wanted in itertools.product(range(len(prover.written.criteria)), (True, False)):
        if any(answers[number] is wanted for answers in met):
            continue
        answer = world.criterion(prover.written.criteria[number])
        prover.asked += 1
        if session.can(answer if wanted else session.smt.Not(answer)) == SAT:
            values = {n: float(v) if isinstance(v, Fraction) else v for n, v in session.values(world).items()}
            met.append(prover.reading.criteria(values))
    prover.met = met
    return met


def nothing_said_twice(prover: Prover) -> Result:
    """Prove that no stop is implied by another of its option, role and region, and no position by another of its guideline.

    A criterion is implied when whatever makes it yes makes the other one yes: it then changes no verdict.
    """
    result = Result()
    accepted = dict(prover.exceptions["implied"])
    met = answers_met(prover)
    places = prover.reading.places
    groups: dict[tuple[Any, ...], list[WrittenCriterion]] = {}
    for criterion in prover.written.criteria:
        if criterion.role in ("exclusion", "contraindication", "indication", "position"):
            key = (criterion.option, criterion.role, criterion.direction, criterion.guideline, criterion.region)
            groups.setdefault(key, []).append(criterion)
    implied: list[tuple[str, str]] = []
    for group in groups.values():
        for one, other in itertools.permutations(group, 2):
            if any(answers[places[one.id]] and not answers[places[other.id]] for answers in met):
                continue

            def terms(session: Session, worlds: list[World], one: Any = one, other: Any = other) -> list[Any]:
                return [worlds[0].criterion(one), session.smt.Not(worlds[0].criterion(other))]

            if prover.nobody(f"{one.id} by {other.id}", terms, result) is True and (other.id, one.id) not in implied:
                implied.append((one.id, other.id))
    for pair in implied:
        because = accepted.pop(pair, None)
        if because is None:
            result.failures.append(Finding(f"whatever makes {pair[0]} yes makes {pair[1]} yes"))
        else:
            result.excepted.append(f"{pair[0]} by {pair[1]}: {because}")
    result.failures += [Finding(f"the exception of {one} by {other} is not needed") for one, other in sorted(accepted)]
    return result


def categories_fit(prover: Prover) -> Result:
    """Prove that each derived category has exactly one value for every patient."""
    result = Result()
    for name, cases in prover.written.definitions.items():
        if prover.written.dictionary.facts[name].type == "category":
            _exactly_one(prover, name, [condition for _, condition in cases], result)
    return result


def bands_fit(prover: Prover) -> Result:
    """Prove that in each score exactly one band of every part holds for every patient."""
    result = Result()
    for name, points in prover.written.points.items():
        for number, (kind, content) in enumerate(points.terms, 1):
            if kind == "bands":
                _exactly_one(prover, f"{name}, part {number}", [condition for condition, _ in content], result)
    return result


def _exactly_one(prover: Prover, what: str, conditions: list[Expression], result: Result) -> None:
    def terms(session: Session, worlds: list[World]) -> list[Any]:
        return [session.smt.Not(worlds[0].exactly_one([worlds[0].term(condition) for condition in conditions]))]

    def loose(session: Session) -> list[World]:
        return [session.world(exclusive=False)]

    if prover.nobody(what, terms, result, "loose", loose) is False:
        session, (world,) = prover.room(NAMES[0], "loose")
        values = session.values(world)
        holding = [str(condition) for condition in conditions if _holds(session, world, condition)]
        title = f"{what}: {'several values fit' if holding else 'no value fits'} one patient"
        result.failures.append(Finding(title, (case_of(values, prover.written, "gap"),)))


def _holds(session: Session, world: World, condition: Expression) -> bool:
    return bool(session.smt.is_true(session.solver.model().eval(world.term(condition), True)))


def links_are_needed(prover: Prover) -> Result:
    """Prove that no link follows from the others."""
    result = Result()
    accepted = prover.exceptions["links"]
    links = prover.written.links

    def alone(session: Session) -> list[World]:
        return [session.world(links=False)]

    for link in links:

        def terms(session: Session, worlds: list[World], link: Any = link) -> list[Any]:
            smt, (world,) = session.smt, worlds
            others = [smt.Implies(world.term(o.condition), world.term(o.consequence)) for o in links if o is not link]
            return [*others, world.term(link.condition), world.term(Not(link.consequence))]

        follows = prover.nobody(f"link {link.id}", terms, result, "no links", alone)
        because = accepted.get((link.id,))
        if follows and because is None:
            result.failures.append(Finding(f"the link {link.id} follows from the others"))
        elif follows:
            result.excepted.append(f"{link.id}: {because}")
        elif follows is False and because is not None:
            result.failures.append(Finding(f"the exception for the link {link.id} is not needed"))
    return result


def every_verdict_lives(prover: Prover) -> Result:
    """Prove that each option gets each verdict its criteria can give, on a patient the evaluator plans so."""
    result = Result()
    accepted = prover.exceptions["verdicts"]
    session, (world,) = prover.room(NAMES[0])
    for option, verdict in itertools.product(prover.written.options, VERDICTS):
        role, direction = NEEDS.get(verdict, ("indication", ""))
        if not any(c.direction == direction for c in prover.written.of(option, role)):
            continue

        def shows(found: Replayed, option: str = option, verdict: str = verdict) -> bool:
            return found.verdict(option) == verdict

        prover.asked += 1
        patient = search(session, world, [world.verdict(option, verdict)], shows, prover.base, f"{option}-{verdict}", short=False)
        because = accepted.get((option, verdict))
        if patient.answer == SAT:
            shown = replay(patient.document, prover.base) if patient.document else None
            planned = shown.plan.option(option).verdict if shown else "nothing"
            if planned != verdict:
                result.alarms.append(f"{option} {verdict}: the plan says {planned} {patient.alarm}")
            if because is not None:
                result.failures.append(Finding(f"the exception for {option} {verdict} is not needed"))
        elif because is not None:
            result.excepted.append(f"{option} {verdict}: {because}")
        else:
            def terms(_: Session, worlds: list[World], option: str = option, verdict: str = verdict) -> list[Any]:
                return [worlds[0].verdict(option, verdict)]

            if prover.nobody(f"{option} {verdict}", terms, result) is True:
                result.failures.append(Finding(f"no patient gets {verdict} for {option}"))
    return result

