"""The pages for everybody: axe on every page, state and language; what axe cannot see; the keyboard alone; what is announced."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from islet.present.aid.page import LANGUAGES
from islet_testing import seen
from islet_testing.browser import PHONE, Tab
from islet_testing.states import BOARD, State, patient_states

EVERY = {
    **BOARD, **{f"{name} ({lang})": state for lang in LANGUAGES for name, state in patient_states(lang).items()},
}


def reached(open_tab: Callable[..., Tab], state: State, **more) -> Tab:
    tab = open_tab(state.person, axe=True, **more).allow(*state.statuses)
    state.reach(tab)
    return tab


@pytest.mark.parametrize("name", EVERY)
def test_axe_finds_nothing_on_any_page_state_and_language(open_tab: Callable[..., Tab], name: str) -> None:
    tab = reached(open_tab, EVERY[name])
    assert seen.violations(tab) == []
    assert seen.small_targets(tab) == []
    assert seen.headings_out_of_order(tab) == []
    assert seen.without_name(tab) == []
    assert seen.ids_twice(tab) == []
    tab.at.set_viewport_size(PHONE)
    assert seen.violations(tab) == []
    assert seen.small_targets(tab) == []
