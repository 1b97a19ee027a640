"""From the clinician's release to the patient's page: what is asked, what is refused, what a link opens and when it stops."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from islet.web.aid.opened import today
from islet_testing.aids import EXAMPLES
from islet_testing.desk import CONTACTS, Desk, seal_of
from islet_testing.marked import ids_of, marks_of, words_of_page


@pytest.fixture(scope="module")
def released(desk: Desk) -> str:
    return desk.release(desk.case("systemic-doses"))


@pytest.mark.parametrize("name", [path.stem for path in EXAMPLES])
def test_every_example_goes_from_release_to_page(desk: Desk, name: str) -> None:
    token = desk.release(desk.case(name))
    answer = desk.patient.get(f"/aid/{token}")
    assert answer.status_code == 200
    words = words_of_page(answer.text)
    assert "Nurse Kim" in words and "+47 55 00 00 00" in words and "which treatment comes next" in words
    assert len(ids_of(answer.text)) == len(set(ids_of(answer.text)))
    assert {"Q1", "Q2", "Q3", "C1", "C2", "C3", "C4", "C6"} <= set(marks_of(answer.text))
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", answer.text)
    carers = desk.patient.get(f"/aid/{token}/carers")
    assert carers.status_code == 200 and "Nurse Kim" in words_of_page(carers.text)


@pytest.mark.parametrize("missing", ["who", "phone", "hours", "about"])
def test_a_release_says_whom_to_call_and_when_and_what_the_visit_is_about(desk: Desk, missing: str) -> None:
    case = desk.case("eus-rfa-needle")
    answer = desk.send(f"/cases/{case}/release", case=case, number="1", **{**CONTACTS, missing: "  "})
    assert answer.status_code == 422
    assert f'href="#{missing}"' in answer.text
    assert not desk.record.releases.list(case, desk.person())


@pytest.mark.parametrize(("field", "value"), [
    ("days", "0"), ("days", "181"), ("days", "x"), ("days", "1.5"), ("lang", "xx"), ("who", "x" * 201),
])
def test_what_cannot_be_is_refused_at_its_field(desk: Desk, field: str, value: str) -> None:
    case = desk.case("eus-rfa-needle")
    answer = desk.send(f"/cases/{case}/release", case=case, number="1", **{**CONTACTS, field: value})
    assert answer.status_code == 422 and f'href="#{field}"' in answer.text


def test_a_plan_with_open_problems_is_not_released(desk: Desk) -> None:
    document = json.dumps({"id": "clash", "cells": {"who_grade": "NEC", "differentiation": "well"}}).encode()
    case = desk.record.cases.create(document, "clash", desk.person()).case
    page = desk.clinician.get(f"/cases/{case}/release").text
    assert "No page can be released." in page and "Clear the open problems" in page and 'name="who"' not in page
    answer = desk.clinician.post(f"/cases/{case}/release", data={"seal": seal_of(page), "case": case, "number": "1", **CONTACTS})
    assert answer.status_code == 422 and not desk.record.releases.list(case, desk.person())


def test_a_newer_version_of_the_case_is_read_before_it_is_released(desk: Desk) -> None:
    case = desk.case("eus-rfa-needle")
    answer = desk.send(f"/cases/{case}/release", case=case, number="7", **CONTACTS)
    assert answer.status_code == 409 and "newer version" in answer.text


def test_a_form_of_another_case_or_without_its_seal_releases_nothing(desk: Desk) -> None:
    one, other = desk.case("eus-rfa-needle"), desk.case("milan-net")
    assert desk.send(f"/cases/{one}/release", case=other, number="1", **CONTACTS).status_code == 409
    unsealed = desk.clinician.post(f"/cases/{one}/release", data={"seal": "x", "case": one, "number": "1", **CONTACTS})
    assert unsealed.status_code == 403
    assert not desk.record.releases.list(one, desk.person())


def test_nobody_releases_without_being_signed_in_or_the_case_of_others(desk: Desk) -> None:
    case = desk.case("eus-rfa-needle")
    assert desk.patient.get(f"/cases/{case}/release", follow_redirects=False).status_code == 303
    desk.record.people.add(f"Bo {case}", "clinician", password="four quiet green hills")
    other = TestClient(desk.app)
    other.cookies.set("islet", desk.record.sessions.begin(desk.record.people.verify(f"Bo {case}", "four quiet green hills"), 1))
    assert other.get(f"/cases/{case}/release").status_code == 404


def test_the_link_opens_without_signing_in_and_names_no_other_case(desk: Desk, released: str) -> None:
    other = desk.case("milan-net")
    for place in ("", "/carers", "/wishes", "/page.css"):
        answer = desk.patient.get(f"/aid/{released}{place}")
        assert answer.status_code == 200
        assert other not in answer.text and "/cases/" not in answer.text and "milan-net" not in answer.text
        assert answer.headers["cache-control"] == "no-store" and answer.headers["referrer-policy"] == "no-referrer"


def test_a_link_shows_no_sign_in_of_the_clinician_to_the_patient(desk: Desk, released: str) -> None:
    assert "Sign out" not in desk.clinician.get(f"/aid/{released}").text


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00"])
def test_a_wrong_link_says_what_to_do(desk: Desk, token: str) -> None:
    answer = desk.patient.get(f"/aid/{token}")
    assert answer.status_code == 404


def test_a_link_taken_back_opens_no_more(desk: Desk) -> None:
    case = desk.case("milan-net")
    token = desk.release(case)
    page = desk.clinician.get(f"/cases/{case}/release").text
    address = re.search(r'action="([^"]+/withdraw)"', page)[1]
    assert desk.clinician.post(address, data={"seal": seal_of(page)}).status_code == 200
    for place in ("", "/carers", "/wishes", "/print.pdf", "/page.css"):
        answer = desk.patient.get(f"/aid/{token}{place}")
        assert answer.status_code == 410
        assert "taken this page back" in answer.text and "Call the clinic" in answer.text


def test_a_link_runs_out_and_says_whom_to_ask(timed: tuple[Desk, Callable[[float], None]]) -> None:
    desk, later = timed
    token = desk.release(desk.case("milan-net"), days="2")
    later(47)
    assert desk.patient.get(f"/aid/{token}").status_code == 200
    later(49)
    answer = desk.patient.get(f"/aid/{token}")
    assert answer.status_code == 410 and "has run out" in answer.text and "Call the clinic" in answer.text


@pytest.mark.parametrize(("late", "status"), [(0, 200), (1, 200), (180, 200), (181, 410)])
def test_knowledge_past_its_review_date_warns_and_later_shows_and_prints_nothing(desk: Desk, released: str, late: int, status: int) -> None:
    due = datetime.date.fromisoformat(desk.app.state.site.base.review_due)
    desk.app.dependency_overrides[today] = lambda: due + datetime.timedelta(days=late)
    try:
        places = ("", "/carers", "/wishes")
        for place in places:
            answer = desk.patient.get(f"/aid/{released}{place}")
            assert answer.status_code == status
            assert ("past its review date" in answer.text) == (0 < late <= 180)
            assert ("more than 180 days ago" in answer.text and "Nurse Kim" in answer.text) == (status == 410)
        if status == 410:
            assert desk.patient.get(f"/aid/{released}/print.pdf").status_code == 410
            case = desk.case("milan-net")
            assert "more than 180 days ago" in desk.clinician.get(f"/cases/{case}/release").text
    finally:
        desk.app.dependency_overrides.clear()


def test_the_page_is_that_of_the_kept_plan_although_the_case_goes_on(desk: Desk) -> None:
    case = desk.case("eus-rfa-needle")
    token = desk.release(case)
    before = desk.patient.get(f"/aid/{token}").text
    desk.record.cases.save(case, 1, b"id: eus-rfa-needle\nextent: {m: M1}\n", desk.person())
    assert desk.patient.get(f"/aid/{token}").text == before


def test_a_plan_that_cannot_be_made_the_same_again_is_not_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    token = desk.release(desk.case("eus-rfa-needle"))
    from islet.web.aid import opened

    made = opened.make_plan
    monkeypatch.setattr(opened, "make_plan", lambda *given: made(*given)._replace(as_of="2020-01-01"))
    answer = desk.patient.get(f"/aid/{token}")
    assert answer.status_code == 410 and "cannot be shown any more" in answer.text and "Nurse Kim" in answer.text


def test_what_was_typed_stands_on_the_page_as_text(desk: Desk) -> None:
    token = desk.release(desk.case("milan-net"), who="<b>x</b>", about='"><script>alert(1)</script>')
    page = desk.patient.get(f"/aid/{token}").text
    assert "<b>x</b>" not in page and "<script>alert" not in page
