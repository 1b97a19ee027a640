"""One test for each IPDAS item, for several cases, on what the rendered page says; and the public self-rating."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pytest

from islet.present import patient
from islet.present.aid.ipdas import GROUPS, ITEMS, MET, NONE, NOT_MET, PEOPLE, self_rating
from islet.present.aid.page import Aid
from islet_testing.aids import DAY, aid, aid_body
from islet_testing.bases import own_base
from islet_testing.marked import marks_of
from islet_testing.places import ROOT

CASES = (
    "systemic-doses", "eus-rfa-needle", "whipple-estimates", "local-01-nf-8mm-head", "systemic-13-g3-net-ki67-60-rapid",
    "liver-12-child-pugh-c-frail",
)
Check = Callable[[Aid, list[str]], None]


def _rows(title: str) -> Check:
    def check(made: Aid, told: list[str]) -> None:
        tables = len(made.tables(3)) + len(made.unsaid) + len(made.closed)
        assert len(told) == tables
        for one in (*made.open, *made.unsaid, *made.closed):
            lines = one.row(title)
            assert lines
            assert any(all(" ".join(line.text.split()) in text for line in lines) for text in told), one.id

    return check


def _condition(made: Aid, told: list[str]) -> None:
    assert "starts in cells that can make hormones" in told[0]
    facts = {name: made.plan.facts.get(name, {}).get("value") for name in ("cells.who_grade", "extent.m", "cells.hormone")}
    grade = facts["cells.who_grade"]
    said = {"G1": "grade 1", "G2": "grade 2", "G3": "grade 3", "NEC": "carcinoma"}.get(str(grade), "do not know its grade")
    assert said in told[0]
    assert ("It has spread to" if facts["extent.m"] == "M1" else "It has not been found in other organs" if facts["extent.m"] == "M0"
            else "do not know yet whether it has spread") in told[0]
    assert ("non-functioning" if facts["cells.hormone"] == "none" else "functioning" if isinstance(facts["cells.hormone"], str)
            else "do not know yet whether it makes a hormone") in told[0]


def _decision(made: Aid, told: list[str]) -> None:
    found = re.search(r"The decision: ([^?.]+\?)", told[0])
    assert found and "watching" in found[1]
    assert f"Your visit is about: {made.contacts.about}" in told[0]


def _options(made: Aid, told: list[str]) -> None:
    for option in own_base().options.values():
        assert option.data["plain_name"] in told[0]


def _equal_detail(made: Aid, told: list[str]) -> None:
    assert "It is not a ranking." in told[0] and "the same rows" in told[0]
    for one in (*made.open, *made.unsaid, *made.closed):
        assert [title for title, _ in one.told.rows] == list(patient.ROWS)


def _cited(made: Aid, told: list[str]) -> None:
    assert told[0].count("[") >= len(made.open)
    for mark in ("two sources", "one source"):
        assert mark in told[0]


def _dated(made: Aid, told: list[str]) -> None:
    assert DAY.isoformat() in told[0] and made.plan.knowledge_date in told[0]


def _kept_up(made: Aid, told: list[str]) -> None:
    assert re.search(r"every \d+ months", told[0])
    assert made.plan.review_due in told[0] and "warning" in told[0] and made.age.last in told[0] and "not shown or printed" in told[0]


def _sure(made: Aid, told: list[str]) -> None:
    assert len(told) == len(made.pictured)
    exact = r"It may be anything between \d+ and \d+ out of 100\.|We do not know how exact this number is\."
    assert all(re.fullmatch(exact, text) for text in told)


def _numbers(made: Aid, told: list[str]) -> None:
    _rows("In numbers")(made, told)
    for one, count in made.pictured:
        assert any(f"{count.yes} out of 100, not the other {count.no}" in text for text in told), one.id


def _views(made: Aid, told: list[str]) -> None:
    _numbers(made, told)
    page = aid_body(_name(made))
    assert page.count('class="icons"') == len(made.pictured)


def _says(*words: str) -> Check:
    def check(made: Aid, told: list[str]) -> None:
        for word in words:
            assert word in told[0]

    return check


def _untreated(made: Aid, told: list[str]) -> None:
    known = "This is known of people" in told[0]
    assert known != ("We do not know what would happen without treatment" in told[0])
    assert not known or "[" in told[0]


def _side_by_side(made: Aid, told: list[str]) -> None:
    page = aid_body(_name(made))
    for table in made.tables(3):
        heads = "".join(rf'<th role="columnheader" scope="col" id="option-{one.id}">.*?</th>\s*' for one in table)
        assert re.search(heads, page, re.DOTALL)


def _same_time(made: Aid, told: list[str]) -> None:
    """Every open choice stands in the table of one year with the number of the plan and its other side, or is named as not known."""
    assert "one year after the start" in told[0] and "Studies last for different times" in told[0]
    unknown = told[0].partition("For these choices we do not know it:")[2]
    for one in made.open:
        estimate = next((e for e in made.plan.option(one.id).estimates if e["id"] == f"{one.id}.one_year" and e["status"] == "given"), None)
        for row in estimate["rows"] if estimate else ():
            people = math.floor(row["value"] + 0.5)
            where = "Counted in a study" if row["counted"] else "Worked out from other numbers of a study"
            numbers = f"Alive without growth: {people} Growth or death: {100 - people}"
            line = rf"{re.escape(one.told.name)} {numbers} (It may be|We do not know)[^.]*\. {where}"
            assert re.search(line, told[0]), one.id
        assert bool(estimate) != (one.told.name in unknown), one.id


def _table(made: Aid, told: list[str]) -> None:
    assert "people out of 100" in told[0]
    for one, count in made.pictured:
        assert f"{one.told.name} {count.what} {count.yes} {count.no}" in told[0]


def _questions(made: Aid, told: list[str]) -> None:
    for question in (*made.questions, *made.asked, *(q for one in made.open for q in one.questions)):
        assert question.text in told[0]
    assert "My own questions" in told[0]


def _name(made: Aid) -> str:
    return next(name for name in CASES if aid(name).plan.case_sha256 == made.plan.case_sha256)


_UNTESTED = {
    "S12": "No patients and no doctors were asked what they need", "S13": "No patients and no doctors were asked what they need",
    "S14": "Nobody outside has reviewed it", "S15": "Nobody outside has reviewed it",
    "S16": "It has not been tried with people who face this decision", "S17": "It has not been tried with people who face this decision",
    "S22": "choose what fits their wishes", "S23": "know more",
}
CHECKS: dict[str, Check] = {
    "Q1": _condition, "Q2": _decision, "Q3": _options, "Q4": _rows("What it may do"), "Q5": _rows("What may go wrong"),
    "Q6": _rows("What living with it is like"), "C1": _equal_detail, "C2": _cited, "C3": _dated, "C4": _kept_up, "C5": _sure,
    "C6": _says("Nobody paid for this page", "no funding"), "S1": _untreated, "S2": _side_by_side, "S3": _numbers,
    "S4": _says("people in studies", "whose numbers they are"), "S5": _numbers, "S6": _same_time,
    "S7": _table, "S8": _views, "S9": _says("What matters to you", "Which of its good sides matter", "Which of its bad sides"),
    "S10": _says("Steps to a decision", "Decide together"), "S11": _questions,
    "S18": _says("searched guidelines, trials"), "S19": _says("How sure we are", "in two sources", "from memory"),
    "S20": _says("No author is named here as a doctor or a nurse"), "S21": _says("school grade 8"),
    **{item: _says(words) for item, words in _UNTESTED.items()},
}
PICTURED_ONLY = ("C5", "S7")


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("item", [item.id for item in ITEMS if item.rating != NONE])
def test_the_page_holds_what_the_item_asks(item: str, name: str) -> None:
    made, marks = aid(name), marks_of(aid_body(name))
    if item in PICTURED_ONLY and not made.pictured:
        assert item not in marks
        return
    assert item in marks, f"{item} is not marked"
    CHECKS[item](made, marks[item])


def test_every_item_is_rated_and_each_that_applies_has_a_check() -> None:
    assert [sum(item.id[0] == group for item in ITEMS) for group in GROUPS] == [6, 10, 28]
    assert {item.id for item in ITEMS if item.rating != NONE} == set(CHECKS)
    assert {item.rating for item in ITEMS} == {MET, NOT_MET, PEOPLE, NONE}


def test_all_qualifying_and_certifying_items_for_a_treatment_are_met() -> None:
    rated = {item.id: item.rating for item in ITEMS}
    assert all(rated[f"Q{n}"] == MET for n in range(1, 7)) and all(rated[f"C{n}"] == MET for n in range(1, 7))
    assert all(rated[f"C{n}"] == NONE for n in range(7, 11)) and all(rated[f"S{n}"] == NONE for n in range(24, 29))


def test_what_only_a_study_with_people_can_show_is_not_claimed() -> None:
    assert {item.id for item in ITEMS if item.rating == PEOPLE} == set(_UNTESTED)


def test_the_self_rating_is_the_one_made_from_the_data() -> None:
    assert (ROOT / "docs" / "IPDAS.md").read_text(encoding="utf-8") == self_rating()


def test_pictures_are_there_in_some_of_the_cases() -> None:
    assert sum(bool(aid(name).pictured) for name in CASES) >= 3
