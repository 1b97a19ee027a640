"""Formulas over what is known of their inputs: a number, a range at the corners, or why there is none."""

from __future__ import annotations

import itertools
import math
from contextlib import suppress
from typing import Any

from islet.case.arithmetic import calculate, round_half_up
from islet.case.values import plain_number
from islet.estimate.known import Known

Calculator = dict[str, Any]


class MissingInput(Exception):
    """Say which inputs are not known."""

    def __init__(self, names: list[str]) -> None:
        self.names = names


class OutsideRange(Exception):
    """Say why the case lies outside the validity range."""


def span_of(written: Any, calculator: Calculator, known: Known, value: float | None = None) -> tuple[float, float, dict[str, Any]]:
    """Return the least and greatest result over what is known of the inputs, and the inputs."""
    code, names, subjects, constants = written
    missing = [name for name in names if known.number(name) is None] + [name for name in subjects if known.words(name) is None]
    if missing:
        raise MissingInput(missing)
    by = dict(calculator["by"])
    ends = [ends_of(name, known) for name in names]
    choices = []
    for subject in subjects:
        words = known.words(subject) or ()
        if any(word not in by[subject] for word in words):
            raise OutsideRange(f"{bare(subject)} is {' or '.join(words)}; the formula knows {', '.join(by[subject])}")
        choices.append([by[subject][word] for word in words])
    measured = {constant: name for constant, name in calculator["instead"] if constant in constants and known.number(name) is not None}
    stand_ins = [ends_of(name, known) for name in measured.values()]
    results = []
    for corner in itertools.product(*ends, *stand_ins):
        for chosen in itertools.product(*choices):
            scope: dict[str, float] = {**constants, **dict(zip((*(bare(name) for name in names), *measured), corner, strict=True))}
            for given in chosen:
                scope.update(given)
            if value is not None:
                scope["value"] = value
            results.append(_value_of(code, calculator, scope))
    return min(results), max(results), {name: known.shown(name) for name in (*names, *measured.values(), *subjects)}


def ends_of(name: str, known: Known) -> tuple[float, ...]:
    """Return the least and greatest of what a number still can be, once when they are equal; raise when it has no bound."""
    span = known.number(name)
    if span is None or math.isinf(span.low) or math.isinf(span.high):
        raise MissingInput([name])
    return (span.low,) if span.low == span.high else (span.low, span.high)


def in_place_of(calculator: Calculator, known: Known, constants: dict[str, float]) -> dict[str, str]:
    """Return in words the number used for each constant that a measurement can replace."""
    found = {}
    for constant, name in calculator["instead"]:
        ends = (constants[constant],) if known.number(name) is None else ends_of(name, known)
        found[constant] = " to ".join(plain_number(end) for end in ends)
    return found


def _value_of(code: Any, calculator: Calculator, scope: dict[str, float]) -> float:
    for key, written in calculator["let"]:
        for constant, held in written[3].items():
            scope.setdefault(constant, held)  # a measurement may already stand in its place
        if all(bare(name) in scope for name in written[1]):
            try:
                scope[key] = calculate(written[0], scope)
            except NameError:
                continue
    for name, low, high, says in calculator["valid"]:
        if name.startswith("let.") and not low <= scope.get(bare(name), low) <= high:
            reached = plain_number(rounded(scope[bare(name)], 1))
            raise OutsideRange(says or f"{bare(name)} reaches {reached}, outside {plain_number(low)} to {plain_number(high)}")
    try:
        return calculate(code, scope)
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        raise OutsideRange(f"the formula has no result here ({error})") from None


def check_lets(calculator: Calculator, known: Known) -> None:
    """Raise OutsideRange when a `let` with a range leaves it, as far as what it is made of is known."""
    ranged = {bare(name) for name, *_ in calculator["valid"] if name.startswith("let.")}
    for key, written in calculator["let"]:
        if key in ranged:
            with suppress(MissingInput):
                span_of(written, calculator, known)


def inside(valid: list[tuple[str, float, float, str]], known: Known) -> dict[str, Any]:
    """Return the inputs that carry a validity range, or raise when one of them lies outside, or may."""
    shown = {}
    for name, low, high, unit in valid:
        if name.startswith("let."):
            continue
        span = known.possible(name)
        if span is None:
            continue
        shown[name] = known.shown(name)
        if span.low < low or span.high > high:
            may = "is" if span.high < low or span.low > high else "may be"
            raise OutsideRange(f"{bare(name)} {may} outside {plain_number(low)} to {plain_number(high)} {unit}".rstrip())
    return shown


def rounded(value: float, decimals: int | None) -> float:
    """Return a number rounded half away from zero, or as it is."""
    return value if decimals is None else round_half_up(value, decimals)


def bare(name: str) -> str:
    """Return a name without its section."""
    return name.split(".", 1)[1]
