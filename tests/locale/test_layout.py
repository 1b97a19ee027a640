"""Longer words do not break the page: nothing stands beyond the edge of a phone, in German or in a language half as long again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from islet.present.html import plan_html
from islet.present.language import Language
from islet_testing.aids import aid, body_of, plans
from islet_testing.bases import own_base
from islet_testing.places import ROOT
from islet_testing.pseudo import pseudo

playwright = pytest.importorskip("playwright.sync_api")
STATIC = ROOT / "src/islet/web/static"
STYLE = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in ("nhsuk.css", "site.css", "aid.css"))
BEYOND = """() => [...document.querySelectorAll('main *')]
    .filter(one => !one.closest('.draw, .wide[tabindex], details:not([open]) > :not(summary)'))
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .map(one => one.tagName + ': ' + one.textContent.slice(0, 60))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("this test needs Chromium: apt-get install chromium")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("language", [Language("de"), pseudo()], ids=["de", "pseudo"])
def test_nothing_stands_beyond_the_edge_of_a_phone(browser: Any, language: Language, width: int) -> None:
    body = body_of(aid("systemic-doses"), language)
    head = f'<html lang="{language.tag}"><head><style>{STYLE}</style></head>'
    fits(browser, f'{head}<body><main class="wide aid">{body}</main></body></html>', width)


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("name", ["systemic-doses", "gas-64m-g1-multimodal"])
@pytest.mark.parametrize("language", [Language("de"), pseudo()], ids=["de", "pseudo"])
def test_nothing_of_the_page_of_a_plan_does(browser: Any, language: Language, name: str, width: int) -> None:
    fits(browser, plan_html(plans()[name], own_base(), "patient", language), width)


def fits(browser: Any, content: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.set_content(content)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.evaluate(BEYOND)[:5]
    assert not page.evaluate(BEYOND)
    page.close()
