"""Set out what the clinician's page shows, in the field order of a tumour board: facts, treatments, reasons, evidence."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from islet.case.dictionary import Fact
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.plan.model import Entry, OptionPlan, Plan
from islet.plan.verdict import applies
from islet.present.pictures import Lane, Tag
from islet.present.words import VERDICT_WORDS, amount, value_words

ORDER = ("recommended", "possible", "need_data", "not_indicated", "contraindicated")
FIELDS = (
    ("Patient and fitness", (
        "age_years", "sex", "ecog", "fit_for_major_surgery", "life_expectancy_months", "comorbidities", "charlson_comorbidity",
        "charlson_with_age", "anticoagulated", "pregnant", "breastfeeding", "weight_kg", "height_cm", "bsa_m2")),
    ("Diagnosis", ("differentiation", "who_grade", "ki67_percent", "mitoses_per_2mm2")),
    ("Hormone syndrome", ("hormone", "functioning", "hormone_controlled")),
    ("Stage and extent", ()),
    ("Receptor and metabolic imaging", ("sstr_krenning", "sstr_result", "fdg_discordant")),
    ("Growth", ("progression", "stable_months", "growth_mm_per_year", "doubling_time_days")),
    ("Kidney, liver, marrow and other measures", ()),
    ("Genetics and markers", ()),
)
_REST = {"extent": "Stage and extent", "health": "Kidney, liver, marrow and other measures", "cells": "Genetics and markers"}
_UNITS = re.compile(r"_(percent|mm_per_year|mm|umol_l|g_l|mmol_l|10e9_l|ml_min|years|kg|cm|ms|m2|per_2mm2|g_24h|x_uln|days)$")
_PROPER = {
    "ki67": "Ki-67", "sstr": "SSTR", "fdg": "FDG", "ecog": "ECOG", "egfr": "eGFR", "who": "WHO", "ajcc8": "AJCC 8", "ajcc9": "AJCC 9",
    "enets": "ENETS", "alt": "ALT", "inr": "INR", "lvef": "LVEF", "qtc": "QTc", "msi": "MSI", "tmb": "TMB", "mgmt": "MGMT", "vhl": "VHL",
    "dpyd": "DPYD", "meld": "MELD", "na": "Na", "albi": "ALBI", "bsa": "BSA", "child": "Child", "pugh": "Pugh", "milan": "Milan",
    "net": "NET", "charlson": "Charlson", "prrt": "PRRT", "krenning": "Krenning",
    "t": "T (primary)", "n": "N (nodes)", "m": "M (distant spread)", "ssa": "SSA",
    "exon3": "exon 3",
}
_SHORT = {"prrt": "PRRT", "tae": "TAE", "tace": "TACE", "tare": "TARE", "captem": "CAPTEM", "folfox": "FOLFOX", "folfiri": "FOLFIRI",
          "stz_5fu": "STZ/5-FU", "ssa": "SSA", "eus_rfa": "EUS-RFA"}


@dataclass(frozen=True, slots=True)
class FactRow:
    """Hold one fact as a row: label, value in words, date with age, where it comes from."""

    label: str
    value: str
    when: str
    origin: str
    derived: bool


@dataclass(slots=True)
class FactField:
    """Hold one field of the page: its facts, what follows from them as yes or no, and the names of those not known."""

    title: str
    rows: list[FactRow] = field(default_factory=list)
    follows: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def short_name(option: str) -> str:
    """Return a short name for pictures.

    >>> short_name("eus_rfa"), short_name("liver_resection")
    ('EUS-RFA', 'Liver resection')
    """
    return _SHORT.get(option, option.replace("_", " ").capitalize())


def fact_label(name: str, base: KnowledgeBase) -> str:
    """Return the words for a fact or a member of a list, without its unit."""
    if name == "history":
        return "the treatments so far"
    section, _, rest = name.partition(".")
    bare, _, member = rest.partition(".")
    fact = base.space.dictionary.facts.get(f"{section}.{bare}")
    words = [_PROPER.get(word, word) for word in _UNITS.sub("", bare).split("_")]
    label = " ".join(words).replace("Child Pugh", "Child-Pugh").replace("MELD Na", "MELD-Na").replace("Milan NET", "Milan-NET")
    if member and bare == "comorbidities" and fact is not None:
        label = fact.label(member)
    elif member:
        label = f"{label}: {fact.label(member) if fact is not None else member}"
    return label if label.startswith("eGFR") else label[:1].upper() + label[1:]


def fact_value_words(name: str, value: Any, base: KnowledgeBase) -> str:
    """Return the value of a fact with its unit, categories in their own words."""
    fact = base.space.dictionary.facts.get(".".join(name.split(".")[:2]))
    return value_words(value) if fact is None else value_in_words(fact, value)


def value_in_words(fact: Fact, value: Any) -> str:
    """Return the words of a value of one fact: labels for words and members, its unit behind a number."""
    if isinstance(value, dict) and "present" in value:
        named = {key: [fact.label(item) for item in value[key]] for key in ("present", "absent")}
        return value_words({**value, **named})
    if isinstance(value, str):
        return fact.label(value)
    if isinstance(value, dict) and "one_of" in value and fact.type == "category":
        return " or ".join(fact.label(str(item)) for item in value["one_of"])
    return value_words(value, "" if fact.unit in ("score", "grade", "ratio", "points", "line", "lines", "stage") else fact.unit)


def fact_fields(plan: Plan, base: KnowledgeBase) -> list[FactField]:
    """Return the facts of the plan field by field; what is not known is named, never left out."""
    home = {bare: title for title, names in FIELDS for bare in names}
    found = {title: FactField(title) for title, _ in FIELDS}
    order = {bare: number for number, bare in enumerate(bare for _, names in FIELDS for bare in names)}
    facts = [f for f in base.space.dictionary.facts.values() if f.section in _REST and f.bare != "emergency"]
    for fact in sorted(facts, key=lambda f: order.get(f.bare, 999)):
        target = found[home.get(fact.bare, _REST[fact.section])]
        entry = plan.facts.get(fact.name)
        if entry is not None and not (entry["derived"] and not entry["because"]):
            if entry["derived"] and fact.inner:
                continue
            if entry["derived"] and isinstance(entry["value"], bool):
                target.follows.append(("" if entry["value"] else "not ") + _lowered(fact_label(fact.name, base)))
            else:
                target.rows.append(_fact_row(fact.name, entry, base))
        elif fact.derivation is None:
            target.unknown.append(_lowered(fact_label(fact.name, base)))
    return list(found.values())


def _lowered(label: str) -> str:
    return label if label[1:2].isupper() or len(label.split()[0]) == 1 or "-" in label.split()[0] else label[:1].lower() + label[1:]


def _fact_row(name: str, entry: dict[str, Any], base: KnowledgeBase) -> FactRow:
    value, absent = entry["value"], entry.get("absent")
    shown = fact_value_words(name, value, base)
    if absent == "conflicting":
        shown = f"{shown}: conflicting, counts as unknown"
    elif absent:
        shown = f"not known ({str(absent).replace('_', ' ')})"
    dated = entry if "on" in entry else value if isinstance(value, dict) else {}
    when = str(dated.get("on", ""))
    if "age_days" in entry:
        days = entry["age_days"]
        when += f" ({days} {'day' if days == 1 else 'days'} old)" if days >= 0 else " (after the date of the case)"
    origin = str(entry.get("source") or dated.get("source", ""))
    if entry["derived"]:
        origin = "from " + ", ".join(fact_label(other, base) for other in entry["because"])
    return FactRow(fact_label(name, base), shown, when, origin, entry["derived"])


def given_facts(plan: Plan) -> bool:
    """Tell whether anything at all is known of the patient."""
    return bool(plan.history) or any(not (entry["derived"] and not entry["because"]) for entry in plan.facts.values())


def treatments(plan: Plan, names: dict[str, str], responses: dict[str, str]) -> list[Lane]:
    """Return what was tried as lanes of the timeline, in the order given."""
    found = []
    for entry in plan.history:
        months, since = entry.get("months"), entry.get("months_since")
        details = [responses.get(str(entry.get("response", "unknown")), "")]
        details += [amount(entry["cycles"], "cycles")] if entry.get("cycles") is not None else []
        details += [amount(months, "months")] if months is not None else []
        since = _months_since(entry.get("on"), plan.as_of) if since is None else since
        start = entry["months_since"] + months if entry.get("months_since") is not None and months is not None else None
        name = names.get(entry["option"], entry["option"].replace("_", " "))
        about = "; ".join(str(entry[key]) for key in ("on", "source", "note") if entry.get(key))
        words = ", ".join(part for part in details if part)
        found.append(Lane(name, str(entry.get("response", "unknown")), words, start, since, months, about))
    return found


def _months_since(on: str | None, as_of: str | None) -> float | None:
    if not on or not as_of:
        return None
    days = (datetime.date.fromisoformat(as_of) - datetime.date.fromisoformat(on)).days
    return round(days / 30.44, 1) if days >= 0 else None


def map_bands(plan: Plan) -> list[tuple[str, str, list[Tag]]]:
    """Return the options as tags by verdict, in the order of the knowledge, with "if", memory and refusal beside the name."""
    found = []
    for verdict in ORDER:
        tags = []
        for option in plan.options:
            if option.verdict == verdict:
                marks = [word for word, holds in (
                    ("if", option.conditional), ("memory", option.rests_on_recall), ("declined", option.declined_by_patient)) if holds]
                tags.append(Tag(short_name(option.id), ", ".join(marks)))
        found.append((verdict, VERDICT_WORDS[verdict].capitalize(), tags))
    return found


def decisive(option: OptionPlan) -> list[Entry]:
    """Return the entries that carry the verdict."""
    def held(entries: Iterable[Entry], role: str, holds: str = "yes", direction: str = "") -> list[Entry]:
        return [e for e in entries if e.role == role and e.holds == holds and (not direction or e.direction == direction)]

    if option.verdict == "contraindicated":
        return held(option.against, "contraindication")
    if option.verdict == "not_indicated":
        return held(option.against, "exclusion")
    if option.verdict == "need_data":
        return held(option.in_favour, "indication", "unknown")
    if option.verdict == "recommended":
        return held(option.in_favour, "position", direction="recommends")
    return held(option.against, "position") + held(option.in_favour, "indication")


def unmet_indications(option: OptionPlan, plan: Plan, base: KnowledgeBase) -> list[Entry]:
    """Return the indications that an option would need, where nothing known stops it but it is not indicated all the same."""
    if option.verdict != "not_indicated" or decisive(option) or any(e.role == "indication" for e in option.in_favour):
        return []
    criteria = [base.criteria[index] for index in base.options[option.id].by_role["indication"]]
    return [
        Entry(c.id, c.role, c.text, c.plain, "no", {}, sources_json(c.sources, base), c.recall_only)
        for c in criteria if applies(c, plan.region)
    ]


def positions(option: OptionPlan) -> list[Entry]:
    """Return what guidelines say to this patient: what holds first, then what is open where the option may be offered."""
    found = [e for e in (*option.in_favour, *option.against) if e.role == "position"]
    open_too = option.offered or option.verdict == "need_data"
    return [e for e in found if e.holds == "yes"] + [e for e in found if e.holds == "unknown" and open_too]


def agreement(option: OptionPlan) -> dict[str, list[str]]:
    """Return the guidelines whose position holds, by direction."""
    found: dict[str, list[str]] = {"recommends": [], "allows": [], "against": []}
    for entry in (*option.in_favour, *option.against):
        if entry.role == "position" and entry.holds == "yes":
            words = f"{entry.guideline_name} ({entry.strength or 'strength not stated'}{'; from memory' if entry.recall else ''})"
            if words not in found[entry.direction]:
                found[entry.direction].append(words)
    return found


def agreement_words(found: dict[str, list[str]]) -> str:
    """Say in a word whether the guidelines that speak to this patient agree.

    >>> agreement_words({"recommends": ["A"], "allows": [], "against": ["B"]})
    'disagree: 1 for, 1 against'
    """
    pro, allowed, contra = (len(found[key]) for key in ("recommends", "allows", "against"))
    if not pro + allowed + contra:
        return "no guideline speaks to this patient"
    parts = [f"{count} {word}" for count, word in ((pro, "for"), (allowed, "allows"), (contra, "against")) if count]
    lead = "disagree: " if pro and contra else "agree: " if len(parts) == 1 and pro + allowed + contra > 1 else ""
    return lead + ", ".join(parts)


def deciding_facts(option: OptionPlan, base: KnowledgeBase) -> list[str]:
    """Return the labels of the open facts that the verdict of an option still hangs on; of an offered one, those of its "if"."""
    open_ones = option.provided if option.conditional else (*option.in_favour, *option.against, *option.provided)
    entries = [e for e in open_ones if e.holds == "unknown"]
    names = dict.fromkeys(name for e in entries for name, value in e.facts.items() if value is None)
    return [fact_label(name, base) for name in names]


def result_words(result: dict[str, Any]) -> str:
    """Write one result of a trial: value with unit and interval, against what, and the relative effect never alone.

    >>> result_words({"measure": "response", "value": 18, "unit": "%", "versus": {"value": 3}, "hr": 0.5, "hr_ci": [0.3, 0.8]})
    'response: 18 % against 3 %; hazard ratio 0.5 (0.3 to 0.8)'
    """
    if "measure" not in result:
        return str(result.get("text", ""))

    def amount(part: dict[str, Any]) -> str:
        unit = str(result.get("unit") or "")
        interval = part.get("ci")
        known = f"{part['value']} {unit}".strip() if part.get("value") is not None else "not reached or not stated"
        return known + (f" (95 % interval {interval[0]} to {interval[1]})" if interval else "")

    arm = f", {result['arm']}" if result.get("arm") else ""
    words = f"{result['measure']}{arm}: {amount(result)}"
    if result.get("versus"):
        words += f" against {amount(result['versus'])}"
    if result.get("hr") is not None:
        interval = result.get("hr_ci")
        words += f"; hazard ratio {result['hr']}" + (f" ({interval[0]} to {interval[1]})" if interval else "")
    return words + (f"; p {result['p']}" if result.get("p") is not None else "")
