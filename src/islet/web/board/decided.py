"""A decision of a board between what was sent, the record and the sheet: checked, filed, read back."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from islet.errors import nearest
from islet.plan.model import Plan
from islet.plan.read_back import plan_read_back
from islet.present.board_paper import Filed
from islet.present.deviations import CODES, SYSTEM
from islet.present.words import VERDICT_WORDS
from islet.record.model import Decision, Person
from islet.record.model import Plan as KeptPlan
from islet.web.site import Site

SCHEMA = "islet.record/1"
STRENGTHS = ("strong", "weak")
MOST = 18_000  # bytes of everything that is said, as the record writes it
BESIDE = ("strength", "conditions", "follow_up", "decided_on")  # kept as JSON in the note of the record


class Said(NamedTuple):
    """Hold what a board says, as it was sent."""

    chosen: tuple[str, ...] = ()
    strength: str = ""
    conditions: str = ""
    dissent: str = ""
    deviation_code: str = ""
    deviation_text: str = ""
    present: tuple[str, ...] = ()
    follow_up: str = ""
    decided_on: str = ""


class Kept(NamedTuple):
    """Hold a filed decision with the plan it rests on."""

    decision: Decision
    kept: KeptPlan
    plan: Plan
    filed: Filed


def departs(chosen: Iterable[str], plan: Plan) -> str:
    """Say why a choice departs from a plan, or "" when it does not.

    It does when an option is chosen that the plan does not offer, or when the plan recommends something and none of that is chosen.
    """
    chosen = list(chosen)
    out = [option for option in plan.options if option.id in chosen and not option.offered]
    if out:
        return "; ".join(f"{option.name}: {VERDICT_WORDS[option.verdict]}" for option in out)
    recommended = [option for option in plan.options if option.verdict == "recommended"]
    if recommended and not any(option.id in chosen for option in recommended):
        return "nothing that the plan recommends was chosen"
    return ""


def faults_of(said: Said, plan: Plan) -> dict[str, str]:
    """Return what is wrong with a decision, field by field, in words."""
    found: dict[str, str] = {}
    names = [option.id for option in plan.options]
    unknown = [name for name in said.chosen if name not in names]
    if plan.emergency:
        found["chosen"] = "Not covered here: act now. No decision is filed on an emergency."
    elif unknown:
        found["chosen"] = f'Found the option "{unknown[0]}". {nearest(unknown[0], names)}'.strip()
    elif len(set(said.chosen)) < len(said.chosen):
        found["chosen"] = "An option was named twice."
    if said.strength and said.strength not in STRENGTHS:
        found["strength"] = f'Found "{said.strength}"; expected strong or weak.'
    if said.decided_on and not _is_date(said.decided_on):
        found["decided_on"] = f'Found "{said.decided_on}"; expected a date such as 2026-03-12.'
    if said.deviation_code and said.deviation_code not in CODES:
        found["deviation_code"] = f'Found "{said.deviation_code}". {nearest(said.deviation_code, CODES)}'.strip()
    why = "" if "chosen" in found else departs(said.chosen, plan)
    if why and not said.deviation_code:
        found["deviation_code"] = f"The decision departs from the plan ({why}): choose the reason."
    stopped = [option for option in plan.options if option.id in said.chosen and option.verdict == "contraindicated"]
    if stopped and not said.deviation_text.strip():
        found["deviation_text"] = f"{stopped[0].name} is contraindicated: say in words why it is chosen all the same."
    if len(json.dumps([said])) > MOST:
        found["conditions"] = "The texts are too long together; the record keeps about 18,000 characters of plain English."
    return found


def file(site: Site, kept: KeptPlan, said: Said, person: Person) -> Decision:
    """File a checked decision on a kept plan; raise NotAllowed or RecordError as the record does."""
    note = json.dumps({name: getattr(said, name) for name in BESIDE}, ensure_ascii=False)
    return site.record.decisions.file(
        kept, person, list(said.chosen), said.dissent, said.deviation_code or None, said.deviation_text, list(said.present), note
    )


def read(site: Site, decision: Decision, person: Person) -> Kept:
    """Return a filed decision with its plan as it was kept; raise NotAllowed as the record does."""
    kept = site.record.plans.read(decision.plan, person)
    beside = json.loads(decision.note) if decision.note.startswith("{") else dict.fromkeys(BESIDE, "")
    by = site.record.people.find(decision.by)
    last = site.record.decisions.list(decision.case, person)[-1]
    filed = Filed(
        id=decision.id, number=decision.number, version=kept.number, chosen=decision.chosen, strength=beside["strength"],
        conditions=beside["conditions"], dissent=decision.dissent, deviation_code=decision.deviation_code,
        deviation_text=decision.deviation_text, present=tuple(str(one) for one in decision.present), follow_up=beside["follow_up"],
        decided_on=beside["decided_on"], filed_by=by.name if by else "", filed_at=decision.made_at, superseded=last.id != decision.id,
    )
    return Kept(decision, kept, plan_read_back(kept.content, site.base), filed)


def record_json(found: Kept) -> dict[str, Any]:
    """Return the record of a decision (`islet.record/1`): what was chosen beside what the plan said, and why it departs."""
    decision, kept, plan, filed = found
    code = decision.deviation_code
    options = [plan.option(name) for name in decision.chosen]
    return {
        "schema": SCHEMA, "id": decision.id, "case": decision.case, "number": decision.number, "supersedes": decision.supersedes,
        "plan": {
            "id": kept.id, "sha256": hashlib.sha256(kept.content).hexdigest(), "case_version": kept.number, "as_of": kept.as_of,
            "region": kept.region, "engine": kept.engine, "made_at": kept.made_at,
            "knowledge": {"version": kept.knowledge_version, "sha256": kept.knowledge_sha256},
        },
        "chosen": [{
            "option": option.id, "name": option.name, "verdict": option.verdict, "certain": option.certain,
            "provided": [entry.criterion for entry in option.provided], "rests_on_recall": option.rests_on_recall,
            "declined_by_patient": option.declined_by_patient,
        } for option in options],
        "strength": filed.strength or None, "conditions": filed.conditions, "dissent": decision.dissent,
        "departs": departs(decision.chosen, plan) or None,
        "deviation": {"system": SYSTEM, "code": code, "words": CODES.get(code, code), "text": decision.deviation_text} if code else None,
        "present": list(filed.present), "follow_up": filed.follow_up, "decided_on": filed.decided_on or None,
        "filed": {"by": filed.filed_by, "at": decision.made_at},
    }


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
