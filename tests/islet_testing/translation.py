"""Say an expression of a suite in the rule language, with a fact for every literal, and answer it.

A literal on the left becomes a fact with that value, null a fact of which nothing is known, a literal on the right of a
comparison stays the constant. Nothing is decided here: parsing, cells, nodes and the evaluator are the product's own.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from islet.case.cells import mask_of_given, number_variable, word_variable
from islet.case.dictionary import Dictionary, Fact
from islet.case.values import Given, Range
from islet.errors import InputError
from islet.rules.evaluate import evaluate
from islet.rules.generate import generate
from islet.rules.language import atoms_of, parse_rule
from islet.rules.lower import Form, whole_facts

WORDS = ("0", "A", "B", "Jack", "Jill", "a", "aa", "b", "zz")  # in the order of the suites' strings; the ends are never compared with
TRUTHS = {"true": "yes", "false": "no"}


class NotTranslated(Exception):
    """Say that an expression holds something the translation does not know."""


def _fact(bare: str, kind: str, **more: object) -> Fact:
    return Fact(f"cells.{bare}", bare, "cells", kind, "?", "?", **more)


FACTS = [
    _fact("left", "boolean"),
    _fact("right", "boolean"),
    _fact("number", "number", possible=(-1e9, 1e9), unit="1"),
    _fact("other_number", "number", possible=(-1e9, 1e9), unit="1"),
    _fact("day", "number", possible=(0, 1e7), unit="d", whole=True),
    _fact("millisecond", "number", possible=(0, 1e9), unit="ms", whole=True),
    _fact("text", "category", values={f"w{word}": word for word in WORDS}, ordered=True),
    _fact("other_text", "category", values={"a": "a", "b": "b"}),
]
DICTIONARY = Dictionary(FACTS, {}, {})


@dataclass(frozen=True, slots=True)
class Question:
    """Hold a rule and what is known of its facts; `way` says how the rule was made."""

    rule: str
    given: dict[str, Given]
    way: str


def answer(question: Question) -> str:
    """Return yes, no or unknown; the evaluator and the generated decider must agree. Raise InputError when the rule is refused."""
    expression = parse_rule(question.rule, DICTIONARY, "suite", 1, "expression")
    cuts: dict[str, set[float]] = {}
    for atom in atoms_of(expression):
        if isinstance(atom.constant, float):
            cuts.setdefault(atom.variable, set()).add(atom.constant)
    variables = [
        number_variable(i, fact, cuts.get(fact.name, set())) if fact.type == "number" else word_variable(i, fact)
        for i, fact in enumerate(FACTS)
    ]
    form = Form(variables, whole_facts(DICTIONARY))
    root = form.add(expression)
    state = [mask_of_given(question.given.get(v.fact.split(".")[1], Given()), v, DICTIONARY.facts[v.fact].whole) for v in variables]
    truth = evaluate(form.nodes, root, state)
    scope: dict = {}
    exec(generate(form.nodes, [root], [v.full for v in variables]), scope)
    assert scope["decide"](state) == (truth.value,), "the generated decider disagrees with the evaluator"
    return truth.word


def refused(rule: str) -> bool:
    """Tell whether the language refuses a rule when it is loaded."""
    try:
        parse_rule(rule, DICTIONARY, "suite", 1, "expression")
    except InputError:
        return True
    return False


def translate(text: str) -> Question:
    """Return the question an expression asks, or raise NotTranslated."""
    text = text.replace("{}", "null").replace("null as String", "null").strip()
    for pattern, made in _PATTERNS:
        match = re.fullmatch(pattern, text)
        if match:
            return made(*match.groups())
    raise NotTranslated(text)


_BOOLEAN = r"(true|false|null)"
_ANY = r"""(true|false|null|-?\d+|"[^"]*")"""
_NUMBER = r"\(?(-?\d+(?:\.\d+)?)L?\)?"
_TEXT = r"'([^']*)'"
_SIGN = r"(=|!=|<=|>=|<|>)"
_DATE = r"(DateTime\([\d, ]+\)|@\d{4}(?:-\d\d){0,2})"
_TIME = r"@T([\d:.]+)"


def _truth(literal: str) -> Given:
    return Given(choices=(TRUTHS[literal],)) if literal in TRUTHS else Given()


