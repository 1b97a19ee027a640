"""The pages on paper: the plan without the form, with its case; the patient's pages; the sheets made for paper."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from islet.locale.catalogue import languages
from islet_testing import hand
from islet_testing.browser import Tab
from islet_testing.states import case_in, link_in


def pages_of(pdf: bytes) -> int:
    pikepdf = pytest.importorskip("pikepdf")
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        return len(paper.pages)


@pytest.mark.parametrize("script", [True, False])
def test_the_plan_on_paper_is_the_plan_alone(open_tab: Callable[..., Tab], script: bool) -> None:
    tab = open_tab(script=script)
    tab.go(f"/cases/{case_in(tab.house, 'systemic-doses')}")
    tab.at.emulate_media(media="print")
    assert not tab.at.locator("#entry").is_visible()
    assert not tab.at.get_by_role("button", name="Sign out").is_visible()
    assert tab.at.locator("#plan-state").is_visible()
    assert len(hand.verdicts(tab)) > 20
    assert tab.at.locator("text=systemic-doses").first.is_visible()
    assert pages_of(tab.at.pdf(format="A4")) <= 8


def test_an_old_plan_says_so_on_paper(tab: Tab) -> None:
    tab.go(f"/cases/{case_in(tab.house, 'systemic-doses')}")
    tab.cut("**/plan")
    tab.at.locator("#extent-size_mm").fill("7")
    tab.at.emulate_media(media="print")
    tab.at.locator("#plan-state", has_text="out of date").wait_for()
    assert tab.at.locator("#plan-state").is_visible()


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize(("place", "most"), [("", 99), ("/carers", 5), ("/wishes", 4)])
def test_the_patients_pages_on_paper(open_tab: Callable[..., Tab], lang: str, place: str, most: int) -> None:
    tab = open_tab(None)
    tab.go(f"/aid/{link_in(tab.house, 'systemic-doses', lang)}{place}")
    tab.at.emulate_media(media="print")
    assert tab.at.locator("h1").is_visible()
    assert not tab.at.locator("header nav").is_visible()
    assert pages_of(tab.at.pdf(format="A4")) <= most


@pytest.mark.parametrize("lang", languages())
def test_the_aid_made_for_paper_has_four_pages_at_most(open_tab: Callable[..., Tab], lang: str) -> None:
    tab = open_tab(None)
    sent = tab.context.request.get(f"{tab.house.address}/aid/{link_in(tab.house, 'eus-rfa-needle', lang)}/print.pdf")
    assert sent.headers["content-type"] == "application/pdf" and 1 <= pages_of(sent.body()) <= 4


def test_the_boards_sheet_has_two_pages_at_most(tab: Tab) -> None:
    sent = tab.context.request.get(f"{tab.house.address}/cases/{case_in(tab.house, 'systemic-doses')}/paper.pdf")
    assert sent.headers["content-type"] == "application/pdf" and 1 <= pages_of(sent.body()) <= 2
