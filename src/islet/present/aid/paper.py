"""The aid on A4: the open options in full, side by side or one after the other, the others in a list, with room to write."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.plan.model import Plan
from islet.present import patient
from islet.present.aid.page import Aid, AidOption, NotForPatients, aid_context, make_aid
from islet.present.html import TEMPLATES, css_string, environment
from islet.present.language import Language
from islet.present.pdf import pdf_of_sheets, sheets

PRINT_ROWS = (patient.ROWS[0], *patient.ROWS[3:8])

PAGES, COLUMNS = 4, 4


class Layout(NamedTuple):
    """Hold how the open options stand: side by side in tables, or one after the other in two columns; and the type in points."""

    side_by_side: bool
    size: float


LAYOUTS = (*(Layout(True, size) for size in (9.0, 8.4, 7.8)), *(Layout(False, size) for size in (8.4, 7.8, 7.2)))
EASY = Layout(False, 8.4)


def aid_print_html(aid: Aid, base: KnowledgeBase, layout: Layout = LAYOUTS[0], language: Language | None = None) -> str:
    """Return the page for paper in a layout; every sheet carries case, version, date, review date and its number."""
    css = (TEMPLATES / "aid" / "print.css").read_text(encoding="utf-8")
    context = {
        **aid_context(aid, base, language), "print_rows": PRINT_ROWS, "page_rule": page_rule(aid, language),
        "css": f"{css}\nbody {{ font-size: {layout.size}pt; }}", "side_by_side": layout.side_by_side,
    }
    return environment().get_template("aid/print.html.j2").render(context)


def page_rule(aid: Aid, language: Language | None = None) -> str:
    """Return the CSS that puts case, version, date, review date and page number at the foot of each page."""
    plan, language = aid.plan, language or Language(aid.contacts.lang)
    line = language.attribute(
        "Case {case} · Islet knowledge {version} ({sha}) of {day} · review due {due}", case=plan.case_id, version=plan.knowledge_version,
        sha=plan.knowledge_sha256[:12], day=language.date(plan.knowledge_date), due=language.date(plan.review_due))
    if aid.contacts.released_on:
        line += " · " + language.attribute("released {day}", day=language.date(aid.contacts.released_on))
    before, between = css_string(language.attribute("page") + " "), css_string(" " + language.attribute("of") + " ")
    look = "font: 6.5pt sans-serif; color: #333;"
    return (
        f"@page {{ size: A4; margin: 12mm 11mm 13mm; @bottom-left {{ content: {css_string(line)}; {look} }} "
        f'@bottom-right {{ content: {before} counter(page) {between} counter(pages); {look} }} }}\n'
    )


def aid_pdf(aid: Aid, base: KnowledgeBase, language: Language | None = None) -> bytes:
    """Return the aid as tagged PDF in the first layout with which it fits four sheets, and where none does, in an easy one on more.

    Raises InputError when WeasyPrint is not installed.
    """
    language = language or Language(aid.contacts.lang)
    for layout in (*(layout for layout in LAYOUTS if _at_least(aid, layout) <= PAGES), EASY):
        html = aid_print_html(aid, base, layout, language)
        document = sheets(html)
        if len(document.pages) <= PAGES:
            break
    title = language.attribute("Choosing a treatment together: case {case}", case=aid.plan.case_id)
    return pdf_of_sheets(document, html, title, language.tag)


def plan_aid_pdf(plan: Plan, base: KnowledgeBase, today: datetime.date, language: Language | None = None) -> bytes:
    """Return the aid of a plan that nobody has released yet, with room to sign; raise InputError where none is made of it on that day."""
    try:
        return aid_pdf(make_aid(plan, base, today), base, language)
    except NotForPatients as refused:
        raise InputError("no page for the patient can be made", plan.case_id, 0, "", str(refused)) from refused


def _at_least(aid: Aid, layout: Layout) -> float:
    """Return how many sheets the aid takes in a layout at the least, by its letters, so that hopeless layouts are not set.

    A row of a table is as high as its longest cell. The figures were measured on the shipped examples, in type of 7.2 points.
    """
    if layout.side_by_side:
        letters = sum(len(table) * max(_letters(one, title) for one in table) for table in aid.tables(COLUMNS) for title in PRINT_ROWS)
        sheets_needed = 1.2 + letters / 8500
    else:
        sheets_needed = 1.9 + sum(_letters(one, title) for one in aid.open for title in PRINT_ROWS) / 7500
    return sheets_needed * (layout.size / 7.2) ** 2


def _letters(one: AidOption, title: str) -> int:
    return sum(len(line.text) for line in one.row(title))
