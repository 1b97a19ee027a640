"""The smallest sets of facts that settle a verdict, whatever the answers turn out to be."""

from __future__ import annotations

from typing import Any

from islet.case.dictionary import FOUND_BY
from islet.case.model import Case
from islet.knowledge.base import KnowledgeBase
from islet.patient.completions import Completions
from islet.patient.state import Patient, build_patient
from islet.plan.model import Plan
from islet.rules.diagram import LEAVES, OUT, Diagram, DiagramTooLarge, Disagreement

ALTERNATIVES = 2  # sets shown for one option
MOST_NODES = 12_000  # beyond this so much is open that no set of facts is worth naming


def settling_sets(patient: Patient, base: KnowledgeBase, region: str | None, open_options: list[str]) -> list[dict[str, Any]]:
    """Return the sets of open facts that settle verdicts: smallest first, then by how many verdicts, then by what they cost to find out.

    A set settles an option when its verdict is the same for all patients who agree on the set; none of its facts can be left
    out. An entry holds `facts`, the options it `settles`, and `found_by`, the hardest way of finding out among its facts.
    """
    sets: dict[tuple[int, ...], set[str]] = {}
    for name in open_options:
        for found in minimal_sets(name, patient, base, region):
            sets.setdefault(found, set()).add(name)
    entries = []
    for variables in sets:
        settles = {name for other, names in sets.items() if set(other) <= set(variables) for name in names}
        facts = sorted(base.space.variables[v].name for v in variables)
        costs = sorted((_burden(base, v) for v in variables), reverse=True)
        entries.append((len(facts), -len(settles), costs, facts, sorted(settles)))
    entries.sort()
    return [{"facts": facts, "settles": settles, "found_by": FOUND_BY[costs[0]]} for _, _, costs, facts, settles in entries]


def settle_plan(plan: Plan, case: Case, base: KnowledgeBase) -> list[dict[str, Any]]:
    """Return the settling sets of every option of a plan that may still be offered and is not settled; none in an emergency."""
    open_options = [option.id for option in plan.options if option.offered_still]
    return settling_sets(build_patient(case, base.space), base, plan.region, open_options)


def minimal_sets(
    name: str, patient: Patient, base: KnowledgeBase, region: str | None, most: int = ALTERNATIVES
) -> list[tuple[int, ...]]:
    """Return up to `most` sets of variables that settle an option and of which none can be left out; none when too much is open.

    The first set avoids what is hard to find out; others do without one of its facts.
    """
    try:
        return _search(name, patient, base, region, most)
    except DiagramTooLarge:
        return []


def _search(name: str, patient: Patient, base: KnowledgeBase, region: str | None, most: int) -> list[tuple[int, ...]]:
    completions = patient.completions
    diagrams = completions.diagrams
    diagram = Diagram(diagrams.order, patient.state, MOST_NODES)
    whole = _within(diagram, completions, diagrams.root(name, region))
    follows = {definition.variable for definition in base.space.definitions} - {base.space.place.get("cells.who_grade", -1)}
    scores = {base.space.place[how.fact] for how in base.space.derivations}  # one score says as much as its parts

    def askable(level: int) -> bool:
        return diagrams.order[level] not in follows

    def rank(level: int) -> tuple[bool, int, bool, str]:
        variable = diagrams.order[level]
        return askable(level), -_burden(base, variable), variable in scores, base.space.variables[variable].name

    levels = sorted(diagram.levels_of(whole), key=rank)
    first = _left_after(diagram, whole, levels)
    found = [first]
    for level in first:
        if len(found) == most:
            break
        try:
            without = diagram.without(whole, level)
        except Disagreement:
            continue
        other = _left_after(diagram, without, [one for one in levels if one != level])
        if other not in found and all(map(askable, other)):
            found.append(other)
    named = ((diagrams.order[level] for level in chosen) for chosen in found)
    return [tuple(sorted(chosen, key=lambda variable: base.space.variables[variable].name)) for chosen in named]


def _burden(base: KnowledgeBase, variable: int) -> int:
    return FOUND_BY.index(base.space.dictionary.facts[base.space.variables[variable].fact].found_by)


def _left_after(diagram: Diagram, root: int, levels: list[int]) -> tuple[int, ...]:
    """Return the levels that must stay once every other one was left out, tried in this order."""
    kept = []
    for level in levels:
        try:
            root = diagram.without(root, level)
        except Disagreement:
            kept.append(level)
    return tuple(kept)


def _within(diagram: Diagram, completions: Completions, root: int) -> int:
    """Return the verdict of an option for the patients of one state; 0 for those who cannot be."""
    reads, every, box = completions.diagrams.reads, completions.diagrams.edges, completions.box
    known: dict[tuple[int, int], int] = {}
    closed = completions.closed

    def product(one: int, link: int) -> int:
        if link == OUT or (one < LEAVES and link in closed):
            return one if link else OUT
        found = known.get((one, link))
        if found is None:
            level, below = reads[one], reads[link]
            if below < level and link in closed and reads[completions.gates[below]] <= level:
                found = product(one, completions.gates[below])
            else:
                first = min(level, below)
                allowed = box[first]
                edges = []
                for mask, child in every[one] if level == first else ((allowed, one),):
                    for other, follows in completions.edges_of(link) if below == first else ((allowed, link),):
                        both = mask & other & allowed
                        if both:
                            edges.append((both, product(child, follows)))
                missing = allowed & ~sum(mask for mask, _ in edges)
                found = diagram.node(first, [*edges, (missing, OUT)] if missing else edges)
            known[one, link] = found
        return found

    return product(root, completions.links)
