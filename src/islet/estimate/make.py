"""Make the estimates of one option from the calculators of the knowledge and what is known of the patient."""

from __future__ import annotations

from typing import Any

from islet.case.values import number_json
from islet.estimate.form import Kept, fixed, given, without
from islet.estimate.formula import Calculator, MissingInput, OutsideRange, check_lets, in_place_of, inside, rounded, span_of
from islet.estimate.known import Known
from islet.estimate.model import AVAILABLE, NEEDS, OUTSIDE
from islet.estimate.nearest import nearest_estimates
from islet.estimate.population import not_known_of, with_not_known
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
            return without(calculator, NEEDS, tuple(dict.fromkeys(known.missing(when))), "", base)
    try:
        not_known = not_known_of(calculator, known)
        check_lets(calculator, known)
        return with_not_known(_MAKERS[calculator["kind"]](calculator, known, base), not_known, known)
    except MissingInput as missing:
        return without(calculator, NEEDS, tuple(dict.fromkeys(missing.names)), "", base)
    except OutsideRange as outside:
        return without(calculator, OUTSIDE, (), str(outside), base)


_PLAIN_ANSWER = {
    "met": "all of them are met", "not met": "not all of them are met", "open": "it is not settled yet whether all of them are met",
}


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
    return given(calculator, base, value, interval, words, {**inputs, **shown}, calculator["text"], calculator["plain"], used)


def _cases(calculator: Calculator, known: Known, base: KnowledgeBase) -> dict[str, Any]:
    inputs = inside(calculator["valid"], known)
    for part in calculator["parts"]:
        truth = Truth.YES if part["when"] is None else known.holds(part["when"])
        if truth is Truth.UNKNOWN:
            raise MissingInput(known.missing(part["when"]))
        if truth is Truth.YES:
            read = names_of(part["when"]) if part["when"] is not None else []
            shown = {**inputs, **{name: known.shown(name) for name in read}}
            made = given(
                calculator, base, part["value"], part["interval"], part["interval_is"] or "", shown,
                part["text"] or calculator["text"], part["plain"] or calculator["plain"],
            )
            if part["sources"]:
                made["sources"] = sources_json([*part["sources"], *calculator["sources"]], base)
            return made
    raise OutsideRange("none of the published groups holds this patient")


def _checklist(calculator: Calculator, known: Known, base: KnowledgeBase) -> dict[str, Any]:
    rows = []
    for part in calculator["parts"]:
        truth = known.holds(part["when"])
        row = {"item": part["item"], "holds": truth.word, "facts": {name: known.shown(name) for name in names_of(part["when"])}}
        if part["text"]:
            row["text"] = part["text"]
        row["sources"] = sources_json(part["sources"], base)
        rows.append(row)
    answers = {row["holds"] for row in rows}
    needs = tuple(dict.fromkeys(name for part in calculator["parts"] for name in known.missing(part["when"])))
    if answers == {"unknown"}:
        return {**without(calculator, NEEDS, needs, "", base), "rows": rows}
    value = "not met" if "no" in answers else "open" if "unknown" in answers else "met"
    plain = calculator["plain"].replace("{value}", _PLAIN_ANSWER[value])
    made = given(calculator, base, value, None, "", {}, calculator["text"], plain)
    made["needs"] = list(needs)
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
    if not any("needs" not in row and "outside" not in row for row in rows):
        because = "" if needs else "; ".join(dict.fromkeys(row["outside"] for row in rows))
        return {**without(calculator, NEEDS if needs else OUTSIDE, tuple(dict.fromkeys(needs)), because, base), "rows": rows}
    made = given(calculator, base, len(rows), None, "", {}, calculator["text"], calculator["plain"])
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
    return {**fixed(calculator, base), "status": AVAILABLE, "text": calculator["text"], "plain": calculator["plain"]}


_MAKERS = {"formula": _formula, "cases": _cases, "checklist": _checklist, "table": _table, "run": _run}
