"""Bring a case into a state: what is given, what follows from it, what clashes, what should make the board look twice."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any, NamedTuple

from islet.case.cells import mask_of_given
from islet.case.model import Case
from islet.case.values import Given, Range
from islet.patient.completions import Completions
from islet.patient.derive import Hulls, derive_range, hull_of
from islet.patient.links import Narrowing, broken_links, propagate, smallest_clash, sources_of
from islet.patient.space import Space
from islet.rules.evaluate import answer


class Clash(NamedTuple):
    """Hold facts that no patient can have together, and the links that say so."""

    variables: tuple[int, ...]
    links: tuple[str, ...]


class Patient(NamedTuple):
    """Hold the state of one case.

    `state` holds for every variable the cells still possible; `completions` all ways of filling in; `conflicting` the
    variables set aside because they clash; `as_given` states in which the clashing facts stand as written, for
    contraindications that hold as given; `hulls` the least and greatest value of every number known; `because` the
    variables behind what was derived; `shown` keeps how values are written, once they have been.
    """

    case: Case
    state: list[int]
    completions: Completions
    hulls: Hulls
    conflicting: frozenset[int]
    clashes: tuple[Clash, ...]
    as_given: list[list[int]]
    because: dict[int, tuple[int, ...]]
    masks: dict[int, int]
    shown: dict[int, Any]


class _Clash(Exception):
    """Stop settling a patient; `smallest` says that no fact of the clash can be left out."""

    def __init__(self, variables: Iterable[int], link: str, smallest: bool) -> None:
        self.variables, self.link, self.smallest = tuple(sorted(set(variables))), link, smallest


def build_patient(case: Case, space: Space) -> Patient:
    """Return the patient of a case; clashing facts are set aside, one smallest clash after the other."""
    masks: dict[int, int] = {}
    ranges: dict[str, tuple[Range, ...]] = {}
    clashes: list[Clash] = []
    for name, index in space.by_name:  # no order of the file, of what-if or of a form has a meaning
        given = case.given.get(name)
        if given is None:
            continue
        if given.several:
            clashes.append(Clash((index,), ("several",)))
        elif given.known():
            variable = space.variables[index]
            mask = mask_of_given(given, variable, space.whole(variable))
            if given.ranges is None and mask == variable.full:
                continue  # every word is named: that says nothing, and must not keep away what follows from other facts
            masks[index] = mask
            if given.ranges is not None:
                ranges[name] = _bounded(given.ranges, space, name)
    all_masks, all_ranges = dict(masks), dict(ranges)
    while True:
        try:
            state, completions, hulls, because = _settle(masks, ranges, space)
            break
        except _Clash as clash:
            variables = clash.variables if clash.smallest else _smallest(clash.variables, masks, ranges, space)
            links = (clash.link,) if clash.link else broken_links(space.network, space.full, {v: masks[v] for v in variables})
            clashes.append(Clash(variables, links or ("derived",)))
            for index in variables:
                masks.pop(index, None)
                ranges.pop(space.variables[index].name, None)
    conflicting = frozenset(index for clash in clashes for index in clash.variables)
    as_given = _as_given(case, all_masks, all_ranges, space) if clashes else []
    return Patient(case, state, completions, hulls, conflicting, tuple(clashes), as_given, because, masks, {})


def _smallest(
    variables: tuple[int, ...], masks: dict[int, int], ranges: dict[str, tuple[Range, ...]], space: Space
) -> tuple[int, ...]:
    """Return the facts of a clash from which none can be left out."""
    kept = list(variables)
    for index in variables:
        rest = [v for v in kept if v != index]
        names = {space.variables[v].name for v in rest}
        try:
            _settle({v: masks[v] for v in rest}, {name: known for name, known in ranges.items() if name in names}, space)
        except _Clash:
            kept = rest
    return tuple(kept)


def _bounded(ranges: tuple[Range, ...], space: Space, name: str) -> tuple[Range, ...]:
    possible = space.dictionary.facts[name].possible
    assert possible is not None
    return tuple(Range(max(r.low, possible[0]), min(r.high, possible[1]), r.low_open, r.high_open) for r in ranges)


def _settle(
    masks: dict[int, int], ranges: dict[str, tuple[Range, ...]], space: Space
) -> tuple[list[int], Completions, Hulls, dict[int, tuple[int, ...]]]:
    state = list(space.full)
    trail: dict[int, list[Narrowing]] = {}
    for index, mask in masks.items():
        state[index] &= mask
    _carry(masks, masks, state, trail, space)
    hulls: Hulls = {name: hull_of(known) for name, known in ranges.items()}
    for how in space.derivations:
        index = space.place[how.fact]
        found = derive_range(how, hulls, space.nodes, state)
        if found is None:
            continue
        reads = tuple(v for v in how.reads if state[v] != space.full[v] or space.variables[v].name in hulls)
        derived = space.cells_of(index, found)
        if how.fact in ranges:
            low, high = hulls[how.fact]
            apart = low > found[1] + how.agrees_within or high < found[0] - how.agrees_within
            if apart or not state[index] & derived:  # far apart, or on two sides of a threshold
                behind = sources_of(reads, trail)
                raise _Clash([index, *(v for v in behind if v in masks)], "derived", False)
            continue
        narrowed = state[index] & derived
        if not narrowed:
            behind = sources_of([index, *reads], trail)
            raise _Clash([v for v in behind if v in masks], "derived", False)
        hulls[how.fact] = found
        if narrowed != state[index]:
            state[index] = narrowed
        trail.setdefault(index, []).append(Narrowing(-1, reads))
        _carry([index], masks, state, trail, space)
    completions = Completions(space.diagrams, state, space.full)
    if completions.empty:  # single steps along the links did not see it
        raise _Clash((v for v in space.diagrams.order if v in masks), "", False)
    because = {
        index: _named(sources_of([index], trail), masks, space) for index in trail if index not in masks
    }
    return state, completions, hulls, because


def _named(variables: Iterable[int], masks: dict[int, int], space: Space) -> tuple[int, ...]:
    return tuple(sorted((v for v in variables if v in masks), key=lambda v: space.variables[v].name))


def _carry(
    changed: Iterable[int], masks: dict[int, int], state: list[int], trail: dict[int, list[Narrowing]], space: Space
) -> None:
    reading = space.network.reading
    start = dict.fromkeys(chain.from_iterable(reading.get(index, ()) for index in changed))
    failed = propagate(space.network, state, start, trail)
    if failed is None:
        return
    involved = sources_of([variable for variable, _ in space.network.clauses[failed]], trail)
    known = {index: masks[index] for index in involved if index in masks}
    smallest = smallest_clash(space.network, space.full, known)
    raise _Clash(smallest, space.network.labels[failed], True)


def _as_given(
    case: Case, masks: dict[int, int], ranges: dict[str, tuple[Range, ...]], space: Space
) -> list[list[int]]:
    """Return the states in which clashing facts stand as written: each measurement, and each way to a derived number."""
    variants: list[dict[str, Given]] = [{}]
    for name, given in case.given.items():
        if given.several and name in space.place:
            first = {name: given.several[0]}
            variants = [{**variant, **first} for variant in variants]
            variants += [{**variants[0], name: other} for other in given.several[1:]]
    states = []
    for variant in variants:
        for own_value_first in (True, False):
            states.append(_forward(variant, masks, ranges, own_value_first, space))
    return states


def _forward(
    variant: dict[str, Given],
    masks: dict[int, int],
    ranges: dict[str, tuple[Range, ...]],
    own_value_first: bool,
    space: Space,
) -> list[int]:
    state = list(space.full)
    hulls: Hulls = {name: hull_of(known) for name, known in ranges.items()}
    given = dict(masks)
    for name, value in variant.items():
        variable = space.variables[space.place[name]]
        given[variable.number] = mask_of_given(value, variable, space.whole(variable))
        if value.ranges is not None:
            hulls[name] = hull_of(_bounded(value.ranges, space, name))
    for index, mask in given.items():
        state[index] = mask
    for definition in space.definitions:
        if definition.variable not in given:
            state[definition.variable] = _defined(definition.cases, state, space)
    for how in space.derivations:
        index = space.place[how.fact]
        found = derive_range(how, hulls, space.nodes, state)
        if found is None or (index in given and own_value_first):
            continue
        state[index] = space.cells_of(index, found) or space.full[index]
        hulls[how.fact] = found
    for definition in space.definitions:
        if definition.variable not in given:
            state[definition.variable] = _defined(definition.cases, state, space)
    return state


def _defined(cases: tuple[tuple[int, int], ...], state: list[int], space: Space) -> int:
    allowed = 0
    for mask, node in cases:
        value = answer(space.nodes, node, state)
        if value == 2:
            return mask
        if value == 1:
            allowed |= mask
    return allowed or sum(mask for mask, _ in cases)
