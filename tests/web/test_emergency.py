"""An emergency is not covered: every page of the case says so, none shows a plan."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from islet_testing.browser import Tab
from islet_testing.states import EMERGENCY, case_in

WORDS = "act now"
PLACES = ["", "/whole", "/numbers", "/options/surveillance", "/what-if", "/versions", "/people", "/decision", "/release"]


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("place", PLACES)
def test_an_emergency_says_act_now_on_every_page(open_tab: Callable[..., Tab], place: str, script: bool) -> None:
    tab = open_tab(script=script)
    case = case_in(tab.house, "now", EMERGENCY)
    assert tab.go(f"/cases/{case}{place}").status == 200
    assert WORDS in tab.texts()
    assert tab.at.locator("[data-option], .map, details.option").count() == 0
    if place == "/decision":
        assert tab.at.get_by_role("button", name="File the decision").count() == 0
    if place == "/release":
        assert tab.at.get_by_role("button", name="Release the page").count() == 0


def test_an_emergency_that_is_typed_takes_the_plan_away_at_once(tab: Tab) -> None:
    tab.go(f"/cases/{case_in(tab.house, 'systemic-doses')}")
    assert tab.at.locator("#plan details.option").count() > 0
    tab.at.locator('[name="health.emergency.bleeding"]').select_option("yes")
    tab.at.locator("#plan [role=alert]", has_text=WORDS).wait_for()
    assert tab.at.locator("#plan details.option").count() == 0
    assert WORDS in tab.at.locator("#plan-state[role=status]").inner_text()


def test_an_emergency_in_a_what_if_says_act_now(tab: Tab) -> None:
    tab.go(f"/cases/{case_in(tab.house, 'systemic-doses')}/what-if")
    tab.at.locator('[name="fact"]').first.select_option("health.emergency")
    tab.at.locator('[name="value"]').first.fill("[bleeding]")
    tab.at.get_by_role("button", name="Show both").click()
    tab.at.get_by_text(WORDS).first.wait_for()
