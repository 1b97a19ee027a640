"""What each column of a table says: a fact, one end of an interval, a list, a member of a list, the history, or nothing known here."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

from islet.case.dictionary import Fact, Variable
from islet.errors import InputError
from islet.patient.space import Space

LOW, HIGH = "__low", "__high"
OWN = ("id", "as_of", "synthetic")  # columns that are no facts
HISTORY = "history"


class Column(NamedTuple):
    """Hold one column that says a fact: its name in the table, the fact, and the variable where there is just one.

    `role` is value, low, high, list or history.
    """

    name: str
    role: str
    fact: Fact
    variable: Variable | None = None


class Columns(NamedTuple):
    """Hold what the columns of a table say.

    `known` are the columns that are read; `own` those of id, as_of and synthetic that are there; `aside` maps every other column to
    a hint (or nothing); `missing` names the facts that no column tells: they are unknown of every patient.
    """

    known: tuple[Column, ...]
    own: frozenset[str]
    aside: dict[str, str]
    missing: tuple[str, ...]

    def read(self) -> list[str]:
        """Return the names of the columns that are read."""
        return [name for name in OWN if name in self.own] + [column.name for column in self.known]


def match_columns(names: Sequence[str], space: Space, file: str = "") -> Columns:
    """Return what the columns of a table say; raise InputError when two of them have one meaning.

    >>> from islet.knowledge.store import load_knowledge
    >>> found = match_columns(["id", "ki67_percent", "health.egfr__low", "ki67_percnt", "ward"], load_knowledge().space)
    >>> [(column.fact.name, column.role) for column in found.known]
    [('cells.ki67_percent', 'value'), ('health.egfr', 'low')]
    >>> found.aside
    {'ki67_percnt': 'did you mean "ki67_percent"?', 'ward': ''}
    """
    known: list[Column] = []
    own: set[str] = set()
    aside: dict[str, str] = {}
    taken: dict[tuple[str, str], str] = {}
    for name in names:
        column = _column(name, space)
        key = _meaning(name, column)
        if key is None:
            aside[name] = _hint(name, space)
            continue
        if key in taken:
            said = "twice" if taken[key] == name else f'by "{taken[key]}" too'
            raise InputError(f'the column "{name}" is there {said}', file, 0, "", "expected one column for one fact")
        taken[key] = name
        if column is None:
            own.add(name)
        else:
            known.append(column)
    told = {column.fact.name for column in known}
    return Columns(tuple(known), frozenset(own), aside, tuple(_missing(told, space)))


def _meaning(name: str, column: Column | None) -> tuple[str, str] | None:
    if column is None:
        return (name, "") if name in OWN else None
    return (column.variable.name if column.variable else column.fact.name), column.role


def _column(name: str, space: Space) -> Column | None:
    if name in OWN:
        return None
    if name == HISTORY:
        return Column(name, "history", Fact(HISTORY, HISTORY, HISTORY, "history", "", ""))
    for suffix, role in ((LOW, "low"), (HIGH, "high")):
        if name.endswith(suffix):
            fact = space.dictionary.find(name.removesuffix(suffix))
            if fact is None or fact.type != "number":
                return None
            return Column(name, role, fact, space.variables[space.place[fact.name]])
    fact = space.dictionary.find(name)
    if fact is not None:
        if fact.type == "weights":
            return None
        if fact.type == "list":
            return Column(name, "list", fact)
        index = space.place.get(fact.name)
        return Column(name, "value", fact, None if index is None else space.variables[index])
    index = space.place.get(name)
    if index is None:
        return None
    variable = space.variables[index]
    whole = space.dictionary.facts[variable.fact]
    member = Fact(name, name, whole.section, "boolean", f"{whole.question} {variable.member}?", whole.plain)
    return Column(name, "value", member, variable)


def _missing(told: set[str], space: Space) -> list[str]:
    """Return the facts a person tells (not derived, not for rules only) that no column tells."""
    members = {space.variables[index].fact for name, index in space.place.items() if name in told}
    found = []
    for fact in space.dictionary.facts.values():
        if fact.inner or fact.derivation is not None or fact.section == "preferences" or fact.name in told | members:
            continue
        if fact.section == HISTORY:
            if HISTORY not in told and HISTORY not in found:
                found.append(HISTORY)
            continue
        found.append(fact.name)
    return found


def _hint(name: str, space: Space) -> str:
    bare = name
    for suffix in (LOW, HIGH):
        bare = bare.removesuffix(suffix)
    valid = [*OWN, HISTORY, *space.dictionary.names(), *space.dictionary.facts, *space.place]
    close = get_close_matches(bare.lower(), valid, n=1, cutoff=0.75)
    if close and bare.lower() not in OWN:
        return f'did you mean "{close[0]}{name[len(bare):]}"?'
    return ""
