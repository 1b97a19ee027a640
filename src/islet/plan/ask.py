"""What to find out next: the open facts that decide verdicts, alone or together."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from islet.case.cells import single_cells
from islet.case.dictionary import FOUND_BY, Fact
from islet.knowledge.base import KnowledgeBase
from islet.patient.links import narrow
from islet.patient.state import Patient
from islet.plan.explore import OFFERED_BITS, Exploration, base_variables, could_in
from islet.plan.settling import minimal_sets


def ask_facts(found: Exploration, base: KnowledgeBase, patient: Patient, region: str | None) -> list[dict[str, Any]]:
    """Return the open facts that decide verdicts, those that settle most and cost least first.

    An entry names the fact, how it is found out, and the options whose verdict at least one answer settles (`decides`) or
    every answer settles (`settles`). A fact that changes nothing is not asked for. Where no fact alone moves an option, the
    smallest set found that does is named: two facts, or else a set that settles it of which none can be left out.
    """
    open_options = [name for name, bits in found.could.items() if bits & (bits - 1) and bits & OFFERED_BITS]
    still_open = set(open_options)
    asked = []
    for variable, answers in found.outcomes.items():
        decided_by: dict[str, int] = {}
        moved: set[str] = set()
        for answer in answers:
            for name, bits in answer.items():
                if name in still_open:
                    moved.add(name)
                    if not bits & (bits - 1):
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


def _rank(entry: dict[str, Any]) -> tuple[Any, ...]:
    """Order questions: smallest sets first, then by what they settle, then by what it costs to find out."""
    facts = entry["facts"]
    return len(facts), -len(entry["settles"]), -len(entry["decides"]), -len(entry["narrows"]), FOUND_BY.index(entry["found_by"]), facts


def _together(
    found: Exploration, base: KnowledgeBase, options: list[str], patient: Patient, region: str | None
) -> list[dict[str, Any]]:
    answer_in = could_in(base, region)
    asked = []
    for name in options:
        weight = _weight(base, name)
        open_facts = sorted((v for v in weight if v in found.outcomes), key=weight.__getitem__)
        pairs = itertools.combinations(open_facts[:14], 2)
        moving = (pair for pair in pairs if _moves(pair, name, found, base, patient, answer_in))
        chosen = next(moving, None) or next(iter(minimal_sets(name, patient, base, region, 1)), None)
        if chosen:
            entries = [_entry(base, variable, [], [], []) for variable in chosen]
            costliest = max(entries, key=lambda entry: FOUND_BY.index(entry["found_by"]))
            asked.append({
                "facts": [entry["facts"][0] for entry in entries],
                "question": "Together: " + " ".join(dict.fromkeys(entry["question"] for entry in entries)),
                "plain": " ".join(dict.fromkeys(entry["plain"] for entry in entries)),
                "found_by": costliest["found_by"], "decides": [], "settles": [], "narrows": [name],
            })
    return asked


def _moves(
    pair: tuple[int, ...], name: str, found: Exploration, base: KnowledgeBase, patient: Patient, answer_in: Callable[[str, list[int]], int]
) -> bool:
    for cells in itertools.product(*(single_cells(patient.state[variable]) for variable in pair)):
        state = list(patient.state)
        for variable, cell in zip(pair, cells, strict=True):
            state[variable] &= cell
        start = [number for variable in pair for number in base.space.network.reading.get(variable, ())]
        if all(state[v] for v in pair) and narrow(base.space.network.clauses, base.space.network.reading, state, start, []) is None:
            after = answer_in(name, state) & found.could[name]
            if after != found.could[name]:
                return True
    return False


def deciding_facts(found: Exploration, base: KnowledgeBase) -> dict[str, tuple[str, ...]]:
    """Return for each open option the facts whose answer can change what it could be, the weightiest first."""
    deciding: dict[str, list[int]] = {}
    for variable, answers in found.outcomes.items():
        for name in {name for answer in answers for name in answer}:
            deciding.setdefault(name, []).append(variable)
    return {
        name: weightiest_first([base.space.variables[variable].name for variable in variables], name, base)
        for name, variables in deciding.items()
    }


def weightiest_first(facts: list[str], option: str, base: KnowledgeBase) -> tuple[str, ...]:
    """Return facts in the order in which an option rests on them: by the role of the rules that read them, their number, the name."""
    weight = _weight(base, option)
    return tuple(sorted(facts, key=lambda fact: weight.get(base.space.place[fact], (9, 0, fact))))


def _weight(base: KnowledgeBase, name: str) -> dict[int, tuple[int, int, str]]:
    """Return for each fact an option rests on how weighty it is: by the role of the rules that read it, their number, its name."""
    found: dict[int, tuple[int, int, str]] | None = base.kept.get(("weight", name))
    if found is None:
        found = base.kept[("weight", name)] = {}
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
        option = base.options.get(item.member)
        member = option.data["name"] if option else fact.values[item.member]
        question = f"{fact.question} In particular: {member}?"
        plain = f"{fact.plain} We need to know about: {_plain_member(fact, item.member, base)}."
    return {"facts": [item.name], "question": question, "plain": plain, "found_by": fact.found_by,
            "decides": decides, "settles": settles, "narrows": narrows}


def _plain_member(fact: Fact, member: str, base: KnowledgeBase) -> str:
    option = base.options.get(member)
    label: str = option.data["plain_name"] if option else fact.values[member]
    return fact.plain_values.get(member, label)
