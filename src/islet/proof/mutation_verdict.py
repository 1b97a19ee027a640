"""The verdict of one option for one patient, as the plan gives it, without the rest of the plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from islet.knowledge.base import KnowledgeBase, Option
from islet.patient.state import Patient
from islet.plan.explore import bits_of, verdicts_of
from islet.plan.make import make_plan
from islet.plan.verdict import NEED_DATA, OFFERED, UNKNOWN, Decision, applies, decide_option, settled
from islet.plan.vignettes import Report, Vignette, run_vignette
from islet.rules.evaluate import answer


class Exact(NamedTuple):
    """Hold how an option's verdict is looked up exactly: root of its diagram in a region, and the walk to it."""

    root: Callable[[str | None], int]
    reach: Callable[[int, int], int]


def decision_of(option: Option, base: KnowledgeBase, values: Sequence[int], region: str | None, exact: Exact) -> Decision:
    """Return the verdict of an option and all it can be from the answers of its criteria; the patient's facts must not clash."""
    decision = decide_option(option, base, values, region)
    bits = bits_of(decision.could_be)
    if bits & (bits - 1):
        return settled(decision.verdict, verdicts_of(exact.reach(exact.root(region), bits)))
    return decision


def misses(vignette: Vignette, option: Option, decision: Decision, values: Sequence[int], base: KnowledgeBase) -> bool:
    """Tell whether a vignette expects something else of an option than this decision."""
    wanted = vignette.expect.get(option.id)
    if wanted is not None and wanted != decision.verdict:
        return True
    if option.id in vignette.certain and len(decision.could_be) != 1:
        return True
    wanted_open = vignette.provided.get(option.id)
    if not wanted_open:
        return False
    shown = decision.verdict in (*OFFERED, NEED_DATA) and bool(set(decision.could_be) & set(OFFERED))
    still_open = {
        base.criteria[index].id
        for role in ("contraindication", "exclusion")
        for index in option.by_role[role]
        if values[index] == UNKNOWN and applies(base.criteria[index], vignette.region)
    }
    return not shown or not set(wanted_open) <= still_open


def fails(vignette: Vignette, base: KnowledgeBase) -> bool:
    """Tell whether the whole plan of a vignette's case is not what it expects."""
    report = Report()
    run_vignette(vignette, base, report)
    return bool(report.failures)


def changed_base(base: KnowledgeBase, number: int, node: int, reads: tuple[int, ...], roots: dict[str, int]) -> KnowledgeBase:
    """Return the knowledge with one criterion changed to another node, and the diagrams of its option."""
    criteria = list(base.criteria)
    criterion = criteria[number] = criteria[number]._replace(node=node, reads=reads)
    decide = base.decide
    nodes = base.space.nodes

    def decide_changed(state: Sequence[int]) -> tuple[int, ...]:
        values = list(decide(state))
        values[number] = answer(nodes, node, state)
        return tuple(values)

    diagrams = base.space.diagrams._replace(options={**base.space.diagrams.options, criterion.option: roots})
    changed = base._replace(
        criteria=criteria, decide=decide_changed, space=base.space._replace(diagrams=diagrams), cited={}, open_entries={}, kept={}
    )

    def decide_option_changed(state: Sequence[int]) -> int:
        decision = decide_option(changed.options[criterion.option], changed, changed.decide(state), None)
        code = ("contraindicated", "not_indicated", "need_data", "recommended", "possible").index(decision.verdict)
        return code << 4 | bits_of(decision.could_be)

    return changed._replace(decide_one={**base.decide_one, criterion.option: decide_option_changed})


def verdict_in_plan(patient: Patient, option: str, base: KnowledgeBase, region: str | None) -> str:
    """Return the verdict that the plan itself gives; "" in an emergency, which gets no plan."""
    return next((one.verdict for one in make_plan(patient.case, base, region).options if one.id == option), "")
