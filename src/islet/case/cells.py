"""Cut the values of every variable into finitely many cells, and say which cells are still possible.

Between two thresholds the value of a number does not matter to any rule, so a number with thresholds c1 < c2 < … has the
cells (low, c1), {c1}, (c1, c2), {c2}, … (bit 2i is the open interval before c(i+1), bit 2i+1 is the point). A category
has a cell for each word, a yes/no variable the cells no (bit 0) and yes (bit 1). What is known is a set of cells, held as
the bits of one integer; a comparison is a set of cells too.
"""

from __future__ import annotations

import math
from bisect import bisect_left

from islet.case.dictionary import Fact, Variable
from islet.case.values import Given, Range, plain_number

NO, YES = 1, 2


def number_variable(index: int, fact: Fact, cuts: set[float]) -> Variable:
    """Return the variable of a number fact, cut at `cuts` (thresholds outside the possible range are left out)."""
    assert fact.possible is not None
    low, high = fact.possible
    inside = tuple(sorted(cut for cut in cuts if low <= cut <= high))
    full = mask_of_range(Range(low, high), inside, fact.whole, (1 << (2 * len(inside) + 1)) - 1)
    return Variable(index, fact.name, fact.name, "", "number", (), inside, full)


def word_variable(index: int, fact: Fact, member: str = "") -> Variable:
    """Return the variable of a category, a yes/no fact, or one member of a list."""
    if fact.type == "category":
        words = tuple(fact.values)
        return Variable(index, fact.name, fact.name, "", "category", words, (), (1 << len(words)) - 1)
    name = f"{fact.name}.{member}" if member else fact.name
    return Variable(index, name, fact.name, member, "boolean", ("no", "yes"), (), NO | YES)


def mask_of_range(wanted: Range, cuts: tuple[float, ...], whole: bool, full: int) -> int:
    """Return the cells that hold at least one number of the interval.

    >>> bin(mask_of_range(Range(3, 10), (3.0, 20.0), False, 0b11111))
    '0b110'
    """
    low, high, low_open, high_open = wanted.low, wanted.high, wanted.low_open, wanted.high_open
    if whole:
        if not math.isinf(low):
            low, low_open = (math.floor(low) + 1 if low_open else math.ceil(low)), False
        if not math.isinf(high):
            high, high_open = (math.ceil(high) - 1 if high_open else math.floor(high)), False
    if low > high or (low == high and (low_open or high_open)):
        return 0
    mask = 0
    edges = (-math.inf, *cuts, math.inf)
    for i in range(len(edges) - 1):
        left, right = max(edges[i], low), min(edges[i + 1], high)
        inside = left == right and edges[i] < left < edges[i + 1]
        if left < right:
            inside = not whole or _holds_integer(left, right, left > edges[i], right < edges[i + 1])
        if inside:
            mask |= 1 << (2 * i)
    for i, cut in enumerate(cuts):
        above = cut > low or (cut == low and not low_open)
        under = cut < high or (cut == high and not high_open)
        if above and under and not (whole and not float(cut).is_integer()):
            mask |= 1 << (2 * i + 1)
    return mask & full


def _holds_integer(left: float, right: float, left_closed: bool, right_closed: bool) -> bool:
    if math.isinf(left) or math.isinf(right):
        return True
    first = math.ceil(left) if left_closed else math.floor(left) + 1
    last = math.floor(right) if right_closed else math.ceil(right) - 1
    return first <= last


def cell_of_number(value: float, cuts: tuple[float, ...]) -> int:
    """Return the mask of the one cell a number lies in."""
    position = bisect_left(cuts, value)
    if position < len(cuts) and cuts[position] == value:
        return 1 << (2 * position + 1)
    return 1 << (2 * position)


