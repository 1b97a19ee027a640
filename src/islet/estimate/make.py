"""Make the estimates of one option from the calculators of the knowledge and what is known of the patient."""

from __future__ import annotations

import itertools
import math
from typing import Any

from islet.case.arithmetic import calculate, round_half_up
from islet.case.values import number_json, plain_number
from islet.estimate.known import Known
from islet.estimate.model import AVAILABLE, GIVEN, NEEDS, OUTSIDE
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.rules.truth import Truth

Calculator = dict[str, Any]


class _Missing(Exception):
    """Say which inputs are not known."""

    def __init__(self, names: list[str]) -> None:
        self.names = names


class _Outside(Exception):
    """Say why the case lies outside the validity range."""


def estimates_of(option: str, known: Known, base: KnowledgeBase) -> tuple[dict[str, Any], ...]:
    """Return the estimates of an option in the form of `Estimate.as_json`: given, needing inputs, or outside their range."""
    found = []
    for calculator in base.estimates.get(option, ()):
        made = _estimate(calculator, known, base)
        if made is not None:
            found.append(made)
    return tuple(found)


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
    except _Missing as missing:
        return _without(calculator, NEEDS, tuple(dict.fromkeys(missing.names)), "", base)
    except _Outside as outside:
        return _without(calculator, OUTSIDE, (), str(outside), base)


def _base(calculator: Calculator, base: KnowledgeBase) -> dict[str, Any]:
    key = ("estimate", calculator["id"])
    found: dict[str, Any] | None = base.kept.get(key)
    if found is None:
        found = base.kept[key] = {
            "id": calculator["id"], "name": calculator["name"], "status": NEEDS, "value": None, "unit": calculator["unit"],
            "interval": None, "interval_is": "", "text": "", "plain": "", "method": calculator["method"] or calculator["written"],
            "inputs": {}, "needs": [], "because": "", "assumptions": calculator["assumptions"], "cannot_say": calculator["cannot_say"],
            "validity": _validity(calculator["valid"]), "sources": sources_json(calculator["sources"], base),
            "research": calculator["research"],
        }
    return found


def _without(calculator: Calculator, status: str, needs: tuple[str, ...], because: str, base: KnowledgeBase) -> dict[str, Any]:
    key = ("estimate", calculator["id"], status, needs, because)
    found: dict[str, Any] | None = base.kept.get(key)
    if found is None:
        found = {**_base(calculator, base), "status": status, "needs": list(needs), "because": because}
        if status == NEEDS:
            base.kept[key] = found
    return found


def _formula(calculator: Calculator, known: Known, base: KnowledgeBase) -> dict[str, Any]:
    inputs = _inside(calculator["valid"], known)
    low, high, shown = _span(calculator["formula"], calculator, known)
    decimals = calculator["decimals"]
    interval = None
    words = ""
    value: float | None = None
    if _rounded(low, decimals) == _rounded(high, decimals):
        value = _rounded(low, decimals)
        if calculator["low"] is not None and calculator["high"] is not None:
            ends = (_span(calculator["low"], calculator, known, low)[0], _span(calculator["high"], calculator, known, low)[1])
            interval, words = [_rounded(end, decimals) for end in ends], calculator["interval_is"]
    else:
        interval, words = [_rounded(low, decimals), _rounded(high, decimals)], "what is known in part allows this range"
    return _given(calculator, base, value, interval, words, {**inputs, **shown}, calculator["text"], calculator["plain"])


def _cases(calculator: Calculator, known: Known, base: KnowledgeBase) -> dict[str, Any]:
    inputs = _inside(calculator["valid"], known)
    for part in calculator["parts"]:
        truth = Truth.YES if part["when"] is None else known.holds(part["when"])
        if truth is Truth.UNKNOWN:
            raise _Missing(known.missing(part["when"]))
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
    raise _Outside("none of the published groups holds this patient")


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
    value = "not met" if "no" in answers else "open" if "unknown" in answers else "met"
    needs = [name for part in calculator["parts"] for name in known.missing(part["when"])]
    made = _given(calculator, base, value, None, "", {}, calculator["text"], calculator["plain"])
    made["needs"] = list(dict.fromkeys(needs))
    made["rows"] = rows
    return made


