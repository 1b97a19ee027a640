"""Decide batches of patients: cells to planes, along the links, through the derived numbers, to the verdict of every option."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from islet.knowledge.base import KnowledgeBase
from islet.patient.derive import NumberDerivation
from islet.registry.by_case import empty_decisions, fill_by_case
from islet.registry.machine.clauses import clause_table
from islet.registry.machine.engines import ENGINES, Engine, Steps
from islet.registry.machine.layout import Planes, layout_of, open_planes, pack, unpack
from islet.registry.machine.lower import OptionValues, lower
from islet.registry.machine.numbers import Span, cells_between, derive_columns, wanted_derivations
from islet.registry.model import NO_VERDICT, Coded, Decided

PART = 1 << 15  # rows that one thread takes at a time


class Machine:
    """Hold the lowered rules of one knowledge base and region; `decide` answers batch after batch, from several threads if need be.

    >>> from islet.knowledge.store import load_knowledge
    >>> machine = Machine(load_knowledge(), "numpy")
    >>> bool(machine.decide(Coded(2, {}, {})).certain.any())
    False
    """

    def __init__(self, base: KnowledgeBase, engine: str = "numba", region: str | None = None, threads: int = 1) -> None:
        self.base, self.region, self.threads = base, region, threads
        self.engine: Engine = ENGINES[engine]
        self.layout = layout_of(base.space)
        self.clauses = clause_table(base.space, self.layout)
        self.lowered = lower(base, self.layout, region)
        program = self.lowered.program
        asked = [program.kept[option.several] for option in self.lowered.options]
        self.steps = Steps(program.table, np.array(program.segments, np.int64), np.array(asked, np.int64), program.slots)
        self.emergency = [v.number for v in base.space.variables if v.fact == "health.emergency"]

    def decide(self, coded: Coded, criteria: bool = False) -> Decided:
        """Return the decisions on a batch; rows whose facts clash are decided patient by patient."""
        decided = empty_decisions(coded.rows, self.base, criteria)
        starts = range(0, coded.rows, PART)
        if self.threads > 1 and len(starts) > 1:
            with ThreadPoolExecutor(self.threads) as pool:
                list(pool.map(lambda start: self._part(coded, decided, start), starts))
        else:
            for start in starts:
                self._part(coded, decided, start)
        alone = set(np.flatnonzero(decided.conflicting).tolist()) | set(coded.cases)
        fill_by_case(decided, sorted(alone), coded, self.base, self.region)
        return decided

    def _part(self, whole: Coded, decided: Decided, start: int) -> None:
        stop = min(start + PART, whole.rows)
        coded = Coded(
            stop - start, {number: column[start:stop] for number, column in whole.masks.items()},
            {name: (low[start:stop], high[start:stop]) for name, (low, high) in whole.numbers.items()},
        )
        planes, clash = self.settle(coded)
        wanted = self._wanted(decided)
        found = self.answers(planes, self.steps, [slot for slots in wanted.values() for slot in slots])
        ends = np.cumsum([len(slots) for slots in wanted.values()])[:-1]
        answers = dict(zip(wanted, np.split(found, ends), strict=True))
        here = slice(start, stop)
        clash |= ~answers["somebody"][0]
        decided.conflicting[here] = unpack(clash, coded.rows)
        decided.verdicts[:, here] = _codes(answers["verdicts"], 5, coded.rows, range(5))
        decided.could[:, here] = _codes(answers["could"], 4, coded.rows, (1, 2, 4, 8))
        decided.certain[:, here] = _codes(answers["certain"], 1, coded.rows, (1,)).view(np.bool_)
        if decided.criteria is not None:
            decided.criteria[:, here] = 1 + _codes(answers["yes"], 1, coded.rows, (1,)) - _codes(answers["no"], 1, coded.rows, (1,))
        for number in self.emergency:
            if number in coded.masks:
                rows = start + np.flatnonzero(coded.masks[number] == 2)
                decided.verdicts[:, rows], decided.could[:, rows], decided.certain[:, rows] = NO_VERDICT, 0, False

    def answers(self, planes: Planes, steps: Steps, slots: list[int]) -> Planes:
        """Run a program over planes; return what is in some slots, of the shape (slots, blocks, words)."""
        found: Planes = np.empty((len(slots), planes.shape[0], planes.shape[2]), np.uint64)
        self.engine.decide(planes, steps, np.array(slots, np.int64), found)
        return found

    @property
    def could_slots(self) -> list[int]:
        """Return the slots of what each option could be, four an option."""
        return self.slots(v for option in self.lowered.options for v in option.could)

    def explored(self, planes: Planes) -> tuple[Planes, Planes, Planes]:
        """Return what each option can be (options, 4, …), whether each criterion can be yes and no (2 a criterion), and who exists."""
        criteria = self.slots(value for pair in self.lowered.criteria for value in pair)
        could = self.could_slots
        found = self.answers(planes, self.steps, [*could, *criteria, *self.slots([self.lowered.somebody])])
        return found[: len(could)].reshape(-1, 4, *found.shape[1:]), found[len(could) : -1], found[-1]

    def _wanted(self, decided: Decided) -> dict[str, list[int]]:
        """Return the slots of what is answered."""
        options: tuple[OptionValues, ...] = self.lowered.options
        found = {
            "somebody": self.slots([self.lowered.somebody]), "verdicts": self.slots(v for o in options for v in o.verdicts),
            "could": self.could_slots, "certain": self.slots(o.certain for o in options),
        }
        if decided.criteria is not None:
            found["yes"] = self.slots(yes for yes, _ in self.lowered.criteria)
            found["no"] = self.slots(no for _, no in self.lowered.criteria)
        return found

    def slots(self, values: Iterable[int]) -> list[int]:
        """Return the slots in which values of the lowered program stand."""
        return [self.lowered.program.kept.get(value, value) for value in values]

    def settle(self, coded: Coded) -> tuple[Planes, Planes]:
        """Return the planes of a batch with everything that follows from what is known, and the rows in which facts clash."""
        words = self.engine.words(coded.rows)
        blocks = -(-coded.rows // (64 * words))
        planes = open_planes(self.layout, self.base.space, blocks, words)
        for variable, column in coded.masks.items():
            first = self.layout.first[variable]
            self.engine.put(column, self.base.space.full[variable], planes[:, first : first + self.layout.cells[variable]])
        clash: Planes = np.zeros((blocks, words), np.uint64)
        self.carry(planes, clash, coded.masks)
        spans: dict[str, Span] = dict(coded.numbers)
        for how in wanted_derivations(self.base.space, set(coded.numbers)):
            self._derive(how, planes, clash, spans, coded.rows)
        return planes, clash

    def carry(self, planes: Planes, clash: Planes, changed: Iterable[int]) -> None:
        """Narrow planes in place along the links that read a changed variable; mark the rows in which one fails."""
        waiting = np.zeros(len(self.clauses.literals) - 1, np.bool_)
        for variable in changed:
            waiting[self.base.space.network.reading.get(variable, [])] = True
        self.engine.carry(planes, self.clauses, waiting, clash)

    def _derive(self, how: NumberDerivation, planes: Planes, clash: Planes, spans: dict[str, Span], rows: int) -> None:
        space = self.base.space
        index = space.place[how.fact]
        found = derive_columns(how, spans, lambda node, wanted: self._can(planes, node, wanted), rows)
        if found is None:
            return
        variable = space.variables[index]
        bits = cells_between(variable.cuts, np.nan_to_num(found[0]), np.nan_to_num(found[1])) & np.uint64(variable.full)
        known = ~np.isnan(found[0])
        given = np.zeros(rows, np.bool_)
        if how.fact in spans:
            low, high = spans[how.fact]
            given = ~np.isnan(low)
            apart = (low > found[1] + how.agrees_within) | (high < found[0] - how.agrees_within)
            clash |= pack(given & known & apart, planes, False)
            spans[how.fact] = np.where(given, low, found[0]), np.where(given, high, found[1])
        else:
            spans[how.fact] = found
        bits[~known] = variable.full
        inside = self.layout.inside(index, variable.full)
        allowed = [pack(bits >> np.uint64(plane - self.layout.first[index]) & np.uint64(1), planes, True) for plane in inside]
        meets = np.zeros_like(clash)
        for plane, words in zip(inside, allowed, strict=True):
            meets |= planes[:, plane] & words
        clash |= ~meets
        left = pack(given, planes, False)  # what was given stands; it is not narrowed
        for plane, words in zip(inside, allowed, strict=True):
            planes[:, plane] &= words | left
        self.carry(planes, clash, [index])

    def _can(self, planes: Planes, node: int, wanted: bool) -> Planes:
        kind, *parts = self.base.space.nodes[node]
        if kind == "atom":
            full = self.base.space.full[parts[0]]
            inside = self.layout.inside(parts[0], (parts[1] if wanted else ~parts[1]) & full)
            found: Planes = np.bitwise_or.reduce(planes[:, list(inside)], axis=1)
            return found
        if kind == "not":
            return self._can(planes, parts[0], not wanted)
        join: Any = np.bitwise_and if (kind == "and") is wanted else np.bitwise_or
        joined = self._can(planes, parts[0], wanted)
        for part in parts[1:]:
            joined = join(joined, self._can(planes, part, wanted))
        return joined


def _codes(words: Planes, each: int, rows: int, codes: Iterable[int]) -> NDArray[np.uint8]:
    """Return words of the shape (groups * each, blocks, words) as one number a row: the sum of the codes whose bits are set."""
    groups = words.shape[0] // each
    found = np.zeros((groups, rows), np.uint8)
    for group in range(groups):
        for place, code in enumerate(codes):
            if code:
                bits = unpack(words[group * each + place], rows).view(np.uint8)
                found[group] += bits if code == 1 else bits * np.uint8(code)
    return found
