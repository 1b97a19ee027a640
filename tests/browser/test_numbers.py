"""Numbers that take long: worked out on request, told as they come, stopped when somebody says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from islet_testing.browser import House, Tab


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_long_calculation_begins_on_request_and_can_be_stopped(open_tab: Callable[..., Tab], house: House, script: bool) -> None:
    tab = open_tab(script=script)
    tab.cut("**/events")  # or the page may go on to its results before the button is pressed
    tab.go(f"/cases/{house.case('liver-remnant')}/numbers")
    if not tab.at.get_by_role("button", name="Work them out").count():
        pytest.fail("the page of this case offers no calculation")
    tab.at.get_by_role("button", name="Work them out").click()
    tab.at.locator("#work-state[role=status]").wait_for()
    stop = tab.at.get_by_role("button", name="Stop it")
    if stop.count():
        stop.click()
        tab.at.get_by_role("button", name="Work them out").wait_for()
    assert tab.at.get_by_role("heading", name="How much").is_visible()


def test_a_page_with_scripts_goes_on_to_the_results_by_itself(open_tab: Callable[..., Tab], house: House) -> None:
    tab = open_tab()
    tab.at.set_default_timeout(300_000)
    tab.go(f"/cases/{house.case('prrt-dosimetry')}/numbers")
    tab.at.get_by_role("button", name="Work them out").click()
    tab.at.get_by_text("are worked out").wait_for()
    assert tab.at.get_by_role("button", name="Work them out").count() == 0
