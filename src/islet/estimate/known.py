"""What is known of the facts and measurements of one patient, for conditions and formulas of estimates."""

from __future__ import annotations

import math
from typing import Any

from islet.case.dictionary import MEASUREMENTS
from islet.case.values import Given, Range, given_json, number_json
from islet.knowledge.base import KnowledgeBase
from islet.patient.state import Patient
from islet.rules.evaluate import TRUTHS
from islet.rules.truth import Truth

_SECTION = MEASUREMENTS + "."


class Known:
    """Answer for one patient: the interval of a number, the words still possible, whether a condition holds."""

    def __init__(self, patient: Patient, base: KnowledgeBase) -> None:
        self.patient, self.space = patient, base.space
        self.measurements = patient.case.measurements
        self._numbers: dict[str, Range | None] = {}
        self._words: dict[str, tuple[str, ...] | None] = {}

    def number(self, name: str) -> Range | None:
        """Return the interval in which a number lies, or None when nothing is known of it."""
        try:
            return self._numbers[name]
        except KeyError:
            found = self._numbers[name] = self._number(name)
            return found

    def _number(self, name: str) -> Range | None:
        if name.startswith(_SECTION):
            given = self.measurement(name)
            return None if given is None or given.ranges is None else _hull(given.ranges)
        index = self.space.place.get(name)
        if index is None or index in self.patient.conflicting:
            return None
        given = self.patient.case.given.get(name)
        if given is not None and given.ranges is not None and not given.several:
            return _hull(given.ranges)
        hull = self.patient.hulls.get(name)
        return None if hull is None else Range(hull[0], hull[1])

    def possible(self, name: str) -> Range | None:
        """Return the interval in which a number lies, an open end taken as far as is physically possible."""
        span = self.number(name)
        if span is None or not (math.isinf(span.low) or math.isinf(span.high)):
            return span
        dictionary = self.space.dictionary
        ends = (dictionary.measures[name[len(_SECTION):]].fact if name.startswith(_SECTION) else dictionary.facts[name]).possible
        return span if ends is None else Range(max(span.low, ends[0]), min(span.high, ends[1]), span.low_open, span.high_open)

    def words(self, name: str) -> tuple[str, ...] | None:
        """Return the words that are still possible of a category or a yes/no, or None when all are."""
        try:
            return self._words[name]
        except KeyError:
            found = self._words[name] = self._still_possible(name)
            return found

    def _still_possible(self, name: str) -> tuple[str, ...] | None:
        if name.startswith(_SECTION):
            given = self.measurement(name)
            return None if given is None else given.choices
        variable = self.space.variables[self.space.place[name]]
        mask = self.patient.state[variable.number]
        if mask == self.space.full[variable.number] or variable.number in self.patient.conflicting:
            return None
        return tuple(word for i, word in enumerate(variable.words) if mask >> i & 1)

    def measurement(self, name: str) -> Given | None:
        """Return what the case says of a scalar measurement; several that disagree count as unknown."""
        given = self.measurements.get(name[len(_SECTION):])
        return given if isinstance(given, Given) and given.known() and not given.several else None

    def holds(self, tree: tuple[Any, ...]) -> Truth:
        """Return whether a condition holds: yes, no or unknown."""
        return TRUTHS[self.answer(tree)]

    def answer(self, tree: tuple[Any, ...]) -> int:
        """Return the same as a number: 0 no, 1 unknown, 2 yes."""
        kind = tree[0]
        if kind == "atom":
            return self.atom(tree[1], tree[2], tree[3])
        if kind == "not":
            return 2 - self.answer(tree[1])
        strongest = 0 if kind == "and" else 2
        found = 2 - strongest
        for part in tree[1]:
            value = self.answer(part)
            if value == strongest:
                return value
            if value == 1:
                found = 1
        return found

    def atom(self, name: str, operator: str, constant: Any) -> int:
        """Return whether one comparison holds: 0 no, 1 unknown, 2 yes."""
        if not isinstance(constant, (int, float)):
            words = self.words(name)
            if words is None:
                return 1
            inside = 0
            for word in words:
                inside += word in constant
            value = 2 if inside == len(words) else 1 if inside else 0
            return value if operator == "in" else 2 - value
        span = self.number(name)
        return 1 if span is None else compare(span, operator, constant)

    def missing(self, tree: tuple[Any, ...]) -> list[str]:
        """Return the facts a condition still needs; none when it is settled."""
        if self.answer(tree) != 1:
            return []
        if tree[0] == "atom":
            return [tree[1]]
        parts = (tree[1],) if tree[0] == "not" else tree[1]
        return [name for part in parts for name in self.missing(part)]

    def shown(self, name: str) -> Any:
        """Return what is known of one name in the form of the case file."""
        if name.startswith(_SECTION):
            given = self.measurement(name)
            return None if given is None else given_json(given, given.choices in (("yes",), ("no",)))
        span = self.number(name) if self.space.variables[self.space.place[name]].kind == "number" else None
        if span is not None:
            return number_json(span.low) if span.low == span.high else {"between": [number_json(span.low), number_json(span.high)]}
        words = self.words(name)
        return None if words is None else words[0] if len(words) == 1 else {"one_of": list(words)}


def _hull(ranges: tuple[Range, ...]) -> Range:
    if len(ranges) == 1:
        return ranges[0]
    low, high = min(ranges, key=lambda r: (r.low, r.low_open)), max(ranges, key=lambda r: (r.high, not r.high_open))
    return Range(low.low, high.high, low.low_open, high.high_open)


def compare(span: Range, operator: str, constant: float) -> int:
    """Return whether every (2), no (0) or some (1) number of an interval stands so to a constant.

    >>> compare(Range(2, 3, False, True), "<", 3), compare(Range(2, 3), "<", 3)
    (2, 1)
    """
    low, high, low_open, high_open = span
    if operator in (">", "<="):
        value = 2 if low > constant or (low == constant and low_open) else 0 if high <= constant else 1
        return value if operator == ">" else 2 - value
    if operator in ("<", ">="):
        value = 2 if high < constant or (high == constant and high_open) else 0 if low >= constant else 1
        return value if operator == "<" else 2 - value
    outside = high < constant or low > constant or (high == constant and high_open) or (low == constant and low_open)
    value = 0 if outside else 2 if low == high else 1
    return value if operator == "==" else 2 - value
