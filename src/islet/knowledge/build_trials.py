"""Check what trials say for machines: who was in them (`population`, `matches`) and which row is which figure (`figures`)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from islet.case.dictionary import Dictionary
from islet.errors import InputError, nearest
from islet.knowledge.build_estimates import tree_of
from islet.knowledge.build_options import Options, check_sources
from islet.knowledge.exact_interval import clopper_pearson, events_of
from islet.knowledge.folder import Folder
from islet.knowledge.yaml_data import Checker, Map, Seq
from islet.rules.language import parse_rule

ENDPOINTS = ("shrinkage", "progression_free", "survival", "severe_toxicity")
_POPULATION = {"pancreas_percent": float, "grades": object, "ki67_percent": object, "line": str, "progression_required": bool, "sstr": str,
               "region": str, "ecog": object}
_FIGURE = {"of": str, "for": str, "endpoint": ENDPOINTS}
_FIGURE_MORE = {"side": ("value", "versus"), "at_months": float, "n": int, "ci_percent": int, "when": str, "data_set": str, "overall": bool,
                "whose": str, "plain": str}


def build_trials(folder: Folder, dictionary: Dictionary, options: Options, check: Checker) -> None:
    """Replace `matches` and `figures` of every trial by their checked form; faults are collected."""
    for name, data in folder.under("trials").items():
        trial = options.trials.get(data.get("id", "")) if isinstance(data, Map) else None
        if trial is None:
            continue
        file = str(folder.path / name)
        if "population" in trial:
            check.shape(trial["population"], file, trial["id"], {}, _POPULATION)
        for part, make in (("matches", _match), ("figures", _figure)):
            found = []
            for entry in trial.get(part) or ():
                try:
                    found.append(make(entry, trial, dictionary, options, file, check))
                except InputError as error:
                    check.errors.append(error)
            trial[part] = found


def _match(entry: Any, trial: dict[str, Any], dictionary: Dictionary, options: Options, file: str, check: Checker) -> dict[str, Any]:
    if not check.shape(entry, file, trial["id"], {"says": str, "when": str, "sources": Seq}, {"essential": bool, "plain": str}):
        raise InputError("a condition cannot be read", file, getattr(entry, "line", 0), trial["id"], "expected says, when and sources")
    check_sources(entry["sources"], file, entry.line, trial["id"], options, check)
    tree = tree_of(parse_rule(entry["when"], dictionary, file, entry.line, trial["id"]))
    return {"says": entry["says"], "plain": entry.get("plain") or "", "when": entry["when"], "tree": tree,
            "essential": bool(entry.get("essential")), "sources": [dict(s) for s in entry["sources"]]}


def _figure(entry: Any, trial: dict[str, Any], dictionary: Dictionary, options: Options, file: str, check: Checker) -> dict[str, Any]:
    if not check.shape(entry, file, trial["id"], _FIGURE, _FIGURE_MORE):
        raise InputError("a figure cannot be read", file, getattr(entry, "line", 0), trial["id"], "expected of, for and endpoint")
    rows = [*trial["results"], *(trial.get("harms") or ())]
    names = [str(row.get("measure") or row.get("text")) for row in rows]
    fitting = [i for i, row in enumerate(rows) if names[i] == entry["of"] and entry.get("data_set") in (None, row.get("data_set"))]
    if len(fitting) != 1:
        raise InputError(f'{len(fitting)} rows are called "{entry["of"]}"', file, entry.line, trial["id"], nearest(entry["of"], names))
    row = rows[fitting[0]]
    side = entry.get("side") or "value"
    source = row if side == "value" else row.get("versus") or {}
    value, unit = source.get("value"), row.get("unit") or ""
    if not isinstance(value, (int, float)):
        raise InputError(f'the row "{entry["of"]}" has no number on the side "{side}"', file, entry.line, trial["id"])
    if (unit == "%") == (entry["endpoint"] in ("progression_free", "survival") and entry.get("at_months") is None):
        raise InputError(f'{entry["endpoint"]} in "{unit}"', file, entry.line, trial["id"], "a share needs at_months, a median has months")
    when = entry.get("when")
    found = {
        "row": fitting[0], "of": entry["of"], "side": side, "for": entry["for"], "endpoint": entry["endpoint"],
        "at_months": entry.get("at_months"), "value": value, "unit": unit, "n": entry.get("n"), "data_set": row.get("data_set") or "",
        "overall": bool(entry.get("overall")),
        "whose": entry.get("whose") or "", "plain": entry.get("plain") or "",
        "hr": row.get("hr"), "hr_ci": list(row.get("hr_ci") or ()), "p": row.get("p"), "when": when,
        "tree": None if when is None else tree_of(parse_rule(when, dictionary, file, entry.line, trial["id"])),
        "sources": [dict(s) for s in row["sources"]],
    }
    found["ci"], found["ci_is"], found["ci_percent"] = _interval(source, entry, value, unit)
    return found


def _interval(source: Any, entry: Any, value: float, unit: str) -> tuple[list[float | None] | None, str, int]:
    """Return the interval that the trial reports, or the exact one of a share whose count is certain, and what it is."""
    level = entry.get("ci_percent") or 95
    if source.get("ci"):
        ends = [None if end is None else float(end) for end in source["ci"]]
        return ends, f"{level} % interval as the trial reports it", level
    if unit == "%" and entry.get("n"):
        decimals = -int(Decimal(str(value)).as_tuple().exponent)
        events = events_of(value, entry["n"], decimals)
        if events is not None:
            ends = [round(100 * end, 1) for end in clopper_pearson(events, entry["n"])]
            return list(ends), f"exact 95 % interval (Clopper-Pearson) worked out from {events} of {entry['n']}", 95
    return None, "", level
