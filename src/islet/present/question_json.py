"""The answers to one question about one case as JSON, byte for byte the same on the command line and over the API."""

from __future__ import annotations

from typing import Any

import orjson

from islet.plan.model import Plan, plan_json
from islet.plan.questions import Ask, WhatIf, Why
from islet.plan.whatif import changes_json


def pretty(content: Any) -> bytes:
    r"""Return JSON for people and programs: two spaces, a line break at the end.

    >>> pretty({"a": 1})
    b'{\n  "a": 1\n}\n'
    """
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def why_json(why: Why | Plan) -> dict[str, Any]:
    """Return the answer to "why"; in an emergency the plan itself, which says so and has no options."""
    if isinstance(why, Plan):
        return plan_json(why)
    plan, option = why.plan, why.option
    return {
        "case": plan.case_id, "option": option.id, "verdict": option.verdict, "certain": option.certain,
        "could_be": list(option.could_be), "problems": list(plan.problems),
        "trace": [{"criterion": t.criterion.id, "role": t.criterion.role, "holds": t.holds, "text": t.criterion.text,
                   "rule": t.criterion.when, "proof": t.proof, "sources": t.sources, "guideline": t.criterion.guideline or None,
                   "direction": t.criterion.direction or None, "strength": t.criterion.strength or None} for t in why.traces],
        "keeps_out": {"facts": why.reasons.facts, "criteria": list(why.reasons.criteria)} if why.reasons else None,
        "flips": [{"changes": dict(f.changes), "verdict": f.verdict} for f in why.flips],
    }


def ask_json(ask: Ask) -> dict[str, Any]:
    """Return the answer to "what to find out next"."""
    return {"case": ask.plan.case_id, "problems": list(ask.plan.problems), "ask": list(ask.plan.ask), "settling": ask.settling}


def whatif_json(found: WhatIf) -> dict[str, Any]:
    """Return the answer to "what if"."""
    told = {"changes": found.told, "changed": changes_json(found.changes)}
    return {**told, "before": plan_json(found.before), "after": plan_json(found.after)}
