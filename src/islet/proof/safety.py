"""Promises about safety: stops, pregnancy, organs that fail, and somewhere to go for everybody."""

from __future__ import annotations

import itertools
from typing import Any

from islet.proof.encoding import NAMES, World
from islet.proof.prover import Finding, Prover, Result
from islet.proof.session import UNSAT, Session
from islet.proof.sources import Written
from islet.proof.witness import Replayed, replay, search, shrink
from islet.rules.language import atoms_of

RENAL = ("health.creatinine_clearance_ml_min", "health.egfr", "health.comorbidities.dialysis")
HARMFUL_IN_PREGNANCY = ("radionuclide", "targeted", "chemotherapy")  # groups; the options beside them are named below
HARMFUL_OPTIONS = ("tae", "tace", "tare", "immunotherapy")
OUT, OFFERED = ("not_indicated", "contraindicated"), ("recommended", "possible")


def stops_hold(prover: Prover) -> Result:
    """Prove that no patient is offered an option under a contraindication, and replay each one with all else unknown."""
    result = Result()
    for option in prover.written.options:
        for criterion in prover.written.of(option, "contraindication"):

            def both(_: Session, worlds: list[World], criterion: Any = criterion, option: str = option) -> list[Any]:
                return [worlds[0].criterion(criterion), worlds[0].offered(option)]

            if prover.nobody(criterion.id, both, result) is False:
                result.failures.append(Finding(f"{option} is offered under {criterion.id}"))
            session, (world,) = prover.room(NAMES[0])

            def is_yes(found: Replayed, name: str = criterion.id) -> bool:
                return found.answer(name) == 2

            alone = search(session, world, [world.criterion(criterion)], is_yes, prover.base, criterion.id)
            if alone.document is None:
                result.alarms += [f"{criterion.id}: {alone.alarm or 'no patient makes it yes'}"]
                continue
            shown = replay(alone.document, prover.base)
            assert shown is not None
            plan = shown.plan.option(option)
            if plan.verdict != "contraindicated" or not plan.certain:
                result.failures.append(Finding(f"{criterion.id} is yes and {option} is {plan.verdict}", (alone.document,)))
    return result


def somewhere_to_go(prover: Prover) -> Result:
    """Prove that every patient has an option that is recommended or possible."""
    result = Result()

    def terms(session: Session, worlds: list[World]) -> list[Any]:
        return [session.smt.Not(worlds[0].offered(option)) for option in prover.written.options]

    if prover.nobody("nothing is offered", terms, result) is False:
        session, (world,) = prover.room(NAMES[0])

        def nothing(found: Replayed) -> bool:
            return all(found.verdict(option) in OUT for option in prover.written.options)

        patient = search(session, world, terms(session, [world]), nothing, prover.base, "nothing-offered")
        result.failures.append(Finding("nothing is offered", (patient.document,) if patient.document else ()))
        result.alarms += [patient.alarm] if patient.alarm else []
    return result


def pregnancy(prover: Prover) -> Result:
    """Prove that no option that harms an unborn child is offered in pregnancy."""
    result = Result()
    options = [
        option for option in prover.written.options
        if prover.written.has("health.pregnant")
        and (prover.written.dictionary.options[option] in HARMFUL_IN_PREGNANCY or option in HARMFUL_OPTIONS)
    ]
    for option in options:

        def terms(_: Session, worlds: list[World], option: str = option) -> list[Any]:
            return [worlds[0].fact("health.pregnant"), worlds[0].offered(option)]

        if prover.nobody(f"{option} in pregnancy", terms, result) is False:
            session, (world,) = prover.room(NAMES[0])

            def offered(found: Replayed, option: str = option) -> bool:
                pregnant = found.patient.state[prover.base.space.place["health.pregnant"]] == 2
                return pregnant and found.verdict(option) in OFFERED

            patient = search(session, world, terms(session, [world]), offered, prover.base, f"pregnant-{option}")
            result.failures.append(Finding(f"{option} is offered in pregnancy", (patient.document,) if patient.document else ()))
    stopped = {
        criterion.option for criterion in prover.written.criteria
        if criterion.role in ("contraindication", "exclusion") and "health.pregnant" in criterion.reads()
    }
    others = [option for option in prover.written.options if option not in options and option not in stopped]
    result.note = f"checked: {', '.join(options) or 'none'}; pregnancy stops none of: {', '.join(others) or 'the others'}"
    return result


def renal_stops(prover: Prover) -> Result:
    """Check that every renal stop reads every measure of the kidney, and prove that a worse kidney keeps it."""
    result = Result()
    stops = [
        criterion for criterion in prover.written.criteria
        if criterion.role in ("contraindication", "exclusion")
        and any(atom.variable in RENAL[:2] for atom in atoms_of(criterion.expression))
    ]
    for criterion in stops:
        read = {atom.variable for atom in atoms_of(criterion.expression)}
        missing = [name for name in RENAL if prover.written.has(name) and name not in read]
        if missing:
            result.failures.append(Finding(f"{criterion.id} does not read {', '.join(missing)}"))

        def terms(session: Session, worlds: list[World], criterion: Any = criterion) -> list[Any]:
            return [worlds[0].criterion(criterion), session.smt.Not(worlds[1].criterion(criterion)), *_worse(session, worlds, "kidney")]

        if prover.nobody(f"{criterion.id} with a worse kidney", terms, result, "kidney", _twins("kidney")) is False:
            result.failures.append(Finding(f"{criterion.id} is lifted by a worse kidney"))
    result.note = f"{len(stops)} stops read the kidney"
    return result


