"""Move one threshold of one criterion, and compile the knowledge of its option with each value of it, in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from islet.case.dictionary import Fact
from islet.case.values import plain_number
from islet.errors import InputError, nearest
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.build_options import Rule
from islet.knowledge.compile import Read, compile_rules, read_rules
from islet.knowledge.opening import open_base
from islet.knowledge.store import own_knowledge
from islet.rules.language import And, Atom, Expression, Not, Or, atoms_of


class Threshold(NamedTuple):
    """Hold a number that a criterion compares a fact with; every comparison of the criterion with it moves along."""

    criterion: str
    option: str
    fact: Fact
    present: float
    comparisons: tuple[Atom, ...]

    @property
    def words(self) -> str:
        """Return the comparisons as written."""
        return " and ".join(dict.fromkeys(str(atom) for atom in self.comparisons))


class Variants(NamedTuple):
    """Hold the knowledge of one option at each value of a threshold; all see the same cells, so patients are coded once.

    `knowledge` is the hash of the knowledge that they are variants of.
    """

    threshold: Threshold
    values: tuple[float, ...]
    bases: tuple[KnowledgeBase, ...]
    knowledge: str

    @property
    def base(self) -> KnowledgeBase:
        """Return the knowledge as it stands."""
        return self.bases[self.values.index(self.threshold.present)]


def find_threshold(read: Read, criterion: str, which: str | None = None) -> Threshold:
    """Return the threshold of a criterion; `which` names it by its fact, or fact=number, where there are several.

    Raises InputError naming what there is to choose from.
    """
    rule = _rule(read, criterion)
    found: dict[tuple[str, float], list[Atom]] = {}
    for atom in atoms_of(rule.expression):
        if isinstance(atom.constant, float):
            found.setdefault((atom.variable, atom.constant), []).append(atom)
    facts = read.dictionary.facts
    all_of = [Threshold(criterion, rule.option, facts[name], number, tuple(atoms)) for (name, number), atoms in found.items()]
    if not all_of:
        raise InputError(f'"{criterion}" compares no fact with a number', "", 0, "cohort sweep", _rests_on_numbers(read, rule))
    if which is not None:
        wanted, _, number = which.replace(" ", "").partition("=")
        named = [t for t in all_of if wanted in (t.fact.name, t.fact.bare)]
        if not named:
            valid = dict.fromkeys(t.fact.bare for t in all_of)
            raise InputError(f'"{criterion}" compares no "{wanted}" with a number', "", 0, "--fact", nearest(wanted, valid))
        all_of = [t for t in named if not number or number == plain_number(t.present)]
        if not all_of:
            choices = ", ".join(_name(t) for t in named)
            raise InputError(f'"{criterion}" does not compare {wanted} with "{number}"', "", 0, "--fact", f"expected one of {choices}")
    if len(all_of) > 1:
        choices = ", ".join(f'"{_name(t)}" ({t.words})' for t in all_of)
        raise InputError(f'"{criterion}" has {len(all_of)} numbers', "", 0, "cohort sweep", f"say which with --fact: {choices}")
    return all_of[0]


def check_values(threshold: Threshold, values: Sequence[float]) -> None:
    """Raise InputError where the criterion cannot be compared with a value: outside what is possible, or always the same."""
    fact = threshold.fact
    assert fact.possible is not None
    low, high = fact.possible
    span = f"possible are {plain_number(low)} to {plain_number(high)} {fact.unit}".rstrip()
    for value in values:
        shown = f"{fact.bare} {{}} {plain_number(value)}"
        for sign in (atom.operator for atom in threshold.comparisons):
            if not low <= value <= high:
                raise InputError(f'"{shown.format(sign)}" can never matter', "", 0, "cohort sweep", span)
            if (sign in ("<", ">=") and value == low) or (sign in (">", "<=") and value == high):
                raise InputError(f'"{shown.format(sign)}" is always the same', "", 0, "cohort sweep", span)
        if fact.whole and not float(value).is_integer():
            raise InputError(f'"{fact.bare}" is a whole number, found {plain_number(value)}', "", 0, "cohort sweep", "write whole numbers")


def steps_between(low: float, high: float, steps: int, whole: bool) -> list[float]:
    """Return so many values from one end to the other, whole ones where only these make sense.

    >>> steps_between(10, 20, 3, False), steps_between(1, 3, 9, True)
    ([10.0, 15.0, 20.0], [1.0, 2.0, 3.0])
    """
    found = [low + (high - low) * step / max(steps - 1, 1) for step in range(steps)]
    return list(dict.fromkeys(float(round(value)) if whole else float(f"{value:.6g}") for value in found))


def read_variants(folder: str | None) -> Read:
    """Return a knowledge folder read and checked (the package's own by default)."""
    return read_rules(Path(folder or own_knowledge()))


def compile_variants(read: Read, threshold: Threshold, values: Sequence[float]) -> Variants:
    """Return the knowledge of the threshold's option with each value, the present one among them.

    Only the rules of that option are compiled, as no other option reads the criterion, over the cells that all rules cut. Each has
    a hash of its own, so that what was coded for other cells is refused.
    """
    check_values(threshold, values)
    every = tuple(sorted({float(value) for value in values} | {threshold.present}))
    own = [rule for rule in read.options.rules if rule.option == threshold.option]
    changed = _rule(read, threshold.criterion)
    moved = {value: _moved(changed.expression, threshold, value) for value in every}
    parsed = replace(read.parsed, rules=[*read.parsed.rules, *moved.values()])
    alone = read._replace(options=replace(read.options, labels=[], combinations=[]))
    bases = []
    for value in every:
        rules = [Rule(rule.data, moved[value], rule.option) if rule is changed else rule for rule in own]
        data = compile_rules(alone, parsed, rules)
        data["sha256"] = hashlib.sha256(f"{data['sha256']} {every} {threshold.criterion} {value}".encode()).hexdigest()
        base = open_base(data)
        bases.append(base._replace(options={threshold.option: base.options[threshold.option]}))
    return Variants(threshold, every, tuple(bases), read.folder.sha256)


def _rule(read: Read, criterion: str) -> Rule:
    found = next((rule for rule in read.options.rules if rule.data["id"] == criterion), None)
    if found is None:
        valid = [rule.data["id"] for rule in read.options.rules]
        raise InputError(f'unknown criterion "{criterion}"', "", 0, "cohort sweep", nearest(criterion, valid))
    silent = found.data["role"] == "caution" or found.data.get("direction") == "allows"
    if silent:
        what = "a caution" if found.data["role"] == "caution" else "a position that only allows"
        raise InputError(f'"{criterion}" is {what}: it changes no verdict', "", 0, "cohort sweep", "expected another criterion")
    return found


def _rests_on_numbers(read: Read, rule: Rule) -> str:
    own = [r.data["id"] for r in read.options.rules if r.option == rule.option and r.data["role"] != "caution"
           and r.data.get("direction") != "allows" and any(isinstance(a.constant, float) for a in atoms_of(r.expression))]
    return f"criteria of {rule.option} with a number: {', '.join(own)}" if own else f"no criterion of {rule.option} has one"


def _name(threshold: Threshold) -> str:
    return f"{threshold.fact.bare}={plain_number(threshold.present)}"


def _moved(expression: Expression, threshold: Threshold, value: float) -> Expression:
    if isinstance(expression, Atom):
        return replace(expression, constant=value) if expression in threshold.comparisons else expression
    if isinstance(expression, Not):
        return Not(_moved(expression.part, threshold, value))
    parts = tuple(_moved(part, threshold, value) for part in expression.parts)
    return And(parts) if isinstance(expression, And) else Or(parts)
