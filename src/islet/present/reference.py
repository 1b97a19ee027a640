"""The dictionary of facts as a reference page and as a JSON Schema of the case file."""

from __future__ import annotations

from typing import Any

from islet.case.dictionary import MEASUREMENTS, SECTIONS, Dictionary, Fact
from islet.case.read_list import RESPONSES
from islet.case.values import ABSENCES, number_json, plain_number
from islet.knowledge.base import KnowledgeBase

_TITLES = {
    "cells": "The cells", "extent": "The extent", "health": "The overall health", "preferences": "The preferences",
    "history": "The history",
}
_HEAD = """# Facts

Made from the dictionary (`knowledge/facts/`) by `islet knowledge facts`. A fact is written `section.name`; each may be left out
(unknown, never false), given plainly, or partly: `{between: [5, 10]}`, `{below: 3}`, `{above: 20}`, `{at_least: 2}`, `{at_most: 40}`,
`{one_of: [G3, NEC]}`, `{absent: pending}` (not_done, pending, indeterminate, declined), `{values: [...]}` for several measurements,
`{value: 38, on: 2026-03-02, source: CT}` with date and source.
"""


def facts_page(base: KnowledgeBase) -> str:
    """Return the reference of every fact as Markdown, made from the dictionary."""
    dictionary = base.space.dictionary
    lines = [_HEAD]
    for section in SECTIONS:
        lines += [f"## {_TITLES[section]} (`{section}`)", "", "| fact | values | found by | question |", "|---|---|---|---|"]
        for fact in dictionary.by_section[section]:
            lines.append(f"| `{fact.bare}` | {_values(fact)} | {fact.found_by} | {fact.question} |")
        lines.append("")
    lines += _measurements(dictionary)
    derived = [fact for fact in dictionary.facts.values() if fact.derivation]
    lines += ["## Derived facts", "", "A derived fact and a given value of it are one fact; if they disagree, that is a conflict.", "",
              "| fact | follows from | sources |", "|---|---|---|"]
    for fact in derived:
        assert fact.derivation is not None
        sources = "; ".join(f"{base.sources[s['source']]['title']}, {s['locator']} ({s['verification']})" for s in fact.sources)
        lines.append(f"| `{fact.name}` | {_derivation(fact)}{'. ' + fact.note if fact.note else ''} | {sources} |")
    lines += ["", "## Links", "", "What every real patient obeys; facts that break one are a conflict.", ""]
    told = {label: words for label, words in base.space.says.items() if not label.startswith("definition")}
    lines += [f"- {words}" for label, words in told.items() if label not in ("derived", "several")]
    return "\n".join(lines) + "\n"


def _measurements(dictionary: Dictionary) -> list[str]:
    lines = ["## Measurements (`measurements`)", "", "Only estimates read them; they shape no verdict. A table is a list of rows.", "",
             "| measurement | values | question |", "|---|---|---|"]
    tables = []
    for name, measure in dictionary.measures.items():
        if measure.fact.type == "table":
            tables.append(measure)
        else:
            lines.append(f"| `{name}` | {_values(measure.fact)} | {measure.fact.question} |")
    for measure in tables:
        lines += ["", f"### `{measure.fact.bare}`", "", measure.fact.question, "", "| column | values | question |", "|---|---|---|"]
        for name, column in measure.columns.items():
            needed = " (in every row)" if name in measure.required else ""
            lines.append(f"| `{name}`{needed} | {_values(column)} | {column.question} |")
    return [*lines, ""]


def _values(fact: Fact) -> str:
    if fact.type in ("text", "path"):
        return "text" if fact.type == "text" else "path of a file or folder, from the case file on"
    if fact.type == "number":
        assert fact.possible is not None
        whole = ", whole" if fact.whole else ""
        return f"number, {fact.unit}, {plain_number(fact.possible[0])} to {plain_number(fact.possible[1])}{whole}"
    if fact.type == "boolean":
        return "true, false"
    if fact.from_history is not None or fact.bare == "refuses":
        return "list of options"
    return ("list: " if fact.type == "list" else "") + ", ".join(fact.values)


