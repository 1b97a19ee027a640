"""A plan that is not of what stands in the form says so until a fresh one is there, whatever went wrong on the way."""

from __future__ import annotations

import pytest

from islet_testing import hand
from islet_testing.browser import House, Tab
from islet_testing.states import case_in

OLD = "out of date"


def changed(tab: Tab, house: House, ki67: str = "25") -> dict[str, str]:
    """Open a case, and return the verdicts before its Ki-67 is changed."""
    tab.go(f"/cases/{case_in(house, 'systemic-doses')}")
    return hand.verdicts(tab)


def typed(tab: Tab, ki67: str) -> None:
    tab.at.locator("#cells-ki67_percent").fill(ki67)


def told_old(tab: Tab) -> None:
    """Wait until the page says that the plan is old: in words that are announced, and around the plan, not by colour alone."""
    tab.at.locator("#plan-state[role=status]", has_text=OLD).wait_for()
    tab.at.wait_for_function("() => getComputedStyle(document.querySelector('#plan')).outlineStyle === 'dashed'")


def told_fresh(tab: Tab) -> None:
    tab.at.locator("#plan-state", has_text="options recommended").wait_for()
    tab.at.wait_for_function("() => getComputedStyle(document.querySelector('#plan')).outlineStyle !== 'dashed'")


@pytest.mark.parametrize("failure", ["no network", "fault of the site", "record locked", "too slow"])
def test_after_a_failed_update_the_old_plan_is_marked_out_of_date(tab: Tab, house: House, failure: str) -> None:
    before = changed(tab, house)
    if failure == "no network":
        tab.cut("**/plan")
    elif failure == "too slow":
        tab.cut("**/never")
        tab.at.evaluate("() => { htmx.config.timeout = 300 }")
        tab.at.route("**/plan", lambda route: None)
    else:
        status = 500 if failure == "fault of the site" else 503
        tab.allow(status).at.route("**/plan", lambda route: route.fulfill(status=status, body="<h1>Something went wrong</h1>"))
    typed(tab, "25")
    told_old(tab)
    assert hand.verdicts(tab) == before
    tab.at.unroute("**/plan")
    typed(tab, "30")
    told_fresh(tab)
    assert hand.verdicts(tab) != before


def test_an_error_page_never_replaces_a_plan(tab: Tab, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    before = changed(tab, house)

    def broken(*_):
        raise RuntimeError("a fault inside")

    with monkeypatch.context() as patched:
        patched.setattr("islet.web.board.pages.plan_context", broken)
        tab.allow(500)
        typed(tab, "25")
        told_old(tab)
    assert hand.verdicts(tab) == before
    assert "Something went wrong" not in tab.texts() and "a fault inside" not in tab.at.content()
    typed(tab, "26")
    told_fresh(tab)


@pytest.mark.parametrize(("text", "script"), [("about 7", True), ("about 7", False), ("700", True), ("700", False)])
def test_while_the_form_has_a_fault_the_plan_is_of_before_and_says_so(open_tab, house: House, text: str, script: bool) -> None:
    tab = open_tab(script=script).allow(422)
    before = changed(tab, house)
    typed(tab, text)
    if not script:
        tab.at.get_by_role("button", name="Update the plan").click()
    tab.at.locator("#cells-ki67_percent[aria-invalid=true]").wait_for()
    tab.at.locator("#plan-state[role=status]", has_text=OLD).wait_for()
    assert hand.verdicts(tab) == before
    typed(tab, "25")
    if not script:
        tab.at.get_by_role("button", name="Update the plan").click()
    tab.at.locator("#plan-state", has_text="options recommended").wait_for()
    assert tab.at.locator("[aria-invalid=true]").count() == 0


def test_two_tabs_of_one_case_save_over_nothing(open_tab, house: House) -> None:
    first, second = open_tab(), open_tab().allow(409)
    case = house.case()
    first.go(f"/cases/{case}")
    second.go(f"/cases/{case}")
    typed(first, "25")
    hand.save(first, 2)
    typed(second, "60")
    second.at.get_by_role("button", name="Save the case").click()
    second.at.get_by_text("Somebody saved in the meantime").wait_for()
    assert second.at.locator("#cells-ki67_percent").input_value() == "60"
    second.at.get_by_role("link", name="Open the newer version").click()
    second.at.locator(".band", has_text="version 2").wait_for()
    assert second.at.locator("#cells-ki67_percent").input_value() == "25"


@pytest.mark.parametrize("script", [True, False])
def test_when_the_session_has_ended_the_way_leads_to_sign_in_and_back(open_tab, house: House, script: bool) -> None:
    tab = open_tab(script=script).allow(401)
    changed(tab, house)
    (held,) = (cookie["value"] for cookie in tab.context.cookies() if cookie["name"] == "islet")
    house.record.sessions.end(held)
    typed(tab, "25")
    if not script:
        tab.at.get_by_role("button", name="Save the case").click()
    tab.at.get_by_role("heading", name="Sign in").wait_for()
    tab.at.get_by_label("Name").fill("Ada")
    tab.at.get_by_label("Password").fill("four quiet green hills")
    tab.at.get_by_role("button", name="Sign in").click()
    tab.at.get_by_role("heading", name="Cases", exact=True).wait_for()


def test_saving_without_network_loses_nothing_that_was_typed(tab: Tab, house: House) -> None:
    case = house.case()
    tab.go(f"/cases/{case}")
    tab.cut("**/cases/*")
    typed(tab, "25")
    tab.at.get_by_role("button", name="Save the case").click()
    tab.at.wait_for_timeout(300)
    tab.at.unroute("**/cases/*")
    assert house.record.cases.read(case, house.people["Ada"]).number == 1
