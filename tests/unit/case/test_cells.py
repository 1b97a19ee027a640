"""Cells: between two thresholds the value of a number does not matter; at a threshold it does."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from islet.case.cells import (
    cell_of_number,
    mask_of_given,
    mask_of_range,
    mask_of_test,
    mask_ranges,
    mask_text,
    number_variable,
    number_words,
    single_cells,
    word_variable,
)
from islet.case.dictionary import Fact
from islet.case.values import Given, Range

KI67 = Fact("cells.ki67", "ki67", "cells", "number", "?", "?", unit="%", possible=(0, 100))
ECOG = Fact("health.ecog", "ecog", "health", "number", "?", "?", unit="score", possible=(0, 4), whole=True)
GRADE = Fact("cells.grade", "grade", "cells", "category", "?", "?", values={"G1": "", "G2": "", "G3": "", "NEC": ""}, ordered=True)
FLAG = Fact("cells.flag", "flag", "cells", "boolean", "?", "?")
HOLDS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def test_a_number_with_two_thresholds_has_five_cells():
    variable = number_variable(0, KI67, {3.0, 20.0})
    assert variable.cuts == (3.0, 20.0) and variable.full == 0b11111


def test_a_threshold_at_the_end_of_the_possible_has_no_cell_beyond():
    assert number_variable(0, KI67, {0.0, 100.0}).full == 0b01110  # the point 0, between, the point 100


def test_a_threshold_outside_the_possible_is_no_cut():
    assert number_variable(0, KI67, {-5.0, 300.0}).cuts == ()


def test_a_whole_number_has_no_cells_between_neighbours():
    variable = number_variable(0, ECOG, {1.0, 2.0})
    # below 1 (holding 0), the point 1, nothing between 1 and 2, the point 2, above 2 (holding 3 and 4)
    assert variable.full == 0b11011


# the boundary table of Ki-67 at 3 and 20 %: WHO grades are <3, 3 to 20, >20
@pytest.mark.parametrize(
    ("value", "cell"), [(0, 0), (2.9, 0), (2.9999999, 0), (3, 1), (3.0000001, 2), (10, 2), (20, 3), (20.1, 4), (55, 4), (100, 4)]
)
def test_a_number_lies_in_one_cell_and_a_threshold_in_its_own(value, cell):
    assert cell_of_number(value, (3.0, 20.0)) == 1 << cell


@pytest.mark.parametrize(
    ("given", "mask"),
    [
        (Given(ranges=(Range(-math.inf, 3, high_open=True),)), 0b00001),  # {below: 3}
        (Given(ranges=(Range(-math.inf, 3),)), 0b00011),  # {at_most: 3}
        (Given(ranges=(Range(3, math.inf),)), 0b11110),  # {at_least: 3}
        (Given(ranges=(Range(3, math.inf, low_open=True),)), 0b11100),  # {above: 3}
        (Given(ranges=(Range(5, 10),)), 0b00100),  # {between: [5, 10]}
        (Given(ranges=(Range(2, 3),)), 0b00011),  # {between: [2, 3]}
        (Given(ranges=(Range(3, 20),)), 0b01110),
        (Given(ranges=(Range(3, 20, True, True),)), 0b00100),
        (Given(ranges=(Range(1, 1), Range(20, 20))), 0b01001),  # {one_of: [1, 20]}
        (Given(), 0b11111),
        (Given(absent="pending"), 0b11111),
    ],
)
def test_what_is_known_of_ki67_is_a_set_of_cells(given, mask):
    assert mask_of_given(given, number_variable(0, KI67, {3.0, 20.0}), False) == mask


@pytest.mark.parametrize(("given", "mask"), [(Given(choices=("G1",)), 0b0001), (Given(choices=("G3", "NEC")), 0b1100), (Given(), 0b1111)])
def test_what_is_known_of_a_category_is_a_set_of_words(given, mask):
    assert mask_of_given(given, word_variable(0, GRADE), False) == mask


def test_a_yes_no_fact_has_the_cells_no_and_yes():
    variable = word_variable(0, FLAG)
    assert (mask_of_given(Given(choices=("no",)), variable, False), mask_of_given(Given(choices=("yes",)), variable, False)) == (1, 2)


numbers = st.one_of(st.integers(0, 100), st.floats(0, 100, allow_nan=False)).map(float)
ends = st.one_of(st.just(-math.inf), st.just(math.inf), numbers)


@given(st.sets(numbers, max_size=6), numbers, st.sampled_from(sorted(HOLDS)), numbers)
def test_a_comparison_is_the_set_of_cells_whose_numbers_fulfil_it(cuts, constant, sign, value):
    variable = number_variable(0, KI67, cuts | {constant})
    mask = mask_of_test(variable, sign, constant, False)
    assert bool(cell_of_number(value, variable.cuts) & mask) is HOLDS[sign](value, constant)


@given(st.sets(st.integers(0, 4).map(float)), st.integers(0, 4), st.sampled_from(sorted(HOLDS)), st.integers(0, 4))
def test_the_same_holds_for_whole_numbers(cuts, constant, sign, value):
    variable = number_variable(0, ECOG, cuts | {float(constant)})
    mask = mask_of_test(variable, sign, float(constant), True)
    assert mask & ~variable.full == 0
    assert bool(cell_of_number(float(value), variable.cuts) & mask) is HOLDS[sign](value, constant)


@given(st.sets(numbers, max_size=6), ends, ends, st.booleans(), st.booleans(), numbers)
def test_an_interval_covers_the_cell_of_each_of_its_numbers(cuts, low, high, low_open, high_open, value):
    wanted = Range(low, high, low_open, high_open)
    inside = (low < value or (low == value and not low_open)) and (value < high or (value == high and not high_open))
    variable = number_variable(0, KI67, cuts)
    mask = mask_of_range(wanted, variable.cuts, False, variable.full)
    if inside:
        assert cell_of_number(value, variable.cuts) & mask


@given(st.sets(st.integers(0, 100).map(float), max_size=5), numbers, numbers)
def test_a_covered_cell_holds_a_number_of_the_interval(cuts, one, other):
    low, high = sorted((one, other))
    variable = number_variable(0, KI67, cuts)
    mask = mask_of_range(Range(low, high), variable.cuts, False, variable.full)
    edges = (-math.inf, *variable.cuts, math.inf)
    for bit in range(2 * len(variable.cuts) + 1):
        if mask >> bit & 1:
            if bit % 2:
                assert low <= variable.cuts[bit // 2] <= high
            else:
                assert max(low, edges[bit // 2]) <= min(high, edges[bit // 2 + 1])
                assert low < edges[bit // 2 + 1] and high > edges[bit // 2]


@given(st.sets(st.integers(1, 99).map(float), max_size=5), st.integers(1, 2**11 - 1))
def test_cells_written_as_intervals_and_read_again_are_the_same_cells(cuts, wanted):
    variable = number_variable(0, KI67, cuts)
    mask = wanted & variable.full
    if not mask:
        return
    again = 0
    for part in mask_ranges(variable, mask):
        again |= mask_of_range(part, variable.cuts, False, variable.full)
    assert again == mask


@given(st.integers(0, 2**12))
def test_single_cells_are_single_and_make_up_the_whole(mask):
    parts = single_cells(mask)
    assert sum(parts) == mask and all(part & (part - 1) == 0 and part for part in parts)


@pytest.mark.parametrize(
    ("mask", "words"),
    [(0b00001, "below 3"), (0b00010, "3"), (0b01110, "from 3 to 20"), (0b10000, "above 20"), (0b10001, "below 3 or above 20")],
)
def test_cells_of_a_number_are_told_in_words(mask, words):
    assert mask_text(number_variable(0, KI67, {3.0, 20.0}), mask) == words


def test_cells_of_a_category_are_told_in_words():
    assert mask_text(word_variable(0, GRADE), 0b1100) == "G3 or NEC"


def test_a_number_is_written_with_its_unit():
    assert number_words(2.5, "mm") == "2.5 mm"
