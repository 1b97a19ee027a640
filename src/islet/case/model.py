"""One patient as the case file says, checked against the dictionary, and the fingerprint of what it says."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from islet.case.history import Entry
from islet.case.values import Given, given_json

_IN_LISTS = ("history.", "health.comorbidities.", "extent.extrahepatic.")  # told by `history` and `lists` below


class Case:
    """Hold one patient as the file says, checked: variable name -> Given, plus what is not a variable."""

    __slots__ = ("as_of", "file", "given", "goal", "history", "id", "lists", "measurements", "refuses", "sha256")

    def __init__(self, id: str, as_of: str | None, file: str = "") -> None:
        self.id, self.as_of, self.file = id, as_of, file
        self.given: dict[str, Given] = {}
        self.history: list[Entry] | None = None
        self.refuses: tuple[str, ...] = ()
        self.goal: str | None = None
        self.lists: dict[str, dict[str, object]] = {}
        self.measurements: dict[str, Given | list[dict[str, Any]]] = {}
        self.sha256 = ""

    def copy(self) -> Case:
        """Return a case of its own with the same content."""
        other = Case(self.id, self.as_of, self.file)
        other.given, other.lists, other.measurements = dict(self.given), dict(self.lists), dict(self.measurements)
        other.history, other.refuses, other.goal, other.sha256 = self.history, self.refuses, self.goal, self.sha256
        return other


def fingerprint(case: Case) -> str:
    """Return the SHA-256 of what the case says, whatever the order and the format of the file."""
    content: dict[str, object] = {
        "id": case.id,
        "as_of": case.as_of,
        "given": {
            name: [
                [given_json(one, False), one.absent, one.on, one.source] for one in (given.several or (given,))
            ]
            for name, given in case.given.items()
            if not name.startswith(_IN_LISTS) and (given.known() or given.absent or given.several)
        },
        "lists": case.lists,
        "history": None if case.history is None else sorted(json.dumps(e.as_json(), sort_keys=True) for e in case.history),
        "refuses": case.refuses,
        "goal": case.goal,
    }
    if case.measurements:
        content["measurements"] = {name: _measured(value) for name, value in sorted(case.measurements.items())}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _measured(value: Given | list[dict[str, Any]]) -> object:
    if isinstance(value, Given):
        return [[given_json(one, False), one.absent, one.on, one.source] for one in (value.several or (value,))]
    return [{name: cell for name, cell in row.items() if name != "#line"} for row in value]
