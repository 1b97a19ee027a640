"""Derive numbers from other facts: formulas at the corners of what is known, points as sums of bands."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from types import CodeType
from typing import Any, NamedTuple

from islet.case.arithmetic import calculate, round_half_up
from islet.case.values import Range
from islet.rules.evaluate import answer
from islet.rules.form import NodeTuple


class NumberDerivation(NamedTuple):
    """Hold how one number follows from others.

    `inputs` are the number facts of the formula, `let` names for parts of it, `by` constants for each case (a condition
    node and its constants), `terms` the points: ("bands", [(node, points)]), ("add", fact) or ("constant", points).
    """

    fact: str
    inputs: tuple[str, ...]
    reads: tuple[int, ...]
    let: tuple[tuple[str, CodeType], ...]
    by: tuple[tuple[tuple[int, dict[str, float]], ...], ...]
    formula: CodeType | None
    terms: tuple[tuple[str, Any], ...]
    decimals: int
    agrees_within: float


Hulls = dict[str, tuple[float, float]]


def derive_range(
    how: NumberDerivation, hulls: Hulls, nodes: list[NodeTuple], state: Sequence[int]
) -> tuple[float, float] | None:
    """Return the least and the greatest value that what is known allows, rounded as stated; None when an input is open.

    Every formula of the dictionary is monotone along each input, so its extremes lie in the corners of the box.
    """
    if how.terms:
        return _points(how, hulls, nodes, state)
    if any(name not in hulls for name in how.inputs):
        return None
    choices = []
    for cases in how.by:
        open_cases = [constants for node, constants in cases if answer(nodes, node, state)]
        choices.append(open_cases)
    low = high = None
    ends = [sorted(set(hulls[name])) for name in how.inputs]
    for constants in itertools.product(*choices):
        for corner in itertools.product(*ends):
            values = {name.split(".", 1)[1]: value for name, value in zip(how.inputs, corner, strict=True)}
            for chosen in constants:
                values.update(chosen)
            for name, text in how.let:
                values[name] = calculate(text, values)
            assert how.formula is not None
            result = calculate(how.formula, values)
            low = result if low is None else min(low, result)
            high = result if high is None else max(high, result)
    if low is None or high is None:
        return None
    return round_half_up(low, how.decimals), round_half_up(high, how.decimals)


def _points(
    how: NumberDerivation, hulls: Hulls, nodes: list[NodeTuple], state: Sequence[int]
) -> tuple[float, float] | None:
    low = high = 0.0
    for kind, content in how.terms:
        if kind == "constant":
            low, high = low + content, high + content
        elif kind == "add":
            if content not in hulls:
                return None
            low, high = low + hulls[content][0], high + hulls[content][1]
        else:
            answers = [(answer(nodes, node, state), points) for node, points in content]
            sure = [points for value, points in answers if value == 2]
            still = sure or [points for value, points in answers if value] or [points for _, points in content]
            low, high = low + min(still), high + max(still)
    return low, high


def hull_of(ranges: tuple[Range, ...]) -> tuple[float, float]:
    """Return the least and greatest number of several intervals."""
    return min(r.low for r in ranges), max(r.high for r in ranges)
