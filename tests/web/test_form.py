"""The form of the board: each number beside its unit and its range, each fault at its field, each fact in a control with a name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from islet.web.board.sections import asked
from islet_testing import hand
from islet_testing.bases import own_base
from islet_testing.browser import Tab
from islet_testing.states import case_in

BAD = {
    "words for a number": ("extent.size_mm", "about 7", "about 7"),
    "over the possible": ("extent.size_mm", "5000", "5000"),
    "under the possible": ("health.ecog", "-1", "-1"),
    "over the score": ("health.ecog", "7", "7"),
    "a range from high to low": ("cells.ki67_percent", "30 to 10", "30"),
    "more than all": ("cells.ki67_percent", "120", "120"),
    "a thousand with a comma": ("extent.size_mm", "1,200", "1,200"),
    "a unit in the field": ("extent.size_mm", "2 cm", "2 cm"),
    "a date that is none": ("as_of", "yesterday", "yesterday"),
    "a day that is none": ("as_of", "2026-02-30", "2026-02-30"),
    "the date of a value": ("extent.size_mm~on", "31/12/26", "31/12/26"),
    "cycles in words": ("history.0.cycles", "many", "many"),
    "half a cycle": ("history.0.cycles", "2.5", "2.5"),
}


def test_every_number_stands_beside_its_unit(tab: Tab) -> None:
    tab.go(f"/cases/{case_in(tab.house, 'empty', b'id: empty')}")
    hand.open_sections(tab)
    numbers = [fact for fact in own_base().space.dictionary.facts.values() if asked(fact) and fact.type == "number"]
    assert len(numbers) > 30
    for fact in numbers:
        control = tab.at.locator(f'[name="{fact.name}"]')
        described = control.get_attribute("aria-describedby").split()
        hint = tab.at.locator(f"#{described[0]}")
        assert hint.is_visible() and hint.inner_text().startswith(fact.unit), fact.name
        low, high = fact.possible
        assert f"{low:g}" in hint.inner_text() and f"{high:g}" in hint.inner_text(), fact.name
        assert hint.evaluate("(hint, name) => hint.closest('.field').contains(document.querySelector(`[name='${name}']`))", fact.name)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("kind", BAD)
def test_each_fault_stands_at_its_field_and_goes_when_it_is_mended(open_tab: Callable[..., Tab], kind: str, script: bool) -> None:
    name, text, quoted = BAD[kind]
    fact = "history" if name.startswith("history") else name.split("~")[0]
    tab = open_tab(script=script).allow(422)
    case = tab.house.case()
    tab.go(f"/cases/{case}")
    hand.open_sections(tab)
    hand.open_more(tab, fact)
    if fact == "history":
        tab.at.locator('[name="history.0.option"]').select_option("ssa")
    control = tab.at.locator(f'[name="{name}"]')
    before = control.input_value()
    control.fill(text)
    if not script:
        tab.at.get_by_role("button", name="Save the case").click()
    fault = tab.at.locator(f"#{fact.replace('.', '-')}-fault")
    fault.filter(has_text=quoted).wait_for()
    link = tab.at.locator("#entry-faults a").first
    assert tab.at.locator(link.get_attribute("href")).is_visible()
    link.click()
    assert tab.house.record.cases.read(case, tab.house.people["Ada"]).number == 1
    control = tab.at.locator(f'[name="{name}"]')
    assert control.input_value() == text
    control.fill(before)
    if not script:
        tab.at.get_by_role("button", name="Update the plan").click()
    tab.at.locator("#entry-faults .nhsuk-error-summary").wait_for(state="detached")
    assert not fault.is_visible()


def test_every_fault_is_told_at_once(tab: Tab) -> None:
    tab.go(f"/cases/{case_in(tab.house, 'systemic-doses')}")
    tab.allow(422).at.locator('[name="extent.size_mm"]').fill("5000")
    tab.at.locator('[name="cells.ki67_percent"]').fill("120")
    tab.at.locator('[name="health.age_years"]').fill("old")
    tab.at.wait_for_function("() => document.querySelectorAll('#entry-faults li').length === 3")
    assert tab.at.locator("[aria-invalid=true]").count() == 3
