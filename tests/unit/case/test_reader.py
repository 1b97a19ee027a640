"""A case file becomes a Case: every form the contract names is read."""

import pytest

from islet.case.reader import read_case
from islet.case.values import Range
from islet.errors import InputError

CONTRACT = b"""
id: tail-g2-liver
as_of: 2026-03-10
cells:
  differentiation: well
  ki67_percent: {between: [5, 10]}
  sstr_krenning: 4
extent:
  primary_site: tail
  size_mm: {value: 38, on: 2026-03-02, source: CT}
  liver_mets: true
health:
  ecog: 1
  creatinine_umol_l: {absent: pending}
  comorbidities: [diabetes]
preferences:
  refuses: [enucleation]
history:
  - {option: prrt, response: progression, months: 14}
"""


@pytest.fixture
def read(mini):
    return lambda text, name="case.yaml": read_case(text.encode() if isinstance(text, str) else text, name, mini.space.dictionary)


def test_the_case_of_the_contract_is_read(read):
    case = read(CONTRACT)
    assert (case.id, case.as_of, case.refuses) == ("tail-g2-liver", "2026-03-10", ("enucleation",))
    assert case.given["cells.ki67_percent"].ranges == (Range(5, 10),)
    assert (case.given["extent.size_mm"].on, case.given["extent.size_mm"].source) == ("2026-03-02", "CT")
    assert case.given["health.creatinine_umol_l"].absent == "pending" and not case.given["health.creatinine_umol_l"].known()
    assert case.history[0].months == 14


@pytest.mark.parametrize(
    ("value", "interval"),
    [
        ("{between: [5, 10]}", Range(5, 10)),
        ("{below: 3}", Range(float("-inf"), 3, False, True)),
        ("{above: 20}", Range(20, float("inf"), True, False)),
        ("{at_least: 20}", Range(20, float("inf"))),
        ("{at_most: 20}", Range(float("-inf"), 20)),
        ("{above: 3, at_most: 20}", Range(3, 20, True, False)),
        ("3.0", Range(3, 3)),
        ("3e1", Range(30, 30)),
        ("+3", Range(3, 3)),
        ("0", Range(0, 0)),
        ("100", Range(100, 100)),
        ("{value: {below: 3}}", Range(float("-inf"), 3, False, True)),
    ],
)
def test_a_number_may_be_known_in_part(read, value, interval):
    assert read(f"cells: {{ki67_percent: {value}}}").given["cells.ki67_percent"].ranges == (interval,)


def test_between_is_closed_and_below_and_above_are_strict(read):
    between = read("cells: {ki67_percent: {between: [5, 10]}}").given["cells.ki67_percent"].ranges[0]
    assert not between.low_open and not between.high_open


@pytest.mark.parametrize("written", ["", "~", "null", "{}", "{on: 2026-01-01}", "{value: null}", "{values: [null]}"])
def test_a_fact_left_out_or_null_is_unknown_never_false(read, written):
    given = read(f"extent:\n  liver_mets: {written}\n").given.get("extent.liver_mets")
    assert given is None or not given.known()


@pytest.mark.parametrize(("written", "word"), [("true", "yes"), ("false", "no"), ("True", "yes"), ("yes", "yes"), ("no", "no")])
def test_a_yes_no_fact_is_true_or_false(read, written, word):
    assert read(f"extent: {{liver_mets: {written}}}").given["extent.liver_mets"].choices == (word,)


@pytest.mark.parametrize("reason", ["not_done", "pending", "indeterminate", "declined"])
def test_the_reason_of_an_absence_is_kept(read, reason):
    assert read(f"cells: {{who_grade: {{absent: {reason}}}}}").given["cells.who_grade"].absent == reason


def test_one_of_keeps_the_order_of_the_dictionary(read):
    assert read("cells: {who_grade: {one_of: [NEC, G3]}}").given["cells.who_grade"].choices == ("G3", "NEC")
    assert read("extent: {liver_mets: {one_of: [true, false]}}").given["extent.liver_mets"].choices == ("no", "yes")


def words(case, fact, members):
    """Return what is known of each member: yes, no or None."""
    return {m: (g.choices[0] if (g := case.given.get(f"{fact}.{m}")) and g.choices else None) for m in members}


SITES, ILLS = ("node", "bone", "lung"), ("diabetes", "hepatitis_b", "dialysis")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (None, (None, None, None)),  # left out: all unknown
        ("[]", ("no", "no", "no")),  # looked for, none
        ("[bone]", ("no", "yes", "no")),  # plain extrahepatic is complete
        ("{present: [bone]}", (None, "yes", None)),
        ("{present: [bone], absent: [lung]}", (None, "yes", "no")),
        ("{present: [bone], others: none}", ("no", "yes", "no")),
        ("{absent: [lung]}", (None, None, "no")),
        ("{absent: pending}", (None, None, None)),
        ("{present: [], others: none}", ("no", "no", "no")),
        ("{present: [bone], absent: [lung], others: unknown}", (None, "yes", "no")),
    ],
)
def test_members_of_a_complete_list(read, written, expected):
    case = read("{}" if written is None else f"extent: {{extrahepatic: {written}}}")
    assert words(case, "extent.extrahepatic", SITES) == dict(zip(SITES, expected, strict=True))


