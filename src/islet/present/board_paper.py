"""The board's sheet of paper: patient and tumour, every option by verdict, what is open, the decision; at most two pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from islet.knowledge.base import KnowledgeBase
from islet.plan.model import Entry, OptionPlan, Plan
from islet.present import board
from islet.present.deviations import CODES
from islet.present.html import css_string, environment
from islet.present.pdf import pdf_of_sheets, sheets
from islet.present.text import FOOT
from islet.present.words import VERDICT_WORDS, headline

MOST_PAGES = 2
UNSIGNED = "Not cleared as a medical device anywhere. No clinical safety officer has signed."
OUT = ("not_indicated", "contraindicated")
_KEY_DERIVED = ("who_grade", "stage_ajcc8", "stage_enets", "egfr")
_RESPONSES = {
    "complete": "complete response", "partial": "partial response", "stable": "stable disease", "progression": "progression",
    "intolerance": "not tolerated", "unknown": "response not known",
}


class Filed(NamedTuple):
    """Hold a decision as it was filed; `number` counts the decisions of a case, a later one supersedes it."""

    id: str
    number: int
    version: int
    chosen: tuple[str, ...]
    strength: str
    conditions: str
    dissent: str
    deviation_code: str | None
    deviation_text: str
    present: tuple[str, ...]
    follow_up: str
    decided_on: str
    filed_by: str
    filed_at: str
    superseded: bool


class Density(NamedTuple):
    """Hold how much a sheet says and how small: points of type, questions, open facts an option, reasons of what is out."""

    points: float
    asks: int
    opens: int
    out_reasons: bool


DENSITIES = (
    Density(8.5, 8, 4, True), Density(8.0, 6, 3, True), Density(7.5, 5, 3, True), Density(7.0, 4, 2, True), Density(7.0, 3, 1, False),
)


class Line(NamedTuple):
    """Hold one option on paper."""

    name: str
    says: str
    why: str
    open: str


def board_pdf(plan: Plan, base: KnowledgeBase, filed: Filed | None = None, goal: str | None = None) -> bytes:
    """Return the sheet as PDF, set as large as two pages allow; a decision with long texts is never cut and may need more.

    Raises InputError when WeasyPrint is not installed.
    """
    title = f"{plan.case_id}: {'decision' if filed else 'plan'} of the tumour board (Islet)"
    low, high = 0, len(DENSITIES) - 1
    fits = None
    while low <= high:
        middle = (low + high) // 2
        html = board_paper(plan, base, DENSITIES[middle], filed, goal)
        document = sheets(html)
        if len(document.pages) <= MOST_PAGES:
            fits, high = (document, html), middle - 1
        else:
            low = middle + 1
    document, html = fits or (document, html)
    return pdf_of_sheets(document, html, title, "en-GB")


def board_paper(plan: Plan, base: KnowledgeBase, density: Density, filed: Filed | None = None, goal: str | None = None) -> str:
    """Return the sheet as HTML; the same plan and decision give the same text."""
    names = {option.id: option.name for option in base.options.values()}
    asked = plan.ask[: density.asks]
    return environment().get_template("board_paper.html.j2").render(
        plan=plan, filed=filed, density=density, foot=FOOT, unsigned=UNSIGNED, print_line=css_string(_line(plan, filed)),
        print_use=css_string(f"{FOOT} {UNSIGNED}"), facts=list(_facts(plan, base)), goal=goal,
        lanes=board.treatments(plan, names, _RESPONSES), no_history="history" in plan.facts,
        declines=[names.get(name, name) for name in plan.preferences.get("refuses") or ()],
        bands=[(v, VERDICT_WORDS[v].capitalize(), _lines(v, plan, base, density)) for v in board.ORDER], out=OUT,
        asked=[(", ".join(board.fact_label(name, base) for name in entry["facts"]), entry["found_by"], _effect(entry)) for entry in asked],
        more=len(plan.ask) - len(asked), chosen=[_chosen(name, plan) for name in filed.chosen] if filed else [],
        deviation=CODES.get(filed.deviation_code or "", filed.deviation_code) if filed else None,
    )


def _line(plan: Plan, filed: Filed | None) -> str:
    parts = [plan.case_id, f"version {filed.version}, decision {filed.number}" if filed else f"case {plan.case_sha256[:12]}"]
    parts += [f"as of {plan.as_of}"] if plan.as_of else ["no date given"]
    parts.append(f"knowledge {plan.knowledge_version} ({plan.knowledge_sha256[:12]})")
    parts.append(f"review due {plan.review_due}" if plan.review_due else "an earlier knowledge")
    return " · ".join(parts)


def _facts(plan: Plan, base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    """Give what is known field by field in one line each: as given, and of what follows grade, stage and kidney function."""
    key = {board.fact_label(name, base) for name in base.space.dictionary.facts if name.split(".")[-1] in _KEY_DERIVED}
    for field in board.fact_fields(plan, base):
        rows = [row for row in field.rows if not row.derived or row.label in key]
        if rows:
            yield field.title, "; ".join(f"{row.label}: {row.value}" + (f" ({row.when.split(' ')[0]})" if row.when else "") for row in rows)


def _lines(verdict: str, plan: Plan, base: KnowledgeBase, density: Density) -> list[Line]:
    found = []
    for option in plan.options:
        if option.verdict == verdict:
            why = _why(option, plan, base) if verdict not in OUT or density.out_reasons or verdict == "contraindicated" else ""
            found.append(Line(option.name, _says(option), why, _open(option, base, density.opens)))
    return found


def _says(option: OptionPlan) -> str:
    """Return what stands beside the name: the verdict's own heading says the rest."""
    says = headline(option)
    if option.conditional:
        return says
    start = VERDICT_WORDS[option.verdict]
    return says.removeprefix(start).lstrip(": ") if says.startswith(start) else says


