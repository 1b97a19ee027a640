"""Write a description over cells as a case file, and drop from it what is not needed."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Iterator
from typing import Any

from islet.case.cells import mask_ranges, single_cells
from islet.case.history import SYSTEMIC_GROUPS, SYSTEMIC_OPTIONS, Entry, lower_history
from islet.case.model import Case
from islet.case.reader import read_case
from islet.case.values import Range, number_json
from islet.patient.space import Space
from islet.proof.mutation_search import Path

Document = dict[str, Any]

_AMOUNTS = {
    "history.prrt_cycles": ("prrt", "cycles"), "history.prrt_control_months": ("prrt", "months"),
    "history.prrt_months_since": ("prrt", "months_since"), "history.platinum_months_since": ("platinum_etoposide", "months_since"),
}
_COUNTS = {"history.systemic_lines": 0, "history.line_of_therapy": 1}
_RESPONSES = ("stable", "progression", "intolerance", "unknown")
_NOTHING = {"others": "unknown"}


def read_document_of(document: Document, space: Space) -> Case:
    """Return the case of a document."""
    return read_case(json.dumps(document).encode(), "patient", space.dictionary)


def documents_of(path: Path, space: Space) -> Iterator[Document]:
    """Yield case files in which every variable of the path lies in its cells, as far as a case file can say so.

    Scores and formulas are told as well, and then left to follow from what they are made of.
    """
    numbers = {space.place[how.fact] for how in space.derivations}
    yield from _documents(path, space)
    followed = tuple(pair for pair in path if pair[0] not in numbers)
    if followed != path:
        yield from _documents(followed, space)


def _documents(path: Path, space: Space) -> Iterator[Document]:
    document: Document = {}
    wanted: dict[str, int] = {}
    for index, mask in path:
        variable = space.variables[index]
        if variable.name.startswith("history."):
            wanted[variable.name] = mask
            continue
        section, bare = variable.fact.split(".", 1)
        own = document.setdefault(section, {})
        if variable.member:
            listed = own.setdefault(bare, {"present": [], "absent": [], **_NOTHING})
            listed["present" if mask & 2 else "absent"].append(variable.member)
        elif variable.kind == "number":
            own[bare] = _number(mask_ranges(variable, mask), space, variable.fact)
        elif variable.kind == "boolean":
            own[bare] = bool(mask & 2)
        else:
            own[bare] = variable.words[single_cells(mask)[0].bit_length() - 1]
    if not wanted:
        yield document
    else:
        for history in _histories(wanted, space):
            yield {**document, "history": history}


def _number(ranges: tuple[Range, ...], space: Space, fact: str) -> float | int:
    """Return a number of these ranges: the threshold itself where it belongs to them, else a usual value, whole where that can be."""
    known = space.dictionary.facts[fact]
    assert known.possible is not None
    usual = known.plausible or known.possible
    for one in ranges:
        low, high = max(one.low, known.possible[0]), min(one.high, known.possible[1])
        if low > high:
            continue
        if one.low == low and not one.low_open:
            return number_json(low)
        if one.high == high and not one.high_open:
            return number_json(high)
        if usual[0] < high and low < usual[1]:
            low, high = max(low, usual[0]), min(high, usual[1])
        middle = (low + high) / 2
        whole = next((v for v in (math.floor(middle), math.ceil(middle)) if low < v < high), None)
        if whole is not None or not known.whole:
            return number_json(round(middle, 6) if whole is None else whole)
    return number_json(ranges[0].high if math.isfinite(ranges[0].high) else known.possible[0])


def _histories(wanted: dict[str, int], space: Space) -> Iterator[Document]:
    """Yield histories that say what is wanted of each option, the treatments one by one."""
    by_option: dict[str, dict[str, int]] = {}
    for name, mask in wanted.items():
        if name in _AMOUNTS:
            by_option.setdefault(_AMOUNTS[name][0], {})
        elif name.count(".") == 2:
            _, what, option = name.split(".")
            by_option.setdefault(option, {})[what] = mask
    present: list[Document] = []
    absent: list[str] = []
    for option, facts in by_option.items():
        amounts = {
            key: _number(mask_ranges(space.variables[space.place[name]], wanted[name]), space, name)
            for name, (own, key) in _AMOUNTS.items()
            if own == option and name in wanted
        }
        if not amounts and not any(mask == 2 for mask in facts.values()):
            absent.append(option)
            continue
        found = next(_courses(option, facts, space), None)
        if found is None:
            return
        found[-1] = {**found[-1], **amounts}
        present += found
    counted = [_number(mask_ranges(space.variables[space.place[name]], wanted[name]), space, name) - first
               for name, first in _COUNTS.items() if name in wanted]
    if counted:
        yield from _counted(present, absent, int(counted[0]), space)
        return
    said: Document = {"present": present, "absent": absent}
    yield {**said, "others": "unknown"}
    yield {**said, "others": "none"}


def _counted(present: list[Document], absent: list[str], lines: int, space: Space) -> Iterator[Document]:
    """Yield the history with other systemic treatments added until it counts so many."""
    groups = space.dictionary.groups
    systemic = list(dict.fromkeys([*(o for group in SYSTEMIC_GROUPS for o in groups.get(group, ())), *SYSTEMIC_OPTIONS]))
    named = {str(entry["option"]) for entry in present}
    missing = lines - len(named & set(systemic))
    others = [option for option in systemic if option not in named and option not in absent]
    if 0 <= missing <= len(others):
        yield {"present": [*present, *({"option": option, "response": "unknown"} for option in others[:missing])], "others": "none"}


def _courses(option: str, facts: dict[str, int], space: Space) -> Iterator[list[Document]]:
    for count in (1, 2, 3):
        for responses in itertools.combinations(_RESPONSES, count):
            given = lower_history([Entry(option, response) for response in responses], [], "unknown", space.dictionary)
            words = {what: given.get(f"history.{what}.{option}") for what in facts}
            known = {what: 0 if one is None or one.choices is None else 2 if one.choices[0] == "yes" else 1 for what, one in words.items()}
            if all(known[what] & mask or (not known[what] and mask == 3) for what, mask in facts.items()):
                yield [{"option": option, "response": response} for response in responses]


def shrunk(document: Document, holds: Callable[[Document], bool]) -> Document:
    """Return the document without whatever can be left out while `holds` stays true.

    >>> shrunk({"a": {"x": 1, "y": 2}, "h": {"present": [1, 2]}}, lambda d: "x" in d.get("a", {}))
    {'a': {'x': 1}}
    """
    changed = True
    while changed:
        changed = False
        for smaller in _smaller(document):
            if holds(smaller):
                document, changed = smaller, True
                break
    return document


def _smaller(value: Document) -> Iterator[Document]:
    for key, content in value.items():
        rest = {other: kept for other, kept in value.items() if other != key}
        if key == "others":
            if content == "none":
                yield {**rest, "others": "unknown"}
            continue
        yield rest
        if isinstance(content, dict):
            for less in _smaller(content):
                yield {**value, key: less} if set(less) - {"others"} else rest
        elif isinstance(content, list):
            for place in range(len(content)):
                less_of_it = content[:place] + content[place + 1 :]
                yield {**value, key: less_of_it} if less_of_it else rest
