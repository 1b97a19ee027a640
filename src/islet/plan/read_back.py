"""A plan read back from the bytes that were kept, so that a page made later says what was said then."""

from __future__ import annotations

import json
from typing import Any

from islet.knowledge.base import KnowledgeBase
from islet.plan.model import Entry, OptionPlan, Plan


def plan_read_back(content: bytes, base: KnowledgeBase) -> Plan:
    """Return the plan of `islet.plan/1` bytes.

    What the bytes do not hold stays empty: what the knowledge says of an option whoever the patient is, and the wishes except what is
    declined. Names of guidelines come from `base`, or are their ids where that knows them no longer.
    """
    told: dict[str, Any] = json.loads(content)
    options = tuple(_option(option, base) for option in told["options"])
    history = told["facts"].get("history", {}).get("value") or ()
    return Plan(
        case_id=told["case"]["id"], case_sha256=told["case"]["sha256"], as_of=told["case"]["as_of"], region=told["region"],
        knowledge_version=told["knowledge"]["version"], knowledge_sha256=told["knowledge"]["sha256"],
        knowledge_date=told["knowledge"]["date"], review_due=base.review_due if told["knowledge"]["sha256"] == base.sha256 else "",
        engine=told["engine"], facts=told["facts"], problems=tuple(told["problems"]), options=options, ask=tuple(told["ask"]),
        disagreements=tuple(told["disagreements"]), history=tuple(history),
        preferences={"refuses": [option.id for option in options if option.declined_by_patient]},
        emergency=any(problem["kind"] == "emergency" for problem in told["problems"]),
    )


def _option(told: dict[str, Any], base: KnowledgeBase) -> OptionPlan:
    def entries(section: str) -> tuple[Entry, ...]:
        return tuple(_entry(entry, base) for entry in told[section])

    return OptionPlan(
        told["id"], told["group"], told["name"], told["verdict"], told["certain"], told["certainly_not_offered"], tuple(told["could_be"]),
        told["exact"], told["rests_on_recall"], entries("provided"), entries("for"), entries("against"), entries("cautions"),
        tuple(told["guidelines"]), tuple(told["evidence"]), tuple(told["estimates"]), tuple(told["compatible_with"]),
        tuple(told["labels"]), tuple(told["decided_by"]), told["declined_by_patient"], {},
    )


def _entry(told: dict[str, Any], base: KnowledgeBase) -> Entry:
    guideline = told.get("guideline", "")
    named = base.guidelines[guideline]["name"] if guideline in base.guidelines else guideline
    return Entry(
        told["criterion"], told["role"], told["text"], told["plain"], told["holds"], told["facts"], told["sources"],
        all(source["verification"] == "recall" for source in told["sources"]), guideline,
        str(named), told.get("direction", ""), told.get("strength", ""),
    )
