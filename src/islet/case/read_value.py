"""Read one value of a case: plain, partial, several measurements, or the kind of its absence."""

from __future__ import annotations

import json
import math
import re

from islet.case.dictionary import Dictionary, Fact
from islet.case.document import Mapping, Node, Scalar, Sequence, describe, is_null
from islet.case.values import ABSENCES, Given, Range, given_json, plain_number
from islet.errors import InputError, nearest

NUMBER_KEYS = ("between", "below", "above", "at_least", "at_most", "one_of")
VALUE_KEYS = (*NUMBER_KEYS, "value", "values", "absent", "on", "source")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}$")


class ValueReader:
    """Read values of facts; every fault names file, line and field."""

    def __init__(self, file: str, dictionary: Dictionary) -> None:
        self.file, self.dictionary = file, dictionary

    def fault(self, found: str, line: int, field: str, expected: str = "") -> InputError:
        """Return the error to raise."""
        return InputError(found, self.file, line, field, expected)

    def value(self, fact: Fact, node: Node) -> Given:
        """Return what is said of one fact."""
        if isinstance(node, Scalar):
            return self.plain(fact, node)
        if not isinstance(node, Mapping):
            raise self.fault(describe(node), node.line, fact.name, "expected one value; several are written {values: [...]}")
        for key, (line, _) in node.entries.items():
            if key not in VALUE_KEYS:
                raise self.fault(f'found the unknown key "{key}"', line, fact.name, nearest(key, VALUE_KEYS))
        on, source = self.about(fact.name, node)
        entries = node.entries
        if "absent" in entries:
            word = self.word(entries["absent"][1], fact.name)
            if word not in ABSENCES:
                raise self.fault(f'found absent: "{word}"', entries["absent"][0], fact.name, nearest(word, ABSENCES))
            self.only(fact, node, "absent")
            return Given(absent=word, on=on, source=source)
        if "values" in entries:
            self.only(fact, node, "values")
            return self.several(fact, entries["values"][1], on, source)
        if "value" in entries:
            self.only(fact, node, "value")
            inner = entries["value"][1]
            if is_null(inner):
                return Given(on=on, source=source)
            given = self.value(fact, inner)
            return Given(given.ranges, given.choices, given.absent, on or given.on, source or given.source, given.several)
        return self.partial(fact, node, on, source)

    def only(self, fact: Fact, node: Mapping, key: str) -> None:
        """Refuse other keys beside one that stands alone."""
        for other, (line, _) in node.entries.items():
            if other not in (key, "on", "source"):
                raise self.fault(f'found "{other}" beside "{key}"', line, fact.name, "expected one of the two")

    def about(self, field: str, node: Mapping) -> tuple[str | None, str | None]:
        """Return date and source."""
        on = source = None
        if "on" in node.entries and not is_null(node.entries["on"][1]):
            on = self.date(node.entries["on"][1], f"{field}.on")
        if "source" in node.entries and not is_null(node.entries["source"][1]):
            source = self.word(node.entries["source"][1], f"{field}.source")
        return on, source

    def several(self, fact: Fact, node: Node, on: str | None, source: str | None) -> Given:
        """Return several measurements: the value if they agree, all of them if not."""
        if not isinstance(node, Sequence) or not node.items:
            raise self.fault(describe(node), node.line, fact.name, "expected a list of measurements")
        read = [self.value(fact, item) for item in node.items if not is_null(item)]
        known = [given for given in read if given.known()]
        known.sort(key=lambda given: (json.dumps(given_json(given, False)), given.on or "", given.source or ""))
        if not known:
            return Given(on=on, source=source)
        first = known[0]
        if all((g.ranges, g.choices) == (first.ranges, first.choices) for g in known):
            return Given(first.ranges, first.choices, None, on or first.on, source or first.source)
        return Given(on=on, source=source, several=tuple(known))

    def partial(self, fact: Fact, node: Mapping, on: str | None, source: str | None) -> Given:
        """Return an interval or some of the possible values."""
        entries = {key: pair for key, pair in node.entries.items() if key in NUMBER_KEYS}
        if not entries:
            return Given(on=on, source=source)
        if "one_of" in entries:
            if len(entries) > 1:
                raise self.fault('found "one_of" beside another bound', node.line, fact.name, "expected one of the two")
            listed = entries["one_of"][1]
            if not isinstance(listed, Sequence) or not listed.items:
                raise self.fault(describe(listed), listed.line, fact.name, "expected a list of possible values")
            parts = [self.plain(fact, item) for item in listed.items]
            if fact.type == "number":
                ranges = tuple(sorted({r for part in parts for r in part.ranges or ()}, key=lambda r: r.low))
                return Given(ranges=ranges, on=on, source=source)
            words = {word for part in parts for word in part.choices or ()}
            order = list(fact.values) if fact.type == "category" else ["no", "yes"]
            return Given(choices=tuple(w for w in order if w in words), on=on, source=source)
        if fact.type != "number":
            key, (line, _) = next(iter(entries.items()))
            raise self.fault(f'found "{key}" for a fact that is not a number', line, fact.name, 'expected a value or {one_of: [...]}')
        low, high, low_open, high_open = -math.inf, math.inf, False, False
        if "between" in entries:
            pair = entries["between"][1]
            if not isinstance(pair, Sequence) or len(pair.items) != 2 or len(entries) > 1:
                raise self.fault(describe(pair), pair.line, fact.name, "expected {between: [low, high]} and no other bound")
            low, high = (self.number(fact, item) for item in pair.items)
        for key, (line, bound) in entries.items():
            if key in ("above", "at_least"):
                if low != -math.inf:
                    raise self.fault("found two lower bounds", line, fact.name, "expected one")
                low, low_open = self.number(fact, bound), key == "above"
            elif key in ("below", "at_most"):
                if high != math.inf:
                    raise self.fault("found two upper bounds", line, fact.name, "expected one")
                high, high_open = self.number(fact, bound), key == "below"
        found = Range(low, high, low_open, high_open)
        if found.empty():
            raise self.fault(
                f"found the reversed interval {plain_number(low)} to {plain_number(high)}", node.line, fact.name, "expected low, then high"
            )
        assert fact.possible is not None
        least, most = fact.possible
        if Range(max(low, least), min(high, most), low_open and low >= least, high_open and high <= most).empty():
            raise self.fault(f"found {found.text()}", node.line, fact.name, f"possible are {_span(fact)}")
        if fact.whole and not found.holds_whole_number():
            raise self.fault(f"found {found.text()}", node.line, fact.name, "no whole number lies in it")
        return Given(ranges=(found,), on=on, source=source)

    def plain(self, fact: Fact, node: Node) -> Given:
        """Return a plain value."""
        if not isinstance(node, Scalar):
            raise self.fault(describe(node), node.line, fact.name, f"expected {_kind(fact)}")
        if fact.type == "number":
            number = self.number(fact, node)
            return Given(ranges=(Range(number, number),))
        if fact.type == "boolean":
            word = node.text.lower()
            if node.quoted or word not in ("true", "false", "yes", "no"):
                raise self.fault(describe(node), node.line, fact.name, "expected true or false; leave it out if it is not known")
            return Given(choices=("yes" if word in ("true", "yes") else "no",))
        if fact.type in ("text", "path"):
            return Given(choices=(self.word(node, fact.name),))
        if node.text not in fact.values:
            raise self.fault(describe(node), node.line, fact.name, nearest(node.text, fact.values))
        return Given(choices=(node.text,))

    def number(self, fact: Fact, node: Node) -> float:
        """Return a number inside the possible range."""
        expected = f"expected a number in {fact.unit}, {_span(fact)}, without the unit"
        if not isinstance(node, Scalar) or node.quoted:
            raise self.fault(describe(node), node.line, fact.name, expected)
        try:
            number = float(node.text)
        except ValueError:
            raise self.fault(describe(node), node.line, fact.name, expected) from None
        if "_" in node.text or not node.text.isascii() or not math.isfinite(number):
            raise self.fault(describe(node), node.line, fact.name, expected)
        if fact.whole and not number.is_integer():
            raise self.fault(describe(node), node.line, fact.name, f"expected a whole number, {_span(fact)}")
        assert fact.possible is not None
        if not fact.possible[0] <= number <= fact.possible[1]:
            raise self.fault(describe(node), node.line, fact.name, f"possible are {_span(fact)} {fact.unit}")
        return number

    def word(self, node: Node, field: str) -> str:
        """Return one word or text."""
        if not isinstance(node, Scalar) or is_null(node):
            raise self.fault(describe(node), node.line, field, "expected one word or text")
        if len(node.text) > 500:
            raise self.fault(f"found a text of {len(node.text)} characters", node.line, field, "at most 500 are read")
        return node.text

    def date(self, node: Node, field: str) -> str:
        """Return a date of the calendar."""
        text = self.word(node, field)
        if not _DATE.match(text):
            raise self.fault(f'found "{text}"', node.line, field, "expected a date as 2026-03-02")
        year, month, day = (int(part) for part in text.split("-"))
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
        if not (year >= 1 and 1 <= month <= 12 and 1 <= day <= days[month - 1]):
            raise self.fault(f'found "{text}"', node.line, field, "no such day in the calendar")
        return text


def _span(fact: Fact) -> str:
    assert fact.possible is not None
    return f"{plain_number(fact.possible[0])} to {plain_number(fact.possible[1])}"


def _kind(fact: Fact) -> str:
    return {
        "number": f"a number in {fact.unit}",
        "boolean": "true or false",
        "category": "one of " + ", ".join(fact.values),
    }.get(fact.type, fact.type)
