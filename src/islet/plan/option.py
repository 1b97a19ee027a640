"""The answer on one option: its reasons sorted, its sources, positions, evidence, labels and companions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from islet.estimate.known import Known
from islet.estimate.make import estimates_of
from islet.knowledge.base import Criterion, KnowledgeBase, Option
from islet.knowledge.citing import sources_json
from islet.patient.state import Patient
from islet.plan.facts import fact_value
from islet.plan.model import Entry, OptionPlan
from islet.plan.verdict import CONTRAINDICATED, NEED_DATA, OFFERED, UNKNOWN, YES, Decision, applies
from islet.rules.evaluate import evaluate, reasons
from islet.rules.truth import Truth

WORDS = ("no", "unknown", "yes")


def option_plan(
    option: Option, decisions: dict[str, Decision], patient: Patient, values: tuple[int, ...], base: KnowledgeBase,
    region: str | None, shaky: bool, shown: bool, standing: list[Criterion], decided_by: tuple[str, ...],
    known: Known,
) -> OptionPlan:
    decision = decisions[option.id]
    sections: dict[str, list[Entry]] = {"for": [], "against": [], "cautions": [], "provided": []}
    could_be = decision.could_be
    out = not set(could_be) & set(OFFERED)
    least = YES if out else UNKNOWN  # what is open about an option that is out anyway stands in `why`
    for index in option.criteria:
        value = values[index]
        if standing and base.criteria[index] in standing:
            value = YES
        if value < least:
            continue
        criterion = base.criteria[index]
        place = _place(criterion, value, region)
        if place == "provided" and decision.verdict not in (*OFFERED, NEED_DATA):
            continue
        sections[place].append(_entry(criterion, value, patient, base))
    return OptionPlan(
        id=option.id, group=option.group, name=option.name, verdict=decision.verdict, certain=len(could_be) == 1 and not shaky,
        certainly_not_offered=out and not shaky, could_be=could_be, exact=shown and not shaky,
        rests_on_recall=_rests_on_recall(option, decision.verdict, values, base, region, standing),
        provided=tuple(sections["provided"]), in_favour=tuple(sections["for"]), against=tuple(sections["against"]),
        cautions=tuple(sections["cautions"]), guidelines=tuple(_guidelines(option, values, base, least)),
        evidence=_evidence(option, base), estimates=() if out and not shaky else estimates_of(option.id, known, base),
        compatible_with=tuple(_compatible(option, decisions, patient, base)),
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
    if value == UNKNOWN and not patient.conflicting and all(state[index] == full[index] for index in criterion.reads):
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
    variables, known = base.space.variables, patient.shown
    facts = {variables[i].name: known[i] if i in known else fact_value(patient, base.space, i) for i in shown}
    cited = base.cited.get(criterion.number)
    if cited is None:
        cited = base.cited[criterion.number] = sources_json(criterion.sources, base)
    return Entry(
        criterion.id, criterion.role, criterion.text, criterion.plain, WORDS[value], facts, cited, criterion.recall_only,
        criterion.guideline, str(base.guidelines[criterion.guideline]["name"]) if criterion.guideline else "", criterion.direction,
        criterion.strength,
    )


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
