"""The dictionary of facts: the one place where a fact is defined. Reader, schema, forms and columns come from it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

SECTIONS = ("cells", "extent", "health", "preferences", "history")
MEASUREMENTS = "measurements"


FOUND_BY = ("question", "report", "blood", "scan", "biopsy", "operation")  # from the least burden to the most


class Fact(NamedTuple):
    """Hold one fact of the dictionary.

    `type` is boolean, category, number, list or weights. `values` maps the words of a category (or the members of a
    list) to their labels, `plain_values` those of them that patients need in other words. `inner` facts serve rules
    only and are not told to readers. `derivation` is the data of its `when`, `values`, `formula` or `points`, if it is
    derived.
    """

    name: str
    bare: str
    section: str
    type: str
    question: str
    plain: str
    unit: str = ""
    possible: tuple[float, float] | None = None
    plausible: tuple[float, float] | None = None
    whole: bool = False
    ordered: bool = False
    values: Mapping[str, str] = MappingProxyType({})
    plain_list: str = ""
    found_by: str = "question"
    codes: Mapping[str, str] = MappingProxyType({})
    from_history: Any = None
    derivation: dict[str, Any] | None = None
    note: str = ""
    inner: bool = False
    sources: tuple[dict[str, Any], ...] = ()
    plain_values: Mapping[str, str] = MappingProxyType({})

    def label(self, word: str) -> str:
        """Return the words a person reads for one value."""
        if self.type == "boolean":
            return word
        return self.values.get(word, word)


class Measure(NamedTuple):
    """Hold one entry of the section `measurements`: what only an estimate needs; no criterion reads it.

    A scalar has no `columns`; a table has its columns by name, and `required` names those no row may leave out.
    """

    fact: Fact
    columns: Mapping[str, Fact] = MappingProxyType({})
    required: tuple[str, ...] = ()


class Variable(NamedTuple):
    """Hold one thing a rule can ask: a fact, or one member of a list fact.

    `cells` cuts the values into finitely many classes between which no rule can tell a difference; `full` is the bit
    mask of those that a patient can have. `cuts` are the thresholds of a number.
    """

    number: int
    name: str
    fact: str
    member: str
    kind: str
    words: tuple[str, ...]
    cuts: tuple[float, ...]
    full: int


class Dictionary:
    """Look facts and variables up by name, bare or with section."""

    def __init__(
        self, facts: list[Fact], options: dict[str, str], groups: dict[str, tuple[str, ...]], measures: dict[str, Measure] | None = None
    ) -> None:
        self.facts = {fact.name: fact for fact in facts}
        self.by_bare = {fact.bare: fact for fact in facts}
        self.options = options
        self.groups = groups
        self.measures = measures or {}
        self.by_section: dict[str, list[Fact]] = {section: [] for section in (*SECTIONS, MEASUREMENTS)}
        for fact in facts:
            self.by_section[fact.section].append(fact)

    def find(self, name: str) -> Fact | None:
        """Return the fact called `name` (bare or section.name), or None."""
        return self.facts.get(name) or self.by_bare.get(name)

    def names(self) -> list[str]:
        """Return every bare fact name, for suggestions."""
        return list(self.by_bare)
