"""From a case document to the fields of the form: what is known, in the words and controls of the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from islet.case.dictionary import Dictionary, Fact
from islet.errors import InputError
from islet.web.board.entry import HISTORY_KEYS, ONE_OF, enter
from islet.web.board.fault_places import has_field
from islet.web.board.number_text import HINT, number_text
from islet.web.board.sections import Section, asked, sections_of

ABSENT = {"not_done": "not done", "pending": "pending", "indeterminate": "could not be told", "declined": "patient declined"}
RESPONSES = {
    "complete": "complete response", "partial": "partial response", "stable": "stable disease", "progression": "progression",
    "intolerance": "not tolerated", "unknown": "response not known",
}


class Field(NamedTuple):
    """Hold one fact as the form shows it.

    `kind` is number, choice or list; `value` the text or the chosen word; `ticked` the possible words; `members` each member of a
    list with its state; `kept` says in words what the form cannot show and leaves as it is; `origin` is typed, imported or "".
    """

    fact: Fact
    kind: str
    value: str = ""
    ticked: tuple[str, ...] = ()
    absent: str = ""
    on: str = ""
    source: str = ""
    members: tuple[tuple[str, str, str], ...] = ()
    others: str = ""
    kept: str = ""
    origin: str = ""
    fault: str = ""

    @property
    def name(self) -> str:
        """Return the name of its input."""
        return self.fact.name

    @property
    def id(self) -> str:
        """Return the id of its input."""
        return self.fact.name.replace(".", "-")

    @property
    def said(self) -> bool:
        """Tell whether anything is said of the fact."""
        return bool(self.value or self.absent or self.kept or self.others or any(state for _, _, state in self.members))

    @property
    def hint(self) -> str:
        """Return how a number may be written, with its unit and the possible range."""
        if self.kind != "number" or self.fact.possible is None:
            return ""
        low, high = self.fact.possible
        return f"{self.fact.unit}, {low:g} to {high:g}"

    @property
    def words(self) -> list[tuple[str, str]]:
        """Return the words to choose from, with their labels."""
        return [("yes", "yes"), ("no", "no")] if self.fact.type == "boolean" else list(self.fact.values.items())


class FormSection(NamedTuple):
    """Hold one section with its fields."""

    id: str
    title: str
    fields: tuple[Field, ...]

    @property
    def said(self) -> int:
        """Return of how many fields something is said."""
        return sum(field.said for field in self.fields)

    @property
    def faults(self) -> int:
        """Return how many fields are not valid."""
        return sum(bool(field.fault) for field in self.fields)


def form_sections(
    document: Mapping[str, Any], dictionary: Dictionary, imported: Mapping[str, Any] | None = None,
    faults: Mapping[str, InputError] | None = None,
) -> list[FormSection]:
    """Return the sections of the form filled with a document; what is as it was imported says so."""
    return [_section(section, document, dictionary, imported or {}, faults or {}) for section in sections_of(dictionary)]


def _section(
    section: Section, document: Mapping[str, Any], dictionary: Dictionary, imported: Mapping[str, Any], faults: Mapping[str, InputError]
) -> FormSection:
    fields = []
    for name in section.facts:
        fact = dictionary.facts[name]
        node = _node(document, fact)
        field = field_of(fact, node)
        fault = next((f"{e.found}; {e.expected}" if e.expected else e.found for at, e in faults.items() if _of(at, name)), "")
        origin = "" if not field.said else "imported" if node == _node(imported, fact) else "typed"
        fields.append(field._replace(fault=fault, origin=origin))
    return FormSection(section.id, section.title, tuple(fields))


def field_of(fact: Fact, node: Any) -> Field:
    """Return the field of one fact."""
    if fact.type == "list":
        return _list_field(fact, node)
    kind = "number" if fact.type == "number" else "choice"
    on = source = ""
    if isinstance(node, dict):
        on, source = str(node.get("on") or ""), str(node.get("source") or "")
        if "absent" in node:
            return Field(fact, kind, absent=str(node["absent"]), on=on, source=source)
        rest = {key: value for key, value in node.items() if key not in ("on", "source")}
        node = rest["value"] if set(rest) == {"value"} else rest or None
    if node is None:
        return Field(fact, kind, on=on, source=source)
    if kind == "number":
        text = number_text(node)
        return Field(fact, kind, kept=_words(node), on=on, source=source) if text is None else Field(fact, kind, text, on=on, source=source)
    if isinstance(node, dict):
        if set(node) == {ONE_OF} and isinstance(node[ONE_OF], list):
            return Field(fact, kind, ONE_OF, tuple(_word(word) for word in node[ONE_OF]), on=on, source=source)
        return Field(fact, kind, kept=_words(node), on=on, source=source)
    return Field(fact, kind, _word(node), on=on, source=source)


def history_rows(document: Mapping[str, Any]) -> tuple[str, list[dict[str, str]], str]:
    """Return the state of the history (not known, complete, more may have been), its rows as texts, and what cannot be shown."""
    node = document.get("history")
    if node is None:
        return "unknown", [], ""
    state = "complete"
    if isinstance(node, dict):
        if node.get("absent") or set(node) - {"present", "absent", "others"}:
            return "unknown", [], _words(node)
        state = "complete" if node.get("others", "unknown") == "none" else "unknown"
        node = node.get("present") or []
    if not isinstance(node, list):
        return "unknown", [], _words(node)
    rows = []
    for entry in node:
        entry = {"option": entry} if isinstance(entry, str) else entry
        if not isinstance(entry, dict):
            return "unknown", [], _words(node)
        rows.append({key: number_text(entry[key]) or "" if key in entry else "" for key in HISTORY_KEYS})
    return state, rows, ""


def also_in_file(document: Mapping[str, Any], dictionary: Dictionary) -> list[tuple[str, str]]:
    """Return what the document holds beside the form: name and words; it is kept as it is."""
    found = []
    for section, facts in document.items():
        if section == "measurements":
            found.append((section, _words(facts)))
        elif section in ("cells", "extent", "health", "preferences") and isinstance(facts, dict):
            for bare, node in facts.items():
                fact = dictionary.facts.get(f"{section}.{bare}")
                if fact is None or not asked(fact):
                    found.append((f"{section}.{bare}", _words(node)))
    return found


def stray_in(saved: Mapping[str, Any], document: Mapping[str, Any], dictionary: Dictionary) -> list[tuple[str, str, bool]]:
    """Return what a saved document says under names that are no facts today: place, words, and whether the form leaves it out."""
    places = [place for place in enter({}, saved, dictionary).faults if not has_field(place, dictionary)]
    return [(place, _words(_at(saved, place)), _at(document, place) is None) for place in places]


def _at(document: Mapping[str, Any], place: str) -> Any:
    section, _, bare = place.partition(".")
    inner = document.get(section)
    return document[place] if place in document else inner.get(bare) if isinstance(inner, Mapping) else None


def _of(place: str, name: str) -> bool:
    return place == name or place.startswith(f"{name}.")


def _node(document: Mapping[str, Any], fact: Fact) -> Any:
    section = document.get(fact.section)
    return section.get(fact.bare) if isinstance(section, Mapping) else None


def _word(node: Any) -> str:
    return {True: "yes", False: "no"}[node] if isinstance(node, bool) else str(node)


def _words(node: Any) -> str:
    text = str(node)
    return text if len(text) <= 120 else text[:117] + "…"


def _list_field(fact: Fact, node: Any) -> Field:
    present: list[str] = []
    absent: list[str] = []
    others = ""
    if isinstance(node, list):
        present = [str(word) for word in node]
        others = "none" if fact.section != "preferences" and (fact.plain_list == "complete" or not present) else ""
    elif isinstance(node, dict):
        if isinstance(node.get("absent"), str):
            others = f"absent:{node['absent']}"
        else:
            present, absent = list(node.get("present") or ()), list(node.get("absent") or ())
            others = "none" if node.get("others") == "none" else ""
        if set(node) - {"present", "absent", "others"}:
            return Field(fact, "list", kept=_words(node))
    elif node is not None:
        return Field(fact, "list", kept=_words(node))
    states = {**dict.fromkeys(absent, "no"), **dict.fromkeys(present, "yes")}
    return Field(fact, "list", members=tuple((word, fact.label(word), states.get(word, "")) for word in fact.values), others=others)


__all__ = ["HINT", "Field", "FormSection", "also_in_file", "field_of", "form_sections", "history_rows"]
