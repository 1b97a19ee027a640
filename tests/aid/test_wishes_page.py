"""The exercise of wishes: no dragging, nothing kept unasked, nothing hidden or brought back, and skipping is an answer."""

from __future__ import annotations

import re

import pytest

from islet.present.aid.bars import Bar, bars
from islet_testing.desk import Desk, seal_of
from islet_testing.marked import words_of_page

ORDER = {"place-tumour_control": "1", "place-burden": "2", "place-daily_side_effects": "3"}


@pytest.fixture(scope="module")
def token(desk: Desk) -> str:
    return desk.release(desk.case("systemic-doses"))


def answer(desk: Desk, token: str, **fields: str) -> str:
    found = desk.send(f"/aid/{token}/wishes", desk.patient, **fields)
    assert found.status_code == 200, found.text
    return found.text


def open_names(desk: Desk, token: str) -> set[str]:
    page = desk.patient.get(f"/aid/{token}").text
    return {re.sub("<[^>]+>", "", name).strip() for name in re.findall(r'<th role="columnheader"[^>]*>(.*?)<span', page, re.DOTALL)}


def test_at_most_seven_wishes_are_asked_with_lists_to_choose_from(desk: Desk, token: str) -> None:
    page = desk.patient.get(f"/aid/{token}/wishes").text
    asked = re.findall(r'<select id="(place-[a-z_]+)"', page)
    assert 2 <= len(asked) <= 7
    for name in asked:
        assert f'<label for="{name}">' in page
    assert "draggable" not in page and "<script" not in page.split("<main")[1].split("</main>")[0]


def test_the_answer_tells_for_each_choice_how_often_it_comes_first_and_what_would_change_it(desk: Desk, token: str) -> None:
    page = answer(desk, token, do="show", **ORDER)
    words = words_of_page(page)
    assert 'class="bars" role="img"' in page
    shown = set(re.findall(r"<li>([^<]*?): first in ", page))
    assert shown and shown <= open_names(desk, token)
    assert "It does not say which one is best for you." in words
    assert "What would change it" in words or "would not change which comes first" in words


def test_what_is_ruled_out_stays_out_and_what_is_open_stays_on_the_page(desk: Desk, token: str) -> None:
    before = desk.patient.get(f"/aid/{token}").text
    page = answer(desk, token, do="show", **{"include-open": "yes"}, **ORDER)
    plan = desk.record.releases.plan(desk.record.releases.open(token))
    import json

    out = {o["id"] for o in json.loads(plan.content)["options"] if o["verdict"] in ("not_indicated", "contraindicated")}
    names = {desk.app.state.site.base.options[name].data["plain_name"] for name in out}
    assert not set(re.findall(r"<li>([^<]*?): first in ", page)) & names
    assert desk.patient.get(f"/aid/{token}").text == before


def test_skipping_is_a_stated_answer_and_weighs_nothing(desk: Desk, token: str) -> None:
    page = answer(desk, token, do="skip", **ORDER)
    assert "No order of the options is made from it." in page and 'class="bars"' not in page
    assert answer(desk, token, do="show").count("No order of the options is made from it.") == 1


def test_nothing_is_kept_until_the_person_says_so_and_it_can_be_deleted(desk: Desk) -> None:
    token = desk.release(desk.case("systemic-doses"))
    release = desk.record.releases.open(token)
    answer(desk, token, do="show", **ORDER)
    assert desk.record.wishes.read(release) is None
    assert 'value="1" selected' not in desk.patient.get(f"/aid/{token}/wishes").text
    answer(desk, token, do="keep", **ORDER)
    kept = desk.record.wishes.read(release)
    assert kept["given"]["places"] == {name.removeprefix("place-"): place for name, place in ORDER.items()}
    again = desk.patient.get(f"/aid/{token}/wishes").text
    assert 'value="1" selected' in again and "Delete my kept answers" in again
    answer(desk, token, do="forget")
    assert desk.record.wishes.read(release) is None


def test_what_nobody_asked_is_left_aside(desk: Desk, token: str) -> None:
    page = answer(desk, token, do="show", **{"place-money": "1", "place-burden": "99", "place-tumour_control": "1", "tradeoff": "x"})
    assert "first in " in page


def test_a_made_up_trade_off_is_an_error_in_words(desk: Desk, token: str) -> None:
    found = desk.send(f"/aid/{token}/wishes", desk.patient, do="show", tradeoff="money|burden|yes", **ORDER)
    assert found.status_code == 422 and "Change an answer" in found.text


def test_a_form_without_the_seal_is_refused(desk: Desk, token: str) -> None:
    seal = seal_of(desk.patient.get(f"/aid/{token}/wishes").text)
    assert desk.patient.post(f"/aid/{token}/wishes", data={"seal": "x", "do": "keep", **ORDER}).status_code == 403
    cross = desk.patient.post(f"/aid/{token}/wishes", data={"seal": seal, "do": "keep", **ORDER}, headers={"sec-fetch-site": "cross-site"})
    assert cross.status_code == 403


def test_bars_tell_every_row_and_stay_inside_the_scale() -> None:
    picture = bars([Bar("A", 0.27, 0.0, 1.0, "27 of 100"), Bar("B & C", 0.0, 0.0, 0.2, "fewer than 1 of 100")], "First")
    assert "A: 27 of 100; B &amp; C: fewer than 1 of 100" in picture
    assert 'width="86.4"' in picture  # 27 of 100 of a scale of 320
