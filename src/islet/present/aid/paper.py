"""The aid on A4: the open options in full, the others in a list, with room to write; the same bytes for the same aid."""

from __future__ import annotations

import datetime

from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.plan.model import Plan
from islet.present import patient
from islet.present.aid.page import Aid, NotForPatients, aid_context, make_aid
from islet.present.html import TEMPLATES, css_string, environment
from islet.present.language import Language
from islet.present.pdf import pdf_of_sheets, sheets

PRINT_ROWS = (patient.ROWS[0], *patient.ROWS[3:8])

PAGES, SIZES, EASY, COLUMNS = 4, (9.0, 8.4, 7.8, 7.2), 8.4, 4


def aid_print_html(aid: Aid, base: KnowledgeBase, size: float = SIZES[-1], language: Language | None = None) -> str:
    """Return the page for paper in a size of type in points; every sheet carries case, version, date, review date and its number."""
    css = (TEMPLATES / "aid" / "print.css").read_text(encoding="utf-8")
    context = {
        **aid_context(aid, base, language), "print_rows": PRINT_ROWS, "page_rule": page_rule(aid, language),
        "css": f"{css}\nbody {{ font-size: {size}pt; }}",
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
    """Return the aid as tagged PDF, in the largest type with which it fits four sheets, and where none does, in an easy one on more.

    Raises InputError when WeasyPrint is not installed.
    """
    language = language or Language(aid.contacts.lang)
    tried = [size for size in SIZES if _guess(aid) * (size / SIZES[-1]) ** 2 <= PAGES] or [SIZES[-1]]
    html = aid_print_html(aid, base, tried[0], language)
    document = sheets(html)
    for size in tried[1:]:
        if len(document.pages) <= PAGES:
            break
        html = aid_print_html(aid, base, size, language)
        document = sheets(html)
    if len(document.pages) > PAGES:
        html = aid_print_html(aid, base, EASY, language)
        document = sheets(html)
    title = language.attribute("Choosing a treatment together: case {case}", case=aid.plan.case_id)
    return pdf_of_sheets(document, html, title, language.tag)


def plan_aid_pdf(plan: Plan, base: KnowledgeBase, today: datetime.date, language: Language | None = None) -> bytes:
    """Return the aid of a plan that nobody has released yet, with room to sign; raise InputError where none is made of it on that day."""
    try:
        return aid_pdf(make_aid(plan, base, today), base, language)
    except NotForPatients as refused:
        raise InputError("no page for the patient can be made", plan.case_id, 0, "", str(refused)) from refused


def _guess(aid: Aid) -> float:
    """Return about how many sheets the aid takes in the smallest type: a fixed part, and the area of its tables by letters.

    A row of a table is as high as its longest cell. Both figures were measured on the shipped examples.
    """
    letters = 0
    for table in aid.tables(COLUMNS):
        for title in PRINT_ROWS:
            letters += len(table) * max(sum(len(line.text) for line in one.row(title)) for one in table)
    return 1.2 + letters / 8500
