"""A plan as one line of JSON, quickly: what never changes of an option is written once."""

from __future__ import annotations

from typing import Any

import orjson

from islet.estimate.form import Kept
from islet.knowledge.base import KnowledgeBase
from islet.plan.model import OptionPlan, Plan, plan_json


def plan_line(plan: Plan, base: KnowledgeBase) -> bytes:
    """Return the plan as UTF-8 JSON, the same bytes as the standard library writes, with a line break at the end."""
    data = plan_json(plan)
    for written, option in zip(data["options"], plan.options, strict=True):
        written["evidence"] = _evidence(option, base)
        written["estimates"] = [_estimate(estimate, base) for estimate in option.estimates]
    return orjson.dumps(data, option=orjson.OPT_APPEND_NEWLINE)


def _evidence(option: OptionPlan, base: KnowledgeBase) -> orjson.Fragment:
    key = ("evidence", option.id)
    found: orjson.Fragment | None = base.kept.get(key)
    if found is None:
        found = base.kept[key] = orjson.Fragment(orjson.dumps(option.evidence))
    return found


def _estimate(estimate: dict[str, Any], base: KnowledgeBase) -> Any:
    """Return an estimate that many patients share as bytes written once."""
    if not isinstance(estimate, Kept):
        return estimate
    key = ("written estimate", id(estimate))
    found: orjson.Fragment | None = base.kept.get(key)
    if found is None:
        found = base.kept[key] = orjson.Fragment(orjson.dumps(estimate))
    return found
