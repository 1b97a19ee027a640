"""An oracle for the small knowledge: whole patients, rules run by Python itself, every way of filling in tried by hand.

Nothing of the product is used here. A rule is Python over values (True, "M1", 20, {"bone"}), so on a whole patient Python's own
and / or / not is the meaning. A partial case is answered by trying every whole patient it allows.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import yaml

from islet_testing.places import MINI

# Values that stand for every class a threshold of the small knowledge tells apart: each threshold, a value between, beyond.
NUMBERS = {
    "ki67_percent": (0, 2, 3, 5, 10, 15, 20, 30),
    "mitoses_per_2mm2": (0, 2, 10, 20, 30),
    "sstr_krenning": (0, 1, 2, 3, 4),
    "size_mm": (5, 20, 25, 30, 35, 40, 50),
    "liver_count": (0, 1, 5, 10, 11),
    "ecog": (0, 1, 2, 3, 4),
    "egfr": (30, 40, 90),
    "creatinine_clearance_ml_min": (30, 40, 90),
    "prrt_cycles": (0, 8, 9),
}
INPUTS = ("age_years", "weight_kg", "creatinine_umol_l")  # of the formula; given together or not at all
LISTS = {"extrahepatic": ("node", "bone", "lung"), "comorbidities": ("dialysis",), "progressed_on": ("prrt",), "not_tolerated": ("captem",)}
SECTIONS = {"cells": {}, "extent": {}, "health": {}}
FACTS: dict[str, dict[str, Any]] = {}
WORDS: dict[str, str] = {}


class Ranked(str):
    """A word of an ordered category: it is compared by its place in the list, not by its letters."""

    rank: int

    def __lt__(self, other: Any) -> bool:
        return self.rank < other.rank

    def __le__(self, other: Any) -> bool:
        return self.rank <= other.rank

    def __gt__(self, other: Any) -> bool:
        return self.rank > other.rank

    def __ge__(self, other: Any) -> bool:
        return self.rank >= other.rank


def _ranked(words: list[str]) -> dict[str, Ranked]:
    found = {word: Ranked(word) for word in words}
    for rank, word in enumerate(found.values()):
        word.rank = rank
    return found


for _section in SECTIONS:
    for _name, _fact in yaml.safe_load((MINI / "facts" / f"{_section}.yaml").read_text())["facts"].items():
        FACTS[_name] = {**_fact, "section": _section}
        WORDS.update({word: word for word in (*_fact.get("values", ()), *_fact.get("members", ()))})
        if _fact.get("ordered"):
            WORDS.update(_ranked(list(_fact["values"])))
DERIVED = yaml.safe_load((MINI / "facts" / "derived.yaml").read_text())["derived"]
LINKS = yaml.safe_load((MINI / "facts" / "links.yaml").read_text())["links"]
OPTIONS = [yaml.safe_load(file.read_text()) for file in sorted((MINI / "options").glob("*.yaml"))]
WORDS.update({option["id"]: option["id"] for option in OPTIONS})
CATEGORIES = {name: tuple(fact["values"]) for name, fact in FACTS.items() if fact["type"] == "category"}
_COMPILED = {
    text: compile(" ".join(text.split()), "rule", "eval")
    for text in [c["when"] for option in OPTIONS for c in option["criteria"]]
    + [link[key] for link in LINKS for key in ("if", "then")]
    + [text for entry in DERIVED.values() for text in ([entry["when"]] if "when" in entry else entry.get("values", {}).values())]
    + [text for term in DERIVED["risk_points"]["points"] for text in term.get("bands", ())]
}


def holds(rule: str, patient: dict[str, Any]) -> bool:
    """Tell whether a rule holds for a whole patient."""
    values = {name: WORDS[value] if isinstance(value, str) else value for name, value in patient.items()}
    return bool(eval(_COMPILED[rule], {"__builtins__": {}}, {**WORDS, **values}))


def derive(patient: dict[str, Any]) -> dict[str, Any]:
    """Return a patient with the derived facts."""
    full = dict(patient)
    full["who_grade"] = next(word for word, rule in DERIVED["who_grade"]["values"].items() if holds(rule, full))
    for name in ("metastatic", "functioning"):
        full[name] = holds(DERIVED[name]["when"], full)
    points = 0
    for term in DERIVED["risk_points"]["points"]:
        points += term.get("constant", 0) + sum(value for rule, value in term.get("bands", {}).items() if holds(rule, full))
    full["risk_points"] = points
    return full


def clearance(sex: str, age: float, weight: float, creatinine: float) -> float:
    """Return Cockcroft and Gault's clearance to one decimal."""
    value = (140 - age) * weight * {"female": 0.85, "male": 1}[sex] / (72 * creatinine / 88.4)
    return math.floor(value * 10 + 0.5) / 10


def _disagree(given: float, derived: float) -> bool:
    """Tell whether a measured clearance and its formula are further apart than the small knowledge allows, or on two sides of 40."""
    apart = abs(given - derived) > DERIVED["creatinine_clearance_ml_min"]["agrees_within"]
    return apart or (given < 40) != (derived < 40) or (given > 40) != (derived > 40)


def verdict(option: dict[str, Any], patient: dict[str, Any]) -> str:
    """Return the verdict of an option for a whole patient, as the contract's table says."""
    yes = [criterion for criterion in option["criteria"] if holds(criterion["when"], patient)]
    roles = {criterion["role"] for criterion in yes}
    directions = {criterion.get("direction") for criterion in yes}
    if "contraindication" in roles:
        return "contraindicated"
    if "exclusion" in roles or "indication" not in roles:
        return "not_indicated"
    return "recommended" if "recommends" in directions and "against" not in directions else "possible"


def completions(known: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every whole patient that what is known allows.

    `known` holds, for each fact of which something is known, the values it can still have; list members are "list.member".
    """
    names = [name for name in (*NUMBERS, *CATEGORIES) if name != "who_grade"]
    names += ["liver_mets", "pregnant", *(f"{name}.{member}" for name, members in LISTS.items() for member in members)]
    domains = {**{name: NUMBERS[name] for name in NUMBERS}, **CATEGORIES}
    choices = [tuple(known.get(name, domains.get(name, (True, False)))) for name in names]
    formula = all(name in known for name in INPUTS)
    if formula and "creatinine_clearance_ml_min" not in known:
        choices[names.index("creatinine_clearance_ml_min")] = (None,)
    for values in itertools.product(*choices):
        flat = dict(zip(names, values, strict=True))
        patient = {name: value for name, value in flat.items() if "." not in name}
        for name, members in LISTS.items():
            patient[name] = {member for member in members if flat[f"{name}.{member}"]}
        if formula:
            (age,), (weight,), (creatinine,) = (known[name] for name in INPUTS)
            derived = clearance(patient["sex"], age, weight, creatinine)
            if patient["creatinine_clearance_ml_min"] is None:
                patient["creatinine_clearance_ml_min"] = derived
            elif _disagree(patient["creatinine_clearance_ml_min"], derived):
                continue
        if any(holds(link["if"], patient) and not holds(link["then"], patient) for link in LINKS):
            continue
        whole = derive(patient)
        if "who_grade" in known and whole["who_grade"] not in known["who_grade"]:
            continue
        yield whole


def possible_verdicts(whole: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Return for each option the verdicts over all these patients."""
    return {option["id"]: {verdict(option, patient) for patient in whole} for option in OPTIONS}
