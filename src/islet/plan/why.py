"""Why a verdict is what it is: the whole trace, and the smallest changes that would flip it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from islet.case.cells import mask_ranges, mask_text, single_cells
from islet.case.model import Case
from islet.case.values import Given
from islet.knowledge.base import Criterion, KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.patient.cheapest import cheapest_path
from islet.patient.completions import Completions
from islet.patient.state import Patient, build_patient
from islet.plan.explore import base_variables, verdicts_of
from islet.plan.facts import fact_value
from islet.plan.verdict import NEED_DATA, decide_option
from islet.rules.evaluate import Proof, prove


@dataclass(frozen=True, slots=True)
class Trace:
    """Hold one criterion with its answer and the tree of answers behind it."""

    criterion: Criterion
    holds: str
    proof: dict[str, Any]
    sources: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Flip:
    """Hold one smallest change: facts with their new values, and the verdict it leads to."""

    changes: tuple[tuple[str, str], ...]
    verdict: str


def trace_option(case: Case, option: str, base: KnowledgeBase) -> list[Trace]:
    """Return every criterion of an option, in the order of the verdict table, with its proof."""
    patient = build_patient(case, base.space)
    order = {"contraindication": 0, "exclusion": 1, "indication": 2, "position": 3, "caution": 4}
    own = sorted((base.criteria[index] for index in base.options[option].criteria), key=lambda c: order[c.role])
    found = []
    for criterion in own:
        proof = prove(base.space.nodes, criterion.node, patient.state)
        found.append(Trace(criterion, proof.truth.word, _proof_json(proof, patient, base), sources_json(criterion.sources, base)))
    return found


def _proof_json(proof: Proof, patient: Patient, base: KnowledgeBase) -> dict[str, Any]:
    node = base.space.nodes[proof.node]
    if node[0] == "atom":
        variable = base.space.variables[node[1]]
        because = [base.space.variables[v].name for v in patient.because.get(node[1], ())]
        return {"says": base.space.texts[proof.node], "holds": proof.truth.word, "fact": variable.name,
                "value": fact_value(patient, base.space, node[1]), "because": because}
    return {"says": node[0], "holds": proof.truth.word, "parts": [_proof_json(part, patient, base) for part in proof.parts]}


def smallest_flips(case: Case, option: str, base: KnowledgeBase, region: str | None = None) -> list[Flip]:
    """Return the smallest sets of facts whose change gives the option another verdict, in a fixed order.

    Every single fact is tried, known or open. Where none flips the verdict, the cheapest way to each other verdict is looked up in
    the diagrams, and those with the fewest facts are returned. A change that no patient can have is passed over, and each is replayed.
    """
    patient = build_patient(case, base.space)
    now = decide_option(base.options[option], base, base.decide(patient.state), region).verdict
    candidates = [v for v in sorted(base_variables(base, _reads(option, base))) if not _history_number(v, base)]
    singles = [flip for variable in candidates for flip in _single_flips(case, variable, patient, option, now, base, region)]
    if singles:
        return singles
    found = cheapest_flips(case, patient, option, base, region)
    fewest = min((len(flip.changes) for flip in found), default=0)
    return [flip for flip in found if len(flip.changes) == fewest]


def _reads(option: str, base: KnowledgeBase) -> set[int]:
    criteria = (base.criteria[index] for index in base.options[option].criteria)
    return {variable for criterion in criteria if criterion.role != "caution" for variable in criterion.reads}


def cheapest_flips(case: Case, patient: Patient, option: str, base: KnowledgeBase, region: str | None) -> list[Flip]:
    """Return for each other verdict the cheapest way to be certain of it: known facts left, open facts chosen, one price for each."""
    if patient.conflicting:
        return []
    space = base.space
    order = space.diagrams.order
    root = space.diagrams.root(option, region)
    now = patient.completions.reach(root, 15)
    follows = {definition.variable for definition in space.definitions} | {space.place[how.fact] for how in space.derivations if how.terms}
    asked = base_variables(base, _reads(option, base))
    prices = []
    for variable in order:
        if variable in patient.masks:
            prices.append((patient.state[variable], 1, 1))
        elif variable in follows or variable not in asked:
            prices.append((patient.state[variable], 0, 0))
        else:
            prices.append((patient.state[variable], 1, 1))
    everyone = Completions(space.diagrams, space.full, space.full)
    found = []
    for bit in single_cells(15 & ~(now if now & (now - 1) == 0 else 0)):
        way = cheapest_path(everyone, root, bit, prices)
        if way is None:
            continue
        cells = {order[level]: mask for level, mask in way[1].items() if prices[level][1] and prices[level][0] & ~mask}
        changed = _changed(case, {v: mask & space.full[v] for v, mask in cells.items()}, base)
        if cells and not changed.clashes and changed.completions.reach(root, 15) == bit:
            shown = sorted((space.variables[v].name, mask_text(space.variables[v], mask & space.full[v])) for v, mask in cells.items())
            found.append(Flip(tuple(shown), verdicts_of(bit)[0]))
    return found


def _history_number(variable: int, base: KnowledgeBase) -> bool:
    fact = base.space.dictionary.facts[base.space.variables[variable].fact]
    return fact.from_history is not None and fact.type == "number"


def _single_flips(
    case: Case, index: int, patient: Patient, option: str, now: str, base: KnowledgeBase, region: str | None
) -> list[Flip]:
    """Return the verdicts that other cells of one fact lead to, each with all the cells that do."""
    variable = base.space.variables[index]
    led: dict[str, int] = {}
    for cell in single_cells(base.space.full[index]):
        if cell == patient.state[index]:
            continue
        changed = _changed(case, {index: cell}, base)
        if changed.clashes and not patient.clashes:
            continue
        verdict = decide_option(base.options[option], base, base.decide(changed.state), region).verdict
        if verdict not in (now, NEED_DATA):
            led[verdict] = led.get(verdict, 0) | cell
    return [Flip(((variable.name, mask_text(variable, mask)),), verdict) for verdict, mask in led.items()]


def _changed(case: Case, masks: dict[int, int], base: KnowledgeBase) -> Patient:
    copy = case.copy()
    given = copy.given
    for index, mask in masks.items():
        variable = base.space.variables[index]
        if variable.kind == "number":
            given[variable.name] = Given(ranges=mask_ranges(variable, mask))
        else:
            given[variable.name] = Given(choices=tuple(w for i, w in enumerate(variable.words) if mask >> i & 1))
    return build_patient(copy, base.space)
