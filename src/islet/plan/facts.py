"""What the plan says of the facts: as given, as derived, with their age, and what of them clashes or surprises."""

from __future__ import annotations

import datetime
from typing import Any

from islet.case.cells import mask_ranges
from islet.case.values import Given, given_json, given_text, number_json
from islet.patient.space import Space
from islet.patient.state import Patient


def facts_json(patient: Patient, space: Space) -> dict[str, dict[str, Any]]:
    """Return every fact given or derived: name -> value, derived, because, and date, source, age where told."""
    case = patient.case
    found: dict[str, dict[str, Any]] = {}
    for fact in space.dictionary.facts.values():
        if fact.name in case.lists:
            found[fact.name] = {"value": case.lists[fact.name], "derived": False, "because": []}
            continue
        index = space.place.get(fact.name)
        if index is None or fact.inner:
            continue
        given = case.given.get(fact.name)
        boolean = fact.type == "boolean"
        if given is not None and (given.known() or given.several or given.absent):
            if fact.from_history is not None:
                found[fact.name] = {"value": given_json(given, boolean), "derived": True, "because": ["history"]}
                continue
            entry: dict[str, Any] = {"value": given_json(given, boolean), "derived": False, "because": []}
            if given.several:
                entry["value"] = {"values": [given_json(one, boolean) for one in given.several]}
            if given.absent:
                entry["absent"] = given.absent
            if index in patient.conflicting:
                entry["absent"] = "conflicting"
            _add_age(entry, given, case.as_of)
            found[fact.name] = entry
        if (given is None or not given.known() or index in patient.conflicting) and patient.state[index] != space.full[index]:
            value = _derived_value(patient, space, index, fact.name, boolean)
            because = [space.variables[v].name for v in patient.because.get(index, ())]
            if index in patient.conflicting or not because:
                continue
            found[fact.name] = {"value": value, "derived": True, "because": because}
        elif given is None and fact.name in patient.hulls:
            because = [space.variables[v].name for v in patient.because.get(index, ())]
            if not because:
                continue
            found[fact.name] = {"value": _hull_value(patient.hulls[fact.name]), "derived": True, "because": because}
    if case.history is not None:
        found["history"] = {"value": [entry.as_json() for entry in case.history], "derived": False, "because": []}
    return found


def _add_age(entry: dict[str, Any], given: Given, as_of: str | None) -> None:
    if given.on:
        entry["on"] = given.on
        if as_of:
            entry["age_days"] = (datetime.date.fromisoformat(as_of) - datetime.date.fromisoformat(given.on)).days
    if given.source:
        entry["source"] = given.source


def _hull_value(hull: tuple[float, float]) -> Any:
    low, high = hull
    return number_json(low) if low == high else {"between": [number_json(low), number_json(high)]}


def _derived_value(patient: Patient, space: Space, index: int, name: str, boolean: bool) -> Any:
    if name in patient.hulls:
        return _hull_value(patient.hulls[name])
    variable = space.variables[index]
    mask = patient.state[index]
    if variable.kind == "number":
        return given_json(Given(ranges=mask_ranges(variable, mask)), False)
    words = tuple(word for i, word in enumerate(variable.words) if mask >> i & 1)
    return given_json(Given(choices=words), boolean)


def fact_value(patient: Patient, space: Space, index: int) -> Any:
    """Return what is known of one variable in the form of the case file; None for unknown."""
    if index in patient.shown:
        return patient.shown[index]
    variable = space.variables[index]
    given = patient.case.given.get(variable.name)
    value: Any = None
    if index in patient.conflicting:
        value = None
    elif given is not None and given.known():
        value = given_json(given, variable.kind == "boolean")
    elif patient.state[index] != variable.full:
        value = _derived_value(patient, space, index, variable.name, variable.kind == "boolean")
    patient.shown[index] = value
    return value


def problems_of(patient: Patient, space: Space) -> list[dict[str, Any]]:
    """Return what the board should look at twice: clashes, surprising values, dates, age under 18, an emergency."""
    found: list[dict[str, Any]] = []
    case = patient.case
    for member in space.dictionary.by_bare["emergency"].values if "emergency" in space.dictionary.by_bare else ():
        given = case.given.get(f"health.emergency.{member}")
        if given is not None and given.choices == ("yes",):
            found.append({
                "kind": "emergency", "facts": [f"health.emergency.{member}"],
                "text": "Not covered here: act now. An emergency is treated first; Islet gives no advice for it.",
            })
    for clash in patient.clashes:
        names = [space.variables[index].name for index in clash.variables]
        shown = ", ".join(f"{name} {_as_given_text(case.given[name])}" for name in names if name in case.given)
        reason = "; ".join(space.says.get(link, link) for link in clash.links)
        words = f"These facts cannot be true together: {shown} ({reason}). They count as unknown."
        found.append({"kind": "conflict", "facts": names, "text": words})
    age = patient.hulls.get("health.age_years")
    if age is not None and age[0] < 18:
        words = "is" if age[1] < 18 else "may be"
        found.append({"kind": "outside_intended_use", "facts": ["health.age_years"],
                      "text": f"Outside the intended use: the patient {words} under 18. Age alone excludes nothing that its label allows."})
    for name, given in case.given.items():
        if given.ranges and given.exact():
            fact, value = space.dictionary.facts[name], given.ranges[0].low
            if fact.plausible is not None and not fact.plausible[0] <= value <= fact.plausible[1]:
                found.append({"kind": "implausible", "facts": [name],
                              "text": f"{name} = {number_json(value)} {fact.unit} is possible but unusual: check the unit."})
        if given.on and case.as_of and given.on > case.as_of:
            found.append({"kind": "date", "facts": [name], "text": f"{name} is dated {given.on}, after the case's own date {case.as_of}."})
    return found


def _as_given_text(given: Given) -> str:
    if given.several:
        return " and ".join(_as_given_text(one) for one in given.several)
    return given_text(given)
