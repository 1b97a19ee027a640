"""The estimates of a case as one self-contained page with its pictures."""

from __future__ import annotations

from typing import Any

from islet.plan.model import Plan
from islet.present.html import environment, page_context
from islet.present.quantify_pictures import picture
from islet.present.quantify_text import FOOT as WORDS
from islet.present.quantify_text import RESEARCH, row_words
from islet.present.words import headline


def quantify_page(plan: Plan, found: dict[str, list[dict[str, Any]]]) -> str:
    """Return the page; the same plan and estimates give the same bytes."""
    return environment().get_template("quantify.html.j2").render(quantify_context(plan, found))


def quantify_context(plan: Plan, found: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Return what a page shows of the estimates of a plan, each with its picture where it has one."""
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
    return {**page_context(plan), "words": WORDS, "items": items, "research": RESEARCH}
