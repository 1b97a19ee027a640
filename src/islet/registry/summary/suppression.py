"""Hide small counts, and as many others as it takes that no hidden count can be worked out by subtraction.

Counts that add up form a network: each count is an arrow, and what comes into a group also leaves it (a total and its parts, a row
and its cells). A reader knows every shown count, every sum, and that a hidden count is at least 1, as zeros are shown. What a hidden
count could then be is what can still be sent round the hidden arrows of the network, which is exact for tables with one or two
margins. A small count is safe when, for all that a reader can know, it could as well be large.
"""

from __future__ import annotations

import heapq
from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

Key = Hashable
_BOUNDLESS = 1 << 62


class Cell(NamedTuple):
    """Hold one count: its name, and the two groups whose sums it stands in (`tail` gives it away, `head` receives it).

    `public` marks what everybody knows, such as the size of the cohort; it is never hidden.
    """

    key: Key
    amount: int
    tail: Key
    head: Key
    public: bool = False


def line(name: Key, total: int, parts: Mapping[Key, int]) -> list[Cell]:
    """Return counts that add up to a total that everybody knows.

    >>> [cell.amount for cell in line("ki67", 100, {"known": 97, "missing": 3})]
    [100, 97, 3]
    """
    return [Cell((name, "all"), total, (name, "out"), (name, "in"), True),
            *(Cell(key, count, (name, "in"), (name, "out")) for key, count in parts.items())]


def grid(
    name: Key, total: int, cells: Mapping[tuple[Key, Key], int], row_keys: Mapping[Key, Key], column_keys: Mapping[Key, Key],
    public: Container[Key] = (),
) -> list[Cell]:
    """Return the counts of rows and columns with both margins; the keys of cells are (name, row, column), those of margins are given.

    `public` names rows and columns that everybody knows.
    """
    found = [Cell((name, "all"), total, (name, "columns"), (name, "rows"), True)]
    for row, key in row_keys.items():
        amount = sum(n for (r, _), n in cells.items() if r == row)
        found.append(Cell(key, amount, (name, "rows"), (name, "row", row), row in public))
    for column, key in column_keys.items():
        amount = sum(n for (_, c), n in cells.items() if c == column)
        found.append(Cell(key, amount, (name, "column", column), (name, "columns"), column in public))
    for (row, column), n in cells.items():
        found.append(Cell((name, row, column), n, (name, "row", row), (name, "column", column), row in public or column in public))
    return found


def hidden_in(cells: Sequence[Cell], smallest: int, already: Iterable[Key] = ()) -> frozenset[Key]:
    """Return the keys of one table's counts to be hidden: those from 1 to below `smallest`, those hidden `already`, and what shields them.

    Where nothing shields them every count of the table is hidden, zeros too.
    """
    places = {cell.key: place for place, cell in enumerate(cells)}
    hidden = {place for place, cell in enumerate(cells) if 0 < cell.amount < smallest and not cell.public}
    hidden |= {places[key] for key in already if key in places and not cells[places[key]].public}
    if any(not cells[place].amount for place in hidden):
        return _all_of(cells)
    checked: set[int] = set()
    while hidden - checked:
        place = min(hidden - checked, key=lambda p: (cells[p].amount, p))
        if not _shield(place, cells, hidden, smallest):
            return _all_of(cells)
        checked.add(place)
    return frozenset(cells[place].key for place in hidden)


def hidden_together(tables: Iterable[Sequence[Cell]], smallest: int) -> frozenset[Key]:
    """Return the keys to be hidden over tables that share counts: a count hidden in one is hidden in all."""
    kept = [table for table in tables if table]
    hidden: frozenset[Key] = frozenset()
    while True:
        found = hidden.union(*(hidden_in(table, smallest, hidden) for table in kept))
        if found == hidden:
            return hidden
        hidden = found


def _all_of(cells: Sequence[Cell]) -> frozenset[Key]:
    return frozenset(cell.key for cell in cells if not cell.public)


def _shield(place: int, cells: Sequence[Cell], hidden: set[int], smallest: int) -> bool:
    """Hide the least it takes that this count could be `smallest` (if it is large: one more or one less); tell whether it is possible."""
    cell = cells[place]
    if cell.amount < smallest:
        return _route(cell.head, cell.tail, smallest - cell.amount, place, cells, hidden)
    trial = set(hidden)
    if _route(cell.tail, cell.head, 1, place, cells, trial):
        hidden |= trial
        return True
    return _route(cell.head, cell.tail, 1, place, cells, hidden)


def _route(start: Key, goal: Key, wanted: int, place: int, cells: Sequence[Cell], hidden: set[int]) -> bool:
    """Send `wanted` from one group to another round the other arrows, hiding the smallest sum of counts on the way."""
    sent: dict[int, int] = {}
    while wanted:
        found = _cheapest(start, goal, place, cells, hidden, sent)
        if found is None:
            return False
        path, room = found
        step = min(room, wanted)
        for arrow, forward in path:
            hidden.add(arrow)
            sent[arrow] = sent.get(arrow, 0) + (step if forward else -step)
        wanted -= step
    return True


def _cheapest(
    start: Key, goal: Key, place: int, cells: Sequence[Cell], hidden: set[int], sent: Mapping[int, int]
) -> tuple[list[tuple[int, bool]], int] | None:
    """Return the way that hides least, as arrows with their direction, and how much it can carry."""
    leaving: dict[Key, list[tuple[int, bool, Key, int]]] = {}
    for arrow, cell in enumerate(cells):
        if arrow == place or cell.public or not cell.amount:
            continue
        leaving.setdefault(cell.tail, []).append((arrow, True, cell.head, _BOUNDLESS))
        less = cell.amount - 1 + sent.get(arrow, 0)
        if less > 0:
            leaving.setdefault(cell.head, []).append((arrow, False, cell.tail, less))
    queue: list[tuple[int, int, Key, int, tuple[Key, int, bool] | None]] = [(0, 0, start, _BOUNDLESS, None)]
    came: dict[Key, tuple[Key, int, bool] | None] = {}
    number = 0
    while queue:
        cost, _, group, room, step = heapq.heappop(queue)
        if group in came:
            continue
        came[group] = step
        if group == goal:
            return _path(goal, came), room
        for arrow, forward, other, carries in leaving.get(group, ()):
            if other not in came:
                number += 1
                dearer = cost + (0 if arrow in hidden else cells[arrow].amount)
                heapq.heappush(queue, (dearer, number, other, min(room, carries), (group, arrow, forward)))
    return None


def _path(goal: Key, came: Mapping[Key, tuple[Key, int, bool] | None]) -> list[tuple[int, bool]]:
    path: list[tuple[int, bool]] = []
    step = came[goal]
    while step is not None:
        path.append(step[1:])
        step = came[step[0]]
    return path
