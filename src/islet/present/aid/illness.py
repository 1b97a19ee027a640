"""The tumour of this person in plain words, and what is known of its course without treatment."""

from __future__ import annotations

from typing import Any

from islet.case.values import plain_number
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.plan.model import Plan
from islet.present.patient import Line

GENERAL = (
    "A neuroendocrine tumour of the pancreas starts in cells that can make hormones. The pancreas is a gland behind the stomach.",
    "Many of these tumours grow slowly. Some grow fast.",
)
_GRADE = {
    "G1": "Your tumour is grade 1. Its cells divide slowly.",
    "G2": "Your tumour is grade 2. Its cells divide faster than those of grade 1.",
    "G3": "Your tumour is grade 3. Its cells divide fast, but they still look much like normal cells.",
    "NEC": "Your tumour is a neuroendocrine carcinoma. Its cells look quite unlike normal cells and divide fast.",
}
_HORMONES = {
    "insulin": "insulin", "gastrin": "gastrin", "glucagon": "glucagon", "vip": "VIP", "somatostatin": "somatostatin", "acth": "ACTH",
    "serotonin": "serotonin", "other": "a hormone",
}
_GROWTH = {
    "stable": "It has not been growing.", "progressive": "It has been growing.", "rapid": "It has been growing fast.",
}
SMALL_MM = 20


def tumour_lines(plan: Plan) -> list[str]:
    """Return grade, spread, size, hormone and growth as sentences; what is not known is said to be not known."""
    grade, spread = _value(plan, "cells.who_grade"), _value(plan, "extent.m")
    lines = [*GENERAL, _GRADE.get(str(grade), "We do not know its grade yet. The grade tells how fast the cells divide.")]
    lines.append(_spread(plan, spread))
    size = _value(plan, "extent.size_mm")
    if isinstance(size, (int, float)) and not isinstance(size, bool):
        lines.append(f"The largest tumour in the pancreas measures {plain_number(size)} mm.")
    hormone = _value(plan, "cells.hormone")
    if hormone == "none":
        lines.append("It makes no hormone that causes trouble. Doctors call this non-functioning.")
    elif isinstance(hormone, str):
        lines.append(f"It makes too much of {_HORMONES[hormone]}. Doctors call this functioning.")
    else:
        lines.append("We do not know yet whether it makes a hormone.")
    lines.append(_GROWTH.get(str(_value(plan, "extent.progression")), "We do not know yet whether it has been growing."))
    return lines


def untreated(plan: Plan, base: KnowledgeBase) -> list[Line]:
    """Return what is known of the course without treatment for people in this situation, or that nobody knows.

    A small quiet tumour takes it from what is told of watching; a grade 1 or 2 tumour that has spread and grows from the people on a
    dummy tablet, as it is told of care for comfort.
    """
    grade = _value(plan, "cells.who_grade")
    if _small_and_quiet(plan):
        lines = [Line("This is known of people whose small, quiet tumour was watched and not treated:"),
                 *_told(base, "surveillance", "benefits"), *_told(base, "surveillance", "harms")]
        if grade not in ("G1", "G2"):
            lines.append(Line("We do not know yet how fast the cells of your tumour divide. So it may not be the same for you."))
        return lines
    if _value(plan, "extent.m") == "M1" and grade in ("G1", "G2") and _value(plan, "extent.progression") in ("progressive", "rapid"):
        return [Line("This is known of people with a tumour that had spread and was growing:"),
                *_told(base, "best_supportive_care", "harms"),
                Line("We do not know how long people like you live without treatment.")]
    return [Line("We do not know what would happen without treatment in your situation. The sources of this page tell of nobody close "
                 "enough to you. Ask your doctor what they have seen.")]


def _small_and_quiet(plan: Plan) -> bool:
    size = _value(plan, "extent.size_mm")
    return (
        isinstance(size, (int, float)) and size <= SMALL_MM and _value(plan, "extent.m") == "M0"
        and _value(plan, "extent.primary_in_situ") is True and _value(plan, "cells.hormone") == "none"
        and _value(plan, "cells.who_grade") not in ("G3", "NEC") and _value(plan, "cells.differentiation") != "poor"
        and _value(plan, "extent.progression") not in ("progressive", "rapid") and _value(plan, "extent.symptomatic_bulk") is not True
    )


def _spread(plan: Plan, spread: Any) -> str:
    if spread == "M0":
        return "It has not been found in other organs."
    if spread != "M1":
        return "We do not know yet whether it has spread to other organs."
    if _value(plan, "extent.liver_mets") is True:
        return "It has spread to the liver." if not _elsewhere(plan) else "It has spread to the liver and to other parts of the body."
    return "It has spread to other parts of the body."


def _elsewhere(plan: Plan) -> bool:
    entry = plan.facts.get("extent.extrahepatic")
    value = entry["value"] if entry else None
    return bool(value.get("present")) if isinstance(value, dict) else bool(value)


def _told(base: KnowledgeBase, option: str, row: str) -> list[Line]:
    entries = base.options[option].data.get(row) or ()
    return [Line(entry["text"], tuple(sources_json(entry["sources"], base)), True) for entry in entries]


def _value(plan: Plan, name: str) -> Any:
    entry = plan.facts.get(name)
    return entry["value"] if entry and not entry.get("absent") else None
