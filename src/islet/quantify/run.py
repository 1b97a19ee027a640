"""Quantify one case: the estimates of the plan, and the results of the numeric rooms in the place of what can be had."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

from islet.case.model import Case
from islet.estimate.known import Known
from islet.estimate.make import estimates_of
from islet.estimate.model import AVAILABLE, OUTSIDE, Estimate
from islet.knowledge.base import KnowledgeBase
from islet.patient.state import build_patient
from islet.plan.model import OptionPlan, Plan
from islet.plan.verdict import CONTRAINDICATED
from islet.quantify.keep import kept_or_made

NO_DOSE: dict[str, Any] = {
    "status": OUTSIDE, "value": None, "interval": None, "text": "", "plain": "", "needs": [], "rows": [],
    "because": "the option is contraindicated: no dose is shown",
}
NO_FURTHER = {**NO_DOSE, "because": "the option is contraindicated: no further cycle is counted"}
FURTHER = frozenset({"prrt_cycles_remaining", "prrt_cycles_population", "prrt_lesion_course"})
Progress = Callable[[str, float], None]


def quantify_option(option: OptionPlan, case: Case, base: KnowledgeBase, progress: Progress) -> list[dict[str, Any]]:
    """Return every estimate of one option, the computed ones included, in the form of `Estimate.as_json` with `curves`."""
    rooms = {c["id"]: c["parts"]["room"] for c in base.estimates.get(option.id, ()) if c["kind"] == "run"}
    found: list[dict[str, Any]] = []
    done: set[str] = set()
    doses = {c["id"] for c in base.estimates.get(option.id, ()) if c["dose"]} if option.verdict == CONTRAINDICATED else set()
    for estimate in estimates_of(option.id, Known(build_patient(case, base.space), base), base):
        if estimate["id"] in doses:
            found.append({**estimate, **NO_DOSE})
        elif estimate["status"] != AVAILABLE:
            found.append(estimate)
        elif rooms[estimate["id"]] not in done:
            room = rooms[estimate["id"]]
            done.add(room)
            made = kept_or_made(room, option.id, case, base, partial(_run, room, case, option.id, base, progress))
            found += [_without_further(estimate) for estimate in made] if option.verdict == CONTRAINDICATED else made
    return found


def _without_further(estimate: dict[str, Any]) -> dict[str, Any]:
    """Return the estimate without what it says of further cycles; what was measured of those given stays."""
    return {**estimate, **NO_FURTHER, "curves": None} if estimate["id"] in FURTHER else estimate


def _run(room: str, case: Case, option: str, base: KnowledgeBase, progress: Progress) -> list[dict[str, Any]]:
    estimates: list[Estimate] = importlib.import_module(f"islet.quantify.{room}.run").estimate(case, option, base, progress)
    return [{**estimate.as_json(), "curves": estimate.curves} for estimate in estimates]


def quantified(plan: Plan, case: Case, base: KnowledgeBase, only: str | None, progress: Progress) -> dict[str, list[dict[str, Any]]]:
    """Return option id -> estimates: for one option, or for all that have any and are not certainly out."""
    wanted = [option for option in plan.options if (option.id == only if only else not option.certainly_not_offered)]
    found = {option.id: quantify_option(option, case, base, progress) for option in wanted}
    return {name: estimates for name, estimates in found.items() if estimates or only == name}
