"""The rows both patient faces share: every option by the same rows, in plain words, in an order that is not a ranking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.plan.model import Entry, OptionPlan, Plan
from islet.present.board import decisive, unmet_indications, value_in_words
from islet.present.sources import merged

UNKNOWN = "We do not know."
ROWS = ("What it is", "When it applies", "What this means for you", "What it may do", "What may go wrong", "In numbers",
        "What living with it is like", "How sure we are", "What is still missing")
ASKED = 5
PLAIN_VERDICT = {
    "recommended": "Guidelines advise it", "possible": "It can be a choice", "need_data": "We cannot say yet",
    "not_indicated": "It does not fit your situation", "contraindicated": "It would not be safe for you",
}
RESPONSES = {
    "complete": "no tumour could be seen any more", "partial": "the tumour shrank", "stable": "the tumour stood still",
    "progression": "the tumour grew", "intolerance": "stopped, not tolerated", "unknown": "result not known",
}
FOUND_BY = {"question": "by asking", "report": "from the tissue report", "blood": "with a blood test", "scan": "with a scan",
            "biopsy": "with a tissue sample", "operation": "during an operation"}
_CERTAINTY = {
    "high": "high. New studies are unlikely to change this.", "moderate": "moderate. New studies may change this.",
    "low": "low. New studies are likely to change this.", "very low": "very low. We know little for sure.",
    "none": "none. We found no study of this.",
}
_PEOPLE = re.compile(r"\b(\d+)(?: (?:to|or|and) (\d+))? out of (100|1000) people\b")
_HALF = re.compile(r"\b[Hh]alf (?:of (?:the people|them|those)|had|lived)\b(?:(?!within)[^.]|\.\d)*\b(?:months|years)\b")
_RELATIVE = re.compile(r"\b(HR|RR|OR|hazard|odds|relative risk|risk ratio)\b")
_APPLIES = {
    "direct": "The studies were in people with this kind of tumour.",
    "indirect": "The studies were in people with other tumours, so we cannot be sure that it is the same for you.",
    "mixed": "Only some of the people in the studies had this kind of tumour.",
}
_REGIONS = {"eu": "the European Union", "us": "the United States", "uk": "the United Kingdom", "ch": "Switzerland", "no": "Norway",
            "se": "Sweden", "cn": "China", "ap": "Asia and the Pacific", "jp": "Japan", "ca": "Canada"}
_LABELS = {
    "on_label": "it is approved for this use.", "off_label": "this use is outside its approval. Doctors call this off label.",
    "not_approved": "it is not approved.", "unknown": "we do not know yet whether its approval covers you.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one statement with its sources; an item stands in a list under the statement before it."""

    text: str
    sources: tuple[dict[str, Any], ...] = ()
    item: bool = False


@dataclass(frozen=True, slots=True)
class PatientOption:
    """Hold one option in the patient's words."""

    id: str
    name: str
    verdict: str
    words: str
    rows: tuple[tuple[str, tuple[Line, ...]], ...]


def patient_groups(plan: Plan, base: KnowledgeBase) -> list[tuple[str, list[PatientOption]]]:
    """Return the options by group, in the fixed order of the knowledge."""
    found: dict[str, list[PatientOption]] = {}
    for option in plan.options:
        found.setdefault(option.group, []).append(_option(option, plan, base))
    return [(str(base.groups[group]["plain"]), options) for group, options in found.items()]


def verdict_words(option: OptionPlan) -> str:
    """Return the verdict in a few plain words; "if" stands there while anything is open."""
    words = PLAIN_VERDICT[option.verdict]
    words = f"{words}, if …" if option.conditional else words
    extra = ["from memory, not checked"] if option.rests_on_recall else []
    extra += ["you said no to it"] if option.declined_by_patient else []
    return words + (f" ({'; '.join(extra)})" if extra else "")


def known_facts(plan: Plan, base: KnowledgeBase) -> list[tuple[str, str, str]]:
    """Return what was told of the patient: the question in plain words, the answer, and its date."""
    found = []
    for name, entry in plan.facts.items():
        fact = base.space.dictionary.facts.get(name)
        if fact is None or (entry["derived"] and name != "cells.who_grade"):
            continue
        answer = value_in_words(fact._replace(values={**fact.values, **fact.plain_values}), entry["value"])
        if entry.get("absent"):
            kind = str(entry["absent"]).replace("_", " ")
            answer = f"not known yet ({kind})"
        elif fact.unit in ("score", "grade"):
            answer = f"score {answer}"
        found.append((fact.plain, answer, str(entry.get("on", ""))))
    return found


