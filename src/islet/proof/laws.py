"""What narrows the search for a patient to show: what a case file can say, what is met in practice, and no emergency."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from islet.case.dictionary import Fact
from islet.case.history import SYSTEMIC_GROUPS, SYSTEMIC_OPTIONS
from islet.proof.encoding import World


def writable(world: World) -> list[Any]:
    """Return what holds of every patient whose history can be written as a list of treatments."""
    return [term for _, term in history_laws(world)]


def history_laws(world: World) -> list[tuple[str, Any]]:
    """Return by name what a list of treatments says of the facts that are taken from it.

    Only facts the world already has are bound: of the others the list may say what it likes.
    """
    smt, dictionary = world.smt, world.written.dictionary
    by_source = {str(fact.from_history): fact for fact in dictionary.by_section["history"] if fact.from_history is not None}
    exposed = by_source.get("exposed")
    if exposed is None:
        return []
    laws: list[tuple[str, Any]] = []
    answers = [by_source[how] for how in ("progressed", "not_tolerated", "controlled") if how in by_source]
    for option in exposed.values:
        names = [f"{fact.name}.{option}" for fact in answers]
        known = [name for name in names if name in world.facts]
        tried = f"{exposed.name}.{option}"
        laws += [(f"{name} means {tried}", smt.Or(smt.Not(world.fact(name)), world.fact(tried))) for name in known]
        if known and len(known) == len(names):
            laws.append((f"{tried} has a response", smt.Or(smt.Not(world.fact(tried)), *(world.fact(name) for name in names))))
    lines = by_source.get("systemic_lines")
    if lines is not None and lines.name in world.facts:
        systemic = [o for group in SYSTEMIC_GROUPS for o in dictionary.groups.get(group, ())] + list(SYSTEMIC_OPTIONS)
        tried_terms = [world.fact(f"{exposed.name}.{o}") for o in systemic if o in exposed.values]
        total = smt.Sum([smt.If(term, smt.IntVal(1), smt.IntVal(0)) for term in tried_terms])
        laws.append((f"{lines.name} counts the systemic treatments", world.fact(lines.name) == total))
    for fact in by_source.values():
        if isinstance(fact.from_history, dict) and fact.name in world.facts:
            (what, option), = fact.from_history.items()
            tried_term = world.fact(f"{exposed.name}.{option}")
            low, high = ((1, 12) if what == "cycles" else (0, 240))
            laws.append((f"{fact.name} needs {exposed.name}.{option}", smt.Or(tried_term, _least(world, fact))))
            laws.append((f"{fact.name} is an amount of an entry", smt.Or(smt.Not(tried_term), _between(world, fact, low, high))))
    return laws


def plausible(world: World) -> list[Any]:
    """Return that every number lies in the range met in practice."""
    return [
        _between(world, fact, *fact.plausible)
        for fact in (world.written.dictionary.facts.get(name) for name in sorted(world.facts))
        if fact is not None and fact.type == "number" and fact.plausible is not None
    ]


def calm(world: World) -> list[Any]:
    """Return that there is no emergency: in an emergency no plan is made."""
    return [world.smt.Not(world.fact(name)) for name in sorted(world.facts) if name.startswith("health.emergency.")]


def _between(world: World, fact: Fact, low: float, high: float) -> Any:
    number = world.fact(fact.name)
    return world.smt.And(number >= _value(world, fact, low), number <= _value(world, fact, high))


def _least(world: World, fact: Fact) -> Any:
    assert fact.possible is not None
    return world.fact(fact.name) == _value(world, fact, fact.possible[0])


def _value(world: World, fact: Fact, value: float) -> Any:
    exact = Fraction(repr(float(value)))
    if fact.whole and exact.denominator == 1:
        return world.smt.IntVal(exact.numerator)
    return world.smt.RealVal(f"{exact.numerator}/{exact.denominator}")
