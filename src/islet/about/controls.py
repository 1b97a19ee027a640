"""What holds a hazard or a threat back: a test, a promise about every patient, or a test reserved by name for a room being built."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_TEST = re.compile(r"(?P<file>tests/[\w/]+/test_\w+\.py)::(?P<name>test_\w+)(?:\[(?P<case>[\w.-]+)\])?")
_PROMISE = re.compile(r"promise (\d+)")


class Control(NamedTuple):
    """Hold one control; a promise has no file, a reserved test is `planned`."""

    words: str
    file: str = ""
    name: str = ""
    case: str = ""
    promise: int = 0
    planned: bool = False


def read_control(entry: Any) -> Control:
    """Return the control that an entry of the safety file names.

    Raises ValueError for anything but a test of this repository or a promise.

    >>> read_control("promise 3").promise
    3
    >>> read_control("tests/unit/test_a.py::test_b[cm]")[1:4]
    ('tests/unit/test_a.py', 'test_b', 'cm')
    >>> read_control({"test": "tests/web/test_a.py::test_b", "planned": True}).planned
    True
    """
    planned = isinstance(entry, dict)
    if planned and (set(entry) != {"test", "planned"} or entry["planned"] is not True):
        raise ValueError(f"found {entry}; expected a test, a promise, or {{test: ..., planned: true}}")
    words = entry["test"] if planned else entry
    if promise := _PROMISE.fullmatch(words):
        return Control(words, promise=int(promise[1]), planned=planned)
    if test := _TEST.fullmatch(words):
        return Control(words, test["file"], test["name"], test["case"] or "", planned=planned)
    raise ValueError(f'found "{words}"; expected "promise N" or "tests/.../test_x.py::test_y"')


def control_words(control: Control) -> str:
    """Return a control as a sentence for people: the name of a test is a sentence that is true.

    >>> control_words(read_control("tests/unit/test_a.py::test_a_range_stays_a_range"))
    'a range stays a range (`tests/unit/test_a.py`)'
    """
    if control.promise:
        return f"[promise {control.promise}](../properties.md) about every patient"
    said = control.name.removeprefix("test_").replace("_", " ")
    case = f": {control.case.replace('_', ' ')}" if control.case else ""
    return f"{'*reserved:* ' if control.planned else ''}{said}{case} (`{control.file}`)"