def plain_names(base: KnowledgeBase) -> dict[str, str]:
    """Return option -> name in plain words."""
    return {option.id: str(option.data["plain_name"]) for option in base.options.values()}


def _option(option: OptionPlan, plan: Plan, base: KnowledgeBase) -> PatientOption:
    data = option.data
    rows = (
        (Line(data["what_it_is"]),), (Line(data["when_it_applies"]),), tuple(_meaning(option, plan, base)),
        both_sides(_told(data.get("benefits"), base)), both_sides(_told(data.get("harms"), base)), both_sides(_numbers(option)),
        (Line(data["living_with_it"]),),
        tuple(_how_sure(data)), tuple(_missing(option, plan)),
    )
    return PatientOption(option.id, str(data["plain_name"]), option.verdict, verdict_words(option), tuple(zip(ROWS, rows, strict=True)))


def _numbers(option: OptionPlan) -> list[Line]:
    """Return what the estimates say, for an option that is open to the patient."""
    if not (option.offered or option.verdict == "need_data"):
        return [Line("It is not a choice for you, so no numbers are shown.")]
    given = [e for e in option.estimates if e["status"] == "given" and e["plain"]]
    lines = [Line(e["plain"], _absolute(e["sources"]), True) for e in given]
    if lines:
        return [Line("These numbers come from other people. Nobody can say in advance what happens to one person."), *lines]
    return [Line("We cannot put a number on it for you yet.")]


def _told(entries: Any, base: KnowledgeBase) -> tuple[Line, ...]:
    lines = tuple(Line(entry["text"], _absolute(sources_json(entry["sources"], base)), True) for entry in entries or ())
    return lines or (Line(UNKNOWN),)


