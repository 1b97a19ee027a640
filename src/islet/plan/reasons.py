"""For an option that is out: the fewest known facts that keep it out, whatever else is true."""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

from islet.knowledge.base import Criterion, KnowledgeBase
from islet.patient.cheapest import cheapest_path
from islet.patient.completions import Completions
from islet.patient.links import propagate
from islet.patient.state import Patient
from islet.plan.explore import OFFERED_BITS
from islet.plan.facts import fact_value
from islet.plan.verdict import NO, YES, applies

MOST_STEPS = 200


class Reasons(NamedTuple):
    """Hold the facts that keep an option out, and the criteria that settle it on these facts alone."""

    facts: dict[str, Any]
    criteria: tuple[str, ...]


def smallest_reasons(patient: Patient, option: str, base: KnowledgeBase, region: str | None) -> Reasons | None:
    """Return the smallest set of known facts on which no completion is offered the option; None when one is, or facts clash.

    Every way to an offer has to leave at least one fact of the set; the set is the smallest that meets all such ways found.
    """
    if patient.conflicting:
        return None
    space = base.space
    root = space.diagrams.root(option, region)
    measured = {space.place[name] for name in patient.hulls}  # given numbers, and what formulas make of them
    told = [v for v in space.diagrams.order if v in patient.masks or (v in measured and patient.state[v] != space.full[v])]
    known = {v: patient.state[v] for v in told}
    chosen: tuple[int, ...] = ()
    ways: list[frozenset[int]] = []
    for _ in range(MOST_STEPS):
        state = list(space.full)
        for variable in chosen:
            state[variable] = known[variable]
        completions = Completions(space.diagrams, state, space.full)
        free = [(known[v], 0 if v in chosen else 1, 0) if v in known else (0, 0, 0) for v in space.diagrams.order]
        found = cheapest_path(completions, root, OFFERED_BITS, free)
        if found is None:
            facts = {space.variables[v].name: fact_value(patient, space, v) for v in chosen}
            return Reasons(facts, _settled_by(state, set(chosen), option, base, region))
        left = frozenset(
            space.diagrams.order[level] for level, cells in found[1].items()
            if space.diagrams.order[level] in known and not cells & known[space.diagrams.order[level]]
        )
        if not left:
            return None
        ways.append(left)
        chosen = _smallest_meeting(ways)
    return None


def _smallest_meeting(ways: list[frozenset[int]]) -> tuple[int, ...]:
    """Return the smallest set that has a member in each of the given sets, the first in order.

    >>> _smallest_meeting([frozenset({1, 2}), frozenset({2, 3}), frozenset({2, 5})])
    (2,)
    """
    members = sorted(set().union(*ways))
    for size in range(1, len(ways) + 1):
        for chosen in itertools.combinations(members, size):
            if all(way.intersection(chosen) for way in ways):
                return chosen
    return tuple(members)


def _settled_by(state: list[int], chosen: set[int], option: str, base: KnowledgeBase, region: str | None) -> tuple[str, ...]:
    """Return the stops that hold on these facts and the indications that fail; else those that read them, of which always one does.

    Where the facts bear on an option through links alone, its indications are named: it is these that fail.
    """
    carried = list(state)
    propagate(base.space.network, carried, range(len(base.space.network.clauses)), {})
    values = base.decide(carried)
    stops = [c for c in _own(option, base, ("contraindication", "exclusion")) if applies(c, region)]
    indications = _own(option, base, ("indication",))
    holding = [c.id for c in stops if values[c.number] == YES]
    if all(values[c.number] == NO for c in indications):
        holding += [c.id for c in indications]
    follows = chosen | {v for v, mask in enumerate(carried) if mask != base.space.full[v]}
    reading = [c.id for c in (*stops, *indications) if values[c.number] != NO and follows.intersection(c.reads)]
    return tuple(holding or reading or [c.id for c in indications])


def _own(option: str, base: KnowledgeBase, roles: tuple[str, ...]) -> list[Criterion]:
    return [base.criteria[index] for role in roles for index in base.options[option].by_role[role]]
