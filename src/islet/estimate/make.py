"""Make the estimates of one option from the calculators of the knowledge and what is known of the patient."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from islet.case.values import number_json, plain_number
from islet.estimate.formula import Calculator, MissingInput, OutsideRange, bare, in_place_of, inside, rounded, span_of
from islet.estimate.known import Known
from islet.estimate.model import AVAILABLE, GIVEN, NEEDS, OUTSIDE
from islet.estimate.nearest import nearest_estimates
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.rules.truth import Truth


def estimates_of(option: str, known: Known, base: KnowledgeBase) -> tuple[dict[str, Any], ...]:
    """Return the estimates of an option in the form of `Estimate.as_json`: given, needing inputs, or outside their range."""
    found = []
    for calculator in base.estimates.get(option, ()):
        made = _estimate(calculator, known, base)
        if made is not None:
            found.append(made)
    return (*found, *(estimate.as_json() for estimate in nearest_estimates(base.options[option], known, base)))


def estimate_one(ident: str, known: Known, base: KnowledgeBase, exact: bool = False) -> dict[str, Any] | None:
    """Return one estimate by its id, or None when it is not meant for this patient; `exact` leaves results unrounded."""
    calculator = next(c for own in base.estimates.values() for c in own if c["id"] == ident)
    if exact:
        parts = calculator["parts"]
        parts = [{**part, "decimals": None} for part in parts] if isinstance(parts, list) else parts
        calculator = {**calculator, "decimals": None, "parts": parts}
    return _estimate(calculator, known, base)


def _estimate(calculator: Calculator, known: Known, base: KnowledgeBase) -> dict[str, Any] | None:
    when = calculator["when"]
    if when is not None:
        truth = known.holds(when)
        if truth is Truth.NO:
            return None
        if truth is Truth.UNKNOWN:
            return _without(calculator, NEEDS, tuple(dict.fromkeys(known.missing(when))), "", base)
    try:
        return _MAKERS[calculator["kind"]](calculator, known, base)
    except MissingInput as missing:
        return _without(calculator, NEEDS, tuple(dict.fromkeys(missing.names)), "", base)
    except OutsideRange as outside:
        return _without(calculator, OUTSIDE, (), str(outside), base)


class Kept(dict[str, Any]):
    """Hold an estimate that many patients share; it is made once and never changed."""


_METHODS = {
    "cases": "published figures of the group this patient belongs to", "checklist": "each item answered from what is known",
    "table": "published figures and label texts, row by row", "formula": "arithmetic", "run": "computed by islet quantify",
}


def _base(calculator: Calculator, base: KnowledgeBase) -> dict[str, Any]:
    key = ("estimate", calculator["id"])
    found: dict[str, Any] | None = base.kept.get(key)
    if found is None:
        found = base.kept[key] = {
            "id": calculator["id"], "name": calculator["name"], "status": NEEDS, "value": None, "unit": calculator["unit"],
            "interval": None, "interval_is": "", "text": "", "plain": "",
            "method": calculator["method"] or calculator["written"] or _METHODS[calculator["kind"]],
            "inputs": {}, "needs": [], "because": "", "assumptions": calculator["assumptions"], "cannot_say": calculator["cannot_say"],
            "validity": _validity(calculator["valid"]), "sources": sources_json(calculator["sources"], base),
            "research": calculator["research"],
        }
        if calculator["limits"]:
            found["limits"] = [{**limit, "sources": sources_json(limit["sources"], base)} for limit in calculator["limits"]]
    return found


def _without(calculator: Calculator, status: str, needs: tuple[str, ...], because: str, base: KnowledgeBase) -> dict[str, Any]:
    key = ("estimate", calculator["id"], status, needs, because)
    found: dict[str, Any] | None = base.kept.get(key)
    if found is None:
        found = Kept({**_base(calculator, base), "status": status, "needs": list(needs), "because": because})
        if status == NEEDS:
            base.kept[key] = found
    return found


def _formula(calculator: Calculator, known: Known, base: KnowledgeBase) -> dict[str, Any]:
    inputs = inside(calculator["valid"], known)
    low, high, shown = span_of(calculator["formula"], calculator, known)
    decimals = calculator["decimals"]
    interval = None
    words = ""
    value: float | None = None
    if rounded(low, decimals) == rounded(high, decimals):
        value = rounded(low, decimals)
        if calculator["low"] is not None and calculator["high"] is not None:
            ends = (span_of(calculator["low"], calculator, known, low)[0], span_of(calculator["high"], calculator, known, low)[1])
            interval, words = [rounded(end, decimals) for end in ends], calculator["interval_is"]
    else:
        interval, words = [rounded(low, decimals), rounded(high, decimals)], "what is known in part allows this range"
    used = in_place_of(calculator, known, calculator["formula"][3])
    return _given(calculator, base, value, interval, words, {**inputs, **shown}, calculator["text"], calculator["plain"], used)


def _cases(calculator: Calculator, known: Known, base: KnowledgeBase) -> dict[str, Any]:
    inputs = inside(calculator["valid"], known)
    for part in calculator["parts"]:
        truth = Truth.YES if part["when"] is None else known.holds(part["when"])
        if truth is Truth.UNKNOWN:
            raise MissingInput(known.missing(part["when"]))
        if truth is Truth.YES:
            read = names_of(part["when"]) if part["when"] is not None else []
            shown = {**inputs, **{name: known.shown(name) for name in read}}
            made = _given(
                calculator, base, part["value"], part["interval"], part["interval_is"] or "", shown,
                part["text"] or calculator["text"], part["plain"] or calculator["plain"],
            )
            if part["sources"]:
                made["sources"] = sources_json([*part["sources"], *calculator["sources"]], base)
            return made
    raise OutsideRange("none of the published groups holds this patient")


def _checklist(calculator: Calculator, known: Known, base: KnowledgeBase) -> dict[str, Any]:
    for _, written in calculator["let"]:
        with suppress(MissingInput):
            span_of(written, calculator, known)  # raises when a part leaves its range
    rows = []
    for part in calculator["parts"]:
        truth = known.holds(part["when"])
        row = {"item": part["item"], "holds": truth.word, "facts": {name: known.shown(name) for name in names_of(part["when"])}}
        if part["text"]:
            row["text"] = part["text"]
        row["sources"] = sources_json(part["sources"], base)
        rows.append(row)
    answers = {row["holds"] for row in rows}
    value = "not met" if "no" in answers else "open" if "unknown" in answers else "met"
    needs = [name for part in calculator["parts"] for name in known.missing(part["when"])]
    made = _given(calculator, base, value, None, "", {}, calculator["text"], calculator["plain"])
    made["needs"] = list(dict.fromkeys(needs))
    made["rows"] = rows
    return made


def _table(calculator: Calculator, known: Known, base: KnowledgeBase) -> dict[str, Any]:
    inside(calculator["valid"], known)
    shown: list[tuple[int, tuple[str, ...]]] = []  # rows of this patient, and what their conditions still need
    moving = False
    for number, part in enumerate(calculator["parts"]):
        when = part["when"]
        answer = 2 if when is None else known.answer(when)
        if answer:
            shown.append((number, tuple(known.missing(when)) if answer == 1 else ()))
            moving = moving or part["formula"] is not None
    if not shown:
        raise OutsideRange("no row of the table is meant for this patient")
    if moving:
        parts = calculator["parts"]
        rows = [(n, missing, {} if parts[n]["formula"] is None else _amount(parts[n], calculator, known)) for n, missing in shown]
        return _rows(calculator, rows, base)
    key = ("table", calculator["id"], tuple(shown))
    kept: Kept | None = base.kept.get(key)
    if kept is None:
        kept = base.kept[key] = Kept(_rows(calculator, [(n, missing, {}) for n, missing in shown], base))
    return kept


def _rows(
    calculator: Calculator, shown: list[tuple[int, tuple[str, ...], dict[str, Any]]], base: KnowledgeBase
) -> dict[str, Any]:
    rows, needs = [], []
    for number, missing, amount in shown:
        row = {**_fixed_row(calculator, number, base), **amount}
        wanted = list(dict.fromkeys((*missing, *row.pop("missing", ()))))
        if wanted:
            row["needs"] = wanted
            needs += wanted
        rows.append(row)
    made = _given(calculator, base, len(rows), None, "", {}, calculator["text"], calculator["plain"])
    made["value"], made["unit"] = None, ""  # the figures stand in the rows, each with its own unit
    made["needs"], made["rows"] = list(dict.fromkeys(needs)), rows
    return made


def _fixed_row(calculator: Calculator, number: int, base: KnowledgeBase) -> dict[str, Any]:
    """Return what a row says of every patient; it is made once and never changed."""
    key = ("row", calculator["id"], number)
    found: dict[str, Any] | None = base.kept.get(key)
    if found is None:
        part = calculator["parts"][number]
        unit = "" if isinstance(part["value"], str) else part["unit"] or calculator["unit"]
        found = {"what": part["what"], "value": part["value"], "unit": unit}
        if part["text"]:
            found["text"] = part["text"]
        found["sources"] = sources_json(part["sources"], base)
        base.kept[key] = found
    return found


def _amount(part: dict[str, Any], calculator: Calculator, known: Known) -> dict[str, Any]:
    """Return the number of a row with a formula, or why there is none."""
    try:
        inside(part["valid"], known)
        low, high, shown = span_of(part["formula"], calculator, known)
    except MissingInput as missing:
        return {"missing": missing.names}
    except OutsideRange as outside:
        return {"outside": str(outside)}
    decimals = calculator["decimals"] if part["decimals"] is None else part["decimals"]
    low, high = rounded(low, decimals), rounded(high, decimals)
    if low == high:
        return {"value": number_json(low), "inputs": shown}
    return {"interval": [number_json(low), number_json(high)], "inputs": shown}


def _given(
    calculator: Calculator, base: KnowledgeBase, value: Any, interval: list[float] | None, words: str, inputs: dict[str, Any],
    text: str, plain: str, used: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    if isinstance(value, float):
        value = number_json(value)
    shown = {"value": _number(value, interval), "low": "", "high": "", **used}
    if interval is not None:
        interval = [number_json(end) for end in interval]
        shown["low"], shown["high"] = plain_number(interval[0]), plain_number(interval[1])
    return {
        **_base(calculator, base), "status": GIVEN, "value": value, "interval": interval, "interval_is": words, "inputs": inputs,
        "text": text.format(**shown), "plain": plain.format(**shown),
    }


def _number(value: Any, interval: list[float] | None) -> str:
    if value is None:
        return f"{plain_number(interval[0])} to {plain_number(interval[1])}" if interval else ""
    return plain_number(value) if isinstance(value, (int, float)) else str(value)


def _validity(valid: list[tuple[str, float, float, str]]) -> str:
    return "; ".join(f"{bare(name)} {plain_number(low)} to {plain_number(high)} {unit}".rstrip() for name, low, high, unit in valid)


def names_of(tree: tuple[Any, ...]) -> list[str]:
    """Return the facts a condition reads, each once."""
    if tree[0] == "atom":
        return [tree[1]]
    parts = (tree[1],) if tree[0] == "not" else tree[1]
    return list(dict.fromkeys(name for part in parts for name in names_of(part)))


def _run(calculator: Calculator, known: Known, base: KnowledgeBase) -> dict[str, Any]:
    wanted = calculator["parts"]["inputs"]
    missing = [f"measurements.{name}" for name in wanted if not known.patient.case.measurements.get(name)]
    if missing:
        raise MissingInput(missing)
    return {**_base(calculator, base), "status": AVAILABLE, "text": calculator["text"], "plain": calculator["plain"]}


_MAKERS = {"formula": _formula, "cases": _cases, "checklist": _checklist, "table": _table, "run": _run}
