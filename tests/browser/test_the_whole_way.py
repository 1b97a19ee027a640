"""A newcomer goes the whole way: the first account, a case from a letter field by field, the plan,
what if, the patient's page, the decision."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import yaml

from islet_testing import hand, seen
from islet_testing.browser import DESKTOP, PHONE, House, Tab
from islet_testing.places import KNOWLEDGE

LETTERS = KNOWLEDGE / "vignettes" / "patients"


def letter(name: str) -> dict:
    return yaml.safe_load((LETTERS / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "size", "script", "empty_house"), [
    ("local-05-nf-20mm-tail", DESKTOP, True, "sqlite"),
    ("liver-01-single-resectable-primary-in-place", DESKTOP, False, "sqlite"),
    ("systemic-09-prrt-failed-at-5-months", PHONE, True, "sqlite"),
    ("systemic-02-ki67-exactly-10-bulky-diabetes", PHONE, False, "sqlite"),
    ("liver-01-single-resectable-primary-in-place", DESKTOP, True, "postgresql"),
], indirect=["empty_house"], ids=lambda value: value if isinstance(value, str) else str(value))
def test_a_newcomer_goes_the_whole_way(
    open_tab: Callable[..., Tab], empty_house: House, name: str, size: dict[str, int], script: bool,
) -> None:
    told = letter(name)
    tab = open_tab(None, size, script, empty_house)
    hand.make_first_account(tab)
    assert "There are no cases yet" in tab.texts()
    case = hand.begin_case(tab, "a letter")
    hand.enter(tab, told["case"])
    if not script:
        tab.at.get_by_role("button", name="Update the plan").click()
    expected = dict(told["expect"])
    settled(tab, expected)
    hand.save(tab, 2)
    assert {option: hand.verdicts(tab)[option] for option in expected} == expected
    offered = next(option for option, verdict in expected.items() if verdict in ("recommended", "possible"))

    tab.at.locator(f"#option-{offered} > summary").click()
    if script:
        tab.at.locator(f"#option-{offered} .axes").wait_for()
    else:
        tab.at.locator(f"#option-{offered}").get_by_role("link", name="Everything on this option").click()
    assert "Evidence on five separate axes" in tab.texts()

    tab.at.get_by_role("link", name="What if").click()
    tab.at.locator('[name="fact"]').first.select_option("cells.ki67_percent")
    tab.at.locator('[name="value"]').first.fill("60")
    tab.at.get_by_role("button", name="Show both").click()
    tab.at.locator(".sides").wait_for()
    assert "ki67" not in tab.at.url

    tab.at.get_by_role("link", name="Versions").click()
    assert tab.at.locator("tbody tr").count() == 2
    link = hand.release_page(tab)
    hand.file_decision(tab, case, offered)
    record = tab.context.request.get(tab.at.get_by_role("link", name="Record (JSON)").evaluate("one => one.href"))
    assert offered in json.dumps(record.json()) and record.headers["content-type"].startswith("application/json")
    paper = tab.context.request.get(tab.at.get_by_role("link", name="On two pages (PDF)").evaluate("one => one.href"))
    assert paper.body().startswith(b"%PDF-") and paper.headers["content-type"] == "application/pdf"

    patient = open_tab(None, size, script, empty_house)
    patient.at.goto(link)
    assert "Nurse Kim" in patient.texts() and "Choosing a treatment together" in patient.texts()
    assert patient.context.request.get(link + "/print.pdf").body().startswith(b"%PDF-")
    assert seen.too_wide(patient) == []

    tab.at.get_by_role("button", name="Sign out").click()
    tab.at.get_by_role("button", name="Sign in").wait_for()
    tab.go(f"/cases/{case}")
    assert tab.at.url.endswith("/sign-in")


def settled(tab: Tab, expected: dict[str, str]) -> None:
    """Wait until the plan on the page answers the letter as its sources do."""
    for _ in range(60):
        shown = hand.verdicts(tab)
        if {option: shown.get(option) for option in expected} == expected:
            return
        tab.at.wait_for_timeout(100)
    assert {option: shown.get(option) for option in expected} == expected
