"""What is known of one fact, in numbers and in words."""

import math

import pytest

from islet.case.values import Given, Range, given_json, given_text, number_json, plain_number


@pytest.mark.parametrize(
    ("interval", "empty"),
    [
        (Range(3, 10), False),
        (Range(3, 3), False),
        (Range(10, 3), True),
        (Range(3, 3, low_open=True), True),
        (Range(3, 3, high_open=True), True),
        (Range(-math.inf, 3), False),
        (Range(3, 4, True, True), False),
    ],
)
def test_an_interval_is_empty_when_no_number_lies_in_it(interval, empty):
    assert interval.empty() is empty


@pytest.mark.parametrize(
    ("interval", "holds"),
    [
        (Range(1, 2, True, True), False),
        (Range(1, 2, True, False), True),
        (Range(1, 2, False, True), True),
        (Range(1.2, 1.8), False),
        (Range(1.2, 2), True),
        (Range(1.2, 2, False, True), False),
        (Range(0, 0), True),
        (Range(-math.inf, 0, False, True), True),
        (Range(4, math.inf, True), True),
        (Range(-1.5, -0.5), True),
    ],
)
def test_an_interval_knows_whether_a_whole_number_lies_in_it(interval, holds):
    assert interval.holds_whole_number() is holds


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        (Range(5, 10), "from 5 to 10"),
        (Range(3, 20, True, True), "above 3 to below 20"),
        (Range(-math.inf, 3, high_open=True), "below 3"),
        (Range(-math.inf, 3), "at most 3"),
        (Range(20, math.inf, low_open=True), "above 20"),
        (Range(20, math.inf), "at least 20"),
        (Range(5, 5), "5"),
        (Range(0.25, 0.25), "0.25"),
    ],
)
def test_an_interval_is_written_in_words(interval, words):
    assert interval.text() == words


@pytest.mark.parametrize(
    ("given", "boolean", "written"),
    [
        (Given(), False, None),
        (Given(ranges=(Range(38, 38),)), False, 38),
        (Given(ranges=(Range(3.5, 3.5),)), False, 3.5),
        (Given(ranges=(Range(5, 10),)), False, {"between": [5, 10]}),
        (Given(ranges=(Range(-math.inf, 3, high_open=True),)), False, {"below": 3}),
        (Given(ranges=(Range(20, math.inf, low_open=True),)), False, {"above": 20}),
        (Given(ranges=(Range(20, math.inf),)), False, {"at_least": 20}),
        (Given(ranges=(Range(-math.inf, 20),)), False, {"at_most": 20}),
        (Given(ranges=(Range(3, 10, True, False),)), False, {"above": 3, "at_most": 10}),
        (Given(ranges=(Range(2, 2), Range(4, 4))), False, {"one_of": [2, 4]}),
        (Given(choices=("G1", "G2")), False, {"one_of": ["G1", "G2"]}),
        (Given(choices=("yes",)), True, True),
        (Given(choices=("no",)), True, False),
        (Given(choices=("yes", "no")), True, {"one_of": [True, False]}),
    ],
)
def test_a_value_is_written_as_the_case_file_would_write_it(given, boolean, written):
    assert given_json(given, boolean) == written


def test_a_whole_number_stays_whole_in_json():
    assert repr(number_json(38.0)) == "38" and repr(number_json(0.5)) == "0.5"
    assert plain_number(1e15) == "1000000000000000"


def test_an_absence_has_words_of_its_own():
    assert given_text(Given()) == "not known"
    assert given_text(Given(absent="not_done")) == "not done"
    assert given_text(Given(absent="pending")) == "pending"


def test_only_a_single_value_is_exact():
    assert Given(ranges=(Range(3, 3),)).exact() and Given(choices=("no",)).exact()
    assert not Given(ranges=(Range(3, 4),)).exact() and not Given(choices=("no", "yes")).exact() and not Given().exact()
