"""Make the plan of one patient."""

from __future__ import annotations

from typing import Any

from islet import __version__
from islet.case.model import Case
from islet.estimate.known import Known
from islet.knowledge.base import Criterion, KnowledgeBase, Option
from islet.patient.state import Patient, build_patient
from islet.plan.ask import ask_facts, deciding_facts
from islet.plan.exact import settle_exactly
from islet.plan.explore import base_variables, bits_of, explore, verdicts_of
from islet.plan.facts import facts_json, problems_of
from islet.plan.model import OptionPlan, Plan
from islet.plan.option import option_plan
from islet.plan.verdict import CONTRAINDICATED, Decision, applies, decide_option, settled
from islet.rules.evaluate import evaluate
from islet.rules.generate import VERDICT_CODES
from islet.rules.truth import Truth


def make_plan(case: Case, base: KnowledgeBase, region: str | None = None) -> Plan:
    """Return the plan of a case: every option with its verdict, reasons, sources and what is missing."""
    patient = build_patient(case, base.space)
    values = base.decide(patient.state)
    problems = problems_of(patient, base.space)
    emergency = any(problem["kind"] == "emergency" for problem in problems)
    decisions: dict[str, Decision] = {}
    options: list[OptionPlan] = []
    ask: list[dict[str, Any]] = []
    if not emergency:
        shaky = _resting_on(patient, base)
        standing = {option.id: _standing(option, patient, base, region) for option in base.options.values()}
        for option in base.options.values():
            if region is None and not standing[option.id]:
                answer = base.decide_one[option.id](patient.state)
                decisions[option.id] = Decision(VERDICT_CODES[answer >> 4], verdicts_of(answer & 15))
            else:
                decisions[option.id] = decide_option(option, base, values, region, bool(standing[option.id]))
        could = {name: bits_of(decision.could_be) for name, decision in decisions.items()}
        exact, not_shown = settle_exactly(patient, base, region, could)
        exploration = explore(patient, base, values, exact, region)
        for name, bits in exact.items():
            if bits != could[name]:
                decisions[name] = settled(decisions[name].verdict, verdicts_of(bits))
        deciding = deciding_facts(exploration, base)
        known = Known(patient, base)
        options = [
            option_plan(
                o, decisions, patient, values, base, region, o.id in shaky, o.id not in not_shown, standing[o.id], deciding.get(o.id, ()),
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


def _resting_on(patient: Patient, base: KnowledgeBase) -> set[str]:
    """Return the options with a criterion that rests on clashing facts: nothing about them is certain."""
    if not patient.conflicting:
        return set()
    found = set()
    for option in base.options.values():
        reads = {v for index in option.criteria for v in base.criteria[index].reads}
        if patient.conflicting & (set(base_variables(base, reads)) | reads):
            found.add(option.id)
    return found


def _standing(option: Option, patient: Patient, base: KnowledgeBase, region: str | None) -> list[Criterion]:
    """Return the contraindications that hold in a state in which clashing facts stand as given."""
    found: list[Criterion] = []
    if not patient.as_given:
        return found
    for index in option.by_role["contraindication"]:
        criterion = base.criteria[index]
        if not applies(criterion, region):
            continue
        if any(evaluate(base.space.nodes, criterion.node, state) is Truth.YES for state in patient.as_given):
            found.append(criterion)
    return found


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