@pytest.mark.parametrize(
    ("written", "expected"),
    [("[diabetes]", ("yes", None, None)), ("[]", ("no", "no", "no")), ("{present: [diabetes], others: none}", ("yes", "no", "no"))],
)
def test_diabetes_says_nothing_of_hepatitis_b(read, written, expected):
    assert words(read(f"health: {{comorbidities: {written}}}"), "health.comorbidities", ILLS) == dict(zip(ILLS, expected, strict=True))


@pytest.mark.parametrize(
    "written",
    [
        "[{value: 4}, {value: 8}]",
        "[{value: 4, on: 2026-01-02, source: biopsy}, {value: 8, on: 2026-02-02, source: resection}]",
        "[4, {below: 3}]",
    ],
)
def test_measurements_that_disagree_are_kept_side_by_side_and_count_as_unknown(read, written):
    given = read(f"cells: {{ki67_percent: {{values: {written}}}}}").given["cells.ki67_percent"]
    assert len(given.several) == 2 and not given.known()


def test_measurements_that_agree_are_one_value(read):
    assert read("cells: {ki67_percent: {values: [4, 4.0, null]}}").given["cells.ki67_percent"].ranges == (Range(4, 4),)


def test_the_empty_case_and_an_id_alone_are_valid(read):
    assert read("{}", "/somewhere/first-visit.yaml").id == "first-visit"
    assert read("{}", "<stdin>").id == "stdin"
    assert read("id: x\n").given == {}


def test_the_fingerprint_does_not_depend_on_order_or_format(read):
    one = read("id: x\ncells: {ki67_percent: 3, differentiation: well}\nhealth: {comorbidities: [diabetes, dialysis]}\n")
    other = read(
        '{"id": "x", "health": {"comorbidities": ["dialysis", "diabetes"]}, "cells": {"differentiation": "well", "ki67_percent": 3.0}}'
    )
    assert one.sha256 == other.sha256


def test_the_fingerprint_does_not_depend_on_the_order_of_measurements(read):
    one = read("id: x\ncells: {ki67_percent: {values: [4, 8]}}")
    other = read("id: x\ncells: {ki67_percent: {values: [8, 4]}}")
    assert one.sha256 == other.sha256


@pytest.mark.parametrize(
    "text",
    [
        "id: x\ncells: {ki67_percent: 3}",
        "id: x\ncells: {ki67_percent: {below: 3}}",
        "id: x\ncells: {ki67_percent: {at_most: 3}}",
        "id: x\n",
        "id: x\ncells: {ki67_percent: {absent: pending}}",
        "id: y\n",
        "id: x\nhistory: []",
        "id: x\nhistory: [{option: prrt}]",
        "id: x\nhistory: {present: [{option: prrt}]}",
        "id: x\npreferences: {refuses: [prrt]}",
        "id: x\npreferences: {goal: cure}",
        "id: x\nas_of: 2026-01-01",
        "id: x\nextent: {extrahepatic: []}",
        "id: x\nextent: {extrahepatic: {absent: not_done}}",
        "id: x\ncells: {ki67_percent: {value: 3, on: 2026-01-01}}",
    ],
)
def test_the_fingerprint_tells_cases_apart(read, text):
    others = ["id: x\ncells: {ki67_percent: 3.5}", "id: x\nhistory: [{option: captem}]", "id: z\n"]
    assert read(text).sha256 not in {read(other).sha256 for other in others}


def test_preferences_are_no_facts_a_rule_can_read(read, mini):
    case = read("preferences: {refuses: [surgery, prrt], goal: cure, accepts_isolation: false, weights: {cure: 3}}")
    assert case.refuses == ("prrt", "surgery") and case.goal == "cure" and case.given == {}
    assert not any(variable.fact.startswith("preferences.") for variable in mini.space.variables)


@pytest.mark.parametrize("day", ["2024-02-29", "2000-02-29", "2026-12-31", "0001-01-01"])
def test_days_of_the_calendar_are_read(read, day):
    assert read(f"as_of: {day}").as_of == day


@pytest.mark.parametrize(
    "day", ["2023-02-29", "1900-02-29", "2026-04-31", "2026-00-10", "2026-13-01", "2026-01-00", "2026-1-1", "0000-01-01", "２０２６-01-01"]
)
def test_days_that_do_not_exist_are_refused(read, day):
    with pytest.raises(InputError):
        read(f"as_of: {day}")


@pytest.mark.parametrize("number", ["٣", "１２", "1_0", "0x1", "1e400", "--3", "3.", "infinity", "-0.0001"])
def test_only_plain_numbers_are_numbers(read, number):
    if number == "3.":
        assert read(f"cells: {{ki67_percent: {number}}}")
        return
    with pytest.raises(InputError):
        read(f"cells: {{ki67_percent: {number}}}")