def both_sides(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines, and below them the other side of the first number of people and of the first half of the people.

    >>> [line.text for line in both_sides([Line("It shrank in 30 to 35 out of 100 people.")])][1]
    'A number has two sides. Where it is 30 to 35 out of 100 people, for the other 65 to 70 it was not so.'
    """
    texts = [line.text for line in lines]
    number = next((found for found in map(_PEOPLE.search, texts) if found), None)
    told = []
    if number:
        low, high, whole = int(number[1]), int(number[2] or number[1]), int(number[3])
        least, most = whole - high, whole - low
        rest = str(most) if low == high else f"{least} to {most}"
        some = str(low) if low == high else f"{low} to {high}"
        told.append(f"A number has two sides. Where it is {some} out of {whole} people, for the other {rest} it was not so.")
    if any(_HALF.search(text) for text in texts):
        told.append("Where it says half of the people, for the other half the time was shorter.")
    return (*lines, *([Line(" ".join(told))] if told else []))


def _absolute(sources: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Return the sources with no relative effect in a locator: patients read absolute numbers only."""
    return tuple({**s, "locator": "comparison of groups"} if _RELATIVE.search(s["locator"]) else s for s in sources)


def _meaning(option: OptionPlan, plan: Plan, base: KnowledgeBase) -> list[Line]:
    lines = [Line(_verdict_sentence(option)), *_changes(option)]
    before = len(lines)
    if option.verdict == "need_data":
        lines += _items("It would fit if one of these is true:", decisive(option))
    if option.offered or option.verdict == "need_data":
        held = [e for e in option.in_favour if e.holds == "yes" and e.direction != "allows"]
        lines += _items("What speaks for it:", held)
        lines += _items("What guidelines leave open:", [e for e in option.in_favour if e.holds == "yes" and e.direction == "allows"])
        lines += _items("What speaks against it:", [e for e in option.against if e.holds == "yes"])
    else:
        lines += _items("The reason:", decisive(option))
        lines += _items("It would be for people of whom one of these is true:", unmet_indications(option, plan, base))
        if len(lines) == before:
            lines.append(Line("This holds whatever the missing answers are."))
    lines += _items("What to be careful about:", [e for e in option.cautions if e.holds == "yes"])
    if any(item["option"] == option.id for item in plan.disagreements):
        lines.append(Line("Guidelines do not agree here. Ask your doctor what speaks for each side."))
    lines += [Line(other["plain"] + ("" if other["holds"] == "yes" else " We do not know yet whether this fits you."))
              for other in {c["id"]: c for c in option.compatible_with}.values()]
    lines += [Line(_approval(label), tuple(label["sources"]))
              for label in option.labels if option.verdict != "contraindicated"]
    if option.rests_on_recall:
        lines.append(Line("This answer was written from memory. It has not been checked against its source yet."))
    if option.declined_by_patient:
        lines.append(Line("You said that you do not want this. That is noted. You can change your mind. It does not change this answer."))
    return lines


def _approval(label: dict[str, Any]) -> str:
    region, status = _REGIONS.get(label["region"], label["region"]), _LABELS[label["status"]]
    return f"In {region}, {status}"


def _verdict_sentence(option: OptionPlan) -> str:
    where = f"“{ROWS[-1]}”"
    sentence = {
        "recommended": "Guidelines advise this for people in your situation", "possible": "This can be a choice for you",
        "need_data": "We cannot say yet whether this fits you", "not_indicated": "This does not fit your situation",
        "contraindicated": "This would not be safe for you",
    }[option.verdict]
    if option.conditional:
        return f"{sentence}, if none of the open points under {where} is true."
    if option.certain:
        return f"{sentence}. Nothing that is missing can change this."
    if option.certainly_not_offered:
        return f"{sentence}. Nothing that is missing can make it a choice for you."
    return f"{sentence}."


def _changes(option: OptionPlan) -> list[Line]:
    """Return what the missing answers could still make of the verdict."""
    if option.certainly_not_offered or (option.certain and not option.conditional):
        return []
    others = [Line(f"{PLAIN_VERDICT[v]}.", (), True) for v in option.could_be if v != option.verdict]
    return [Line("The missing answers could still change this to:"), *others] if others else []


def _items(heading: str, entries: Iterable[Entry]) -> list[Line]:
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        grouped.setdefault(entry.plain, []).append(entry)
    lines = [Line(plain, _absolute(merged(e.sources for e in same)), True) for plain, same in grouped.items()]
    return [Line(heading), *lines] if lines else []


def _how_sure(data: dict[str, Any]) -> list[Line]:
    axes = data.get("evidence_axes") or {}
    lines = [Line(data["how_sure"])]
    if axes:
        lines.append(Line(f"On a scale of none, very low, low, moderate and high: {_CERTAINTY[axes['certainty']]}"))
        lines.append(Line(_APPLIES[axes["applicability"]]))
    return lines


def _missing(option: OptionPlan, plan: Plan) -> list[Line]:
    lines = _items("We do not know yet whether these are true. Each of them would rule it out:", option.provided)
    asked = [entry for entry in plan.ask if option.id in (*entry["settles"], *entry["decides"], *entry["narrows"])]
    if asked:
        lines.append(Line("Answers that would help:"))
        lines += [Line(f"{entry['plain']} ({FOUND_BY[entry['found_by']]})", (), True) for entry in asked[:ASKED]]
    if len(asked) > ASKED:
        more = len(asked) - ASKED
        lines.append(Line(f"There are {more} more. They stand in the list of open questions at the end."))
    return lines or [Line("Nothing is missing that would change this answer.")]


class Glossary:
    """Find terms of the glossary where they first stand."""

    def __init__(self, terms: dict[str, str]) -> None:
        self.terms = terms
        self.told: dict[str, None] = {}
        self._by_word = {word.lower(): word for word in terms}
        longest = sorted(terms, key=lambda word: -len(word))
        words = "|".join(re.escape(word) if word.isupper() else f"(?i:{re.escape(word)})" for word in longest)
        self._pattern = re.compile(rf"(?<![\w-])({words})(?:s|es)?(?!\w)") if longest else None

    def first_used(self, texts: Iterable[str]) -> list[tuple[str, str]]:
        """Return term and explanation for each term that stands in the texts and was not told before."""
        found = []
        for text in texts:
            for match in self._pattern.finditer(text) if self._pattern else ():
                word = self._by_word[match.group(1).lower()]
                if word not in self.told:
                    self.told[word] = None
                    found.append((word, self.terms[word]))
        return found
