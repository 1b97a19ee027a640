"""Two versions of the knowledge on the same patients: who moves where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.registry.model import Coded, Decided
from islet.registry.moves import STANDS, Matrix, Move, listed, moves_between, no_moves, stands_of

Batches = Iterable[tuple[Sequence[str], Coded]]
Decide = Callable[[Coded], Decided]


class Mover(NamedTuple):
    """Hold a patient whose verdict on an option differs between two versions."""

    id: str
    option: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Hold what two versions say of the same patients.

    `moves` counts all patients by option and verdict before and after, those who stay among them; `surer` and `less_sure` those
    whose verdict became certain, or no longer is; `movers` the patients with at least one other verdict. `only_old` and `only_new`
    count rows that one version alone could read; `added` and `removed` name the options that one version alone has.
    """

    patients: int
    movers: int
    moves: tuple[Move, ...]
    surer: dict[str, int]
    less_sure: dict[str, int]
    only_old: int
    only_new: int
    added: tuple[str, ...]
    removed: tuple[str, ...]


class _Pair(NamedTuple):
    ids: Sequence[str]
    old: NDArray[np.uint8]
    new: NDArray[np.uint8]
    old_certain: NDArray[np.bool_]
    new_certain: NDArray[np.bool_]


@dataclass(slots=True)
class Compare:
    """Decide the same table twice and count.

    `old` and `new` hold the names of each version's options in the order of its decisions. The table is read once for each version,
    because each has cells of its own; rows that one version cannot read are counted and left out.
    """

    old: Sequence[str]
    new: Sequence[str]
    counts: dict[str, Matrix] = field(default_factory=dict)
    surer: dict[str, int] = field(default_factory=dict)
    less_sure: dict[str, int] = field(default_factory=dict)
    patients: int = 0
    movers: int = 0
    only_old: int = 0
    only_new: int = 0

    def __post_init__(self) -> None:
        for option in self.shared:
            self.counts[option] = no_moves()
            self.surer[option] = self.less_sure[option] = 0

    @property
    def shared(self) -> list[str]:
        """Return the options that both versions have."""
        return [option for option in self.new if option in self.old]

    def run(self, old: Batches, new: Batches, decide_old: Decide, decide_new: Decide) -> Iterator[list[Mover]]:
        """Yield those who move, batch by batch."""
        streams = _decided(old, decide_old, self.old, self.shared), _decided(new, decide_new, self.new, self.shared)
        for pair in self._aligned(*streams):
            yield self._count(pair)

    def found(self) -> Comparison:
        """Return what was counted so far."""
        moves = tuple(move for option in self.shared for move in listed(option, self.counts[option]))
        added = tuple(option for option in self.new if option not in self.old)
        removed = tuple(option for option in self.old if option not in self.new)
        return Comparison(
            self.patients, self.movers, moves, dict(self.surer), dict(self.less_sure), self.only_old, self.only_new, added, removed
        )

    def _count(self, pair: _Pair) -> list[Mover]:
        found = []
        self.patients += len(pair.ids)
        differ = pair.old != pair.new
        self.movers += int(differ.any(axis=0).sum())
        for place, option in enumerate(self.shared):
            self.counts[option] += moves_between(pair.old[place], pair.new[place])
            self.surer[option] += int((~pair.old_certain[place] & pair.new_certain[place]).sum())
            self.less_sure[option] += int((pair.old_certain[place] & ~pair.new_certain[place]).sum())
            for row in np.flatnonzero(differ[place]):
                found.append(Mover(pair.ids[int(row)], option, STANDS[pair.old[place, row]], STANDS[pair.new[place, row]]))
        return found

    def _aligned(self, old: Iterator[_Side], new: Iterator[_Side]) -> Iterator[_Pair]:
        """Yield the rows that both versions could read, in the order of the older one."""
        waiting: tuple[dict[str, _Row], dict[str, _Row]] = ({}, {})
        while True:
            one, other = next(old, None), next(new, None)
            if one is None and other is None:
                break
            if one is not None and other is not None and not waiting[0] and not waiting[1] and list(one.ids) == list(other.ids):
                yield _Pair(one.ids, one.stands, other.stands, one.certain, other.certain)
                continue
            for side, batch in enumerate((one, other)):
                if batch is not None:
                    waiting[side].update((name, (batch.stands[:, row], batch.certain[:, row])) for row, name in enumerate(batch.ids))
            both = [name for name in waiting[0] if name in waiting[1]]
            if both:
                rows = [(*waiting[0].pop(name), *waiting[1].pop(name)) for name in both]
                columns = [np.stack(column, axis=1) for column in zip(*rows, strict=True)]
                yield _Pair(both, columns[0], columns[2], columns[1], columns[3])
        self.only_old, self.only_new = len(waiting[0]), len(waiting[1])


class _Side(NamedTuple):
    ids: Sequence[str]
    stands: NDArray[np.uint8]
    certain: NDArray[np.bool_]


_Row = tuple[NDArray[np.uint8], NDArray[np.bool_]]


def _decided(batches: Batches, decide: Decide, own: Sequence[str], shared: Sequence[str]) -> Iterator[_Side]:
    places = [list(own).index(option) for option in shared]
    for ids, coded in batches:
        decided = decide(coded)
        yield _Side(ids, stands_of(decided.verdicts[places]), decided.certain[places])
