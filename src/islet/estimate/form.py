"""The form in which the estimates of one calculator are told: what never changes of it, a result, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from islet.case.values import number_json, plain_number
from islet.estimate.formula import Calculator, bare
from islet.estimate.model import GIVEN, NEEDS
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json

_METHODS = {
    "cases": "published figures of the group this patient belongs to", "checklist": "each item answered from what is known",
    "table": "published figures and label texts, row by row", "formula": "arithmetic", "run": "computed by islet quantify",
}


class Kept(dict[str, Any]):
    """Hold an estimate that many patients share; it is made once and never changed."""


def fixed(calculator: Calculator, base: KnowledgeBase) -> dict[str, Any]:
    """Return what a calculator says of every patient; it is made once and never changed."""
    key = ("estimate", calculator["id"])
    found: dict[str, Any] | None = base.kept.get(key)
    if found is None:
        found = base.kept[key] = {
            "id": calculator["id"], "name": calculator["name"], "status": NEEDS, "value": None, "unit": calculator["unit"],
            "interval": None, "interval_is": "", "text": "", "plain": "",
            "method": calculator["method"] or calculator["written"] or _METHODS[calculator["kind"]],
            "inputs": {}, "needs": [], "because": "", "assumptions": calculator["assumptions"], "cannot_say": calculator["cannot_say"],
            "validity": _validity(calculator), "sources": sources_json(calculator["sources"], base),
            "research": calculator["research"],
        }
        if calculator["limits"]:
            found["limits"] = [{**limit, "sources": sources_json(limit["sources"], base)} for limit in calculator["limits"]]
        if calculator["population"]:
            found["population"] = [
                {"says": item["says"], "sources": sources_json(item["sources"], base)} for item in calculator["population"]
            ]
    return found


def without(calculator: Calculator, status: str, needs: tuple[str, ...], because: str, base: KnowledgeBase) -> dict[str, Any]:
    """Return an estimate without a number: what it needs, or why it is silent."""
    said = {"status": status, "needs": list(needs), "because": because}
    if status != NEEDS:
        return {**fixed(calculator, base), **said}
    key = ("estimate", calculator["id"], needs)
    found: Kept | None = base.kept.get(key)
    if found is None:
        found = base.kept[key] = Kept({**fixed(calculator, base), **said})
    return found


def given(
    calculator: Calculator, base: KnowledgeBase, value: Any, interval: list[float] | None, words: str, inputs: dict[str, Any],
    text: str, plain: str, used: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return an estimate with its value or range, and both texts filled in; `used` are the constants the texts name."""
    if isinstance(value, float):
        value = number_json(value)
    shown = {"value": _number(value, interval), "low": "", "high": "", **used}
    if interval is not None:
        interval = [number_json(end) for end in interval]
        shown["low"], shown["high"] = plain_number(interval[0]), plain_number(interval[1])
    return {
        **fixed(calculator, base), "status": GIVEN, "value": value, "interval": interval, "interval_is": words, "inputs": inputs,
        "text": text.format(**shown), "plain": plain.format(**shown),
    }


def _number(value: Any, interval: list[float] | None) -> str:
    if value is None:
        return f"{plain_number(interval[0])} to {plain_number(interval[1])}" if interval else ""
    return plain_number(value) if isinstance(value, (int, float)) else str(value)


def _validity(calculator: Calculator) -> str:
    box = [
        f"{bare(name)} {plain_number(low)} to {plain_number(high)} {unit}".rstrip()
        for name, low, high, unit in calculator["valid"] if not (name.startswith("let.") and unit)
    ]
    return "; ".join([*box, *(item["says"] for item in calculator["population"])])
