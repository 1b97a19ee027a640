"""The pages for everybody: axe and the Nu Html Checker on every page, state and language; what axe cannot see; the keyboard alone;
what is announced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from islet.locale.catalogue import languages
from islet_testing import seen
from islet_testing.browser import CONTACTS, DESKTOP, PASSWORD, PHONE, House, Tab, new_tab
from islet_testing.markup import Checker
from islet_testing.states import BOARD, case_in, patient_states

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EVERY = {**BOARD, **{f"{name} ({lang})": state for lang in languages() for name, state in patient_states(lang).items()}}
NARROW = {"phone": (390, 844), "200 %": (640, 450), "400 %": (320, 256)}


@pytest.fixture(scope="module", params=EVERY)
def state(request: pytest.FixtureRequest, chromium: Browser, house: House) -> Iterator[Tab]:
    """Give each page in each state once, for every test that looks at it."""
    of = EVERY[request.param]
    tab = new_tab(chromium, house, of.person, axe=True).allow(*of.statuses)
    of.reach(tab)
    yield tab
    tab.close()


def test_axe_finds_nothing_on_any_page_state_and_language(state: Tab) -> None:
    for size in (DESKTOP, PHONE):
        state.at.set_viewport_size(size)
        assert seen.violations(state) == []


def test_every_target_is_large_enough_and_every_control_has_its_name(state: Tab) -> None:
    for size in (DESKTOP, PHONE):
        state.at.set_viewport_size(size)
        assert seen.small_targets(state) == []
    assert seen.headings_out_of_order(state) == []
    assert seen.without_name(state) == []
    assert seen.ids_twice(state) == []


def test_the_html_of_every_page_state_and_language_is_valid(state: Tab, checker: Checker) -> None:
    assert checker(state.sent_page()) == []
    assert checker(state.at.content()) == []


def test_a_narrow_page_scrolls_one_way_and_loses_nothing(state: Tab) -> None:
    state.at.set_viewport_size(DESKTOP)
    wide = seen.named_things(state)
    for shape, (width, height) in NARROW.items():
        state.at.set_viewport_size({"width": width, "height": height})
        assert seen.too_wide(state) == [], shape
        assert wide - seen.named_things(state) == set(), shape


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", [
    "the list of cases", "a case with its plan", "what if, side by side", "the decision form", "the release form", "accounts", "sign in",
    "the aid (en)", "wishes (en)", "for carers (en)",
])
def test_the_focus_is_seen_at_every_stop_and_nothing_hides_it(open_tab: Callable[..., Tab], name: str, size: dict[str, int]) -> None:
    state = EVERY[name]
    tab = open_tab(state.person, size).allow(*state.statuses)
    state.reach(tab)
    assert seen.focus_faults(tab) == []


def test_a_new_plan_is_announced(tab: Tab) -> None:
    tab.go(f"/cases/{case_in(tab.house, 'systemic-doses')}")
    tab.at.evaluate("""() => {
        window.heard = [];
        new MutationObserver(() => window.heard.push(document.querySelector('#plan-state').textContent))
            .observe(document.querySelector('.answer'), {subtree: true, childList: true, characterData: true});
    }""")
    before = tab.at.locator("#plan-state").inner_text()
    tab.at.locator("#cells-ki67_percent").fill("60")
    tab.at.wait_for_function("before => window.heard.some(words => words !== before)", arg=before)
    assert tab.at.locator("#plan-state").get_attribute("role") == "status"
    assert "options recommended" in tab.at.evaluate("() => window.heard.at(-1)")
    tab.at.locator("#cells-ki67_percent").fill("some")
    tab.at.locator("#plan-state", has_text="out of date").wait_for()
    assert tab.at.locator("#entry-faults").get_attribute("aria-live") == "assertive"
    assert "Ki-67" in tab.at.locator("#entry-faults").inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_whole_way_by_keyboard_alone(open_tab: Callable[..., Tab], empty_house: House, script: bool) -> None:
    tab = open_tab(None, script=script, at=empty_house)
    keys = tab.at.keyboard

    def write(selector: str, text: str) -> None:
        seen.press_to(tab, selector)
        keys.press("ControlOrMeta+a")
        keys.type(text)

    def press(selector: str, key: str = "Enter") -> None:
        seen.press_to(tab, selector)
        keys.press(key)

    tab.go("/sign-in")
    write("#name", "Ada Lind")
    write("#password", PASSWORD)
    keys.press("Enter")
    tab.at.get_by_role("heading", name="Cases", exact=True).wait_for()
    write("#label", "by keyboard")
    keys.press("Enter")
    tab.at.locator("#entry").wait_for()
    write("#cells-differentiation", "well")
    write("#cells-ki67_percent", "2")
    write("#cells-hormone", "none")
    press("#section-primary > summary")
    write("#extent-primary_site", "tail")
    write("#extent-size_mm", "14")
    press('button[name="save"]')
    tab.at.locator(".band", has_text="version 2").wait_for()
    assert [tab.at.locator(f"#{at}").input_value() for at in ("cells-differentiation", "cells-ki67_percent", "extent-primary_site")] == [
        "well", "2", "tail"]
    press("#option-surveillance > summary")
    assert tab.at.locator("#option-surveillance .inside").is_visible()
    tab.at.reload()
    press('.band a[href$="/what-if"]')
    tab.at.get_by_role("heading", name="What if", exact=True).wait_for()
    write('[name="fact"]', "Ki-67")
    write('[name="value"]', "25")
    keys.press("Enter")
    tab.at.locator(".sides").wait_for()
    press('.band a[href$="/decision"]')
    tab.at.locator("#chosen").wait_for()
    press("#chosen summary")
    press("#chosen details[open] input", "Space")
    seen.press_to(tab, '[name="strength"]')
    keys.press("ArrowUp")
    seen.press_to(tab, "#deviation_code")
    keys.press("ArrowDown")
    write("#follow_up", "in six months")
    press("main form button")
    tab.at.get_by_role("heading", name="Decision 1 of the board").wait_for()
    press('.band a[href$="/release"]')
    tab.at.locator("#who").wait_for()
    for name in ("who", "phone", "hours", "about"):
        write(f"#{name}", CONTACTS[name])
    keys.press("Enter")
    tab.at.get_by_role("heading", name="The patient's page is released").wait_for()
    press('main a[href^="/aid/"]')
    tab.at.get_by_role("heading", name="Choosing a treatment together").wait_for()
    press(".nhsuk-skip-link")
    press('input[type="checkbox"]', "Space")
    assert tab.at.evaluate("() => document.activeElement.checked")
    tab.go("/cases")
    press(".top__out button")
    tab.at.get_by_role("button", name="Sign in").wait_for()
