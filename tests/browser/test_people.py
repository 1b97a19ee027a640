"""Who may do what, as a browser shows it: others' cases, sharing, accounts, signing in and out, what anybody may read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from islet_testing.browser import PASSWORD, House, Tab
from islet_testing.states import ABOUT, case_in


@pytest.mark.parametrize("place", ["", "/whole", "/numbers", "/versions", "/what-if", "/decision", "/release", "/people", "/options/ssa"])
def test_a_case_of_others_is_not_there(open_tab: Callable[..., Tab], house: House, place: str) -> None:
    tab = open_tab("Ben").allow(404)
    assert tab.go(f"/cases/{case_in(house, 'systemic-doses')}{place}").status == 404
    theirs = tab.texts()
    tab.go(f"/cases/{'A' * 22}{place}")
    assert tab.texts() == theirs and "systemic-doses" not in theirs


@pytest.mark.parametrize("script", [True, False])
def test_a_case_is_opened_to_somebody_and_closed_again(open_tab: Callable[..., Tab], house: House, script: bool) -> None:
    ada, ben = open_tab(script=script), open_tab("Ben", script=script).allow(404)
    case = house.case()
    ada.go(f"/cases/{case}/people")
    ada.at.get_by_label("Person").select_option(label="Ben, clinician")
    ada.at.get_by_role("button", name="Open the case to this person").click()
    ada.at.get_by_role("button", name="Close it to Ben").wait_for()
    assert ben.go(f"/cases/{case}").status == 200
    ada.at.get_by_role("button", name="Close it to Ben").click()
    ada.at.get_by_label("Person").wait_for()
    assert ben.go(f"/cases/{case}").status == 404


@pytest.mark.parametrize("script", [True, False])
def test_who_keeps_accounts_adds_and_closes_them_and_sees_no_case(open_tab: Callable[..., Tab], script: bool) -> None:
    root, new = open_tab("Root", script=script).allow(403, 404, 422), open_tab(None, script=script).allow(401)
    name = f"Cy {script}"
    root.go("/people")
    root.at.get_by_label("Name", exact=True).fill(name)
    root.at.get_by_label("First password").fill("short")
    root.at.get_by_role("button", name="Add").click()
    root.at.locator(".nhsuk-error-summary").wait_for()
    root.at.get_by_label("First password").fill(PASSWORD)
    root.at.get_by_role("button", name="Add").click()
    root.at.get_by_role("button", name=f"Close the account of {name}").wait_for()
    new.go("/sign-in")
    new.at.get_by_label("Name").fill(name)
    new.at.get_by_label("Password").fill(PASSWORD)
    new.at.get_by_role("button", name="Sign in").click()
    new.at.get_by_role("heading", name="Cases", exact=True).wait_for()
    root.at.get_by_role("button", name=f"Close the account of {name}").click()
    root.at.get_by_role("button", name=f"Close the account of {name}").wait_for(state="detached")
    new.go("/cases")
    assert new.at.url.endswith("/sign-in")
    root.go("/cases")
    assert root.at.get_by_role("heading", name="Enter a case").count() == 0


@pytest.mark.parametrize("script", [True, False])
def test_after_signing_out_the_way_back_shows_nothing(open_tab: Callable[..., Tab], house: House, script: bool) -> None:
    tab = open_tab(script=script)
    tab.go(f"/cases/{case_in(house, 'systemic-doses')}")
    tab.at.get_by_role("button", name="Sign out").click()
    tab.at.get_by_role("button", name="Sign in").wait_for()
    tab.at.go_back()
    tab.at.get_by_role("button", name="Sign in").wait_for()
    assert "systemic-doses" not in tab.texts()


def test_a_wrong_password_and_a_name_that_is_none_get_the_same_words(open_tab: Callable[..., Tab]) -> None:
    told = []
    for name in ("Ada", "Nobody at all"):
        tab = open_tab(None).allow(401)
        tab.go("/sign-in")
        tab.at.get_by_label("Name").fill(name)
        tab.at.get_by_label("Password").fill("not this one, no")
        tab.at.get_by_role("button", name="Sign in").click()
        told.append(tab.at.locator(".nhsuk-error-summary").inner_text())
    assert told[0] == told[1]


@pytest.mark.parametrize("name", ABOUT)
def test_what_islet_is_can_be_read_without_an_account(open_tab: Callable[..., Tab], name: str) -> None:
    tab = open_tab(None)
    tab.go("/about")
    tab.at.locator(f'a[href="/about/{name}"]').first.click()
    assert tab.at.get_by_role("heading", level=1).count() == 1
    assert "Not cleared as a medical device anywhere" in tab.texts()


def test_the_api_describes_itself(open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(None).allow(404)  # a browser asks for the icon of what is no page
    told = tab.go("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.") and "/api/v1/plan" in told["paths"]
