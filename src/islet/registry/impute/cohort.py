"""Gather a cohort as the chain reads it: what is known exactly of each fact, what each patient can still have, which facts are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.case.dictionary import Variable
from islet.case.values import plain_number
from islet.knowledge.base import KnowledgeBase
from islet.patient.space import Space
from islet.registry.impute.kernel import Plan
from islet.registry.impute.network import Network, carry_all, flat_network, make_steps, needed_clauses
from islet.registry.impute.trees import association, nearest_columns
from islet.registry.model import Coded

LEAST = 25  # patients who must be known of a fact before it is drawn
NAMED = 0.9  # share who must be known of what a list names only where it is present: silence on it is not at random


class Cohort(NamedTuple):
    """Hold what the chain needs of a cohort.

    `columns` are the predictors (variables), `numeric` says which are numbers, `observed` what is known exactly of them (rows,
    columns: a number, or the place of a word; NaN where not), `known` the same in single precision. `told` (facts, rows) marks what
    the table itself says of the drawn facts: only that teaches, for what links say besides is one-sided. `states` holds the cells
    still possible of the variables that matter once links are carried (rows, variables), `network` the links between these. `drawn`
    gives the facts that are drawn, in the order of drawing, with their `names` and `words`, `plan` the same for the kernel,
    `nearest` the columns that each is drawn from, `before` those of them that are whole by its turn at the start. `left_open` names
    the facts that are not drawn, each with the reason. `formulas` are pairs: the place in `drawn` of a fact that a formula reads, and
    the variable of its result. Whole cases, whose facts clash, are left out of `coded`: they are not completed.
    """

    coded: Coded
    columns: tuple[int, ...]
    numeric: NDArray[np.bool_]
    known: NDArray[np.float32]
    observed: NDArray[np.float64]
    told: NDArray[np.bool_]
    states: NDArray[np.uint32]
    plan: Plan
    network: Network
    drawn: tuple[int, ...]
    names: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    nearest: tuple[NDArray[np.int64], ...]
    before: tuple[NDArray[np.int64], ...]
    left_open: dict[str, str]
    formulas: tuple[tuple[int, int], ...]


def gather(batches: Iterable[tuple[Any, Coded]]) -> tuple[list[Any], Coded]:
    """Return the ids and the patients of all batches as one batch."""
    ids: list[Any] = []
    parts: list[Coded] = []
    for names, coded in batches:
        ids.extend(names)
        parts.append(coded)
    return ids, joined(parts)


def joined(parts: list[Coded]) -> Coded:
    """Return batches as one; a variable that a batch leaves out is unknown there."""
    rows = sum(part.rows for part in parts)
    starts = np.cumsum([0, *(part.rows for part in parts)])
    masks: dict[int, NDArray[np.unsignedinteger[Any]]] = {}
    numbers: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
    for part, start in zip(parts, starts, strict=False):
        inside = slice(start, start + part.rows)
        for variable, mask in part.masks.items():
            if variable not in masks:
                masks[variable] = np.full(rows, np.iinfo(np.uint32).max, np.uint32)
            masks[variable][inside] = mask
        for name, ends in part.numbers.items():
            if name not in numbers:
                numbers[name] = (np.full(rows, np.nan), np.full(rows, np.nan))
            for whole, end in zip(numbers[name], ends, strict=True):
                whole[inside] = end
    cases = {int(start) + row: case for part, start in zip(parts, starts, strict=False) for row, case in part.cases.items()}
    return Coded(rows, masks, numbers, cases)


def make_cohort(coded: Coded, base: KnowledgeBase, sound: NDArray[np.bool_], least: int = LEAST) -> Cohort:
    """Return the cohort of a batch; `sound` marks the patients whose facts do not clash, and only these teach the chain."""
    space = base.space
    every = range(len(space.variables))
    network = flat_network(space.network.clauses, every)
    states = np.tile(np.array(space.full, np.uint32), (coded.rows, 1))
    for variable, mask in coded.masks.items():
        states[:, variable] &= mask.astype(np.uint32)
    given = states != np.array(space.full, np.uint32)
    candidates = list(_candidates(base, given))
    told = {index: ~np.isnan(_exact(coded, states[:, index], space.variables[index])) & sound for index in candidates}
    failed = np.zeros(coded.rows, np.bool_)
    carry_all(states, given, network, make_steps(network), failed)
    values = {index: _exact(coded, states[:, index], space.variables[index]) for index in candidates}
    for column in values.values():
        column[failed | ~sound] = np.nan
    reasons = {index: _reason(index, column, column[told[index]], base, least) for index, column in values.items()}
    left_open = {space.variables[index].name: why for index, why in reasons.items() if why}
    columns = tuple(index for index, column in values.items() if told[index].any())
    drawn = [index for index in columns if space.variables[index].name not in left_open]
    drawn = [index for index in drawn if not _follows(index, drawn, space)]
    drawn.sort(key=lambda index: (int(np.isnan(values[index]).sum()), index))
    clauses = [space.network.clauses[number] for number in needed_clauses(space, {*np.flatnonzero(given.any(axis=0)).tolist(), *drawn})]
    inner = sorted({*drawn, *(variable for clause in clauses for variable, _ in clause)})
    observed = np.stack([values[index] for index in columns], axis=1) if columns else np.empty((coded.rows, 0))
    numeric = np.array([space.variables[index].kind == "number" for index in columns], np.bool_)
    return Cohort(
        coded._replace(cases={}), columns, numeric, np.ascontiguousarray(observed, np.float32), observed,
        np.array([told[index] for index in drawn], np.bool_).reshape(len(drawn), coded.rows),
        np.ascontiguousarray(states[:, inner]),
        _plan(drawn, inner, columns, observed, coded, space), flat_network(clauses, inner), tuple(drawn),
        tuple(space.variables[index].name for index in drawn), tuple(space.variables[index].words for index in drawn),
        *_nearest(drawn, columns, observed, numeric), left_open, tuple(_formulas(drawn, space)),
    )


def _nearest(
    drawn: list[int], columns: tuple[int, ...], observed: NDArray[np.float64], numeric: NDArray[np.bool_]
) -> tuple[tuple[NDArray[np.int64], ...], tuple[NDArray[np.int64], ...]]:
    """Return for each drawn fact the columns it is drawn from, and those of them that are whole by its turn at the start.

    A column that stays unknown of some patients serves nobody: trees would learn from its being missing.
    """
    targets = [columns.index(index) for index in drawn]
    strength = association(observed, numeric, targets)
    whole: NDArray[np.bool_] = np.logical_not(np.isnan(observed).any(axis=0))
    every = whole.copy()
    every[targets] = True
    nearest, before = [], []
    for target, own in zip(targets, strength, strict=True):
        own[target] = 0.0
        nearest.append(nearest_columns(own, every))
        before.append(nearest_columns(own, whole))
        whole[target] = True
    return tuple(nearest), tuple(before)


def _candidates(base: KnowledgeBase, given: NDArray[np.bool_]) -> Iterator[int]:
    """Yield the variables that may be drawn: what a person finds out, and what the table itself gives of what follows from it."""
    space = base.space
    follows = {definition.variable for definition in space.definitions} | {space.place[how.fact] for how in space.derivations}
    for variable in space.variables:
        section = space.dictionary.facts[variable.fact].section
        if section == "preferences" or variable.fact == "health.emergency":
            continue
        if variable.number not in follows or given[:, variable.number].any():
            yield variable.number


def _exact(coded: Coded, state: NDArray[np.uint32], variable: Variable) -> NDArray[np.float64]:
    """Return the value of a variable where it is known exactly: a number, or the place of the word; NaN elsewhere."""
    single = (state != 0) & (state & (state - np.uint32(1)) == 0)
    place = np.zeros(coded.rows, np.int64)
    place[single] = np.log2(state[single].astype(np.float64)).astype(np.int64)
    if variable.kind != "number":
        return np.where(single, place, np.nan)
    found = np.full(coded.rows, np.nan)
    ends = coded.numbers.get(variable.name)
    if ends is not None:
        found = np.where(ends[0] == ends[1], ends[0], np.nan)
    point = single & (place % 2 == 1) & np.isnan(found)
    if point.any():
        found[point] = np.array(variable.cuts)[place[point] // 2]
    return found


def _reason(index: int, column: NDArray[np.float64], told: NDArray[np.float64], base: KnowledgeBase, least: int) -> str:
    """Return why a fact is not drawn, or nothing; `told` is what the table itself says, links may say more of some patients."""
    known = told[~np.isnan(told)]
    if not len(known):
        return "nobody is known" if np.isnan(column).all() else "not told by the table; what links say of some patients is one-sided"
    if len(known) < least:
        return f"{len(known)} known, fewer than {least}"
    variable = base.space.variables[index]
    if base.space.dictionary.facts[variable.fact].plain_list == "open" and len(known) < NAMED * len(column):
        return f"a plain list names it only where it is present, and it is known of fewer than {NAMED:.0%} of the patients"
    if 2 * len(known) < len(column) and (known == known[0]).all():
        word = plain_number(known[0]) if variable.kind == "number" else variable.words[int(known[0])]
        return f'only ever told as "{word}", and of fewer than half of the patients'
    return ""


def _follows(index: int, drawn: list[int], space: Space) -> bool:
    """Tell whether a number follows by its formula from facts that are all drawn: then it is never drawn itself."""
    own = set(drawn)
    return any(space.place[how.fact] == index and own.issuperset(how.reads) for how in space.derivations)


def _formulas(drawn: list[int], space: Space) -> Iterator[tuple[int, int]]:
    for how in space.derivations:
        for variable in how.reads:
            if variable in drawn:
                yield drawn.index(variable), space.place[how.fact]


def _plan(
    drawn: list[int], inner: list[int], columns: tuple[int, ...], observed: NDArray[np.float64], coded: Coded, space: Space
) -> Plan:
    variables = [space.variables[index] for index in drawn]
    places = [columns.index(index) for index in drawn]
    low, high = np.full((len(drawn), coded.rows), -np.inf), np.full((len(drawn), coded.rows), np.inf)
    for place, variable in enumerate(variables):
        if variable.name in coded.numbers:
            for end, ends in zip((low, high), coded.numbers[variable.name], strict=True):
                end[place] = np.where(np.isnan(ends), end[place], ends)
    cuts = [cut for variable in variables for cut in variable.cuts]
    starts = np.cumsum([0, *(len(variable.cuts) for variable in variables)])
    numbers = np.array([variable.kind == "number" for variable in variables], np.bool_)
    return Plan(
        np.array([inner.index(index) for index in drawn], np.int32), np.array(places, np.int32), numbers,
        starts.astype(np.int32), np.array(cuts, np.float64), ~np.isnan(observed[:, places]).T.copy(), low, high,
    )
