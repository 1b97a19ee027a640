"""Small counts are hidden so that no reader can work them out: checked by trying every table that agrees with what is shown."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from islet.registry.summary.suppression import Cell, grid, hidden_in, hidden_together, line

SMALLEST = 5


def readings(cells: list[Cell], hidden: frozenset) -> dict:
    """Return for each hidden count every value that agrees with what is shown, by trying all of them.

    Hidden counts are whole and at least 1, unless everything is hidden, when they may be 0 too.
    """
    unknown = [cell for cell in cells if cell.key in hidden]
    most = next(cell.amount for cell in cells if cell.public)
    everything = len(unknown) == sum(not cell.public for cell in cells)
    groups = {group for cell in cells for group in (cell.tail, cell.head)}
    found: dict = {cell.key: set() for cell in unknown}
    margins = dict.fromkeys(groups, 0)
    for cell in cells:
        if cell.key not in hidden:
            margins[cell.head] += cell.amount
            margins[cell.tail] -= cell.amount

    def fill(place: int, values: list[int]) -> None:
        if place == len(unknown):
            if not any(margins.values()):
                for cell, value in zip(unknown, values, strict=True):
                    found[cell.key].add(value)
            return
        cell = unknown[place]
        rest = {group for later in unknown[place + 1 :] for group in (later.tail, later.head)}
        for value in range(0 if everything else 1, most + 1):
            margins[cell.head] += value
            margins[cell.tail] -= value
            if all(not margins[group] for group in (cell.tail, cell.head) if group not in rest):
                fill(place + 1, [*values, value])
            margins[cell.head] -= value
            margins[cell.tail] += value

    fill(0, [])
    return found


def check(cells: list[Cell]) -> None:
    """Hide, and look whether a reader who tries everything learns a small count."""
    check_hidden(cells, hidden_in(cells, SMALLEST))


def check_hidden(cells: list[Cell], found: frozenset) -> None:
    """Look whether a reader of one table learns a small count, with these counts hidden."""
    hidden = frozenset(cell.key for cell in cells if cell.key in found)
    everything = frozenset(cell.key for cell in cells if not cell.public)
    assert all(cell.key in hidden for cell in cells if 0 < cell.amount < SMALLEST and not cell.public)
    if hidden == everything and sum(not cell.public for cell in cells) > 6:
        return  # nothing at all is shown
    for key, values in readings(cells, hidden).items():
        assert len(values) > 1, f"{key} can be worked out"
        if hidden != everything:
            assert max(values) >= SMALLEST, f"{key} is known to be small"


def test_a_single_small_count_takes_the_least_other_one_with_it() -> None:
    assert hidden_in(line("x", 110, {"a": 3, "b": 97, "c": 10}), SMALLEST) == {"a", "c"}


def test_what_is_large_or_zero_is_shown() -> None:
    assert not hidden_in(line("x", 110, {"a": 0, "b": 100, "c": 10}), SMALLEST)


def test_zeros_do_not_shield() -> None:
    assert hidden_in(line("x", 100, {"a": 3, "b": 0, "c": 97}), SMALLEST) == {"a", "c"}


def test_two_small_counts_that_add_up_to_few_need_a_third() -> None:
    assert hidden_in(line("x", 22, {"a": 1, "b": 1, "c": 20}), SMALLEST) == {"a", "b", "c"}


def test_a_table_that_nothing_shields_is_hidden_whole() -> None:
    assert hidden_in(line("x", 5, {"a": 1, "b": 4, "c": 0}), SMALLEST) == {"a", "b", "c"}


def test_a_count_hidden_in_one_table_is_hidden_in_the_other() -> None:
    one, other = line("one", 112, {"a": 3, "b": 97, "c": 12}), line("other", 112, {"c": 12, "d": 60, "e": 40})
    assert hidden_together([one, other], SMALLEST) == {"a", "c", "e"}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=2, max_size=5))
def test_no_reader_learns_a_small_part_of_a_total(counts: list[int]) -> None:
    if sum(counts) >= SMALLEST:
        check(line("x", sum(counts), dict(enumerate(counts))))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=2, max_size=3))
def test_no_reader_learns_a_small_cell_from_the_margins(rows: list[list[int]]) -> None:
    counts = {(r, c): n for r, row in enumerate(rows) for c, n in enumerate(row)}
    total = sum(counts.values())
    if total >= SMALLEST:
        check(grid("x", total, counts, {r: ("row", r) for r in range(len(rows))}, {c: ("column", c) for c in range(2)}))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=2, max_size=2), st.integers(0, 9))
def test_no_reader_of_one_of_two_tables_that_share_counts_learns_a_small_one(rows: list[list[int]], rest: int) -> None:
    counts = {(r, c): n for r, row in enumerate(rows) for c, n in enumerate(row)}
    total = sum(counts.values())
    if total < SMALLEST:
        return
    one = grid("moves", total, counts, {r: ("verdict", r) for r in range(2)}, {c: ("after", c) for c in range(2)})
    first = sum(rows[0])
    other = line("verdicts", total, {("verdict", 0): first, ("verdict", 1): total - first})
    third = line("with", total + rest, {("verdict", 0): first, "rest": total + rest - first})
    hidden = hidden_together([one, other, third], SMALLEST)
    for table in (one, other, third):
        check_hidden(table, hidden)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=3), st.integers(0, 9), st.integers(0, 9))
def test_no_reader_learns_a_small_part_of_a_part(words: list[int], partly: int, missing: int) -> None:
    known = sum(words)
    total = known + partly + missing
    if total >= SMALLEST:
        cells = [Cell("all", total, "out", "in", True), Cell("known", known, "in", "known"), Cell("partly", partly, "in", "out"),
                 Cell("missing", missing, "in", "out"), *(Cell(place, n, "known", "out") for place, n in enumerate(words))]
        check(cells)


def test_the_margins_of_a_grid_are_the_sums() -> None:
    cells = grid("x", 10, {("a", "c"): 4, ("b", "c"): 6}, {"a": "A", "b": "B"}, {"c": "C"})
    assert {cell.key: cell.amount for cell in cells if cell.key in ("A", "B", "C")} == {"A": 4, "B": 6, "C": 10}
    for group in set(itertools.chain(*((cell.tail, cell.head) for cell in cells))):
        assert sum(c.amount for c in cells if c.head == group) == sum(c.amount for c in cells if c.tail == group)
