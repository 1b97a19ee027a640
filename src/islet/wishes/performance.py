"""Read off the plan what it says of an option on an attribute: an interval, a level, or that it is not known. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from islet.knowledge.base import KnowledgeBase
from islet.plan.model import OptionPlan, Plan
from islet.wishes.attributes import holds
from islet.wishes.model import Attribute, Performance

_APPLIES = {"indirect": "the studies were in other tumours", "mixed": "only some of the people in the studies had this tumour"}


def performance(option: OptionPlan, attribute: Attribute, plan: Plan, base: KnowledgeBase) -> Performance:
    """Return what the plan says of one option on one attribute."""
    entry = next(entry for entry in base.wishes["attributes"] if entry["id"] == attribute.id)
    if attribute.scale is not None:
        readings = [reading for reading in entry["read"] if not holds(reading.get("unless"), plan)]
        return _from_estimates(option, attribute, readings, base)
    if entry.get("axis"):
        return _from_axis(option, attribute, entry["axis"])
    if entry.get("options"):
        return _from_text(option, attribute, entry["options"])
    return _from_criteria(option, attribute, entry["criteria"])


def _from_estimates(option: OptionPlan, attribute: Attribute, readings: Iterable[dict[str, Any]], base: KnowledgeBase) -> Performance:
    reasons = []
    for reading in readings:
        name = reading["estimate"].replace("{option}", option.id)
        estimate = next((e for e in option.estimates if e["id"] == name), None)
        if estimate is None:
            continue
        if estimate["status"] != "given":
            reasons.append(f'{estimate["name"]}: {estimate["status"]}')
            continue
        rows = [row for row in estimate.get("rows") or () if not reading.get("only_overall") or _overall(row, base)]
        found = _range(estimate, rows, reading, attribute)
        if found is None:
            reasons.append(f'{estimate["name"]}: no such figure in {attribute.unit}')
            continue
        interval, sure, of = found
        told = [row for row in rows if "trial" in row]
        doubts = [words for row in told for words in row["different"]]
        doubts += ["from memory, not checked" for row in told if row["recalled"]]
        sources = [source for row in told for source in row["sources"]] or estimate["sources"]
        return Performance(interval, None, sure, f'{estimate["name"]} ({of})', ", ".join(dict.fromkeys(doubts)),
                           tuple(dict.fromkeys(row["trial"] for row in told)), tuple(sources))
    return Performance(because="; ".join(reasons) or "the plan has no figure of it")


def _range(
    estimate: dict[str, Any], rows: list[dict[str, Any]], reading: dict[str, Any], attribute: Attribute
) -> tuple[tuple[float, float], bool, str] | None:
    """Return the range that is read, whether it has its uncertainty, and what its ends are; None when there is no such figure."""
    if reading["from"] == "interval" and not rows:
        ends = estimate["interval"] if estimate["unit"] == attribute.unit and not estimate.get("rows") else None
        return ends and ((float(ends[0]), float(ends[1])), True, estimate["interval_is"])
    if reading["from"] == "exact":
        right = estimate["unit"] == attribute.unit and isinstance(estimate["value"], (int, float))
        return ((float(estimate["value"]),) * 2, True, "by definition") if right else None
    if any(row["unit"] != attribute.unit or not isinstance(row["value"], (int, float)) for row in rows):
        return None
    ends = [row["interval"] or (row["value"], row["value"]) for row in rows] if reading["from"] == "interval" else [
        (row["value"], row["value"]) for row in rows
    ]
    sure = all(row["interval"] for row in rows) if reading["from"] == "interval" else len(rows) > 1
    of = rows[0]["interval_is"] if len(rows) == 1 and sure else "lowest and highest of the figures" if len(rows) > 1 else "one figure"
    return (float(min(low for low, _ in ends)), float(max(high for _, high in ends))), sure, of


def _overall(row: dict[str, Any], base: KnowledgeBase) -> bool:
    figures = base.trials[row["trial"]]["figures"] if "trial" in row else ()
    return any(figure["of"] == row["of"] and figure["overall"] for figure in figures)


def _from_axis(option: OptionPlan, attribute: Attribute, axis: str) -> Performance:
    axes = option.data.get("evidence_axes") or {}
    if axes.get(axis) not in attribute.levels:
        return Performance(because="the option does not say it")
    return Performance(None, attribute.levels.index(axes[axis]), True, str(axes.get(f"{axis}_because") or axes[axis]),
                       _APPLIES.get(axes.get("applicability", ""), ""))


def _from_text(option: OptionPlan, attribute: Attribute, told: dict[str, Any]) -> Performance:
    if option.id not in told:
        return Performance(because="what living with it is like does not say it")
    entry = told[option.id]
    return Performance(None, attribute.levels.index(entry["level"]), True, entry["says"], sources=attribute.sources)


def _from_criteria(option: OptionPlan, attribute: Attribute, told: Iterable[dict[str, Any]]) -> Performance:
    levels = {entry["criterion"]: attribute.levels.index(entry["level"]) for entry in told}
    held = [entry for entry in option.in_favour if entry.holds == "yes" and entry.criterion in levels]
    if not held or len({levels[entry.criterion] for entry in held}) > 1:
        return Performance(because="no guideline of the plan names it for this")
    recalled = "from memory, not checked" if all(entry.recall for entry in held) else ""
    return Performance(None, levels[held[0].criterion], True, "; ".join(entry.text for entry in held), recalled,
                       sources=tuple(source for entry in held for source in entry.sources))
