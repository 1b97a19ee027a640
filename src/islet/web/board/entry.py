"""From a form that was sent to the case document it means; nothing that the form does not show is lost."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from islet.case.dictionary import Dictionary, Fact
from islet.case.model import Case
from islet.case.reader import read_case
from islet.errors import InputError
from islet.web.board.fault_places import has_field
from islet.web.board.number_text import number_node
from islet.web.board.sections import asked

Form = Mapping[str, Sequence[str]]
ONE_OF = "one_of"
KEEP = "keep"
LEFT_OUT = "out"
FORM = "the form"
MOST_FAULTS = 20
HISTORY_KEYS = ("option", "response", "cycles", "months", "months_since", "on", "source", "note")
NUMBERS = ("cycles", "months", "months_since")


class Entered(NamedTuple):
    """Hold what a form means: the document, the case when it can be read, and each fault with its field."""

    document: dict[str, Any]
    case: Case | None
    faults: dict[str, InputError]


def enter(form: Form, base: Mapping[str, Any], dictionary: Dictionary) -> Entered:
    """Return the document that a form makes of an earlier one, read as a case file is, with every fault at once."""
    document = document_of(form, base, dictionary)
    faults: dict[str, InputError] = {}
    left = copy.deepcopy(document)
    while True:
        try:
            case = read_case(json.dumps(left).encode(), FORM, dictionary)
            return Entered(document, None if faults else case, faults)
        except InputError as error:
            faults[error.field] = error
            if len(faults) >= MOST_FAULTS or not _drop(left, error.field):
                return Entered(document, None, faults)


def document_of(form: Form, base: Mapping[str, Any], dictionary: Dictionary) -> dict[str, Any]:
    """Return the document; facts that the form does not hold stay as they are in the earlier one, unless it says to leave them out."""
    document = copy.deepcopy(dict(base))
    for place in form.get(LEFT_OUT, ()):
        if not has_field(place, dictionary):
            _drop(document, place)
    for key in ("id", "as_of"):
        if key in form:
            _put(document, key, one(form, key).strip() or None)
    for fact in dictionary.facts.values():
        if asked(fact) and f"{fact.name}~{KEEP}" not in form and any(name in form for name in names_of(fact)):
            section = document.get(fact.section)
            section = dict(section) if isinstance(section, dict) else {}
            _put(section, fact.bare, fact_node(fact, form))
            _put(document, fact.section, section or None)
    if "history~state" in form and f"history~{KEEP}" not in form:
        _put(document, "history", history_node(form))
    return document


def names_of(fact: Fact) -> list[str]:
    """Return the names of the inputs that say something of a fact."""
    if fact.type == "list":
        return [f"{fact.name}~shown"]
    return [fact.name]


def fact_node(fact: Fact, form: Form) -> Any:
    """Return what a form says of one fact, as the case file writes it; None when it says nothing."""
    if fact.type == "list":
        return _list_node(fact, form)
    about = {key: text for key in ("on", "source") if (text := one(form, f"{fact.name}~{key}").strip())}
    absent = one(form, f"{fact.name}~absent")
    if fact.type == "number":
        text = one(form, fact.name).strip()
        node = number_node(text) if text else None
    else:
        word = one(form, fact.name)
        absent = word.removeprefix("absent:") if word.startswith("absent:") else absent
        ticked = [_word(fact, other) for other in form.get(f"{fact.name}~ticked", ())]
        node = {ONE_OF: ticked} if word == ONE_OF and ticked else _word(fact, word) if word not in ("", ONE_OF) else None
        node = None if word.startswith("absent:") else node
    if node is None:
        return {"absent": absent, **about} if absent else None
    if not about:
        return node
    return {**node, **about} if isinstance(node, dict) else {"value": node, **about}


def history_node(form: Form) -> Any:
    """Return the treatments of a form: None when not known, a list when it is complete."""
    entries = []
    row = 0
    while f"history.{row}.option" in form:
        entry: dict[str, Any] = {}
        for key in HISTORY_KEYS:
            text = one(form, f"history.{row}.{key}").strip()
            if text:
                entry[key] = number_node(text) if key in NUMBERS else text
        if entry:
            entries.append(entry)
        row += 1
    state = one(form, "history~state")
    if state == "complete":
        return entries
    return {"present": entries, "others": "unknown"} if entries else None


def one(form: Form, name: str) -> str:
    """Return the one text under a name, or ''."""
    found = form.get(name) or ("",)
    return found[-1]


def _word(fact: Fact, word: str) -> Any:
    return {"yes": True, "no": False}.get(word, word) if fact.type == "boolean" else word


def _list_node(fact: Fact, form: Form) -> Any:
    if fact.section == "preferences":
        return [word for word in fact.values if one(form, f"{fact.name}.{word}")] or None
    said = {word: one(form, f"{fact.name}.{word}") for word in fact.values}
    present, absent = ([word for word, state in said.items() if state == wanted] for wanted in ("yes", "no"))
    others = one(form, f"{fact.name}~others")
    if others.startswith("absent:"):
        return {"absent": others.removeprefix("absent:")}
    if not present and not absent and not others:
        return None
    return {"present": present, "absent": absent, "others": "none" if others == "none" else "unknown"}


def _put(holder: dict[str, Any], key: str, node: Any) -> None:
    if node is None:
        holder.pop(key, None)
    else:
        holder[key] = node


def _drop(document: dict[str, Any], field: str) -> bool:
    """Take the faulty fact out, so that the next fault can be found; tell whether anything was taken."""
    section, _, rest = field.partition(".")
    inner = document.get(section)
    if field in document:
        del document[field]
    elif section == "history" and section in document:
        del document[section]
    elif isinstance(inner, dict) and (key := rest if rest in inner else rest.split(".")[0]) in inner:
        del inner[key]
    else:
        return False
    return True