def _logic(left: str, operator: str, right: str) -> Question:
    rules = {
        "and": ("left and right", "direct"),
        "or": ("left or right", "direct"),
        "xor": ("left and not right or not left and right", "by definition"),
        "implies": ("not left or right", "by definition"),
    }
    odd = [side for side in (left, right) if side not in ("true", "false", "null")]
    rule, way = rules[operator]
    if odd:
        sides = [name if side in ("true", "false", "null") else side for name, side in (("left", left), ("right", right))]
        return Question(f"{sides[0]} {operator} {sides[1]}", {}, "direct")
    return Question(rule, {"left": _truth(left), "right": _truth(right)}, way)


def _same(left: str, sign: str, right: str) -> Question:
    if left == right == "null":
        raise NotTranslated("two unknown values of no type")
    rule = "left and right or not left and not right"
    return Question(rule if sign == "=" else f"not ({rule})", {"left": _truth(left), "right": _truth(right)}, "by definition")


def _numbers(left: str, sign: str, right: str) -> Question:
    sign = "==" if sign == "=" else sign
    value = float(left)
    return Question(f"number {sign} {right}", {"number": Given(ranges=(Range(value, value),))}, "direct")


def _between(value: str, low: str, high: str) -> Question:
    return Question(f"{low} <= number <= {high}", {"number": Given(ranges=(Range(float(value), float(value)),))}, "direct")


def _texts(left: str, sign: str, right: str) -> Question:
    if left not in WORDS or right not in WORDS:
        raise NotTranslated(f"{left} {right}")
    sign = "==" if sign == "=" else sign
    return Question(f"text {sign} w{right}", {"text": Given(choices=(f"w{left}",))}, "direct")


def _dates(left: str, sign: str, right: str) -> Question:
    low, high = _days(left)
    first, last = _days(right)
    if first != last:
        raise NotTranslated("a constant is a day")
    sign = "==" if sign == "=" else sign
    return Question(f"day {sign} {first}", {"day": Given(ranges=(Range(low, high),))}, "as a number")


def _days(text: str) -> tuple[int, int]:
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    if len(numbers) > 3:
        raise NotTranslated("hours are not days")
    year, month, day = (*numbers, None, None)[:3]
    first = datetime.date(year, month or 1, day or 1)
    if day:
        last = first
    elif month:
        last = (datetime.date(year + month // 12, month % 12 + 1, 1)) - datetime.timedelta(days=1)
    else:
        last = datetime.date(year, 12, 31)
    return first.toordinal(), last.toordinal()


def _times(left: str, sign: str, right: str) -> Question:
    low, high = _milliseconds(left)
    first, last = _milliseconds(right)
    if first != last:
        first = _milliseconds(right + ".000")[0]  # a constant written to the second is that second's first millisecond
    sign = "==" if sign == "=" else sign
    if left.count(":") == right.count(":") == 2:
        high = low
    return Question(f"millisecond {sign} {first}", {"millisecond": Given(ranges=(Range(low, high),))}, "as a number")


def _milliseconds(text: str) -> tuple[int, int]:
    clock, _, fraction = text.partition(".")
    parts = [int(part) for part in clock.split(":")]
    units = [3_600_000, 60_000, 1000][: len(parts)]
    low = sum(part * unit for part, unit in zip(parts, units, strict=True)) + int((fraction or "0").ljust(3, "0"))
    return low, low if fraction else low + units[-1] - 1


def _not(value: str) -> Question:
    return Question("not left", {"left": _truth(value)}, "direct")


def _number_not(value: str) -> Question:
    return Question(f"not {value}", {}, "direct")


_PATTERNS = [
    (rf"{_ANY} (and|or|xor|implies) {_ANY}", _logic),
    (rf"not {_BOOLEAN}", _not),
    (rf"{_BOOLEAN}\.not\(\)", _not),
    (r"\((\d+)\)\.not\(\)", _number_not),
    (rf"{_BOOLEAN} (=|!=) {_BOOLEAN}", _same),
    (rf"{_NUMBER} {_SIGN} {_NUMBER}", _numbers),
    (r"(\d+) between (\d+) and (\d+)", _between),
    (rf"{_TEXT} {_SIGN} {_TEXT}", _texts),
    (rf"{_DATE} {_SIGN} {_DATE}", _dates),
    (rf"{_TIME} {_SIGN} {_TIME}", _times),
]
