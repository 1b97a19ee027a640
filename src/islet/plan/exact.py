"""What each option can still be, exactly: over all ways of filling in that the links allow."""

from __future__ import annotations

from islet.knowledge.base import KnowledgeBase
from islet.patient.completions import Ways
from islet.patient.derive import NumberDerivation
from islet.patient.measures import loose_formulas, measured_ways, open_inputs
from islet.patient.state import Patient

MOST_WAYS = 64  # different measurements looked at before an answer is called not exact


def settle_exactly(patient: Patient, base: KnowledgeBase, region: str | None, could: dict[str, int]) -> dict[str, int]:
    """Return for each option the verdicts (as bits) that some patient has.

    `could` holds what single steps leave; every verdict that no patient has is taken away.
    """
    reach, diagrams = patient.completions.reach, base.space.diagrams
    return {name: reach(diagrams.root(name, region), bits) if bits & (bits - 1) else bits for name, bits in could.items()}


def not_shown(patient: Patient, base: KnowledgeBase, region: str | None, settled: dict[str, int]) -> set[str]:
    """Return the options with a verdict in `settled` that no real measurements were found to lead to.

    Where formulas are open, cells that are possible one by one need not be possible together, so a verdict counts as shown once
    measurements lead to it.
    """
    formulas = loose_formulas(patient, base.space)
    if not formulas:
        return set()
    pending: dict[str, int] = {}
    behind: set[str] = set()
    for name, bits in settled.items():
        if bits & (bits - 1):
            found = _rests_on(name, formulas, patient, base)
            if found:
                pending[name] = bits
                behind |= found
    known = {how.fact for how in formulas if patient.state[base.space.place[how.fact]] != base.space.full[base.space.place[how.fact]]}
    measured = [how for how in formulas if how.fact in behind | known]
    return _not_measured(pending, measured, patient, base, region) if pending else set()


def _rests_on(name: str, formulas: list[NumberDerivation], patient: Patient, base: KnowledgeBase) -> set[str]:
    """Return the formulas of which cells may promise an option too much: it reads an open result, or the result is known and an input open.

    A known result bears through its open inputs on whatever is linked to them, so there every option counts.
    """
    space, state = base.space, patient.state
    reads = {v for index in base.options[name].criteria if base.criteria[index].role != "caution" for v in base.criteria[index].reads}
    reads = {v for v in reads if state[v] & (state[v] - 1)}
    found = set()
    for how in formulas:
        index = space.place[how.fact]
        graded = {v for clause in space.network.reading.get(index, ()) for v, _ in space.network.clauses[clause]}
        if reads & (graded | {index}) or (state[index] != space.full[index] and open_inputs(how, patient, space)):
            found.add(how.fact)
    return found


def _not_measured(
    pending: dict[str, int], formulas: list[NumberDerivation], patient: Patient, base: KnowledgeBase, region: str | None
) -> set[str]:
    diagrams = base.space.diagrams
    level = {variable: number for number, variable in enumerate(diagrams.order)}
    distinct: dict[tuple[tuple[int, int], ...], dict[int, int]] = {}
    for cells in measured_ways(patient, base.space, formulas):
        way = {level[variable]: cell for variable, cell in cells.items() if variable in level}
        distinct.setdefault(tuple(sorted(way.items())), way)
        if len(distinct) == MOST_WAYS:
            break
    ways = Ways(list(distinct.values()))
    reach = patient.completions.reach_measured
    return {name for name, bits in pending.items() if reach(diagrams.root(name, region), bits, ways) & bits != bits}