def _derivation(fact: Fact) -> str:
    assert fact.derivation is not None
    data = fact.derivation
    if data.get("when"):
        return f"`{data['when']}`"
    if data.get("values"):
        return "; ".join(f"{word}: `{rule}`" for word, rule in data["values"].items())
    if data.get("formula"):
        let = "".join(f", `{name} = {text}`" for name, text in (data.get("let") or {}).items())
        return f"`{data['formula']}`{let}"
    return "points: " + ", ".join(str(term.get("of")) for term in data["points"])


def case_schema(dictionary: Dictionary) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the case file, made from the dictionary."""
    sections: dict[str, Any] = {}
    for section in SECTIONS:
        if section == "history":
            continue
        facts = {fact.bare: {"title": fact.question, **_fact_schema(fact)} for fact in dictionary.by_section[section]}
        sections[section] = {"type": ["object", "null"], "properties": facts, "additionalProperties": False}
    sections[MEASUREMENTS] = _measurements_schema(dictionary)
    entry = {
        "type": "object", "required": ["option"], "additionalProperties": False,
        "properties": {
            "option": {"enum": list(dictionary.by_bare["tried"].values)}, "response": {"enum": list(RESPONSES)},
            "cycles": {"type": "integer", "minimum": 0}, "months": {"type": "number", "minimum": 0},
            "months_since": {"type": "number", "minimum": 0}, "on": {"type": "string", "format": "date"},
            "source": {"type": "string"}, "note": {"type": "string"},
        },
    }
    sections["history"] = {"type": ["array", "null"], "items": entry}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Islet case", "type": "object",
        "properties": {"id": {"type": "string"}, "as_of": {"type": "string", "format": "date"}, **sections}, "additionalProperties": False,
    }


def _measurements_schema(dictionary: Dictionary) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, measure in dictionary.measures.items():
        content: dict[str, Any] = _fact_schema(measure.fact)
        if measure.fact.type == "table":
            columns = {column: {"title": fact.question, **_plain_schema(fact)} for column, fact in measure.columns.items()}
            row = {"type": "object", "properties": columns, "required": list(measure.required), "additionalProperties": False}
            content = {"type": ["array", "null"], "items": row}
        found[name] = {"title": measure.fact.question, **content}
    return {"type": ["object", "null"], "properties": found, "additionalProperties": False}


def _plain_schema(fact: Fact) -> dict[str, Any]:
    if fact.type == "number":
        assert fact.possible is not None
        low, high = (number_json(end) for end in fact.possible)
        return {"type": "integer" if fact.whole else "number", "minimum": low, "maximum": high}
    if fact.type in ("text", "path"):
        return {"type": "string"}
    return {"type": "boolean"} if fact.type == "boolean" else {"enum": list(fact.values)}


def _fact_schema(fact: Fact) -> dict[str, Any]:
    if fact.type == "table":
        return {}
    if fact.type == "weights":
        return {"type": ["object", "null"]}
    if fact.type == "list":
        member = {"type": "array", "items": {"enum": list(fact.values)}}
        full = {"type": "object", "properties": {"present": member, "absent": {"anyOf": [member, {"enum": list(ABSENCES)}]},
                                                 "others": {"enum": ["none", "unknown"]}}}
        return {"anyOf": [member, full, {"type": "null"}]}
    if fact.type == "number":
        number = _plain_schema(fact)
        bounds = dict.fromkeys(("below", "above", "at_least", "at_most"), number)
        partial: dict[str, Any] = {**bounds, "between": {"type": "array", "items": number, "minItems": 2, "maxItems": 2},
                                   "one_of": {"type": "array", "items": number, "minItems": 1}}
        plain: dict[str, Any] = number
    else:
        plain = _plain_schema(fact)
        partial = {"one_of": {"type": "array", "items": plain, "minItems": 1}}
    about = {"on": {"type": "string", "format": "date"}, "source": {"type": "string"}, "absent": {"enum": list(ABSENCES)}}
    return {"anyOf": [plain, {"type": "null"}, {"type": "object", "properties": {
        **partial, **about, "value": plain, "values": {"type": "array", "items": plain}}, "additionalProperties": False}]}
