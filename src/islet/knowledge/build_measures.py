"""Build the dictionary of measurements and the constants of numeric models from `measurements/` and `constants/`."""

from __future__ import annotations

from typing import Any

from islet.case.dictionary import MEASUREMENTS, Dictionary, Fact, Measure
from islet.knowledge.build_options import Options, check_sources
from islet.knowledge.folder import Folder
from islet.knowledge.yaml_data import Checker, Map, Seq

TYPES = ("number", "category", "boolean", "text", "path")
_MORE = {"unit": str, "possible": Seq, "plausible": Seq, "whole": bool, "values": Map, "note": str, "required": bool}


def build_measures(folder: Folder, dictionary: Dictionary, check: Checker) -> dict[str, Measure]:
    """Return every entry of the section `measurements`; faults are collected."""
    found: dict[str, Measure] = {}
    for name, data in folder.under("measurements").items():
        file = str(folder.path / name)
        entries = data.get("measurements") if isinstance(data, Map) else None
        if not isinstance(entries, Map):
            check.fault("found no measurements", file, 1, "measurements")
            continue
        for bare, entry in entries.items():
            if bare in found or dictionary.find(bare) is not None:
                check.fault(f'"{bare}" is defined twice', file, entries.lines[bare], bare)
            elif isinstance(entry, Map) and entry.get("type") == "table":
                _table(bare, entry, file, found, check)
            else:
                fact = _fact(bare, f"{MEASUREMENTS}.{bare}", entry, file, True, check)
                if fact is not None:
                    found[bare] = Measure(fact)
    return found


def _table(bare: str, entry: Map, file: str, found: dict[str, Measure], check: Checker) -> None:
    if not check.shape(entry, file, bare, {"type": str, "question": str, "plain": str, "columns": Map}, {"note": str}):
        return
    columns = {}
    for name, column in entry["columns"].items():
        fact = _fact(name, f"{MEASUREMENTS}.{bare}.{name}", column, file, False, check)
        if fact is not None:
            columns[name] = fact
    table = Fact(f"{MEASUREMENTS}.{bare}", bare, MEASUREMENTS, "table", entry["question"], entry["plain"], note=entry.get("note") or "")
    found[bare] = Measure(table, columns, tuple(n for n, c in entry["columns"].items() if isinstance(c, Map) and c.get("required")))


def _fact(bare: str, name: str, entry: Any, file: str, plain: bool, check: Checker) -> Fact | None:
    required = {"type": TYPES, "question": str} | ({"plain": str} if plain else {})
    if not check.shape(entry, file, bare, required, _MORE if plain else {**_MORE, "plain": str}):
        return None
    possible = entry.get("possible")
    if entry["type"] == "number" and not (isinstance(possible, Seq) and len(possible) == 2 and entry.get("unit")):
        check.fault("a number needs a unit and a possible range", file, entry.line, bare)
        return None
    if entry["type"] == "category" and not entry.get("values"):
        check.fault("a category needs its values", file, entry.line, bare)
        return None
    plausible = entry.get("plausible")
    return Fact(
        name=name, bare=bare, section=MEASUREMENTS, type=entry["type"], question=entry["question"], plain=entry.get("plain") or "",
        unit=entry.get("unit") or "", possible=(float(possible[0]), float(possible[1])) if possible else None,
        plausible=(float(plausible[0]), float(plausible[1])) if plausible else None, whole=bool(entry.get("whole")),
        values={str(word): str(label) for word, label in (entry.get("values") or {}).items()}, note=entry.get("note") or "",
    )


def build_constants(folder: Folder, options: Options, check: Checker) -> dict[str, dict[str, Any]]:
    """Return every constant with unit, range and sources; faults are collected."""
    found: dict[str, dict[str, Any]] = {}
    for name, data in folder.under("constants").items():
        file = str(folder.path / name)
        entries = data.get("constants") if isinstance(data, Map) else None
        if not isinstance(entries, Map):
            check.fault("found no constants", file, 1, "constants")
            continue
        for constant, entry in entries.items():
            if not check.shape(entry, file, constant, {"value": float, "unit": str, "sources": Seq}, {"range": Seq, "note": str}):
                continue
            if constant in found:
                check.fault(f'the constant "{constant}" is defined twice', file, entry.line, constant)
            check_sources(entry["sources"], file, entry.line, constant, options, check)
            span = entry.get("range")
            if span is not None and not (len(span) == 2 and span[0] <= entry["value"] <= span[1]):
                check.fault(f"the range does not hold the value {entry['value']}", file, entry.line, constant, "expected [low, high]")
            found[constant] = dict(entry)
    return found
