"""What the nearest trials found, in words: for clinicians with every difference, for patients in whole people and whole sentences."""

from __future__ import annotations

from typing import Any

from islet.case.values import plain_number
from islet.estimate.formula import rounded

_COUNTS = {2: "Two", 3: "Three", 4: "Four", 5: "Five"}
_ONE_BY_ONE = {1: "In one, {first}", 3: "In a third, {first}", 4: "In a fourth, {first}", 5: "In a fifth, {first}"}


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
    """Return the same in the patient's words, one study after the other, a sentence for each thing."""
    told = []
    for standing, figures in nearest:
        own = [row for row in rows if row["trial"] == standing.trial["id"]]
        found = [_sentence(endpoint, row, figure) for row, figure in zip(own, figures, strict=True)]
        theirs = _different(standing)
        told.append([*found, *(["the people in it were different from you", *theirs] if theirs else [])])
    if len(told) == 1:
        first, *rest = told[0]
        return _told([f"in the study nearest to you, {first}", *rest])
    leads = [_ONE_BY_ONE.get(number, "In another, {first}") for number in range(1, len(told) + 1)]
    each = [_told([lead.format(first=found[0]), *found[1:]]) for lead, found in zip(leads, told, strict=True)]
    count = _COUNTS.get(len(told), str(len(told)))
    return " ".join([f"{count} studies are equally near to you.", *each])


def _told(parts: list[str]) -> str:
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in parts)


def _sentence(endpoint: str, row: dict[str, Any], figure: dict[str, Any]) -> str:
    told = _figure(endpoint, row, figure, figure["plain"] or row["of"])
    if not row.get("counted", True):
        told = f"{told}. This was worked out from other numbers of the study. It was not counted"
    return f"{told}. This number is from memory, to be confirmed" if row["recalled"] else told


def _figure(endpoint: str, row: dict[str, Any], figure: dict[str, Any], what: str) -> str:
    if row["unit"] == "months":
        months = plain_number(row["value"])
        if endpoint == "survival":
            return f"half of the people lived at least {months} months"
        return f"half of the people had no growth for at least {months} months"
    people = _people(row["value"])
    if endpoint == "shrinkage":
        return f"the tumour shrank clearly during the study in about {people}"
    if endpoint == "severe_toxicity":
        return f"about {people} had this during the study: {what}"
    time = _time(figure["at_months"])
    if endpoint == "survival":
        return f"about {people} were alive {time} after the start"
    return f"about {people} were alive without growth {time} after the start"


def _time(months: float) -> str:
    """Return a time in plain words.

    >>> _time(12), _time(18), _time(24)
    ('one year', '18 months', '2 years')
    """
    if months % 12:
        return f"{plain_number(months)} months"
    if months == 12:
        return "one year"
    years = months / 12
    return f"{plain_number(years)} years"


def _people(percent: float) -> str:
    """Return whole people out of 100; fewer than one are told out of 1000.

    >>> _people(34.6), _people(0.9)
    ('35 out of 100 people', '9 out of 1000 people')
    """
    if 0 < percent < 1:
        return f"{plain_number(rounded(10 * percent, 0))} out of 1000 people"
    return f"{plain_number(rounded(percent, 0))} out of 100 people"


def _different(standing: Any) -> list[str]:
    trial = standing.trial
    plain = {match["says"]: match["plain"] or match["says"] for match in trial["matches"]}
    other = trial.get("indirect_plain") or trial.get("indirect_because") or "they were another group of people"
    return [*([other] if trial["indirect_population"] else []), *(plain[says] for says in standing.not_met)]
