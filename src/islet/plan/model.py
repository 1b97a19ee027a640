"""The plan as one frozen object. Every face renders it; none asks the rules anything itself."""

from __future__ import annotations

from typing import Any, NamedTuple

SCHEMA = "islet.plan/1"


class Entry(NamedTuple):
    """Hold one criterion as it bears on one patient."""

    criterion: str
    role: str
    text: str
    plain: str
    holds: str
    facts: dict[str, Any]
    sources: list[dict[str, Any]]
    recall: bool
    guideline: str = ""
    guideline_name: str = ""
    direction: str = ""
    strength: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the criterion as the contract writes it."""
        found = {
            "criterion": self.criterion, "role": self.role, "text": self.text, "plain": self.plain, "holds": self.holds,
            "facts": self.facts, "sources": self.sources,
        }
        if self.guideline:
            found.update(guideline=self.guideline, direction=self.direction, strength=self.strength)
        return found


class OptionPlan(NamedTuple):
    """Hold the answer on one option."""

    id: str
    group: str
    name: str
    verdict: str
    certain: bool
    certainly_not_offered: bool
    could_be: tuple[str, ...]
    exact: bool
    rests_on_recall: bool
    provided: tuple[Entry, ...]
    in_favour: tuple[Entry, ...]
    against: tuple[Entry, ...]
    cautions: tuple[Entry, ...]
    guidelines: tuple[dict[str, Any], ...]
    evidence: tuple[dict[str, Any], ...]
    estimates: tuple[dict[str, Any], ...]
    compatible_with: tuple[dict[str, Any], ...]
    labels: tuple[dict[str, Any], ...]
    decided_by: tuple[str, ...]
    declined_by_patient: bool
    data: dict[str, Any]

    @property
    def offered(self) -> bool:
        """Tell whether the option is recommended or possible."""
        return self.verdict in ("recommended", "possible")

    @property
    def offered_still(self) -> bool:
        """Tell whether the option is not settled and may end as recommended or possible."""
        return len(self.could_be) > 1 and ("recommended" in self.could_be or "possible" in self.could_be)

    @property
    def conditional(self) -> bool:
        """Tell whether the option is offered only if something open turns out well."""
        return self.offered and bool(self.provided)


class Plan(NamedTuple):
    """Hold the whole answer on one patient."""

    case_id: str
    case_sha256: str
    as_of: str | None
    region: str | None
    knowledge_version: str
    knowledge_sha256: str
    knowledge_date: str
    review_due: str
    engine: str
    facts: dict[str, dict[str, Any]]
    problems: tuple[dict[str, Any], ...]
    options: tuple[OptionPlan, ...]
    ask: tuple[dict[str, Any], ...]
    disagreements: tuple[dict[str, Any], ...]
    history: tuple[dict[str, Any], ...]
    preferences: dict[str, Any]
    emergency: bool

    def option(self, name: str) -> OptionPlan:
        """Return one option of the plan."""
        return next(option for option in self.options if option.id == name)


def option_json(option: OptionPlan) -> dict[str, Any]:
    """Return one option as the contract writes it."""
    return {
        "id": option.id, "group": option.group, "name": option.name, "verdict": option.verdict, "certain": option.certain,
        "certainly_not_offered": option.certainly_not_offered, "could_be": list(option.could_be), "exact": option.exact,
        "rests_on_recall": option.rests_on_recall, "provided": [e.as_json() for e in option.provided],
        "for": [e.as_json() for e in option.in_favour], "against": [e.as_json() for e in option.against],
        "cautions": [e.as_json() for e in option.cautions], "guidelines": list(option.guidelines),
        "evidence": list(option.evidence), "estimates": list(option.estimates), "compatible_with": list(option.compatible_with),
        "labels": list(option.labels), "decided_by": list(option.decided_by), "declined_by_patient": option.declined_by_patient,
    }


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return the plan in the schema islet.plan/1."""
    return {
        "schema": SCHEMA,
        "case": {"id": plan.case_id, "sha256": plan.case_sha256, "as_of": plan.as_of},
        "knowledge": {"version": plan.knowledge_version, "sha256": plan.knowledge_sha256, "date": plan.knowledge_date},
        "engine": plan.engine,
        "region": plan.region,
        "facts": plan.facts,
        "problems": list(plan.problems),
        "options": [option_json(option) for option in plan.options],
        "ask": list(plan.ask),
        "disagreements": list(plan.disagreements),
    }
