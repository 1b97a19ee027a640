"""Build the dictionary of facts from the YAML of the folder `facts/`."""

from __future__ import annotations

from typing import Any

from islet.case.dictionary import FOUND_BY, SECTIONS, Dictionary, Fact
from islet.knowledge.folder import Folder
from islet.knowledge.yaml_data import Checker, Map, Seq

FACT_TYPES = ("boolean", "category", "number", "list", "weights")
_TEXTS = {"question": str, "plain": str}
_OPTIONAL = {
    "unit": str, "possible": Seq, "plausible": Seq, "whole": bool, "ordered": bool, "values": Map, "members": object,
    "plain_values": Map, "plain_list": ("complete", "open"), "found_by": FOUND_BY, "codes": Map, "from_history": object, "note": str,
}
_DERIVED = {
    "when": str, "labels": Map, "formula": str, "let": Map, "by": Map, "points": Seq, "decimals": int,
    "agrees_within": float, "of": str, "vectors": Seq, "unit": str, "possible": Seq, "plausible": Seq, "whole": bool,
    "ordered": bool, "values": Map, "note": str, "question": str, "plain": str, "sources": Seq, "found_by": FOUND_BY, "inner": bool,
}


def build_dictionary(folder: Folder, check: Checker) -> tuple[Dictionary, dict[str, tuple[Map, str]]]:
    """Return the dictionary, and for each derived fact its data and file."""
    options, groups, extra = _options(folder, check)
    facts: dict[str, Fact] = {}
    derived: dict[str, tuple[Map, str]] = {}
    for name, data in folder.under("facts").items():
        file = str(folder.path / name)
        if not isinstance(data, Map):
            check.fault("found no mapping", file, 1, "", "expected facts:, derived: or links:")
            continue
        for key, line in data.lines.items():
            if key not in ("section", "title", "facts", "derived", "links"):
                check.fault(f'found the unknown key "{key}"', file, line, "", "expected section, title, facts, derived or links")
        if isinstance(data.get("facts"), Map):
            _given_facts(data, file, facts, options, extra, check)
        if isinstance(data.get("derived"), Map):
            for bare, entry in data["derived"].items():
                if check.shape(entry, file, bare, {"section": SECTIONS, "type": FACT_TYPES}, _DERIVED):
                    derived[bare] = (entry, file)
    for bare, (entry, file) in derived.items():
        _derived_fact(bare, entry, file, facts, check)
    seen: dict[str, str] = {}
    for fact in facts.values():
        if fact.bare in seen:
            check.fault(f'the fact "{fact.bare}" stands in two sections', str(folder.path / "facts"), 0, fact.name)
        seen[fact.bare] = fact.name
    return Dictionary(list(facts.values()), options, groups), derived


def _options(folder: Folder, check: Checker) -> tuple[dict[str, str], dict[str, tuple[str, ...]], dict[str, str]]:
    data = folder.documents.get("groups.yaml")
    file = str(folder.path / "groups.yaml")
    if not isinstance(data, Map) or not isinstance(data.get("groups"), Map):
        check.fault("the groups of options are missing", file, 0, "groups")
        return {}, {}, {}
    options: dict[str, str] = {}
    groups: dict[str, tuple[str, ...]] = {}
    for group, entry in data["groups"].items():
        if check.shape(entry, file, group, {"name": str, "plain": str, "options": Seq}, {}):
            groups[group] = tuple(entry["options"])
            options.update(dict.fromkeys(entry["options"], group))
    return options, groups, dict(data.get("history_only") or {})


def _pair(data: Map, key: str) -> tuple[float, float] | None:
    value = data.get(key)
    return (float(value[0]), float(value[1])) if isinstance(value, Seq) and len(value) == 2 else None


