"""Everything one decision aid says, gathered from one plan: the same functions and rows as every other patient page."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from islet.knowledge.base import KnowledgeBase
from islet.plan.model import OptionPlan, Plan
from islet.present import patient
from islet.present.aid.compared import Compared, compared
from islet.present.aid.counts import SPAN, Count, counts
from islet.present.aid.dates import Age, age_of
from islet.present.aid.illness import tumour_lines, untreated
from islet.present.aid.questions import STEPS, Question, open_questions, option_questions
from islet.present.board import decisive, unmet_indications
from islet.present.language import Language, words_of
from islet.present.patient import Line, PatientOption
from islet.present.sources import References
from islet.present.text import FOOT

MARKS = {patient.ROWS[3]: "Q4", patient.ROWS[4]: "Q5", patient.ROWS[5]: "S3 S5 S8", patient.ROWS[6]: "Q6"}  # which row meets which item


class NotForPatients(Exception):
    """Say in words why no aid can be made of a plan; `args[0]` is the sentence."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Hold what the clinician says with a release: whom to call and when, what the visit is about, by whom and until when."""

    who: str = ""
    phone: str = ""
    hours: str = ""
    urgent: str = ""
    about: str = ""
    released_by: str = ""
    released_on: str = ""
    valid_until: str = ""
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class AidOption:
    """Hold one option: its rows as every patient page tells them, its pictures, its questions, and in one sentence why it is not open."""

    id: str
    told: PatientOption
    pictures: tuple[Count, ...]
    questions: tuple[Question, ...]
    short: str

    @property
    def aside(self) -> str:
        """Return what stands in brackets after the verdict: that the patient said no, or that it rests on memory."""
        return self.told.words.partition(" (")[2].removesuffix(")")

    def row(self, title: str) -> tuple[Line, ...]:
        """Return the lines of a row; a number that stands beside its picture is not told twice."""
        pictured = {count.told for count in self.pictures}
        return tuple(line for line in dict(self.told.rows)[title] if line.text not in pictured)


