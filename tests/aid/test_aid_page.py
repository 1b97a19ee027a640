"""The decision aid of every shipped patient: nothing hidden, the same rows, honest numbers, and nothing where nothing may stand."""

from __future__ import annotations

import datetime
import math
import re

import pytest

from islet.case.reader import read_case
from islet.plan.make import make_plan
from islet.present import patient
from islet.present.aid.counts import between, counts
from islet.present.aid.dates import age_of
from islet.present.aid.page import NotForPatients, make_aid
from islet.present.icon_array import icon_array
from islet_testing.aids import CONTACTS, DAY, aid, aid_body, body_of, plans
from islet_testing.bases import own_base
from islet_testing.marked import ids_of, words_of_page

WHOLE = [name for name, plan in sorted(plans().items()) if not plan.problems and not plan.emergency]


def read(text: str):
    return read_case(text.encode(), "x.yaml", own_base().space.dictionary)


def test_all_54_whole_patients_and_the_examples_are_looked_at() -> None:
    assert len(plans()) >= 54 + 8
    assert len(WHOLE) >= 54


@pytest.mark.parametrize("name", WHOLE)
def test_every_option_stands_on_the_page_once_and_in_the_same_rows(name: str) -> None:
    made, page = aid(name), aid_body(name)
    held = (*made.open, *made.unsaid, *made.closed)
    assert sorted(one.id for one in held) == sorted(own_base().options)
    ids = ids_of(page)
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
    for one in held:
        assert f"option-{one.id}" in ids
        assert tuple(title for title, _ in one.told.rows) == patient.ROWS
    rows = sum(page.count(f'scope="row">{title}</th>') for title in patient.ROWS)
    assert rows == len(patient.ROWS) * (len(made.tables(3)) + len(made.unsaid) + len(made.closed))


@pytest.mark.parametrize("name", WHOLE)
def test_open_options_stand_first_and_in_the_order_of_the_knowledge(name: str) -> None:
    made = aid(name)
    order = [option.id for option in made.plan.options]
    for part, verdicts in ((made.open, ("recommended", "possible")), (made.unsaid, ("need_data",)),
                           (made.closed, ("not_indicated", "contraindicated"))):
        assert [one.id for one in part] == [name for name in order if made.plan.option(name).verdict in verdicts]
    assert [one for table in made.tables(3) for one in table] == list(made.open)
    assert all(len(table) <= 3 for table in made.tables(3))


@pytest.mark.parametrize("name", WHOLE)
def test_every_line_of_every_row_is_told(name: str) -> None:
    made, words = aid(name), words_of_page(aid_body(name))
    for one in (*made.open, *made.unsaid, *made.closed):
        for _, lines in one.told.rows:
            for line in lines:
                assert " ".join(line.text.split()) in words


@pytest.mark.parametrize("name", WHOLE)
def test_pictures_show_the_share_of_the_plan_and_both_sides(name: str) -> None:
    made, page = aid(name), aid_body(name)
    for one, count in made.pictured:
        ours = [e for e in made.plan.option(one.id).estimates if e["id"].endswith(".one_year") == count.at_one_year]
        if count.at_one_year:
            (estimate,) = ours
            assert count.told in ("", estimate["plain"]) and count.yes in [people(row["value"]) for row in estimate["rows"]]
        else:
            estimate = next(e for e in ours if e["plain"] == count.told)
            assert count.yes == people(estimate["value"]) and f"{count.yes} out of 100" in count.told
        assert count.yes + count.no == 100
        assert count.drawn().split('class="icon-yes" d="')[1].split('"')[0].count("M") == count.yes
        assert count.drawn().split('class="icon-no" d="')[1].split('"')[0].count("M") == count.no
        assert f"{count.yes} out of 100, not the other {count.no}." in page
        assert estimate["status"] == "given"
    assert not any(one.pictures for one in made.closed)


def people(percent: float) -> int:
    """Return whole people as the sentences count them: half a person is one."""
    return math.floor(percent + 0.5)


@pytest.mark.parametrize("name", WHOLE)
def test_no_page_holds_inline_style_or_script(name: str) -> None:
    page = aid_body(name)
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert not re.search(r'(src|href)="(?!#|/|https?://)', page)


