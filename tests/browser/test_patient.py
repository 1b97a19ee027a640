"""The patient's pages behind their link: read, weigh wishes, care, and what a link says when it opens no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from islet.locale.catalogue import languages
from islet_testing.browser import DESKTOP, PHONE, House, Tab, living
from islet_testing.states import PROBLEMS, case_in, link_in, weigh


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize(("size", "script"), [(DESKTOP, True), (PHONE, True), (DESKTOP, False), (PHONE, False)], ids=str)
def test_a_patient_reads_weighs_and_keeps(open_tab: Callable[..., Tab], house: House, lang: str, size: dict, script: bool) -> None:
    tab = open_tab(None, size, script)
    token = house.release(house.case(), lang=lang)
    tab.go(f"/aid/{token}")
    assert tab.at.locator("html").get_attribute("lang").startswith(lang)
    assert "Nurse Kim" in tab.texts()
    tab.at.locator('header nav a[href$="/wishes"]').click()
    weigh(tab, "show")
    assert tab.at.locator("svg.bars").is_visible()
    assert tab.at.locator('button[value="forget"]').count() == 0
    weigh(tab, "keep")
    tab.go(f"/aid/{token}/wishes")
    assert [one.input_value() for one in tab.at.locator(".wish select").all()][:2] == ["1", "2"]
    tab.at.locator('button[value="forget"]').click()
    tab.at.locator("[role=status]").wait_for()
    tab.go(f"/aid/{token}/wishes")
    assert {one.input_value() for one in tab.at.locator(".wish select").all()} == {""}


@pytest.mark.parametrize("lang", languages())
def test_to_skip_is_an_answer_of_its_own_and_hides_nothing(open_tab: Callable[..., Tab], house: House, lang: str) -> None:
    tab = open_tab(None)
    tab.go(f"/aid/{link_in(house, 'systemic-doses', lang)}/wishes")
    tab.at.locator('button[value="skip"]').click()
    tab.at.locator("#answer").wait_for()
    assert tab.at.locator("svg.bars").count() == 0


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("script", [True, False])
def test_whoever_cares_finds_whom_to_call(open_tab: Callable[..., Tab], house: House, lang: str, script: bool) -> None:
    tab = open_tab(None, script=script)
    tab.go(f"/aid/{link_in(house, 'systemic-doses', lang)}")
    tab.at.locator('header nav a[href$="/carers"]').click()
    assert "Nurse Kim" in tab.texts() and "+47 55 00 00 00" in tab.texts()
    tab.at.locator("details.one > summary").first.click()
    assert tab.at.locator("details.one h3").first.is_visible()


def test_a_link_that_has_run_out_says_whom_to_ask(open_tab: Callable[..., Tab], tmp_path: Path) -> None:
    with living(tmp_path) as house:
        tab = open_tab(None, at=house).allow(410)
        token = house.release(house.case(), days="1")
        tab.go(f"/aid/{token}")
        assert "Nurse Kim" in tab.texts()
        clock = house.record.audit.clock
        house.record.audit.clock = lambda: clock() + timedelta(days=2)
        assert tab.go(f"/aid/{token}").status == 410
        for place in ("", "/wishes", "/carers", "/print.pdf"):
            assert tab.context.request.get(f"{house.address}/aid/{token}{place}").status == 410
        assert "run out" in tab.texts() and "Call the clinic" in tab.texts()


def test_a_link_that_was_taken_back_opens_no_more(open_tab: Callable[..., Tab], house: House) -> None:
    clinic, patient = open_tab(), open_tab(None).allow(410)
    case = house.case()
    token = house.release(case)
    assert patient.go(f"/aid/{token}").status == 200
    clinic.go(f"/cases/{case}/release")
    clinic.at.get_by_role("button", name="Take it back").click()
    clinic.at.get_by_text("taken back").wait_for()
    assert patient.go(f"/aid/{token}").status == 410
    assert "taken this page back" in patient.texts()


def test_a_link_opens_its_own_page_and_no_case(open_tab: Callable[..., Tab], house: House) -> None:
    tab = open_tab(None)
    case = case_in(house, "systemic-doses")
    tab.go(f"/aid/{link_in(house)}")
    assert case not in tab.at.content()
    for place in ("/cases", f"/cases/{case}", f"/cases/{case}/whole"):
        tab.go(place)
        assert tab.at.url.endswith("/sign-in")


def test_nothing_is_released_while_there_are_problems(tab: Tab, house: House) -> None:
    tab.go(f"/cases/{case_in(house, 'clash', PROBLEMS)}/release")
    assert "No page can be released" in tab.texts()
    assert tab.at.get_by_role("button", name="Release the page").count() == 0


@pytest.mark.parametrize("missing", ["who", "phone", "hours", "about"])
def test_a_release_without_whom_to_call_is_refused_at_its_field(tab: Tab, house: House, missing: str) -> None:
    tab.allow(422).go(f"/cases/{house.case()}/release")
    for name in {"who", "phone", "hours", "about"} - {missing}:
        tab.at.locator(f"#{name}").fill("+47 55 00 00 00")
    tab.at.get_by_role("button", name="Release the page").click()
    tab.at.locator(f'.nhsuk-error-summary a[href="#{missing}"]').click()
    assert tab.at.evaluate("() => document.activeElement.id") == missing
