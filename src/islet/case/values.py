"""What is known of one fact: a plain value, a partial value, or the kind of its absence."""

from __future__ import annotations

import math
from typing import NamedTuple

ABSENCES = ("not_done", "pending", "indeterminate", "declined")


class Range(NamedTuple):
    """Hold an interval of numbers; an open end is not part of it.

    >>> Range(3, 10, high_open=True).text()
    'from 3 to below 10'
    """

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def empty(self) -> bool:
        """Tell whether no number lies in the interval."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def holds_whole_number(self) -> bool:
        """Tell whether a whole number lies in the interval.

        >>> Range(1, 2, True, True).holds_whole_number(), Range(1, 2).holds_whole_number()
        (False, True)
        """
        if math.isinf(self.low) or math.isinf(self.high):
            return True
        first = math.floor(self.low) + 1 if self.low_open else math.ceil(self.low)
        return first < self.high if self.high_open else first <= self.high

    def text(self) -> str:
        """Write the interval in words."""
        if self.low == self.high:
            return plain_number(self.low)
        if math.isinf(self.low) or math.isinf(self.high):
            if math.isinf(self.low):
                return ("below " if self.high_open else "at most ") + plain_number(self.high)
            return ("above " if self.low_open else "at least ") + plain_number(self.low)
        low = ("above " if self.low_open else "from ") + plain_number(self.low)
        return f"{low} to {'below ' if self.high_open else ''}{plain_number(self.high)}"


def plain_number(value: float) -> str:
    """Write a number without a needless decimal point.

    >>> plain_number(3.0), plain_number(0.25)
    ('3', '0.25')
    """
    return str(int(value)) if float(value).is_integer() else repr(float(value))


class Given(NamedTuple):
    """Hold what a case file says of one variable.

    `ranges` is set for numbers, `choices` for categories and yes/no facts (as "yes" and "no"); both None means unknown,
    and `absent` then says why if it was told. `several` keeps measurements that disagree.
    """

    ranges: tuple[Range, ...] | None = None
    choices: tuple[str, ...] | None = None
    absent: str | None = None
    on: str | None = None
    source: str | None = None
    several: tuple[Given, ...] = ()

    def known(self) -> bool:
        """Tell whether anything was said of the value."""
        return self.ranges is not None or self.choices is not None

    def exact(self) -> bool:
        """Tell whether the value is one single number or word."""
        if self.ranges is not None:
            return len(self.ranges) == 1 and self.ranges[0].low == self.ranges[0].high
        return self.choices is not None and len(self.choices) == 1


def number_json(value: float) -> float | int:
    """Return an int where the number is whole, so that 38 stays 38 in JSON."""
    return int(value) if float(value).is_integer() else value


def given_json(given: Given, boolean: bool) -> object:
    """Return a value in the form of the case file (plain, {between: ...}, {one_of: ...}) for JSON.

    >>> given_json(Given(ranges=(Range(3, 10, high_open=True),)), False)
    {'at_least': 3, 'below': 10}
    """
    if given.ranges is not None:
        if given.exact():
            return number_json(given.ranges[0].low)
        if len(given.ranges) > 1:
            return {"one_of": [number_json(r.low) for r in given.ranges]}
        r = given.ranges[0]
        if not (r.low_open or r.high_open or math.isinf(r.low) or math.isinf(r.high)):
            return {"between": [number_json(r.low), number_json(r.high)]}
        low = {} if math.isinf(r.low) else {("above" if r.low_open else "at_least"): number_json(r.low)}
        high = {} if math.isinf(r.high) else {("below" if r.high_open else "at_most"): number_json(r.high)}
        return {**low, **high}
    if given.choices is None:
        return None
    words: list[object] = [choice == "yes" if boolean else choice for choice in given.choices]
    return words[0] if len(words) == 1 else {"one_of": words}


def given_text(given: Given) -> str:
    """Write what is known in words."""
    if given.ranges is not None:
        return " or ".join(r.text() for r in given.ranges)
    if given.choices is not None:
        return " or ".join(given.choices)
    return {"not_done": "not done", None: "not known"}.get(given.absent, str(given.absent))
