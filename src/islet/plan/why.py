"""Why a verdict is what it is: the whole trace, and the smallest changes that would flip it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from islet.case.cells import mask_text, single_cells
from islet.case.model import Case
from islet.case.values import Given
from islet.knowledge.base import Criterion, KnowledgeBase
from islet.patient.state import Patient, build_patient
from islet.plan.explore import base_variables
from islet.plan.facts import fact_value
from islet.plan.option import WORDS, sources_json
from islet.plan.verdict import decide_option
from islet.rules.evaluate import Proof, prove

MAX_TRIES = 4000


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


def smallest_flips(case: Case, option: str, base: KnowledgeBase, region: str | None = None, limit: int = 12) -> list[Flip]:
    """Return the smallest sets of facts whose change gives the option another verdict (one fact, else two), in a fixed order.

    Facts already known are changed as well as open ones; a change that no patient can have is passed over.
    """
    patient = build_patient(case, base.space)
    now = decide_option(base.options[option], base, base.decide(patient.state), region).verdict
    reads = {v for index in base.options[option].criteria if base.criteria[index].role != "caution" for v in base.criteria[index].reads}
    candidates = [v for v in sorted(base_variables(base, reads)) if not _history_number(v, base)]
    singles: list[Flip] = []
    for variable in candidates:
        singles += _flips_of(case, (variable,), patient, option, now, base, region)
    if singles:
        return _distinct(singles)[:limit]
    found: list[Flip] = []
    for pair in itertools.islice(itertools.combinations(candidates, 2), MAX_TRIES):
        if len(found) >= limit:
            break
        found += _flips_of(case, pair, patient, option, now, base, region)
    return _distinct(found)[:limit]


def _history_number(variable: int, base: KnowledgeBase) -> bool:
    fact = base.space.dictionary.facts[base.space.variables[variable].fact]
    return fact.from_history is not None and fact.type == "number"


def _distinct(flips: list[Flip]) -> list[Flip]:
    seen: dict[tuple[tuple[str, ...], str], Flip] = {}
    for flip in flips:
        key = (tuple(name for name, _ in flip.changes), flip.verdict)
        if key in seen:
            merged = tuple((name, f"{old} or {new}") for (name, old), (_, new) in zip(seen[key].changes, flip.changes, strict=True))
            if len(flip.changes) == 1:
                seen[key] = Flip(merged, flip.verdict)
        else:
            seen[key] = flip
    return list(seen.values())


def _flips_of(
    case: Case, variables: tuple[int, ...], patient: Patient, option: str, now: str, base: KnowledgeBase, region: str | None
) -> list[Flip]:
    found = []
    choices = []
    for index in variables:
        cells = [cell for cell in single_cells(base.space.full[index]) if cell != patient.state[index]]
        choices.append(cells[:24])
    for chosen in itertools.product(*choices):
        masks = dict(zip(variables, chosen, strict=True))
        changed = _changed(case, masks, base)
        if changed.clashes and not patient.clashes:
            continue
        verdict = decide_option(base.options[option], base, base.decide(changed.state), region).verdict
        if verdict != now:
            shown = tuple((base.space.variables[i].name, mask_text(base.space.variables[i], mask)) for i, mask in masks.items())
            found.append(Flip(shown, verdict))
            if len(variables) > 1:
                break
    return found


def _changed(case: Case, masks: dict[int, int], base: KnowledgeBase) -> Patient:
    from islet.case.cells import mask_ranges

    copy = case.copy()
    given = copy.given
    for index, mask in masks.items():
        variable = base.space.variables[index]
        if variable.kind == "number":
            given[variable.name] = Given(ranges=mask_ranges(variable, mask))
        else:
            given[variable.name] = Given(choices=tuple(w for i, w in enumerate(variable.words) if mask >> i & 1))
    return build_patient(copy, base.space)


def holds_word(value: int) -> str:
    """Return no, unknown or yes for 0, 1, 2."""
    return WORDS[value]
