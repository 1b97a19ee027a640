"""`islet quantify --format json`, byte for byte the same on the command line and over the API."""

from __future__ import annotations

from islet.case.model import Case
from islet.estimate.model import AVAILABLE
from islet.knowledge.base import KnowledgeBase
from islet.plan.make import make_plan
from islet.plan.model import Plan, plan_json
from islet.plan.questions import known_option
from islet.present.quantify_json import quantify_json
from islet.present.question_json import pretty
from islet.quantify.run import Progress, quantified


def at_once(plan: Plan, option: str | None) -> bool:
    """Tell whether nothing has to be computed for long: every estimate asked for stands in the plan already."""
    wanted = [one for one in plan.options if (one.id == option if option else not one.certainly_not_offered)]
    return all(estimate["status"] != AVAILABLE for one in wanted for estimate in one.estimates)


def quantify_bytes(
    case: Case, option: str | None, versus: str | None, base: KnowledgeBase, region: str | None, progress: Progress
) -> bytes:
    """Return the estimates of a case, or two options side by side; in an emergency the plan, which says so.

    `progress` is told what is done and how far, and may raise to stop. Raises InputError for an unknown option.
    """
    if option is not None:
        known_option(option, base, "quantify")
    plan = make_plan(case, base, region)
    if plan.emergency:
        return pretty(plan_json(plan))
    if option is not None and versus is not None:
        from islet.quantify.compare import compare

        return pretty(compare(case, option, versus, base).as_json())
    return pretty(quantify_json(plan, quantified(plan, case, base, option, progress)))
