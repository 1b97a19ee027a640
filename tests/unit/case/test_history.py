"""The list of treatments becomes facts of its own: exposed, progressed, not tolerated, controlled, cycles, months, lines."""

import pytest

from islet.case.reader import read_case


@pytest.fixture
def facts(mini):
    def read(history):
        given = read_case(f"history: {history}".encode(), "x", mini.space.dictionary).given

        def value(name):
            found = given.get(f"history.{name}")
            if found is None or not found.known():
                return None
            if found.choices:
                return found.choices[0]
            low, high = found.ranges[0].low, found.ranges[0].high
            return low if low == high else (low, high)

        return value

    return read


@pytest.mark.parametrize(
    ("response", "progressed", "not_tolerated", "controlled"),
    [
        ("progression", "yes", "no", "no"),
        ("complete", "no", "no", "yes"),
        ("partial", "no", "no", "yes"),
        ("stable", "no", "no", "yes"),
        ("intolerance", "no", "yes", "no"),
        ("unknown", None, None, None),
    ],
)
def test_what_a_response_proves(facts, response, progressed, not_tolerated, controlled):
    value = facts(f"[{{option: prrt, response: {response}}}]")
    assert value("tried.prrt") == "yes"
    assert (value("progressed_on.prrt"), value("not_tolerated.prrt"), value("controlled_by.prrt")) == (
        progressed,
        not_tolerated,
        controlled,
    )


def test_a_treatment_without_a_response_proves_exposure_not_failure(facts):
    value = facts("[prrt]")
    assert value("tried.prrt") == "yes" and value("progressed_on.prrt") is None and value("not_tolerated.prrt") is None


def test_a_plain_history_is_complete(facts):
    value = facts("[{option: prrt, response: stable}]")
    assert value("tried.captem") == "no" and value("progressed_on.captem") == "no" and value("systemic_lines") == 1


def test_an_empty_history_means_no_treatment_so_far(facts):
    value = facts("[]")
    assert value("tried.prrt") == "no" and value("systemic_lines") == 0 and value("prrt_cycles") == 0
    assert value("prrt_months_since") is None


def test_a_history_left_out_or_null_says_nothing(facts):
    value = facts("null")
    assert value("tried.prrt") is None and value("systemic_lines") is None and value("prrt_cycles") is None


def test_a_history_in_full_says_which_others_are_known(facts):
    value = facts("{present: [{option: prrt, response: progression}], absent: [captem], others: unknown}")
    assert (value("tried.prrt"), value("tried.captem"), value("tried.enucleation")) == ("yes", "no", None)
    assert value("systemic_lines") == (1, float("inf"))


def test_an_open_history_without_a_systemic_treatment_leaves_the_lines_open(facts):
    assert facts("{present: [enucleation], others: unknown}")("systemic_lines") is None


def test_cycles_are_added_over_courses(facts):
    assert facts("[{option: prrt, cycles: 4}, {option: prrt, cycles: 2}]")("prrt_cycles") == 6


def test_cycles_of_one_course_unknown_leave_the_sum_unknown(facts):
    assert facts("[{option: prrt, cycles: 4}, {option: prrt}]")("prrt_cycles") is None


def test_the_last_course_is_the_one_least_long_ago_wherever_it_stands_in_the_list(facts):
    early, late = "{option: prrt, months: 30, months_since: 40}", "{option: prrt, months: 12, months_since: 3}"
    for text in (f"[{early}, {late}]", f"[{late}, {early}]"):
        assert facts(text)("prrt_months_since") == 3
        assert facts(text)("prrt_control_months") == 12


def test_which_course_was_last_is_open_when_no_entry_says(facts):
    one, other = "{option: prrt, months: 30}", "{option: prrt, months: 12}"
    assert facts(f"[{one}, {other}]")("prrt_control_months") == facts(f"[{other}, {one}]")("prrt_control_months") == (12, 30)


def test_one_progression_among_courses_is_a_progression(facts):
    for text in (
        "[{option: prrt, response: partial}, {option: prrt, response: progression}]",
        "[{option: prrt, response: progression}, {option: prrt}]",
    ):
        assert facts(text)("progressed_on.prrt") == "yes"


def test_two_courses_of_one_medicine_are_one_line(facts):
    assert facts("[{option: prrt}, {option: prrt}, {option: captem}]")("systemic_lines") == 2


def test_a_treatment_outside_the_options_can_be_named(facts):
    assert facts("[other]")("tried.other") == "yes"