def _why(option: OptionPlan, plan: Plan, base: KnowledgeBase) -> str:
    """Return the one reason that carries the verdict; where nothing stops an option, the situation that it would need."""
    reasons = board.decisive(option)
    known = [entry for entry in reasons if not entry.recall] or reasons
    if known:
        return _reason(known[0]) + (f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else "")
    if option.verdict == "not_indicated" and plan.knowledge_sha256 == base.sha256:
        return f"Its situation is not this one. {base.options[option.id].data['when_it_applies']}"
    return "No indication holds." if option.verdict == "not_indicated" else ""


def _reason(entry: Entry) -> str:
    if not entry.guideline:
        return entry.text
    known = entry.strength and not entry.strength.lower().startswith(("not read", "n.s.", "not stated", "not seen"))
    named = entry.guideline_name.split(" (")[0].lower() in entry.text.lower()
    who = "" if named else f"{entry.guideline_name}: "
    lead = {"recommends": "", "allows": "allowed: ", "against": "advised against: "}[entry.direction]
    return f"{lead}{who}{entry.text}" + (f" (strength {entry.strength})" if known else "")


def _open(option: OptionPlan, base: KnowledgeBase, most: int) -> str:
    if option.certain or option.certainly_not_offered:
        return ""
    if not (option.conditional or option.verdict == "need_data"):
        others = [VERDICT_WORDS[verdict] for verdict in option.could_be if verdict != option.verdict]
        return f"could still be {' or '.join(others)}" if others else ""
    facts = board.deciding_facts(option, base)
    more = f" and {len(facts) - most} more" if len(facts) > most else ""
    return ", ".join(facts[:most]) + more


def _effect(entry: dict[str, Any]) -> str:
    rest = [name for name in entry["decides"] if name not in entry["settles"]]
    parts = [f"{word} {', '.join(board.short_name(name) for name in names[:5])}{f' and {len(names) - 5} more' if len(names) > 5 else ''}"
             for word, names in (("settles", entry["settles"]), ("may settle", rest)) if names]
    return "; ".join(parts) or "bears on " + ", ".join(board.short_name(name) for name in entry["narrows"][:5])


def _chosen(name: str, plan: Plan) -> tuple[str, str, bool]:
    option = plan.option(name)
    return option.name, headline(option), option.offered
