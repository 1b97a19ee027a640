"""The words every face shares: verdicts, marks, values, ages."""

from __future__ import annotations

from typing import Any

from islet.case.dictionary import Dictionary
from islet.case.values import plain_number
from islet.plan.model import OptionPlan

VERDICT_WORDS = {
    "recommended": "recommended", "possible": "possible", "need_data": "cannot be said yet", "not_indicated": "not indicated",
    "contraindicated": "contraindicated",
}
_STAGES = {"stage_ajcc8": "AJCC 8", "stage_ajcc9": "AJCC 9", "stage_enets": "ENETS"}
_UNIT_ENDINGS = (
    "_percent", "_mm", "_umol_l", "_g_l", "_mmol_l", "_10e9_l", "_ml_min", "_years", "_kg", "_cm", "_ms", "_per_2mm2", "_m2", "_g_24h",
)
_PLURALS = ("months", "years", "days", "points", "cycles")
_MARKS = {
    "two_sources": "two sources", "one_source": "one source", "secondary": "secondary source", "derived": "derived",
    "recall": "from memory, not checked",
}


def mark_words(verification: str) -> str:
    """Return the words of a verification mark."""
    return _MARKS.get(verification, verification)


def headline(option: OptionPlan) -> str:
    """Return the verdict as one line: "recommended if ...", never "recommended" alone while something is open.

    Certainty, the patient's refusal and what rests on memory stand beside it.
    """
    words = VERDICT_WORDS[option.verdict]
    if option.verdict == "need_data":
        words = "cannot be said yet: could be " + " or ".join(VERDICT_WORDS[v] for v in option.could_be)
    elif option.conditional:
        words = f"{words} if {_conditions(option)}"
    elif not option.certain and len(option.could_be) > 1:
        others = [VERDICT_WORDS[v] for v in option.could_be if v != option.verdict]
        words = f"{words} as far as is known; could still be {' or '.join(others)}"
    extra = []
    if option.certain:
        extra.append("certain")
    elif option.certainly_not_offered:
        extra.append("certainly not offered")
    if option.rests_on_recall:
        extra.append("rests on memory, not checked")
    if option.declined_by_patient:
        extra.append("declined by the patient")
    return words + (f" ({'; '.join(extra)})" if extra else "")


def _conditions(option: OptionPlan) -> str:
    count = len(option.provided)
    return "one open point turns out well" if count == 1 else f"{count} open points turn out well"


def amount(number: float, unit: str) -> str:
    """Write a number with its unit; a unit that is a plural word stands in the singular after one.

    >>> amount(1, "months"), amount(2.5, "months"), amount(1, "cycles"), amount(1, "mm")
    ('1 month', '2.5 months', '1 cycle', '1 mm')
    """
    if number == 1 and unit in _PLURALS:
        unit = unit.removesuffix("s")
    return f"{plain_number(number)} {unit}".rstrip()


def value_words(value: Any, unit: str = "") -> str:
    """Write a value of the case file in words.

    >>> value_words({"between": [5, 10]}, "%"), value_words(True), value_words({"below": 3})
    ('5 to 10 %', 'yes', 'below 3')
    """
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return amount(value, unit)
    if isinstance(value, dict):
        if "between" in value:
            return f"{plain_number(value['between'][0])} to {plain_number(value['between'][1])} {unit}".rstrip()
        if "one_of" in value:
            return " or ".join(value_words(item) for item in value["one_of"]) + (f" {unit}" if unit else "")
        if "values" in value:
            return " and ".join(value_words(item) for item in value["values"]) + (f" {unit}" if unit else "")
        if "present" in value:
            return _list_words(value)
        return " and ".join(f"{key.replace('_', ' ')} {value_words(item)}" for key, item in value.items()) + (f" {unit}" if unit else "")
    return str(value)


def _list_words(value: dict[str, Any]) -> str:
    parts = [", ".join(item.replace("_", " ") for item in value["present"])] if value["present"] else []
    if value["absent"]:
        parts.append("not " + ", ".join(item.replace("_", " ") for item in value["absent"]))
    if value["others"] == "none":
        return "; ".join(parts) if parts else "none"
    return "; ".join([*parts, "others not known"])


def fact_words(name: str, entry: dict[str, Any], dictionary: Dictionary) -> str:
    """Write one fact of the plan: name, value with unit, kind of absence."""
    fact = dictionary.find(name)
    bare = name.split(".", 1)[1] if "." in name else name
    if fact is None:
        return bare.replace("_", " ")
    label = bare
    for unit_word in _UNIT_ENDINGS:
        if label.endswith(unit_word):
            label = label[: -len(unit_word)]
            break
    label = label.replace("_", " ")
    value = entry["value"]
    if bare in _STAGES and isinstance(value, str):
        return f"{fact.label(value)} ({_STAGES[bare]})"
    if entry.get("absent"):
        shown = value_words(value, fact.unit) + ", " if entry["absent"] == "conflicting" else ""
        return f"{label} {shown}{str(entry['absent']).replace('_', ' ')}"
    if isinstance(value, bool):
        return label if value else f"no {label}"
    unit = "" if fact.unit in ("score", "grade", "ratio", "points", "line", "lines", "stage") else fact.unit
    if isinstance(value, str) and fact.type == "category":
        return f"{label} {fact.label(value)}" if fact.bare not in ("t", "n", "m", "who_grade") else str(value)
    return f"{label} {value_words(value, unit)}"


def age_text(entry: dict[str, Any]) -> str:
    """Write how old a fact is, where its date is told."""
    if "on" not in entry:
        return ""
    if "age_days" in entry and entry["age_days"] >= 0:
        days = entry["age_days"]
        age = f"{days} days" if days < 60 else f"{days // 30} months"
        return f" ({entry['on']}, {age} old)"
    return f" ({entry['on']})"
