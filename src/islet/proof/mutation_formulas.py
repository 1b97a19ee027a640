"""Faults in the numbers of a formula: every written number one up and one down in its last decimal."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")


def texts_of(entry: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every arithmetic text of a fact and where it stands: the formula itself and what it lets a name be."""
    if entry.get("formula"):
        yield ("formula",), str(entry["formula"])
        for name, text in (entry.get("let") or {}).items():
            yield ("let", name), str(text)


def number_faults(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield for every number of a text the number before and after, and the text with the fault.

    >>> list(number_faults("cr / 88.4"))
    [('88.4', '88.3', 'cr / 88.3'), ('88.4', '88.5', 'cr / 88.5')]
    """
    for found in _NUMBER.finditer(text):
        for moved in moved_numbers(found[0]):
            yield found[0], moved, text[: found.start()] + moved + text[found.end() :]


def moved_numbers(written: str) -> tuple[str, str]:
    """Return a written number one down and one up in its last decimal.

    >>> moved_numbers("1.200"), moved_numbers("-0.3")
    (('1.199', '1.201'), ('-0.4', '-0.2'))
    """
    number = Decimal(written)
    step = Decimal(1).scaleb(int(number.as_tuple().exponent))
    return str(number - step), str(number + step)


def entry_with(entry: Any, path: tuple[str, ...], text: str) -> Any:
    """Return a fact with one of its arithmetic texts changed; the fact itself stays."""
    changed = copy.deepcopy(entry)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = text
    return changed
