"""Numbers that take long: worked out on request, told as they come, stopped when somebody says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from islet_testing.browser import House, Tab


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_long_calculation_begins_on_request_and_can_be_stopped(open_tab: Callable[..., Tab], house: House, script: bool) -> None:
    tab = open_tab(script=script)
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
