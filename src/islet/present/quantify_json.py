"""The estimates of a case as JSON (`schema: islet.quantify/1`)."""

from __future__ import annotations

from typing import Any

from islet.plan.model import Plan

SCHEMA = "islet.quantify/1"


def quantify_json(plan: Plan, found: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Return every estimate beside the verdict of its option."""
    options = []
    for name, estimates in found.items():
        option = plan.option(name)
        options.append({
            "id": name, "name": option.name, "verdict": option.verdict, "certain": option.certain,
            "provided": [entry.criterion for entry in option.provided], "estimates": estimates,
        })
    return {
        "schema": SCHEMA, "case": {"id": plan.case_id, "sha256": plan.case_sha256, "as_of": plan.as_of},
        "knowledge": {"version": plan.knowledge_version, "sha256": plan.knowledge_sha256}, "engine": plan.engine,
        "problems": list(plan.problems), "options": options,
    }