def mask_of_test(variable: Variable, operator: str, constant: object, whole: bool) -> int:
    """Return the cells in which a comparison holds; a threshold outside the possible range holds everywhere or nowhere."""
    if variable.kind != "number":
        words = constant if isinstance(constant, tuple) else (constant,)
        mask = sum(1 << variable.words.index(str(word)) for word in words)
        return mask if operator == "in" else variable.full & ~mask
    assert isinstance(constant, (int, float))
    ranges = {
        "<": [Range(-math.inf, constant, high_open=True)],
        "<=": [Range(-math.inf, constant)],
        ">": [Range(constant, math.inf, low_open=True)],
        ">=": [Range(constant, math.inf)],
        "==": [Range(constant, constant)],
        "!=": [Range(-math.inf, constant, high_open=True), Range(constant, math.inf, low_open=True)],
    }[operator]
    mask = 0
    for wanted in ranges:
        mask |= mask_of_range(wanted, variable.cuts, whole, variable.full)
    return mask


def mask_of_given(given: Given, variable: Variable, whole: bool) -> int:
    """Return the cells that what is known still allows; everything when nothing is known."""
    if variable.kind == "number":
        if given.ranges is None:
            return variable.full
        mask = 0
        for wanted in given.ranges:
            if wanted.low == wanted.high:
                mask |= cell_of_number(wanted.low, variable.cuts)
            else:
                mask |= mask_of_range(wanted, variable.cuts, whole, variable.full)
        return mask & variable.full
    if given.choices is None:
        return variable.full
    if variable.kind == "boolean" and len(given.choices) == 1:
        return YES if given.choices[0] == "yes" else NO
    mask = 0
    for word in given.choices:
        mask |= 1 << variable.words.index(word)
    return mask


def single_cells(mask: int) -> list[int]:
    """Return each cell of a set as a mask of its own.

    >>> single_cells(0b1010)
    [2, 8]
    """
    cells = []
    while mask:
        lowest = mask & -mask
        cells.append(lowest)
        mask ^= lowest
    return cells


def mask_text(variable: Variable, mask: int) -> str:
    """Write a set of cells in words: "3 to below 20", "G1 or G2", "yes"."""
    if variable.kind != "number":
        words = [word for i, word in enumerate(variable.words) if mask >> i & 1]
        return " or ".join(words)
    parts: list[str] = []
    bits = [i for i in range(2 * len(variable.cuts) + 1) if mask >> i & 1]
    runs: list[list[int]] = []
    for bit in bits:
        if runs and bit == runs[-1][-1] + 1:
            runs[-1].append(bit)
        else:
            runs.append([bit])
    for run in runs:
        parts.append(_run_range(run[0], run[-1], variable.cuts).text())
    return " or ".join(parts)


def mask_ranges(variable: Variable, mask: int) -> tuple[Range, ...]:
    """Return the intervals of numbers that a set of cells covers."""
    ranges: list[Range] = []
    bits = [i for i in range(2 * len(variable.cuts) + 1) if mask >> i & 1]
    start = 0
    for i in range(1, len(bits) + 1):
        if i == len(bits) or bits[i] != bits[i - 1] + 1:
            ranges.append(_run_range(bits[start], bits[i - 1], variable.cuts))
            start = i
    return tuple(ranges)


def _run_range(first: int, last: int, cuts: tuple[float, ...]) -> Range:
    if first % 2:
        low, low_open = cuts[first // 2], False
    else:
        low, low_open = (cuts[first // 2 - 1], True) if first else (-math.inf, True)
    if last % 2:
        high, high_open = cuts[last // 2], False
    else:
        high, high_open = (cuts[last // 2], True) if last // 2 < len(cuts) else (math.inf, True)
    return Range(low, high, low_open, high_open)


def number_words(value: float, unit: str) -> str:
    """Write a number with its unit, the unit close to a percent sign.

    >>> number_words(38, "mm"), number_words(5, "%")
    ('38 mm', '5 %')
    """
    return f"{plain_number(value)} {unit}".rstrip()
