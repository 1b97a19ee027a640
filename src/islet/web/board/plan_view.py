"""Make the plan of what a form says and set it out for the board's page."""

from __future__ import annotations

from typing import Any

from islet.case.model import Case
from islet.knowledge.base import KnowledgeBase
from islet.plan.make import make_plan
from islet.plan.model import Plan
from islet.present.board import short_name
from islet.present.html import clinician_context, page_context
from islet.web.site import Site

ASKED_FIRST = 8


def plan_context(case: Case, site: Site) -> dict[str, Any]:
    """Return everything the board's page shows of the plan of a case."""
    plan = make_plan(case, site.base, site.settings.region)
    return {**page_context(plan), **clinician_context(plan, site.base), "says": plan_says(plan), "asked_first": ASKED_FIRST}


def option_context(case: Case, name: str, site: Site, level: int) -> dict[str, Any]:
    """Return what is shown of one option, its headings at a level; the name is one of the knowledge base. In an emergency no row is."""
    context = plan_context(case, site)
    row = next((row for row in context["rows"] if row["option"].id == name), None)
    return {**context, "row": row, "of": site.base.options[name], "short": short_name(name), "level": level, "place": f"{name}-"}


def plan_says(plan: Plan) -> str:
    """Return the plan in one sentence, for those who listen to the page."""
    if plan.emergency:
        return "Not covered here: act now."
    counts = {verdict: sum(option.verdict == verdict for option in plan.options) for verdict in ("recommended", "possible", "need_data")}
    problems = f" {len(plan.problems)} problems to look at first." if plan.problems else ""
    return (
        f"{counts['recommended']} options recommended, {counts['possible']} possible, "
        f"{counts['need_data']} cannot be said yet.{problems}"
    )


def option_names(base: KnowledgeBase) -> dict[str, str]:
    """Return the name of each option."""
    return {option.id: option.name for option in base.options.values()}
