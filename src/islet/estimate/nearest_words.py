"""What the nearest trials found, in words: for clinicians with every difference, for patients in whole people and whole sentences."""

from __future__ import annotations

from typing import Any

from islet.case.values import plain_number
from islet.estimate.formula import rounded

_COUNTS = {2: "Two", 3: "Three", 4: "Four", 5: "Five"}
_ONE_BY_ONE = {1: "In one", 3: "In a third", 4: "In a fourth", 5: "In a fifth"}


def several(nearest: list[Any], rows: tuple[dict[str, Any], ...]) -> str:
    """Return in words what several figures that are not merged come to: each with its unit, or that single effects are listed."""
    if len(nearest) == 1:
        return "single effects, no overall figure"
    return " or ".join(dict.fromkeys(f'{plain_number(row["value"])} {row["unit"]}' for row in rows))


def trials_text(nearest: list[Any], nearer: list[Any], rows: tuple[dict[str, Any], ...]) -> str:
    """Return the figures of the nearest trials, how the patient differs, and which trials stand nearer without this figure."""
    parts = []
    for standing, _ in nearest:
        own = [row for row in rows if row["trial"] == standing.trial["id"]]
        figures = "; ".join(f'{row["of"]}: {_amount(row)}' for row in own)
        whose = f' ({own[0]["whose"]})' if own[0]["whose"] else ""
        parts.append(f'{standing.trial["name"]}{whose}: {figures}. {standing.says}')
    if len(nearest) > 1:
        parts.append("These trials stand equally near and are not merged.")
    if nearer:
        parts.append("Nearer, but without this figure: " + ", ".join(s.trial["name"] for s in nearer) + ".")
    return " ".join(parts)


def _amount(row: dict[str, Any]) -> str:
    text = f'{plain_number(row["value"])} {row["unit"]}'
    if row["interval"]:
        text += f' ({plain_number(row["interval"][0])} to {plain_number(row["interval"][1])})'
    return text + (", recalled, to be confirmed" if row["recalled"] else "")


def trials_plain(endpoint: str, nearest: list[Any], rows: tuple[dict[str, Any], ...]) -> str:
    """Return the same in the patient's words, one study after the other."""
    told = []
    for standing, figures in nearest:
        own = [row for row in rows if row["trial"] == standing.trial["id"]]
        found = "; ".join(_sentence(endpoint, row, figure) for row, figure in zip(own, figures, strict=True))
        theirs = _different(standing)
        told.append(found + (f". The people in it were different from you: {'; '.join(theirs)}" if theirs else ""))
    if len(told) == 1:
        return f"In the study nearest to you, {told[0]}."
    each = " ".join(f"{_ONE_BY_ONE.get(number, 'In another')}, {found}." for number, found in enumerate(told, 1))
    return f"{_COUNTS.get(len(told), str(len(told)))} studies are equally near to you. {each}"


def _sentence(endpoint: str, row: dict[str, Any], figure: dict[str, Any]) -> str:
    people = plain_number(rounded(row["value"], 0) if row["value"] >= 1 else row["value"])
    what = figure["plain"] or row["of"]
    unsure = " (from memory, to be confirmed)" if row["recalled"] else ""
    if row["unit"] == "months":
        lived = "lived" if endpoint == "survival" else "had no growth for"
        return f"half of the people {lived} at least {plain_number(row['value'])} months{unsure}"
    if endpoint == "shrinkage":
        return f"the tumour shrank clearly in about {people} of 100 people{unsure}"
    if endpoint == "severe_toxicity":
        return f"about {people} of 100 people had this: {what}{unsure}"
    return f"{what}: about {people} of 100 people{unsure}"


def _different(standing: Any) -> list[str]:
    trial = standing.trial
    plain = {match["says"]: match["plain"] or match["says"] for match in trial["matches"]}
    organ = [trial.get("indirect_plain") or trial.get("indirect_because") or "another population"] if trial["indirect_population"] else []
    return [*organ, *(plain[says] for says in standing.not_met)]
