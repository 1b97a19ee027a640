"""Try every answer to every open fact: what each would leave possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from islet.case.cells import single_cells
from islet.knowledge.base import KnowledgeBase
from islet.patient.links import live_part, narrow
from islet.patient.state import Patient
from islet.plan.verdict import decide_option
from islet.rules.form import variables_of
from islet.rules.generate import CONTRAINDICATED, NOT_INDICATED, POSSIBLE, RECOMMENDED

_BITS = {
    "recommended": RECOMMENDED, "possible": POSSIBLE, "not_indicated": NOT_INDICATED, "contraindicated": CONTRAINDICATED,
}
_VERDICTS_OF = [tuple(verdict for verdict in ("recommended", "possible", "not_indicated", "contraindicated") if bits & _BITS[verdict])
                for bits in range(16)]
OFFERED_BITS = RECOMMENDED | POSSIBLE
FEW = 15  # open facts below which it does not pay to look for the clauses that still matter


def bits_of(verdicts: tuple[str, ...]) -> int:
    """Return verdicts as bits."""
    return sum(_BITS[verdict] for verdict in verdicts)


def verdicts_of(bits: int) -> tuple[str, ...]:
    """Return bits as verdicts.

    >>> verdicts_of(bits_of(("possible", "recommended")))
    ('recommended', 'possible')
    """
    return _VERDICTS_OF[bits]


class Exploration(NamedTuple):
    """Hold what every answer to every open fact would leave possible.

    `could` holds for each option the verdicts (as bits) that are still possible; `outcomes` for each open fact and each of its
    answers the options that would change.
    """

    could: dict[str, int]
    outcomes: dict[int, list[dict[str, int]]]


def explore(patient: Patient, base: KnowledgeBase, values: tuple[int, ...], could: dict[str, int], region: str | None) -> Exploration:
    """Return what each open fact alone can settle, of what `could` leaves open; answers that no patient can have are passed over.

    Options that are out whatever the answers are left alone: it matters to nobody whether they end as not indicated or as
    contraindicated.
    """
    state, space = list(patient.state), base.space
    open_options = [name for name, bits in could.items() if bits & (bits - 1) and bits & OFFERED_BITS]
    after_answer = could_in(base, region)
    touching = _touching(base)
    open_facts = _open_variables(open_options, base, values, state)
    live = live_part(space.network, state) if len(open_facts) > FEW else space.network.reading
    clauses = space.network.clauses
    wanted = set(open_options)
    outcomes: dict[int, list[dict[str, int]]] = {}
    for variable in open_facts:
        if variable in patient.conflicting:
            continue
        answers: list[dict[str, int]] = []
        own = touching[variable] & wanted
        known = state[variable]
        for cell in single_cells(known):
            state[variable] = cell
            names = own
            steps: list[tuple[int, int, int]] = []
            failed = narrow(clauses, live, state, live[variable], steps) if variable in live else None
            if failed is None:
                for other, _, _ in steps:
                    names = names | (touching[other] & wanted)
                answer = {name: after_answer(name, state) & could[name] for name in names}
                if all(answer.values()):
                    answers.append({name: after for name, after in answer.items() if after != could[name]})
            for other, before, _ in reversed(steps):
                state[other] = before
        state[variable] = known
        outcomes[variable] = answers
    return Exploration(could, outcomes)


def could_in(base: KnowledgeBase, region: str | None) -> Callable[[str, list[int]], int]:
    """Return the function that says what an option could be in a state, as bits, in the region asked for."""
    if region is None:
        fast = base.decide_one
        return lambda name, state: fast[name](state) & 15

    def slow(name: str, state: list[int]) -> int:
        decision = decide_option(base.options[name], base, base.decide(state), region)
        return bits_of(decision.could_be)

    return slow


def _touching(base: KnowledgeBase) -> list[set[str]]:
    """Return for each variable the options with a criterion that reads it."""
    found: list[set[str]] | None = base.kept.get("touching")
    if found is None:
        found = base.kept["touching"] = [set() for _ in base.space.variables]
        for criterion in base.criteria:
            if criterion.role != "caution":
                for variable in criterion.reads:
                    found[variable].add(criterion.option)
    return found


def base_variables(base: KnowledgeBase, start: set[int]) -> dict[int, None]:
    """Return the variables that the given ones rest on, as far as a person can find them out.

    A fact that only follows logically from others is not asked for itself; a grade, a score or a measure may be.
    """
    logical = {definition.variable: definition.cases for definition in base.space.definitions}
    numeric = {base.space.place[how.fact]: how.reads for how in base.space.derivations}
    graded = base.space.place.get("cells.who_grade", -1)
    found: dict[int, None] = {}
    stack = sorted(start, reverse=True)
    seen: set[int] = set()
    while stack:
        variable = stack.pop()
        if variable in seen:
            continue
        seen.add(variable)
        if variable not in logical or variable == graded:
            found[variable] = None
        for _, node in logical.get(variable, ()):
            stack.extend(variables_of(base.space.nodes, node))
        stack.extend(numeric.get(variable, ()))
    return found


def _open_variables(open_options: list[str], base: KnowledgeBase, values: tuple[int, ...], state: list[int]) -> list[int]:
    start: set[int] = set()
    for name in open_options:
        for index in base.options[name].criteria:
            if values[index] == 1 and base.criteria[index].role != "caution":
                start |= {v for v in base.criteria[index].reads if state[v] & (state[v] - 1)}
    asked = (v for v in _closure(base, frozenset(start)) if base.space.variables[v].fact != "health.emergency")
    return [v for v in asked if state[v] & (state[v] - 1)]


def _closure(base: KnowledgeBase, start: frozenset[int]) -> list[int]:
    key = ("closure", start)
    found: list[int] | None = base.kept.get(key)
    if found is None:
        found = base.kept[key] = list(base_variables(base, set(start)))
    return found
