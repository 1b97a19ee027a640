"""One question about one case, answered whole: why, what to find out, what if. Every face shows these answers."""

from __future__ import annotations

from typing import Any, NamedTuple

from islet.case.model import Case
from islet.errors import InputError, nearest
from islet.knowledge.base import KnowledgeBase
from islet.patient.state import build_patient
from islet.plan.make import make_plan
from islet.plan.model import OptionPlan, Plan
from islet.plan.reasons import Reasons, smallest_reasons
from islet.plan.settling import settle_plan
from islet.plan.whatif import Change, change_case, compare_plans
from islet.plan.why import Flip, Trace, smallest_flips, trace_option


class Why(NamedTuple):
    """Hold the whole trace behind one verdict, the smallest changes that would flip it, and what keeps an option out."""

    plan: Plan
    option: OptionPlan
    traces: list[Trace]
    flips: list[Flip]
    reasons: Reasons | None


class Ask(NamedTuple):
    """Hold a plan with the smallest sets of facts that settle each verdict."""

    plan: Plan
    settling: list[dict[str, Any]]


class WhatIf(NamedTuple):
    """Hold the plan before and after a change of facts."""

    told: list[str]
    before: Plan
    after: Plan
    changes: list[Change]


def known_option(name: str, base: KnowledgeBase, command: str) -> str:
    """Return the name of an option; raise InputError with the nearest one when there is none such."""
    if name not in base.options:
        raise InputError(f'unknown option "{name}"', "", 0, command, nearest(name, base.options))
    return name


def ask_why(case: Case, option: str, base: KnowledgeBase, region: str | None) -> Why | Plan:
    """Return why an option has its verdict, or the plan alone where an emergency leaves nothing to explain.

    Raises InputError for an unknown option.
    """
    known_option(option, base, "why")
    plan = make_plan(case, base, region)
    if plan.emergency:
        return plan
    traces, flips = trace_option(case, option, base), smallest_flips(case, option, base, region)
    planned = plan.option(option)
    reasons = None
    if planned.certainly_not_offered:
        reasons = smallest_reasons(build_patient(case, base.space), option, base, region)
    return Why(plan, planned, traces, flips, reasons)


def ask_next(case: Case, base: KnowledgeBase, region: str | None) -> Ask:
    """Return what to find out next, with the smallest sets of facts that settle each verdict."""
    plan = make_plan(case, base, region)
    return Ask(plan, settle_plan(plan, case, base))


def ask_whatif(case: Case, told: list[str], base: KnowledgeBase, region: str | None) -> WhatIf:
    """Return the plan before and after `fact=value` changes; raise InputError naming the change that cannot be read."""
    changed = change_case(case, told, base.space.dictionary)
    before, after = make_plan(case, base, region), make_plan(changed, base, region)
    return WhatIf(told, before, after, [] if before.emergency or after.emergency else compare_plans(before, after))
