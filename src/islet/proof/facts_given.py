"""What a case says, as terms: each fact given, and what a formula makes of inputs that are all known."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

from islet.case.values import Given, Range
from islet.proof.bounds import certified
from islet.proof.encoding import World
from islet.proof.formulas import agreed
from islet.proof.session import Session
from islet.proof.sources import Formula
from islet.rules.language import Atom

Box = tuple[tuple[str, float, float], ...]


def given_terms(session: Session, world: World, given: dict[str, Given], exact: dict[str, Fraction] | None = None) -> list[Any]:
    """Return the terms of what is known; facts that no rule reads are passed over.

    `exact` gives results of formulas for a whole patient; otherwise they are bounded by the formula over what is known.
    """
    terms = []
    for name, known in given.items():
        if name in world.facts and known.known():
            terms.append(_kept(session, world, name, known))
    for name, formula in world.written.formulas.items():
        if name not in world.facts:
            continue
        if exact is not None:
            terms.append(_kept(session, world, name, Given(ranges=(Range(float(exact[name]), float(exact[name])),))))
        else:
            terms += _bounded(session, world, name, formula, given, name in given and given[name].known())
    return terms


def _kept(session: Session, world: World, name: str, known: Given) -> Any:
    key = (name, known.ranges, known.choices)
    if key not in world.kept:
        world.kept[key] = session.condition(_term(world, name, known))
    return world.kept[key]


def _term(world: World, name: str, known: Given) -> Any:
    smt, fact = world.smt, world.fact(name)
    if known.choices is not None:
        if isinstance(fact, dict):
            return smt.Or(*(fact[word] for word in known.choices), smt.BoolVal(False))
        return smt.Or(*(fact if word == "yes" else smt.Not(fact) for word in known.choices), smt.BoolVal(False))
    parts = []
    for low, high, low_open, high_open in known.ranges or ():
        bounds = [smt.BoolVal(True)]
        if not math.isinf(low):
            bounds.append(world.term(Atom(name, ">" if low_open else ">=", float(low))))
        if not math.isinf(high):
            bounds.append(world.term(Atom(name, "<" if high_open else "<=", float(high))))
        parts.append(smt.And(*bounds))
    return smt.Or(*parts, smt.BoolVal(False))


def _bounded(session: Session, world: World, name: str, formula: Formula, given: dict[str, Given], measured: bool) -> list[Any]:
    """Return what a result can be where every number of its formula is known, for each case of its constants.

    A measured result need only agree with the formula; one that is derived is the formula's, within its certified bounds.
    """
    facts = world.written.dictionary.facts
    box = []
    for item in formula.inputs:
        known = given.get(item)
        least, most = facts[item].possible or (0.0, 0.0)
        if known is None or known.ranges is None:
            return []
        box.append((facts[item].bare, max(min(r.low for r in known.ranges), least), min(max(r.high for r in known.ranges), most)))
    key = (name, measured, tuple(box))
    if key not in world.kept:
        world.kept[key] = [session.condition(term) for term in _each_case(world, name, formula, tuple(box), measured)]
    terms: list[Any] = world.kept[key]
    return terms


def _each_case(world: World, name: str, formula: Formula, box: Box, measured: bool) -> list[Any]:
    fact = world.written.dictionary.facts[name]
    how = formula if measured else replace(formula, agrees_within=0.0)
    terms = []
    for chosen in itertools.product(*formula.by):
        constants = {key: value for _, given in chosen for key, value in given.items()}
        low, high = certified(formula.text, formula.let, constants, {item: (least, most) for item, least, most in box}, formula.decimals)
        bounds = agreed({}, low, high, how, fact.possible or (0.0, 0.0), world.written.cuts.get(name, ()))
        outside = [world.smt.Not(world.term(condition)) for condition, _ in chosen]
        terms.append(world.smt.Or(*outside, world.between(name, bounds, fact.whole)))
    return terms