@dataclass(frozen=True, slots=True)
class Aid:
    """Hold one aid. `open` can be chosen, `unsaid` wait for an answer, `closed` do not fit; each in the fixed order of the knowledge."""

    plan: Plan
    contacts: Contacts
    age: Age
    tumour: tuple[str, ...]
    untreated: tuple[Line, ...]
    known: tuple[tuple[str, str, str], ...]
    goal: str
    open: tuple[AidOption, ...]
    unsaid: tuple[AidOption, ...]
    closed: tuple[AidOption, ...]
    questions: tuple[Question, ...]
    asked: tuple[Question, ...]
    compared: tuple[Compared, ...]

    def tables(self, columns: int) -> tuple[tuple[AidOption, ...], ...]:
        """Return the open options in as few tables as can be, of nearly the same number of columns."""
        tables = -(-len(self.open) // columns) or 1
        cuts = [round(len(self.open) * number / tables) for number in range(tables + 1)]
        return tuple(self.open[low:high] for low, high in pairwise(cuts) if high > low)

    @property
    def pictured(self) -> tuple[tuple[AidOption, Count], ...]:
        """Return every picture with its option, open ones first."""
        return tuple((one, count) for one in (*self.open, *self.unsaid) for count in one.pictures)

    @property
    def at_one_year(self) -> tuple[tuple[AidOption, Count], ...]:
        """Return the shares at one year of the open options: one time for all choices that a study tells it of."""
        return tuple((one, count) for one in self.open for count in one.pictures if count.at_one_year)

    @property
    def not_at_one_year(self) -> tuple[AidOption, ...]:
        """Return the open options of which no study that was read tells the share at one year."""
        told = {one.id for one, _ in self.at_one_year}
        return tuple(one for one in self.open if one.id not in told)


class Numbered(References):
    """Number the sources and keep every place in them, so that the list at the end carries locators and marks."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, dict[tuple[str, str], bool]] = {}

    def cite(self, sources: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the citations of one statement, each source once."""
        found = super().cite(list(sources))
        for source in found:
            identity = self.cited[source["number"] - 1]["id"]
            self.places.setdefault(identity, {})[source["locator"], source["mark"]] = source["recall"]
        once: dict[int, dict[str, Any]] = {}
        for source in found:
            kept = once.setdefault(source["number"], source)
            kept["recall"] = kept["recall"] or source["recall"]
        return list(once.values())

    def listed(self) -> list[dict[str, Any]]:
        """Return the sources with the places used in each."""
        return [{**source, "places": [{"locator": locator, "mark": mark, "recall": recall}
                                      for (locator, mark), recall in self.places.get(source["id"], {}).items()]}
                for source in super().listed()]


def refusal(plan: Plan) -> str:
    """Return in words why no aid can be made of a plan, or nothing."""
    if plan.emergency:
        return "This is an emergency. It is not covered here. Act now. No page for the patient is made."
    if plan.problems:
        return ("Something in the case does not fit together or has to be checked. "
                "While that is so, no page for the patient is made. Clear the open problems of the plan first.")
    return ""


def make_aid(plan: Plan, base: KnowledgeBase, today: datetime.date, contacts: Contacts | None = None) -> Aid:
    """Return the aid of a plan on a day; raise NotForPatients in an emergency, with open problems, and long past the review date."""
    told = refusal(plan)
    age = age_of(plan, today)
    if not told and age.state == "refused":
        told = (f"This page rests on knowledge that was due for review on {age.due}. That is more than 180 days ago. It may be wrong "
                "by now, so it is not shown or printed any more.")
    if told:
        raise NotForPatients(told)
    by_id = {option.id: option for _, options in patient.patient_groups(plan, base) for option in options}
    made = [_option(option, by_id[option.id], plan, base) for option in plan.options]
    goals = base.space.dictionary.facts["preferences.goal"].values
    return Aid(
        plan, contacts or Contacts(), age, tuple(tumour_lines(plan)), tuple(untreated(plan, base)),
        tuple(patient.known_facts(plan, base)), str(goals.get(str(plan.preferences.get("goal")), "")),
        tuple(one for one in made if one.told.verdict in ("recommended", "possible")),
        tuple(one for one in made if one.told.verdict == "need_data"),
        tuple(one for one in made if one.told.verdict in ("not_indicated", "contraindicated")),
        open_questions(), tuple(Question(f"ask-{n}", entry["plain"], patient.FOUND_BY[entry["found_by"]])
                                for n, entry in enumerate(plan.ask)),
        compared([option.id for option in plan.options if option.verdict in ("recommended", "possible")], plan, base),
    )


def aid_context(aid: Aid, base: KnowledgeBase, language: Language | None = None) -> dict[str, Any]:
    """Return what the templates of an aid need, in a language (by default that of the release)."""
    language = language or Language(aid.contacts.lang)
    references, glossary = Numbered(), patient.Glossary(base.terms)
    return {
        "aid": aid, "plan": aid.plan, "rows": patient.ROWS, "cite": references.cite, "listed": references.listed, "span": SPAN,
        "steps": STEPS, "marks": MARKS, "links": None, **words_of(language),
        "explained": glossary.first_used, "texts": texts, "foot": FOOT,
        "names": patient.plain_names(base), "found_by": patient.FOUND_BY,
    }


def texts(option: AidOption) -> list[str]:
    """Return every sentence of an option, for the words to explain."""
    return [option.told.name, *(line.text for _, lines in option.told.rows for line in lines)]


def _option(option: OptionPlan, told: PatientOption, plan: Plan, base: KnowledgeBase) -> AidOption:
    pictured = option.offered or option.verdict == "need_data"
    short = "" if option.offered else _short(option, plan, base)
    return AidOption(option.id, told, tuple(counts(option)) if pictured else (), option_questions(told), short)


def _short(option: OptionPlan, plan: Plan, base: KnowledgeBase) -> str:
    """Return the first thing that decides why an option is not open: a missing answer, a reason, or whom it would be for."""
    if option.verdict == "need_data":
        asked = next((e["plain"] for e in plan.ask if option.id in (*e["settles"], *e["decides"], *e["narrows"])), None)
        return f"It depends on this: {asked}" if asked else "It depends on answers that are missing."
    reasons = decisive(option)
    if reasons:
        return reasons[0].plain
    unmet = [entry.plain for entry in unmet_indications(option, plan, base)]
    return f"It would be for people of whom this is true: {unmet[0]}" if unmet else "This holds whatever the missing answers are."
