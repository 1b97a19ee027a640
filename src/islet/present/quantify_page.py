"""The estimates of a case as one self-contained page with its pictures."""

from __future__ import annotations

from typing import Any

from islet.plan.model import Plan
from islet.present.html import TEMPLATES, css_string, environment
from islet.present.pictures import verdict_mark
from islet.present.quantify_pictures import picture
from islet.present.quantify_text import FOOT as WORDS
from islet.present.quantify_text import RESEARCH, row_words
from islet.present.sources import References
from islet.present.text import FOOT
from islet.present.words import headline


def quantify_page(plan: Plan, found: dict[str, list[dict[str, Any]]]) -> str:
    """Return the page; the same plan and estimates give the same bytes."""
    references = References()
    items = []
    for name, estimates in found.items():
        option = plan.option(name)
        given = [
            {**e, "drawn": picture(e, f"{name}-{e['id']}".replace(".", "-")), "lines": [row_words(row) for row in e.get("rows", ())]}
            for e in estimates if e["status"] == "given"
        ]
        waiting = [
            (e, ", ".join(need.split(".", 1)[1].replace(".", ": ") for need in e["needs"])) for e in estimates if e["status"] == "needs"
        ]
        silent = [e for e in estimates if e["status"] in ("outside", "failed")]
        items.append({"option": option, "headline": headline(option), "given": given, "waiting": waiting, "silent": silent})
    context: dict[str, Any] = {
        "plan": plan, "css": (TEMPLATES / "style.css").read_text(encoding="utf-8"), "foot": FOOT, "words": WORDS, "items": items,
        "research": RESEARCH, "cite": references.cite, "listed": references.listed, "mark": verdict_mark,
        "overdue": bool(plan.as_of and plan.review_due and plan.as_of > plan.review_due),
        "print_line": css_string(f"{plan.case_id} · knowledge {plan.knowledge_version} ({plan.knowledge_sha256[:12]})"),
        "print_use": css_string(FOOT),
    }
    return environment().get_template("quantify.html.j2").render(context)
