"""Walk two diagrams and the links down together to patients whom the two answer differently."""

from __future__ import annotations

from collections.abc import Iterator

from islet.rules.diagram import IN, LEAVES, OUT, Diagram, Edges

Path = tuple[tuple[int, int], ...]  # (variable, cells) for every variable that either diagram asks


def differences(diagram: Diagram, one: int, other: int, links: int) -> Iterator[Path]:
    """Yield descriptions of patients within the links for whom the two diagrams have different leaves; none when they agree.

    >>> made = Diagram([0, 1], [0b11, 0b11])
    >>> list(differences(made, made.cells(0, 0b01), OUT, made.cells(1, 0b10)))
    [((0, 1),)]
    """
    return _walk(diagram, one, other, links, set())


def agree(diagram: Diagram, one: int, other: int, links: int) -> bool:
    """Tell whether two diagrams have the same leaf for every patient within the links."""
    return next(differences(diagram, one, other, links), None) is None


def _walk(diagram: Diagram, one: int, other: int, links: int, barren: set[tuple[int, int, int]]) -> Iterator[Path]:
    if one == other or links == OUT or (one, other, links) in barren:
        return
    if one < LEAVES and other < LEAVES:
        yield ()
        return
    levels = diagram.levels
    level = min(levels[one], levels[other], levels[links])
    asked = level in (levels[one], levels[other])
    full = diagram.full[diagram.order[level]]
    fruitful = False
    for mask, first in _edges(diagram, one, level, full):
        for more, second in _edges(diagram, other, level, full):
            if not mask & more or first == second:
                continue
            for still, third in _edges(diagram, links, level, full):
                cells = mask & more & still
                if not cells:
                    continue
                for rest in _walk(diagram, first, second, third, barren):
                    fruitful = True
                    yield ((diagram.order[level], cells), *rest) if asked else rest
    if not fruitful:
        barren.add((one, other, links))


def _edges(diagram: Diagram, number: int, level: int, full: int) -> Edges:
    return diagram.edges[number] if diagram.levels[number] == level else ((full, number),)


def only(diagram: Diagram, root: int, leaf: int) -> int:
    """Return the patients for whom a diagram has this leaf."""
    known: dict[int, int] = {}

    def at(number: int) -> int:
        if number < LEAVES:
            return IN if number == leaf else OUT
        if number not in known:
            known[number] = diagram.node(diagram.levels[number], [(mask, at(child)) for mask, child in diagram.edges[number]])
        return known[number]

    return at(root)


def without(diagram: Diagram, root: int, variables: set[int]) -> int:
    """Return the patients of a set, whatever these variables are: each is put to any of its cells.

    >>> made = Diagram([0, 1], [0b11, 0b11])
    >>> without(made, made.both(made.cells(0, 0b01), made.cells(1, 0b10)), {0}) == made.cells(1, 0b10)
    True
    """
    gone = {diagram.level[variable] for variable in variables}
    known: dict[int, int] = {}

    def at(number: int) -> int:
        if number < LEAVES:
            return number
        if number not in known:
            level = diagram.levels[number]
            edges = [(mask, at(child)) for mask, child in diagram.edges[number]]
            known[number] = diagram.any_of(child for _, child in edges) if level in gone else diagram.node(level, edges)
        return known[number]

    return at(root)
