"""What to find out next: for every open fact, which verdicts its answers settle."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

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
_OFFERED = RECOMMENDED | POSSIBLE
FEW = 15  # open facts below which it does not pay to look for the clauses that still matter
BURDEN = ("question", "report", "blood", "scan", "biopsy", "operation")


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

    `could` holds for each option the verdicts (as bits) that are still possible: what single steps leave, cut by what each
    open fact taken alone leaves over all its answers. `outcomes` holds for each open fact and each of its answers the
    options that would change.
    """

    could: dict[str, int]
    outcomes: dict[int, list[dict[str, int]]]


def explore(patient: Patient, base: KnowledgeBase, values: tuple[int, ...], could: dict[str, int], region: str | None) -> Exploration:
    """Return what each open fact alone can settle; answers that no patient can have are passed over.

    Options that are out whatever the answers are left alone: it matters to nobody whether they end as not indicated or as
    contraindicated.
    """
    state, space = list(patient.state), base.space
    open_options = [name for name, bits in could.items() if bits & (bits - 1) and bits & _OFFERED]
    could_in = _could_in(base, region)
    touching = _touching(base)
    open_facts = _open_variables(open_options, base, values, state)
    live = live_part(space.network, state) if len(open_facts) > FEW else space.network.reading
    clauses = space.network.clauses
    wanted = set(open_options)
    tightened = dict(could)
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
                answer = {}
                for name in names:
                    after = could_in(name, state)
                    if after != could[name]:
                        answer[name] = after
                answers.append(answer)
            for other, before, _ in reversed(steps):
                state[other] = before
        state[variable] = known
        outcomes[variable] = answers
        for name in {name for answer in answers for name in answer}:
            union = 0
            for answer in answers:
                union |= answer.get(name, could[name])
            tightened[name] &= union
    return Exploration(tightened, outcomes)


def ask_facts(found: Exploration, base: KnowledgeBase, patient: Patient, region: str | None) -> list[dict[str, Any]]:
    """Return the open facts that decide verdicts, those that settle most and cost least first.

    An entry names the fact, how it is found out, and the options whose verdict at least one answer settles (`decides`) or
    every answer settles (`settles`). A fact that changes nothing is not asked for. Where no fact alone moves an option, the
    smallest set found that does is named: two facts, or else all that its open rules read.
    """
    open_options = [name for name, bits in found.could.items() if bits & (bits - 1) and bits & _OFFERED]
    still_open = set(open_options)
    asked = []
    for variable, answers in found.outcomes.items():
        decided_by: dict[str, int] = {}
        moved: set[str] = set()
        for answer in answers:
            for name, bits in answer.items():
                after = bits & found.could[name]
                if name in still_open and after != found.could[name]:
                    moved.add(name)
                    if not after & (after - 1):
                        decided_by[name] = decided_by.get(name, 0) + 1
        if moved:
            settles = [name for name in open_options if decided_by.get(name) == len(answers)]
            decides = [name for name in open_options if name in decided_by]
            narrows = [name for name in open_options if name in moved and name not in decided_by]
            asked.append(_entry(base, variable, decides, settles, narrows))
    named = {name for entry in asked for part in ("settles", "decides", "narrows") for name in entry[part]}
    asked += _together(found, base, [name for name in open_options if name not in named], patient, region)
    asked.sort(key=_rank)
    return asked


def _could_in(base: KnowledgeBase, region: str | None) -> Callable[[str, list[int]], int]:
    """Return the function that says what an option could be in a state, as bits, in the region asked for."""
    if region is None:
        fast = base.decide_one
        return lambda name, state: fast[name](state) & 15

    def slow(name: str, state: list[int]) -> int:
        decision = decide_option(base.options[name], base, base.decide(state), region)
        return bits_of(decision.could_be)

    return slow


_touching_of: dict[int, list[set[str]]] = {}


def _touching(base: KnowledgeBase) -> list[set[str]]:
    """Return for each variable the options with a criterion that reads it."""
    found = _touching_of.get(id(base))
    if found is None:
        _touching_of.clear()
        found = _touching_of[id(base)] = [set() for _ in base.space.variables]
        for criterion in base.criteria:
            if criterion.role != "caution":
                for variable in criterion.reads:
                    found[variable].add(criterion.option)
    return found


