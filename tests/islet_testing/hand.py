"""What people do at the pages: enter a case field by field, file a decision, release the page for the patient."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from islet_testing.browser import CONTACTS, PASSWORD, Tab


def make_first_account(tab: Tab, name: str = "Ada Lind") -> None:
    """Make the first account of a new installation."""
    tab.go("/")
    tab.at.get_by_label("Name").fill(name)
    tab.at.get_by_label("Password").fill(PASSWORD)
    tab.at.get_by_role("button", name="Make the account").click()
    tab.at.get_by_role("heading", name="Cases", exact=True).wait_for()


def begin_case(tab: Tab, label: str) -> str:
    """Begin an empty case from the list of cases and return its id."""
    tab.at.get_by_label("Label").fill(label)
    tab.at.get_by_role("button", name="Begin").click()
    tab.at.wait_for_url(re.compile(r"/cases/[^/]{8,}$"))
    return tab.at.url.rsplit("/", 1)[1]


def open_sections(tab: Tab) -> None:
    """Open every section of the form."""
    for section in tab.at.locator("details.section:not([open]) > summary").all()[::-1]:
        section.click()


def enter(tab: Tab, case: Mapping[str, Any]) -> None:
    """Enter a case as its file gives it, each fact in its own control."""
    open_sections(tab)
    for section in ("cells", "extent", "health", "preferences"):
        for bare, value in case.get(section, {}).items():
            enter_fact(tab, f"{section}.{bare}", value)
    if "history" in case:
        tab.at.locator("#history-state").select_option("complete")
        for number, treatment in enumerate(case["history"]):
            enter_treatment(tab, number, treatment)


def enter_fact(tab: Tab, name: str, value: Any) -> None:
    """Enter one fact: a number, a word, yes or no, the members of a list, and what is known about any of them."""
    control = tab.at.locator(f'[name="{name}"]')
    if isinstance(value, dict) and {"on", "source", "value"} & set(value):
        rest = {key: one for key, one in value.items() if key not in ("on", "source")}
        enter_fact(tab, name, rest["value"] if set(rest) == {"value"} else rest)
        open_more(tab, name)
        for key in {"on", "source"} & set(value):
            tab.at.locator(f'[name="{name}~{key}"]').fill(str(value[key]))
    elif isinstance(value, list) or (isinstance(value, dict) and "present" in value):
        members = value if isinstance(value, list) else value["present"]
        for member in members:
            tab.at.locator(f'[name="{name}.{member}"]').select_option("yes")
        if isinstance(value, list) or value.get("others") == "none":
            tab.at.locator(f'[name="{name}~others"]').select_option("none")
    elif isinstance(value, dict) and "absent" in value:
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(f"absent:{value['absent']}")
        else:
            open_more(tab, name)
            tab.at.locator(f'[name="{name}~absent"]').select_option(value["absent"])
    elif isinstance(value, dict):
        (bound, number), = value.items()
        words = {"at_least": "at least", "at_most": "at most", "below": "below", "above": "above"}
        control.fill(f"{number[0]} to {number[1]}" if bound == "between" else f"{words[bound]} {number}")
    elif isinstance(value, bool):
        control.select_option("yes" if value else "no")
    elif isinstance(value, int | float):
        control.fill(str(value))
    else:
        control.select_option(str(value))


def open_more(tab: Tab, name: str) -> None:
    """Open what more can be said of a fact."""
    more = tab.at.locator(f'#at-{name.replace(".", "-")} .field__more:not([open]) > summary')
    if more.count():
        more.click()


def enter_treatment(tab: Tab, number: int, treatment: Mapping[str, Any]) -> None:
    """Enter one treatment in the next free row, asking for another row where there is none."""
    if not tab.at.locator(f'[name="history.{number}.option"]').count():
        tab.at.get_by_role("button", name="Add another treatment").click()
        tab.at.locator(f'[name="history.{number}.option"]').wait_for()
    for key, value in treatment.items():
        control = tab.at.locator(f'[name="history.{number}.{key}"]')
        if key in ("option", "response"):
            control.select_option(str(value))
        else:
            control.fill(str(value))


def verdicts(tab: Tab) -> dict[str, str]:
    """Return the verdict of each option as the page shows it."""
    shown = tab.at.eval_on_selector_all("#plan details.option", "all => all.map(one => [one.dataset.option, one.className])")
    return {option: re.search(r"option--(\w+)", name)[1] for option, name in shown}


def save(tab: Tab, version: int) -> None:
    """Save the form and wait for the page of that version."""
    tab.at.get_by_role("button", name="Save the case").click()
    tab.at.locator(".band", has_text=f"version {version}").wait_for()


def file_decision(tab: Tab, case: str, option: str) -> None:
    """File a decision for one option that the plan offers."""
    tab.at.get_by_role("link", name="Decision of the board").click()
    tab.at.get_by_role("heading", name="Decision of the board", exact=True).wait_for()
    tab.at.locator(f"#chosen-{option}").check()
    tab.at.get_by_label("Weak", exact=True).check()
    tab.at.get_by_label("Conditions").fill("A scan after six months.")
    tab.at.get_by_label("Who was present").fill("A. Lind, surgery\nB. Moe, nuclear medicine")
    tab.at.get_by_label("Date of the decision").fill("2026-03-12")
    tab.at.get_by_role("button", name="File the decision").click()
    tab.at.get_by_role("heading", name=re.compile(r"Decision \d+ of the board")).wait_for()


def release_page(tab: Tab, **changed: str) -> str:
    """Release the patient's page of the case that is open, and return its link."""
    tab.at.get_by_role("link", name="Page for the patient").click()
    for name, value in {**CONTACTS, **changed}.items():
        control = tab.at.locator(f"#{name}")
        if name == "lang":
            control.select_option(value)
        else:
            control.fill(value)
    tab.at.get_by_role("button", name="Release the page").click()
    tab.at.get_by_role("heading", name="The patient's page is released").wait_for()
    return tab.at.get_by_label("Link for the patient").input_value()
