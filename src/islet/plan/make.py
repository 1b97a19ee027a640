"""Make the plan of one patient."""

from __future__ import annotations

from typing import Any

from islet import __version__
from islet.case.model import Case
from islet.estimate.known import Known
from islet.knowledge.base import KnowledgeBase
from islet.patient.state import build_patient
from islet.plan.ask import ask_facts, deciding_facts
from islet.plan.decide import all_standing, decide, in_emergency, resting_on
from islet.plan.exact import not_shown
from islet.plan.explore import explore
from islet.plan.facts import facts_json, problems_of
from islet.plan.model import OptionPlan, Plan
from islet.plan.option import option_plan
from islet.plan.verdict import CONTRAINDICATED


def make_plan(case: Case, base: KnowledgeBase, region: str | None = None) -> Plan:
    """Return the plan of a case: every option with its verdict, reasons, sources and what is missing."""
    patient = build_patient(case, base.space)
    problems = problems_of(patient, base.space)
    emergency = in_emergency(patient, base.space)
    values = base.decide(patient.state)
    options: list[OptionPlan] = []
    ask: list[dict[str, Any]] = []
    if not emergency:
        shaky = resting_on(patient, base)
        standing = all_standing(patient, base, region)
        decisions, exact = decide(patient, base, region, values, standing)
        unshown = not_shown(patient, base, region, exact)
        exploration = explore(patient, base, values, exact, region)
        deciding = deciding_facts(exploration, base)
        known = Known(patient, base)
        options = [
            option_plan(
                o, decisions, patient, values, base, region, o.id in shaky, o.id not in unshown, standing[o.id], deciding.get(o.id, ()),
                known,
            )
            for o in base.options.values()
        ]
        ask = ask_facts(exploration, base, patient, region)
    return Plan(
        case_id=case.id, case_sha256=case.sha256, as_of=case.as_of, region=region, knowledge_version=base.version,
        knowledge_sha256=base.sha256, knowledge_date=base.date, review_due=base.review_due, engine=f"islet {__version__}",
        facts=facts_json(patient, base.space), problems=tuple(problems), options=tuple(options), ask=tuple(ask),
        disagreements=tuple(_disagreements(options)), emergency=emergency,
        history=tuple(entry.as_json() for entry in case.history or ()),
        preferences={"refuses": list(case.refuses), "goal": case.goal},
    )


def _disagreements(options: list[OptionPlan]) -> list[dict[str, Any]]:
    found = []
    for option in options:
        if option.verdict in ("not_indicated", CONTRAINDICATED):
            continue
        sure = [g for g in option.guidelines if g["holds"] == "yes"]
        pro = [g for g in sure if g["direction"] == "recommends"]
        contra = [g for g in sure if g["direction"] == "against"]
        if pro and contra:
            in_favour, opposed = sorted({g["name"] for g in pro}), sorted({g["name"] for g in contra})
            found.append({
                "option": option.id, "recommends": in_favour, "against": opposed,
                "text": f"{option.name}: {', '.join(in_favour)} for; {', '.join(opposed)} against.",
                "criteria": [g["criterion"] for g in (*pro, *contra)],
            })
    return found
