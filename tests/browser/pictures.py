"""Take the pictures of docs/web.md: `PYTHONPATH=tests python tests/browser/pictures.py`."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from islet_testing.browser import PHONE, Tab, living, new_tab
from islet_testing.places import ROOT
from islet_testing.states import BOARD, aid, case_in, patient_states

FOLDER = ROOT / "docs" / "pictures"
SIZE = {"width": 1280, "height": 860}


def opened_option(tab: Tab) -> None:
    tab.go(f"/cases/{case_in(tab.house, 'systemic-doses')}/options/prrt")


def on_paper(tab: Tab) -> None:
    aid("en", name="eus-rfa-needle")(tab)
    tab.at.emulate_media(media="print")
    tab.at.set_viewport_size({"width": 760, "height": 1075})


def at_one_year(tab: Tab) -> None:
    aid("en", name="systemic-doses")(tab)
    tab.at.get_by_role("heading", name="The same time for each choice: one year").evaluate("one => one.scrollIntoView()")


PATIENT = patient_states("en")
PICTURES: dict[str, tuple[Callable[[Tab], None], str | None, dict[str, int]]] = {
    "board": (BOARD["a case with its plan"].reach, "Ada", SIZE),
    "faults": (BOARD["faults told as they are typed"].reach, "Ada", SIZE),
    "out-of-date": (BOARD["a plan that is out of date"].reach, "Ada", SIZE),
    "option": (opened_option, "Ada", SIZE),
    "what-if": (BOARD["what if, side by side"].reach, "Ada", SIZE),
    "numbers": (BOARD["how much"].reach, "Ada", SIZE),
    "decision": (BOARD["a filed decision"].reach, "Ada", SIZE),
    "release": (BOARD["the release form"].reach, "Ada", SIZE),
    "patient": (aid("en", name="eus-rfa-needle"), None, SIZE),
    "one-year": (at_one_year, None, SIZE),
    "wishes": (PATIENT["wishes, answered"].reach, None, SIZE),
    "print": (on_paper, None, SIZE),
    "carers": (PATIENT["for carers"].reach, None, SIZE),
    "sign-in": (lambda tab: tab.go("/sign-in"), None, SIZE),
    "cases": (BOARD["the list of cases"].reach, "Ada", SIZE),
    "whole": (BOARD["the whole plan"].reach, "Ada", SIZE),
    "versions": (BOARD["versions"].reach, "Ada", SIZE),
    "sharing": (BOARD["who may see a case"].reach, "Ada", SIZE),
    "accounts": (BOARD["accounts"].reach, "Root", SIZE),
    "password": (BOARD["a new password"].reach, "Ada", SIZE),
    "about": (lambda tab: tab.go("/about"), "Ada", SIZE),
    "phone": (BOARD["a case with its plan"].reach, "Ada", PHONE),
    "phone-patient": (aid("de", name="eus-rfa-needle"), None, PHONE),
}


def main() -> None:
    """Take each picture, with few enough colours to be small."""
    FOLDER.mkdir(exist_ok=True)
    with living(Path(tempfile.mkdtemp())) as house, sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (reach, person, size) in PICTURES.items():
            tab = new_tab(chromium, house, person, size)
            reach(tab)
            tab.at.wait_for_timeout(200)
            picture = Image.open(io.BytesIO(tab.at.screenshot()))
            picture.convert("RGB").quantize(64).save(FOLDER / f"{name}.png", optimize=True)
            tab.close()


if __name__ == "__main__":
    main()
