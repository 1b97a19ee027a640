"""Compile the links and the verdict of every option to decision diagrams, so that a plan can be exact without a solver."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from islet.case.cells import mask_of_range, mask_ranges, single_cells
from islet.case.values import Range
from islet.patient.derive import NumberDerivation
from islet.patient.space import Space
from islet.rules.diagram import IN, LEAVES, OUT, Diagram
from islet.rules.generate import CONTRAINDICATED, NOT_INDICATED, POSSIBLE, RECOMMENDED
from islet.rules.ordering import good_order

ANYWHERE, ELSEWHERE = "", "elsewhere"  # the plan without a region; a region that no criterion of the option names

Sums = dict[tuple[float, float], int]  # the sums still possible -> the patients who have them


def build_diagrams(space: Space, criteria: list[dict[str, Any]], options: Iterable[str]) -> dict[str, Any]:
    """Return the diagrams as plain data: the order of variables, the nodes, the links, and a root for each option and region."""
    ruling = [c for c in criteria if c["role"] != "caution"]
    scores = scores_of(space)
    linked = [[variable for variable, _ in clause] for clause in space.network.clauses]
    linked += [[space.place[how.fact], *how.reads] for how in scores]
    read = [list(c["reads"]) for c in ruling]
    by_name = {variable: place for place, (_, variable) in enumerate(space.by_name)}  # no order of files has a meaning
    linked, read = (_by_name(groups, by_name) for groups in (linked, read))
    variables = sorted({variable for group in linked + read for variable in group}, key=by_name.__getitem__)
    diagram = Diagram(good_order(variables, linked, read), space.full)
    links = link_diagram(diagram, space, scores)
    roots = {}
    for name in options:
        own = [c for c in ruling if c["option"] == name]
        regions = sorted({region for c in own for region in c.get("region") or ()})
        everywhere = [c for c in own if not c.get("region")]
        roots[name] = {ANYWHERE: verdict_diagram(diagram, space, own)}
        if regions:
            roots[name][ELSEWHERE] = verdict_diagram(diagram, space, everywhere)
            for region in regions:
                roots[name][region] = verdict_diagram(diagram, space, [c for c in own if not c.get("region") or region in c["region"]])
    return _packed(diagram, links, roots)


def _by_name(groups: list[list[int]], place: dict[int, int]) -> list[list[int]]:
    ordered = [sorted(group, key=place.__getitem__) for group in groups]
    return sorted(ordered, key=lambda group: [place[variable] for variable in group])


def scores_of(space: Space) -> list[NumberDerivation]:
    """Return the scores in points that some rule compares with a threshold."""
    return [how for how in space.derivations if how.terms and len(single_cells(space.full[space.place[how.fact]])) > 1]


def link_diagram(diagram: Diagram, space: Space, scores: list[NumberDerivation]) -> int:
    """Return the patients who keep every link, definition and score."""
    lowest_first = sorted(space.network.clauses, key=lambda clause: -max(diagram.level[variable] for variable, _ in clause))
    found = IN
    for clause in lowest_first:
        found = diagram.both(diagram.any_of(diagram.cells(variable, mask) for variable, mask in clause), found)
    for how in scores:
        found = diagram.both(_score(diagram, space, how), found)
    return found


def _score(diagram: Diagram, space: Space, how: NumberDerivation) -> int:
    """Return the patients whose points are the sum of their bands."""
    sums: Sums = {(0, 0): IN}
    for kind, content in how.terms:
        terms: list[tuple[float, float, int]]
        if kind == "constant":
            terms = [(content, content, IN)]
        elif kind == "add":
            index = space.place[content]
            terms = [(*_ends(space, index, cell), diagram.cells(index, cell)) for cell in single_cells(space.full[index])]
        else:
            terms = [(points, points, diagram.rule(space.nodes, node)) for node, points in content]
        more: Sums = {}
        for (low, high), patients in sums.items():
            for least, most, those in terms:
                key = (low + least, high + most)
                more[key] = diagram.either(more.get(key, OUT), diagram.both(patients, those))
        sums = more
    variable = space.variables[space.place[how.fact]]
    found = OUT
    for (low, high), patients in sums.items():
        mask = mask_of_range(Range(low, high), variable.cuts, space.whole(variable), variable.full)
        found = diagram.either(found, diagram.both(patients, diagram.cells(variable.number, mask)))
    return found


def _ends(space: Space, index: int, cell: int) -> tuple[float, float]:
    possible = space.dictionary.facts[space.variables[index].fact].possible
    assert possible is not None
    variable = space.variables[index]
    only = mask_ranges(variable, cell)[0]
    low, high = max(only.low, possible[0]), min(only.high, possible[1])
    if space.whole(variable):
        return (low + 1 if only.low_open and low == only.low else low), (high - 1 if only.high_open and high == only.high else high)
    return low, high


def verdict_diagram(diagram: Diagram, space: Space, criteria: list[dict[str, Any]]) -> int:
    """Return the verdict of every patient from criteria of one option in one region."""

    def any_of(role: str, direction: str = "") -> int:
        return diagram.any_of(
            diagram.rule(space.nodes, c["node"]) for c in criteria if c["role"] == role and (c.get("direction") or "") == direction
        )

    recommended = diagram.choose(any_of("position", "recommends"), RECOMMENDED, POSSIBLE)
    favoured = diagram.choose(any_of("position", "against"), POSSIBLE, recommended)
    indicated = diagram.choose(any_of("indication"), favoured, NOT_INDICATED)
    return diagram.choose(any_of("contraindication"), CONTRAINDICATED, diagram.choose(any_of("exclusion"), NOT_INDICATED, indicated))


def _gates(diagram: Diagram, links: int) -> list[int]:
    """Return for each level the first node further down that every patient passes: what lies between may be skipped."""
    last = len(diagram.order)
    nodes: set[int] = set()
    stack = [links]
    while stack:
        number = stack.pop()
        if number >= LEAVES and number not in nodes:
            nodes.add(number)
            stack.extend(child for _, child in diagram.edges[number])
    crossing: list[set[int]] = [set() for _ in range(last + 1)]  # at each level the nodes that edges from above it lead to
    for number in nodes:
        for _, child in diagram.edges[number]:
            if child != OUT:
                for level in range(diagram.levels[number] + 1, diagram.levels[child] + 1):
                    crossing[level].add(child)
    gates = [IN] * last
    following = IN
    for level in range(last - 1, -1, -1):
        gates[level] = following
        if len(crossing[level]) == 1:
            following = next(iter(crossing[level]))
    return gates


def _packed(diagram: Diagram, links: int, roots: dict[str, dict[str, int]]) -> dict[str, Any]:
    """Return only the nodes that are reached, renumbered so that each stands before the nodes it leads to.

    Edges of the links to nobody are left out; no verdict has any.
    """
    reached: set[int] = set()
    stack = [links, *(root for regions in roots.values() for root in regions.values())]
    while stack:
        number = stack.pop()
        if number >= LEAVES and number not in reached:
            reached.add(number)
            stack.extend(child for _, child in diagram.edges[number])
    ordered = sorted(reached, key=lambda number: (diagram.levels[number], number))
    new = {leaf: leaf for leaf in range(LEAVES)} | {number: LEAVES + place for place, number in enumerate(ordered)}
    return {
        "order": diagram.order,
        "reads": [len(diagram.order)] * LEAVES + [diagram.levels[number] for number in ordered],
        "edges": [()] * LEAVES + [tuple((mask, new[child]) for mask, child in diagram.edges[number] if child) for number in ordered],
        "asks": [0] * LEAVES + [diagram.asks[number] for number in ordered],
        "leads": [*range(LEAVES), *(diagram.leads[number] for number in ordered)],
        "links": new[links],
        "gates": [new[gate] for gate in _gates(diagram, links)],
        "options": {name: {region: new[root] for region, root in regions.items()} for name, regions in roots.items()},
    }