@pytest.mark.parametrize("name", WHOLE)
def test_citations_lead_to_sources_on_the_page(name: str) -> None:
    page = aid_body(name)
    ids = set(ids_of(page))
    cited = set(re.findall(r'href="#(source-\d+)"', page))
    assert cited and cited <= ids
    listed = {one for one in ids if one.startswith("source-")}
    assert listed == cited


def test_open_problems_and_an_emergency_get_no_page() -> None:
    base = own_base()
    clash = make_plan(read("cells: {who_grade: NEC, differentiation: well}"), base, None)
    assert clash.problems
    with pytest.raises(NotForPatients, match="does not fit together"):
        make_aid(clash, base, DAY, CONTACTS)
    emergency = plans()[WHOLE[0]]._replace(emergency=True, options=())
    with pytest.raises(NotForPatients, match="Act now"):
        make_aid(emergency, base, DAY, CONTACTS)


@pytest.mark.parametrize(("late", "state"), [(0, "fresh"), (1, "overdue"), (180, "overdue"), (181, "refused")])
def test_a_page_warns_past_its_review_date_and_is_refused_180_days_later(late: int, state: str) -> None:
    plan = plans()[WHOLE[0]]
    day = datetime.date.fromisoformat(plan.review_due) + datetime.timedelta(days=late)
    assert age_of(plan, day).state == state
    if state == "refused":
        with pytest.raises(NotForPatients, match="more than 180 days ago"):
            make_aid(plan, own_base(), day, CONTACTS)
        return
    warned = "past its review date" in words_of_page(body_of(make_aid(plan, own_base(), day, CONTACTS)))
    assert warned == (state == "overdue")


def test_the_empty_case_has_a_page_that_says_what_is_not_known() -> None:
    plan = make_plan(read("{}"), own_base(), None)
    words = words_of_page(body_of(make_aid(plan, own_base(), DAY, CONTACTS)))
    assert "We do not know its grade yet." in words
    assert "We do not know yet whether it has spread to other organs." in words
    assert "We do not know what would happen without treatment in your situation." in words


def test_not_known_is_never_told_as_no() -> None:
    plan = make_plan(read("extent: {m: M1}"), own_base(), None)
    words = words_of_page(body_of(make_aid(plan, own_base(), DAY, CONTACTS)))
    assert "It has spread to other parts of the body." in words
    assert "We do not know yet whether it makes a hormone." in words
    assert "makes no hormone that causes trouble" not in words


def test_good_and_bad_outcomes_are_both_drawn() -> None:
    drawn = [(e["id"], bool(counts(o._replace(estimates=(e,))))) for plan in plans().values() for o in plan.options for e in o.estimates
             if e["id"].endswith((".shrinkage", ".severe_toxicity")) and e["status"] == "given" and e["unit"] == "%"]
    assert {name for name, shown in drawn if not shown} == set()
    assert {count.kind for plan in plans().values() for o in plan.options for count in counts(o)} == {"good", "harm"}


def test_an_icon_array_fills_rows_from_the_bottom_left() -> None:
    picture = icon_array(12, "t", "s", "k")
    filled = [tuple(map(float, place.split()[:2])) for place in re.findall(r"M([\d. ]+)h10", picture)]
    assert filled[:10] == [(5 + 14 * column, 131) for column in range(10)]
    assert filled[10:] == [(5, 117), (19, 117)]
    assert "<title" in picture and "<desc" in picture


@pytest.mark.parametrize(("interval", "words"), [((35.0, 51.3), "35 and 52"), ((0.2, 99.4), "0 and 100"), ((12.6, 56.6), "12 and 57")])
def test_ends_of_an_interval_are_rounded_outwards(interval: tuple[float, float], words: str) -> None:
    assert words in between(interval)


@pytest.mark.parametrize("change", [
    {"value": "44 % or 5.4 %"}, {"value": None}, {"value": 0.4}, {"unit": "months"}, {"status": "outside"}, {"plain": ""},
    {"id": "recurrence_zaidi"},
])
def test_what_is_no_whole_share_over_the_time_of_a_study_is_not_drawn(change: dict[str, object]) -> None:
    every = (option for plan in plans().values() for option in plan.options)
    option = next(o for o in every if any(e["id"].endswith(".shrinkage") and isinstance(e["value"], float) for e in o.estimates))
    estimate = next(e for e in option.estimates if e["id"].endswith(".shrinkage"))
    assert counts(option._replace(estimates=(estimate,)))
    assert not counts(option._replace(estimates=({**estimate, **change},)))