def _given_facts(
    data: Map, file: str, facts: dict[str, Fact], options: dict[str, str], extra: dict[str, str], check: Checker
) -> None:
    section = data.get("section")
    if section not in SECTIONS:
        check.fault(f'found the section "{section}"', file, 1, "section", "expected one of " + ", ".join(SECTIONS))
        return
    for bare, entry in data["facts"].items():
        if not check.shape(entry, file, bare, {"type": FACT_TYPES, **_TEXTS}, _OPTIONAL):
            continue
        values = {str(word): str(label) for word, label in (entry.get("values") or {}).items()}
        members = entry.get("members")
        if members == "options":
            values = {option: option for option in options} | extra
        elif members == "options_and_groups":
            values = {word: word for word in [*options, *dict.fromkeys(options.values())]}
        elif isinstance(members, Map):
            values = {str(word): str(label) for word, label in members.items()}
        if entry["type"] == "number" and (_pair(entry, "possible") is None or not entry.get("unit")):
            check.fault("a number needs a unit and a possible range", file, entry.line, bare)
            continue
        if entry["type"] in ("category", "list") and not values:
            check.fault("a category or list needs its values", file, entry.line, bare)
            continue
        plain_values = {str(word): str(words) for word, words in (entry.get("plain_values") or {}).items()}
        for word in plain_values.keys() - values.keys():
            check.fault(f'plain_values has the unknown value "{word}"', file, entry.line, bare, "expected one of " + ", ".join(values))
        facts[f"{section}.{bare}"] = Fact(
            name=f"{section}.{bare}", bare=bare, section=section, type=entry["type"], question=entry["question"],
            plain=entry["plain"], unit=entry.get("unit") or "", possible=_pair(entry, "possible"),
            plausible=_pair(entry, "plausible"), whole=bool(entry.get("whole")), ordered=bool(entry.get("ordered")),
            values=values, plain_list=entry.get("plain_list") or "", found_by=entry.get("found_by") or "question",
            codes=dict(entry.get("codes") or {}), from_history=entry.get("from_history"), note=entry.get("note") or "",
            plain_values=plain_values,
        )


def _derived_fact(bare: str, entry: Map, file: str, facts: dict[str, Fact], check: Checker) -> None:
    name = f"{entry['section']}.{bare}"
    ways = [key for key in ("when", "values", "formula", "points") if entry.get(key) is not None]
    if len(ways) != 1:
        check.fault("a derived fact has exactly one of when, values, formula and points", file, entry.line, bare)
        return
    if not entry.get("sources"):
        check.fault("a derived fact needs its source", file, entry.line, bare)
    data: dict[str, Any] = {key: entry[key] for key in ("when", "values", "formula", "let", "by", "points") if key in entry}
    sources = tuple(dict(source) for source in entry.get("sources") or ())
    base = facts.get(name)
    if entry.get("of"):
        if base is None:
            check.fault(f'there is no fact "{name}" to derive', file, entry.line, bare)
            return
        facts[name] = _with(base, data, entry.get("note") or base.note, sources)
        return
    if base is not None:
        check.fault(f'"{name}" is given as well as derived; say of: {bare}', file, entry.line, bare)
        return
    if not entry.get("question") or not entry.get("plain"):
        check.fault("a derived fact needs its question and its plain words", file, entry.line, bare)
        return
    values = {str(word): str(word) for word in (entry.get("values") or {})}
    values.update({str(word): str(label) for word, label in (entry.get("labels") or {}).items()})
    possible = _pair(entry, "possible")
    if entry["type"] == "number" and possible is None:
        check.fault("a number needs a unit and a possible range", file, entry.line, bare)
        return
    facts[name] = Fact(
        name=name, bare=bare, section=entry["section"], type=entry["type"], question=entry["question"], plain=entry["plain"],
        unit=entry.get("unit") or "", possible=possible, plausible=_pair(entry, "plausible"), whole=bool(entry.get("whole")),
        ordered=bool(entry.get("ordered")), values=values, found_by=entry.get("found_by") or "question", derivation=data,
        note=entry.get("note") or "", inner=bool(entry.get("inner")), sources=sources,
    )


def _with(base: Fact, derivation: dict[str, Any], note: str, sources: tuple[dict[str, Any], ...]) -> Fact:
    return base._replace(derivation=derivation, note=note, sources=sources)
