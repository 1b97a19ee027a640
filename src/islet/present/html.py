"""Render the plan as one self-contained page that prints: for clinicians in board order, for patients in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.plan.model import OptionPlan, Plan
from islet.present import board, patient
from islet.present.language import Language, words_of
from islet.present.pictures import options_map, timeline, verdict_mark
from islet.present.sources import References
from islet.present.text import FOOT
from islet.present.words import VERDICT_WORDS, headline, mark_words

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
_RESPONSES = {
    "complete": "complete response", "partial": "partial response", "stable": "stable disease", "progression": "progression",
    "intolerance": "not tolerated", "unknown": "response not known",
}


def plan_html(plan: Plan, base: KnowledgeBase, reader: str, language: Language | None = None) -> str:
    """Return the whole page for a reader, "clinician" or "patient", the patient's in a language; the same plan gives the same bytes."""
    language = language or Language()
    context = page_context(plan, language)
    if reader == "patient":
        context.update(_patient(plan, base, language))
    else:
        context.update(clinician_context(plan, base))
    return environment().get_template(f"{reader}.html.j2").render(context)


def page_context(plan: Plan, language: Language | None = None) -> dict[str, Any]:
    """Return what every face of a plan needs: its style, its citations, its marks, its language."""
    references = References()
    return {
        "plan": plan, "css": (TEMPLATES / "style.css").read_text(encoding="utf-8"), "foot": FOOT, "cite": references.cite,
        "listed": references.listed, "overdue": bool(plan.as_of and plan.review_due and plan.as_of > plan.review_due),
        "css_string": css_string, "mark": verdict_mark, "verdict_words": VERDICT_WORDS, "mark_words": mark_words,
        **words_of(language or Language()),
    }


def css_string(text: str) -> str:
    r"""Return text as a CSS string in which nothing can end the string or the style.

    >>> print(css_string('a"</style>'))
    "a\22 \3c \2f style\3e "
    """
    return '"' + re.sub(r"[^A-Za-z0-9 .,:()-]", lambda found: f"\\{ord(found.group()):x} ", text) + '"'


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates, which escape every value."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )


def clinician_context(plan: Plan, base: KnowledgeBase) -> dict[str, Any]:
    """Return what a clinician's face shows of a plan: facts, treatments, map, options with reasons, what to ask."""
    names = {option.id: option.name for option in base.options.values()}
    lanes = board.treatments(plan, names, _RESPONSES)
    bands = board.map_bands(plan)
    counts = [(words.lower(), len(tags), sum("if" in tag.note.split(", ") for tag in tags)) for _, words, tags in bands[:3]]
    says = "; ".join(f"{words}: {', '.join(tag.name for tag in tags) or 'none'}" for _, words, tags in bands)
    return {
        "empty": not board.given_facts(plan), "fields": board.fact_fields(plan, base),
        "lanes": lanes, "timeline": timeline(lanes, "Treatments so far", plan.as_of or "now") if lanes else "",
        "counts": counts, "map": options_map(bands, "Every option by verdict", says), "bands": bands,
        "rows": [_row(option, plan, base) for option in sorted(plan.options, key=lambda o: board.ORDER.index(o.verdict))],
        "asked": [_asked(entry, base) for entry in plan.ask], "label": lambda name: board.fact_label(name, base),
        "raw_sources": lambda sources: sources_json(sources, base),
        "result_words": board.result_words,
        "shown": lambda name, value: board.fact_value_words(name, value, base),
        "refused": [names.get(word) or base.groups[word]["name"] for word in plan.preferences.get("refuses") or ()],
    }


def _row(option: OptionPlan, plan: Plan, base: KnowledgeBase) -> dict[str, Any]:
    speaking = board.agreement(option)
    return {
        "option": option, "headline": headline(option), "reasons": board.decisive(option),
        "unmet": board.unmet_indications(option, plan, base), "open": board.deciding_facts(option, base),
        "speaking": speaking, "agreement": board.agreement_words(speaking), "positions": board.positions(option),
        "axes": option.data.get("evidence_axes"),
        "could_be": [VERDICT_WORDS[v] for v in option.could_be],
    }


def _asked(entry: dict[str, Any], base: KnowledgeBase) -> dict[str, Any]:
    rest = [name for name in entry["decides"] if name not in entry["settles"]]
    effects = (("settles", entry["settles"]), ("may settle", rest), ("bears on", entry["narrows"]))
    return {
        "label": ", ".join(board.fact_label(name, base) for name in entry["facts"]), "question": entry["question"],
        "found_by": entry["found_by"], "effects": [(word, [board.short_name(o) for o in ids]) for word, ids in effects if ids],
    }


def _patient(plan: Plan, base: KnowledgeBase, language: Language) -> dict[str, Any]:
    if plan.problems:
        return {"checked": False}
    glossary = patient.Glossary(base.terms)
    names = patient.plain_names(base)
    lanes = board.treatments(plan, names, patient.RESPONSES)
    known = patient.known_facts(plan, base)
    goals = base.space.dictionary.facts["preferences.goal"].values

    def first_used(option: patient.PatientOption) -> list[tuple[str, str]]:
        return glossary.first_used(_texts(option))

    return {
        "checked": True, "groups": patient.patient_groups(plan, base), "known": known, "lanes": lanes, "names": names,
        "timeline": timeline(lanes, "What you have had so far", plan.as_of or "now", language.bare) if lanes else "",
        "first_used": first_used,
        "known_words": glossary.first_used([*(f"{q} {a}" for q, a, _ in known), *(lane.name for lane in lanes)]),
        "ask_words": lambda: glossary.first_used(entry["plain"] for entry in plan.ask),
        "goal": goals.get(str(plan.preferences.get("goal"))), "found_by": patient.FOUND_BY, "plain_verdict": patient.PLAIN_VERDICT,
    }


def _texts(option: patient.PatientOption) -> Iterable[str]:
    yield option.name
    for _, lines in option.rows:
        for line in lines:
            yield line.text