# For each organ what makes it worse: +1 a higher number or a later word, -1 a lower number, True yes instead of no, False no.
ORGANS: dict[str, dict[str, Any]] = {
    "kidney": {"health.creatinine_umol_l": 1, "health.egfr": -1, "health.creatinine_clearance_ml_min": -1,
               "health.comorbidities.dialysis": True, "health.comorbidities.chronic_kidney_disease": True},
    "liver": {"health.bilirubin_umol_l": 1, "health.albumin_g_l": -1, "health.inr": 1, "health.ascites": 1, "health.encephalopathy": 1},
    "marrow": {"health.platelets_10e9_l": -1, "health.neutrophils_10e9_l": -1, "health.leucocytes_10e9_l": -1,
               "health.haemoglobin_g_l": -1},
    "fitness": {"health.ecog": 1, "health.fit_for_major_surgery": False},
}


def measures(written: Written, organ: str) -> dict[str, Any]:
    """Return the measures of an organ that the dictionary has, with what makes each worse."""
    return {name: way for name, way in ORGANS[organ].items() if written.has(name)}


def worse_is_no_offer(prover: Prover) -> Result:
    """Prove that a patient worse in one organ, alike in all else, is offered nothing that the better one is not."""
    result = Result()
    accepted = prover.exceptions["offered_when_worse"]
    for organ, option in itertools.product(ORGANS, prover.written.options):

        def terms(session: Session, worlds: list[World], option: str = option, organ: str = organ) -> list[Any]:
            better, worse = worlds
            return [session.smt.Not(better.offered(option)), worse.offered(option), *_worse(session, worlds, organ)]

        holds = prover.nobody(f"{option} with a worse {organ}", terms, result, organ, _twins(organ))
        because = accepted.get((option, organ))
        if holds is False and because is None:
            result.failures.append(_pair(prover, organ, option, terms, result))
        elif holds is False:
            result.excepted.append(f"{option}, {organ}: {because}")
        elif holds and because is not None:
            result.failures.append(Finding(f"the exception for {option} and {organ} is not needed"))
    return result


def _twins(organ: str) -> Any:
    def build(session: Session) -> list[World]:
        return [session.world(), session.world(" if worse", tuple(measures(session.written, organ)))]

    return build


def _worse(session: Session, worlds: list[World], organ: str) -> list[Any]:
    """Return that the second patient is worse or alike in every measure of an organ."""
    smt = session.smt
    better, worse = worlds
    terms: list[Any] = []
    for name, way in measures(better.written, organ).items():
        one, other = better.fact(name), worse.fact(name)
        if isinstance(one, dict):
            words = list(one)
            for at, word in enumerate(words):  # never an earlier word
                terms.append(smt.Or(smt.Not(one[word]), *(other[later] for later in words[at:])))
        elif way is True:
            terms.append(smt.Or(smt.Not(one), other))
        elif way is False:
            terms.append(smt.Or(one, smt.Not(other)))
        else:
            terms.append(other >= one if way > 0 else other <= one)
    return terms


def _pair(prover: Prover, organ: str, option: str, terms: Any, result: Result) -> Finding:
    """Return the better and the worse patient, each as a case file that the evaluator reads so."""
    session, (better, worse) = prover.room(NAMES[0], organ, _twins(organ))
    title = f"{option} is offered only with a worse {organ}"
    wanted = terms(session, [better, worse])
    known = measures(prover.written, organ)
    for name in known:  # one measure alone, if that is enough
        alike = [_same(session, better, worse, other) for other in known if other != name]
        if session.can(*wanted, *alike) != UNSAT:
            wanted, title = wanted + alike, f"{title} ({name})"
            break

    def out(found: Replayed) -> bool:
        return found.verdict(option) in OUT

    def offered(found: Replayed) -> bool:
        return found.verdict(option) in OFFERED

    first = search(session, better, wanted, out, prover.base, f"{option}-{organ}-better", short=False)
    second = search(session, worse, wanted, offered, prover.base, f"{option}-{organ}-worse", short=False)
    if first.document is None or second.document is None:
        result.alarms.append(f"{title}: {first.alarm} {second.alarm}")
        return Finding(title)
    changed = {name.split(".", 1)[1] for name in known}
    return Finding(title, _shared_shrink(first.document, second.document, out, offered, prover, changed))


def _same(session: Session, better: World, worse: World, name: str) -> Any:
    one, other = better.fact(name), worse.fact(name)
    if isinstance(one, dict):
        return session.smt.And(*(one[word] == other[word] for word in one))
    return one == other


def _shared_shrink(better: Any, worse: Any, out: Any, offered: Any, prover: Prover, changed: set[str]) -> tuple[Any, Any]:
    """Shorten the worse patient as far as it stays offered and its better twin, alike in all but the organ, stays out."""

    def twin(document: Any) -> Any:
        made = {section: dict(content) if isinstance(content, dict) else content for section, content in document.items()}
        health = {key: value for key, value in made.get("health", {}).items() if key not in changed}
        own = {key: value for key, value in better.get("health", {}).items() if key in changed and key in made.get("health", {})}
        return {**made, "id": better["id"], "health": {**health, **own}}

    def shows(found: Replayed) -> bool:
        other = replay(twin(found.document), prover.base)
        return offered(found) and other is not None and out(other)

    start = replay(worse, prover.base)
    if start is None or not shows(start):
        return better, worse
    short = shrink(worse, shows, prover.base)
    return twin(short), short
