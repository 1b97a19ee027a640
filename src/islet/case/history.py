"""Lower the list of treatments to facts of its own: one for every question a rule can ask."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from islet.case.values import Given, Range

if TYPE_CHECKING:
    from islet.case.dictionary import Dictionary

SYSTEMIC_GROUPS = ("radionuclide", "targeted", "chemotherapy")
SYSTEMIC_OPTIONS = ("ssa", "immunotherapy", "other_systemic")


class Entry:
    """Hold one treatment of the history as the file says."""

    __slots__ = ("cycles", "months", "months_since", "note", "on", "option", "response", "source")

    def __init__(self, option: str, response: str | None = None) -> None:
        self.option, self.response = option, response
        self.cycles: float | None = None
        self.months: float | None = None
        self.months_since: float | None = None
        self.on: str | None = None
        self.source: str | None = None
        self.note: str | None = None

    def rank(self) -> tuple[float, str, str, str]:
        """Order treatments: the longest ago first where that is told, then by date and name; the order of the file says nothing."""
        ago = -self.months_since if self.months_since is not None else 0.0
        return ago, self.on or "", self.option, json.dumps(self.as_json(), sort_keys=True)

    def as_json(self) -> dict[str, object]:
        """Return the entry in the form of the case file."""
        names = ("option", "response", "cycles", "months", "months_since", "on", "source", "note")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def lower_history(
    entries: list[Entry], absent: list[str], others: str, dictionary: Dictionary
) -> dict[str, Given]:
    """Return variable name -> Given for every fact that the dictionary takes from the history.

    An exposure without a known response proves the exposure, not a failure: progression stays unknown there.
    """
    found: dict[str, Given] = {}
    named = {entry.option for entry in entries}
    never = Given(choices=("no",))
    for fact in dictionary.by_section["history"]:
        how = fact.from_history
        if how is None:
            continue
        if fact.type == "list":
            for option in fact.values:
                if option not in named and others == "none":
                    found[f"{fact.name}.{option}"] = never
                    continue
                word = _answer(how, option, entries, absent, others)
                if word is not None:
                    found[f"{fact.name}.{option}"] = Given(choices=(word,))
        elif how == "systemic_lines":
            lines = _systemic(entries, dictionary)
            if others == "none":
                found[fact.name] = Given(ranges=(Range(lines, lines),))
            elif lines:
                found[fact.name] = Given(ranges=(Range(lines, float("inf")),))
        else:
            (what, option), = how.items()
            amount = _amount(what, option, entries)
            if amount is not None:
                found[fact.name] = Given(ranges=(Range(*amount),))
            elif what == "cycles" and others == "none" and all(e.option != option for e in entries):
                found[fact.name] = Given(ranges=(Range(0, 0),))
    return found


def _answer(how: str, option: str, entries: list[Entry], absent: list[str], others: str) -> str | None:
    own = [entry for entry in entries if entry.option == option]
    if not own:
        return "no" if others == "none" or option in absent else None
    if how == "exposed":
        return "yes"
    wanted = {"progressed": ("progression",), "not_tolerated": ("intolerance",), "controlled": ("complete", "partial", "stable")}[how]
    if any(entry.response in wanted for entry in own):
        return "yes"
    if any(entry.response in (None, "unknown") for entry in own):
        return None
    return "no"


def _systemic(entries: list[Entry], dictionary: Dictionary) -> int:
    systemic = {option for group in SYSTEMIC_GROUPS for option in dictionary.groups.get(group, ())} | set(SYSTEMIC_OPTIONS)
    return len({entry.option for entry in entries if entry.option in systemic})


def _amount(what: str, option: str, entries: list[Entry]) -> tuple[float, float] | None:
    """Return the least and the greatest amount; months are those of the last course, the order of the list says nothing."""
    own = [entry for entry in entries if entry.option == option]
    since = [entry.months_since for entry in own if entry.months_since is not None]
    if what == "months" and own and len(since) == len(own):
        own = [entry for entry in own if entry.months_since == min(since)]
    amounts = [getattr(entry, what) for entry in own]
    if not amounts or any(value is None for value in amounts):
        return None
    if what == "cycles":
        return sum(amounts), sum(amounts)
    return min(amounts), min(amounts) if what == "months_since" else max(amounts)