def _rank(entry: dict[str, Any]) -> tuple[Any, ...]:
    """Order questions: smallest sets first, then by what they settle, then by what it costs to find out."""
    facts = entry["facts"]
    return len(facts), -len(entry["settles"]), -len(entry["decides"]), -len(entry["narrows"]), BURDEN.index(entry["found_by"]), facts


def _together(
    found: Exploration, base: KnowledgeBase, options: list[str], patient: Patient, region: str | None
) -> list[dict[str, Any]]:
    could_in = _could_in(base, region)
    asked = []
    for name in options:
        weight = _weight(base, name)
        open_facts = sorted((v for v in weight if v in found.outcomes), key=weight.__getitem__)
        pairs = itertools.combinations(open_facts[:14], 2)
        chosen = next((pair for pair in pairs if _moves(pair, name, found, base, patient, could_in)), tuple(open_facts))
        if chosen:
            entries = [_entry(base, variable, [], [], []) for variable in chosen]
            costliest = max(entries, key=lambda entry: BURDEN.index(entry["found_by"]))
            asked.append({
                "facts": [entry["facts"][0] for entry in entries],
                "question": "Together: " + " ".join(dict.fromkeys(entry["question"] for entry in entries)),
                "plain": " ".join(dict.fromkeys(entry["plain"] for entry in entries)),
                "found_by": costliest["found_by"], "decides": [], "settles": [], "narrows": [name],
            })
    return asked


def _moves(
    pair: tuple[int, ...], name: str, found: Exploration, base: KnowledgeBase, patient: Patient, could_in: Callable[[str, list[int]], int]
) -> bool:
    for cells in itertools.product(*(single_cells(patient.state[variable]) for variable in pair)):
        state = list(patient.state)
        for variable, cell in zip(pair, cells, strict=True):
            state[variable] &= cell
        start = [number for variable in pair for number in base.space.network.reading.get(variable, ())]
        if all(state[v] for v in pair) and narrow(base.space.network.clauses, base.space.network.reading, state, start, []) is None:
            after = could_in(name, state) & found.could[name]
            if after != found.could[name]:
                return True
    return False


def deciding_facts(found: Exploration, base: KnowledgeBase) -> dict[str, tuple[str, ...]]:
    """Return for each open option the facts whose answer can change what it could be, the weightiest first."""
    deciding: dict[str, list[int]] = {}
    for variable, answers in found.outcomes.items():
        for name in {name for answer in answers for name, bits in answer.items() if bits & found.could[name] != found.could[name]}:
            deciding.setdefault(name, []).append(variable)
    named = {}
    for name, variables in deciding.items():
        weight = _weight(base, name)
        variables.sort(key=lambda variable: weight.get(variable, (9, 0, base.space.variables[variable].name)))
        named[name] = tuple(base.space.variables[variable].name for variable in variables)
    return named


_weights: dict[tuple[int, str], dict[int, tuple[int, int, str]]] = {}


def _weight(base: KnowledgeBase, name: str) -> dict[int, tuple[int, int, str]]:
    """Return for each fact an option rests on how weighty it is: by the role of the rules that read it, their number, its name."""
    found = _weights.get((id(base), name))
    if found is None:
        found = _weights[(id(base), name)] = {}
        for rank, role in enumerate(("indication", "exclusion", "contraindication", "position")):
            for index in base.options[name].by_role[role]:
                for basis in base_variables(base, set(base.criteria[index].reads)):
                    first, count, word = found.get(basis, (rank, 0, base.space.variables[basis].name))
                    found[basis] = (first, count - 1, word)
    return found


def _entry(base: KnowledgeBase, variable: int, decides: list[str], settles: list[str], narrows: list[str]) -> dict[str, Any]:
    item = base.space.variables[variable]
    fact = base.space.dictionary.facts[item.fact]
    question, plain = fact.question, fact.plain
    if item.member:
        question = f"{fact.question} In particular: {fact.values[item.member]}?"
        plain = f"{fact.plain} In particular: {fact.values[item.member]}?"
    return {"facts": [item.name], "question": question, "plain": plain, "found_by": fact.found_by,
            "decides": decides, "settles": settles, "narrows": narrows}


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


_closures: dict[tuple[int, frozenset[int]], list[int]] = {}


def _closure(base: KnowledgeBase, start: frozenset[int]) -> list[int]:
    key = (id(base), start)
    found = _closures.get(key)
    if found is None:
        if len(_closures) > 5000:
            _closures.clear()
        found = _closures[key] = list(base_variables(base, set(start)))
    return found
