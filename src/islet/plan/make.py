"""Make the plan of one patient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from islet import __version__
from islet.case.model import Case
from islet.knowledge.base import Criterion, KnowledgeBase, Option
from islet.patient.state import Patient, build_patient
from islet.plan.ask import ask_facts, base_variables, bits_of, deciding_facts, explore, verdicts_of
from islet.plan.facts import fact_value, facts_json, problems_of
from islet.plan.model import Entry, OptionPlan, Plan
from islet.plan.verdict import CONTRAINDICATED, NEED_DATA, OFFERED, UNKNOWN, YES, Decision, applies, decide_option, settled
from islet.rules.evaluate import evaluate, reasons
from islet.rules.generate import VERDICT_CODES
from islet.rules.truth import Truth

WORDS = ("no", "unknown", "yes")


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
        exploration = explore(patient, base, values, could, region)
        for name, bits in exploration.could.items():
            if bits != could[name]:
                decisions[name] = settled(decisions[name].verdict, verdicts_of(bits))
        deciding = deciding_facts(exploration, base)
        options = [
            _option_plan(o, decisions, patient, values, base, region, shaky, standing[o.id], deciding.get(o.id, ()))
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


def _option_plan(
    option: Option, decisions: dict[str, Decision], patient: Patient, values: tuple[int, ...], base: KnowledgeBase,
    region: str | None, shaky: set[str], standing: list[Criterion], decided_by: tuple[str, ...],
) -> OptionPlan:
    decision = decisions[option.id]
    sections: dict[str, list[Entry]] = {"for": [], "against": [], "cautions": [], "provided": []}
    could_be = decision.could_be
    out = not set(could_be) & set(OFFERED)
    least = YES if out else UNKNOWN  # what is open about an option that is out anyway stands in `why`
    for index in option.criteria:
        criterion, value = base.criteria[index], values[index]
        if standing and criterion in standing:
            value = YES
        if value < least:
            continue
        place = _place(criterion, value, region)
        if place == "provided" and decision.verdict not in (*OFFERED, NEED_DATA):
            continue
        sections[place].append(_entry(criterion, value, patient, base))
    certain = len(could_be) == 1 and option.id not in shaky
    return OptionPlan(
        id=option.id, group=option.group, name=option.name, verdict=decision.verdict, certain=certain,
        certainly_not_offered=option.id not in shaky and out, could_be=could_be, exact=certain,
        rests_on_recall=_rests_on_recall(option, decision.verdict, values, base, region, standing),
        provided=tuple(sections["provided"]), in_favour=tuple(sections["for"]), against=tuple(sections["against"]),
        cautions=tuple(sections["cautions"]), guidelines=tuple(_guidelines(option, values, base, least)),
        evidence=_evidence(option, base), estimates=(), compatible_with=tuple(_compatible(option, decisions, patient, base)),
        labels=tuple(_labels(option, patient, base, region)), decided_by=decided_by,
        declined_by_patient=option.id in patient.case.refuses or option.group in patient.case.refuses, data=option.data,
    )


def _place(criterion: Criterion, value: int, region: str | None) -> str:
    if criterion.role == "caution" or not applies(criterion, region):
        return "cautions"
    if criterion.role == "indication":
        return "for"
    if criterion.role == "position":
        return "against" if criterion.direction == "against" else "for"
    return "against" if value == YES else "provided"


def _entry(criterion: Criterion, value: int, patient: Patient, base: KnowledgeBase) -> Entry:
    state, full = patient.state, base.space.full
    if all(state[index] == full[index] for index in criterion.reads) and not patient.conflicting:
        known = base.open_entries.get(criterion.number)
        if known is None:
            known = base.open_entries[criterion.number] = _new_entry(criterion, value, patient, base)
        entry: Entry = known
        return entry
    return _new_entry(criterion, value, patient, base)


def _new_entry(criterion: Criterion, value: int, patient: Patient, base: KnowledgeBase) -> Entry:
    if len(criterion.reads) == 1:
        shown: Sequence[int] = criterion.reads
    else:
        _, shown = reasons(base.space.nodes, criterion.node, patient.state)
    facts = {base.space.variables[index].name: fact_value(patient, base.space, index) for index in shown}
    cited = base.cited.get(criterion.number)
    if cited is None:
        cited = base.cited[criterion.number] = sources_json(criterion.sources, base)
    return Entry(
        criterion.id, criterion.role, criterion.text, criterion.plain, WORDS[value], facts, cited, criterion.recall_only,
        criterion.guideline, str(base.guidelines[criterion.guideline]["name"]) if criterion.guideline else "", criterion.direction,
        criterion.strength,
    )


def sources_json(sources: Sequence[dict[str, Any]], base: KnowledgeBase) -> list[dict[str, Any]]:
    """Return sources with title, year and address beside locator and verification mark."""
    found = []
    for source in sources:
        about = base.sources[source["source"]]
        found.append({
            "id": source["source"], "title": about.get("title"), "year": about.get("year"), "url": about.get("url"),
            "locator": source["locator"], "verification": source["verification"],
        })
    return found


def _rests_on_recall(
    option: Option, verdict: str, values: tuple[int, ...], base: KnowledgeBase, region: str | None, standing: list[Criterion]
) -> bool:
    """Tell whether nothing but memory stands behind the verdict."""
    if not option.recalls:
        return False
    if verdict == CONTRAINDICATED:
        return _only_recall(_holding(option, "contraindication", values, base, region) + standing)
    if verdict == "not_indicated":
        return _only_recall(_holding(option, "exclusion", values, base, region))
    if verdict == NEED_DATA:
        return False
    positions = _holding(option, "position", values, base, region)
    recommends = [c for c in positions if c.direction == "recommends"]
    against = [c for c in positions if c.direction == "against"]
    indication = _only_recall(_holding(option, "indication", values, base, region))
    if verdict == "recommended":
        return indication or _only_recall(recommends)
    return indication or bool(recommends and _only_recall(against))


def _holding(option: Option, role: str, values: tuple[int, ...], base: KnowledgeBase, region: str | None) -> list[Criterion]:
    found = [base.criteria[index] for index in option.by_role[role] if values[index] == YES]
    return found if region is None else [criterion for criterion in found if applies(criterion, region)]


def _only_recall(criteria: list[Criterion]) -> bool:
    return bool(criteria) and all(criterion.recall_only for criterion in criteria)


def _guidelines(option: Option, values: tuple[int, ...], base: KnowledgeBase, least: int) -> list[dict[str, Any]]:
    found = []
    for index in option.by_role["position"]:
        criterion = base.criteria[index]
        if values[index] >= least:
            about = base.guidelines[criterion.guideline]
            found.append({
                "guideline": criterion.guideline, "name": about.get("name"), "year": about.get("year"), "region": about.get("region"),
                "direction": criterion.direction, "strength": criterion.strength, "holds": WORDS[values[index]],
                "criterion": criterion.id, "text": criterion.text, "recall": criterion.recall_only,
            })
    return found


def _evidence(option: Option, base: KnowledgeBase) -> tuple[dict[str, Any], ...]:
    kept = base.evidence.get(option.id)
    if kept is not None:
        return kept
    found = []
    for name in option.data.get("trials") or ():
        trial = base.trials[name]
        found.append({
            "trial": name, "name": trial["name"], "year": trial.get("year"), "design": trial["design"], "who": trial["who"],
            "indirect_population": trial["indirect_population"], "indirect_because": trial.get("indirect_because"),
            "results": [{**result, "sources": sources_json(result.get("sources") or (), base)} for result in trial["results"]],
        })
    base.evidence[option.id] = tuple(found)
    return base.evidence[option.id]


def _compatible(option: Option, decisions: dict[str, Decision], patient: Patient, base: KnowledgeBase) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if decisions[option.id].verdict not in OFFERED:
        return found
    for entry, node in base.combined[option.id]:
        members = entry["options"]
        if any(decisions[name].verdict not in OFFERED for name in members):
            continue
        truth = evaluate(base.space.nodes, node, patient.state)
        if truth is not Truth.NO:
            found.append({
                "id": entry["id"], "with": [name for name in members if name != option.id] or [option.id], "kind": entry["kind"],
                "text": entry["text"], "plain": entry["plain"], "holds": truth.word,
            })
    return found


def _labels(option: Option, patient: Patient, base: KnowledgeBase, region: str | None) -> list[dict[str, Any]]:
    found = []
    for label, node in option.labels:
        if region is not None and label["region"] != region:
            continue
        truth = evaluate(base.space.nodes, node, patient.state)
        status = label["on"] if truth is Truth.YES else "unknown" if truth is Truth.UNKNOWN else "off_label"
        cited = base.cited.get(id(label))
        if cited is None:
            cited = base.cited[id(label)] = sources_json(label["sources"], base)
        found.append({"region": label["region"], "status": status, "text": label["text"], "sources": cited})
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
