"""The aid on A4: the open options in full, the others in a list, with room to write; the same bytes for the same aid."""

from __future__ import annotations

from islet.knowledge.base import KnowledgeBase
from islet.present import patient
from islet.present.aid.page import Aid, aid_context
from islet.present.html import TEMPLATES, css_string, environment
from islet.present.pdf import pdf_of_html

TITLE = "Choosing a treatment together"
PRINT_ROWS = (patient.ROWS[0], *patient.ROWS[3:8])

PAGES, SIZES = 4, (9.0, 8.4, 7.8, 7.2)
FIXED_PAGES, LETTERS_A_PAGE = 1.6, 6500  # at the smallest type


def aid_print_html(aid: Aid, base: KnowledgeBase) -> str:
    """Return the page for paper; every page of it carries case, version, date, review date and its number."""
    css = (TEMPLATES / "aid" / "print.css").read_text(encoding="utf-8")
    context = {
        **aid_context(aid, base), "print_rows": PRINT_ROWS, "page_rule": page_rule(aid), "css": f"{css}\nbody {{ font-size: {type_size(aid)}pt; }}",
    }
    return environment().get_template("aid/print.html.j2").render(context)


def type_size(aid: Aid) -> float:
    """Return the largest type in points with which the aid fits on four pages; where none does, an easy one on as many as it takes.

    How many pages a text takes was measured on the shipped examples: a fixed part and one page for so many letters of the open options.
    """
    letters = sum(len(line.text) for one in aid.open for title in PRINT_ROWS for line in one.row(title))
    pages = FIXED_PAGES + letters / LETTERS_A_PAGE
    return next((size for size in SIZES if pages * (size / SIZES[-1]) ** 2 <= PAGES), SIZES[1])


def page_rule(aid: Aid) -> str:
    """Return the CSS that puts case, version, date, review date and page number at the foot of each page."""
    plan = aid.plan
    line = (f"Case {plan.case_id} · Islet knowledge {plan.knowledge_version} ({plan.knowledge_sha256[:12]}) of {plan.knowledge_date} · "
            f"review due {plan.review_due}" + (f" · released {aid.contacts.released_on}" if aid.contacts.released_on else ""))
    look = "font: 6.5pt sans-serif; color: #333;"
    return (
        f"@page {{ size: A4; margin: 12mm 11mm 13mm; @bottom-left {{ content: {css_string(line)}; {look} }} "
        f'@bottom-right {{ content: "page " counter(page) " of " counter(pages); {look} }} }}\n'
    )


def aid_pdf(aid: Aid, base: KnowledgeBase) -> bytes:
    """Return the aid as tagged PDF; raise InputError when WeasyPrint is not installed."""
    return pdf_of_html(aid_print_html(aid, base), f"{TITLE}: case {aid.plan.case_id}", str(aid_context(aid, base)["lang"]))