def _table(calculator: Calculator, known: Known, base: KnowledgeBase) -> dict[str, Any]:
    _inside(calculator["valid"], known)
    rows: list[dict[str, Any]] = []
    needs: list[str] = []
    for part in calculator["parts"]:
        truth = Truth.YES if part["when"] is None else known.holds(part["when"])
        if truth is Truth.NO:
            continue
        row: dict[str, Any] = {"what": part["what"], "value": part["value"], "unit": part["unit"] or calculator["unit"]}
        if truth is Truth.UNKNOWN:
            row["needs"] = list(dict.fromkeys(known.missing(part["when"])))
        if part["formula"] is not None:
            try:
                _inside(part["valid"], known)
                low, high, shown = _span(part["formula"], calculator, known)
                decimals = calculator["decimals"] if part["decimals"] is None else part["decimals"]
                row["value"] = _rounded(low, decimals) if low == high else None
                row["interval"] = None if low == high else [_rounded(low, decimals), _rounded(high, decimals)]
                row["inputs"] = shown
            except _Missing as missing:
                row["needs"] = list(dict.fromkeys([*row.get("needs", []), *missing.names]))
            except _Outside as outside:
                row["outside"] = str(outside)
        needs += row.get("needs", [])
        if part["text"]:
            row["text"] = part["text"]
        row["sources"] = sources_json(part["sources"], base)
        rows.append(row)
    if not rows:
        raise _Outside("no row of the table is meant for this patient")
    made = _given(calculator, base, len(rows), None, "", {}, calculator["text"], calculator["plain"])
    made["needs"], made["rows"] = list(dict.fromkeys(needs)), rows
    return made


def _given(
    calculator: Calculator, base: KnowledgeBase, value: Any, interval: list[float] | None, words: str, inputs: dict[str, Any],
    text: str, plain: str,
) -> dict[str, Any]:
    if isinstance(value, float):
        value = number_json(value)
    shown = {"value": _number(value, interval), "low": "", "high": ""}
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


def _span(written: Any, calculator: Calculator, known: Known, value: float | None = None) -> tuple[float, float, dict[str, Any]]:
    """Return the least and greatest result over what is known of the inputs, and the inputs."""
    code, names, subjects, constants = written
    missing = [name for name in names if known.number(name) is None] + [name for name in subjects if known.words(name) is None]
    if missing:
        raise _Missing(missing)
    by = dict(calculator["by"])
    ends = []
    for name in names:
        span = known.number(name)
        assert span is not None
        if math.isinf(span.low) or math.isinf(span.high):
            raise _Missing([name])
        ends.append((span.low,) if span.low == span.high else (span.low, span.high))
    choices = []
    for subject in subjects:
        words = known.words(subject) or ()
        if any(word not in by[subject] for word in words):
            raise _Outside(f"{bare(subject)} is {' or '.join(words)}; the formula knows {', '.join(by[subject])}")
        choices.append([by[subject][word] for word in words])
    results = []
    for corner in itertools.product(*ends):
        for chosen in itertools.product(*choices):
            scope: dict[str, float] = dict(zip((bare(name) for name in names), corner, strict=True))
            scope.update(constants)
            for given in chosen:
                scope.update(given)
            if value is not None:
                scope["value"] = value
            results.append(_calculate(code, calculator, scope))
    return min(results), max(results), {name: known.shown(name) for name in (*names, *subjects)}


def _calculate(code: Any, calculator: Calculator, scope: dict[str, float]) -> float:
    for key, written in calculator["let"]:
        if written[3]:
            scope.update(written[3])
        if all(bare(name) in scope for name in written[1]):
            try:
                scope[key] = calculate(written[0], scope)
            except NameError:
                continue
    try:
        return calculate(code, scope)
    except (ValueError, ZeroDivisionError, OverflowError) as error:
        raise _Outside(f"the formula has no result here ({error})") from None


def _inside(valid: list[tuple[str, float, float, str]], known: Known) -> dict[str, Any]:
    """Return the inputs that carry a validity range, or raise when one of them lies outside, or may."""
    shown = {}
    for name, low, high, unit in valid:
        span = known.number(name)
        if span is None:
            continue
        shown[name] = known.shown(name)
        if span.low < low or span.high > high:
            may = "is" if span.high < low or span.low > high else "may be"
            raise _Outside(f"{bare(name)} {may} outside {plain_number(low)} to {plain_number(high)} {unit}".rstrip())
    return shown


def _validity(valid: list[tuple[str, float, float, str]]) -> str:
    return "; ".join(f"{bare(name)} {plain_number(low)} to {plain_number(high)} {unit}".rstrip() for name, low, high, unit in valid)


def _rounded(value: float, decimals: int | None) -> float:
    return value if decimals is None else round_half_up(value, decimals)


def bare(name: str) -> str:
    """Return a name without its section."""
    return name.split(".", 1)[1]


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
        raise _Missing(missing)
    return {**_base(calculator, base), "status": AVAILABLE, "text": calculator["text"], "plain": calculator["plain"]}


_MAKERS = {"formula": _formula, "cases": _cases, "checklist": _checklist, "table": _table, "run": _run}
