"""A case begins from a file: every example opens with the plan that the program gives it; what is no case file leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Route

from islet_testing import hand
from islet_testing.browser import Tab
from islet_testing.places import ROOT

EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.yaml") if path.name != "published.yaml")
BAD = {
    "a misspelt fact": ("case.yaml", b"id: x\nextent: {sise_mm: 12}\n", "size_mm", 422),
    "two of one fact": ("case.yaml", b"id: x\nextent: {size_mm: 12, size_mm: 20}\n", "size_mm", 422),
    "not YAML": ("case.yaml", b"id: [\n", "", 422),
    "an empty file": ("case.yaml", b"", "", 422),
    "a list": ("case.json", b"[1, 2]", "", 422),
    "another kind of file": ("case.pdf", b"%PDF-1.7", "Case files end in", 415),
    "too much": ("case.yaml", b"# " + b"x" * 1_100_000, "", 413),
    "a word that is none": ("case.yaml", b"id: x\ncells: {who_grade: G4}\n", "G4", 422),
}


def opened(tab: Tab, name: str, content: bytes) -> None:
    tab.go("/cases")
    tab.at.get_by_label("Case file").set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})
    tab.at.get_by_role("button", name="Open", exact=True).click()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_opens_with_its_plan(open_tab: Callable[..., Tab], name: str) -> None:
    content = (ROOT / "examples" / f"{name}.yaml").read_bytes()
    tab = open_tab(script=EXAMPLES.index(name) % 2 == 0)
    opened(tab, f"{name}.yaml", content)
    tab.at.get_by_role("heading", name="The plan", exact=True).wait_for()
    told = httpx.post(f"{tab.house.address}/api/v1/plan", content=content, headers={"content-type": "application/yaml"}).json()
    assert hand.verdicts(tab) == {option["id"]: option["verdict"] for option in told["options"]}
    assert tab.at.locator(".origin--imported").count() > 0 and tab.at.locator(".origin--typed").count() == 0


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_cannot_be_read_is_told_at_its_field_and_kept_nowhere(open_tab: Callable[..., Tab], kind: str, script: bool) -> None:
    name, content, words, status = BAD[kind]
    tab = open_tab(person="Ben", script=script).allow(status)
    before = len(tab.house.record.cases.list(tab.house.people["Ben"]))
    opened(tab, name, content)
    if status == 413:
        tab.at.get_by_role("heading", level=1).filter(has_text="large").or_(tab.at.locator("#file-fault")).first.wait_for()
    else:
        tab.at.locator("#file-fault", has_text=words).wait_for()
    assert len(tab.house.record.cases.list(tab.house.people["Ben"])) == before


def test_what_is_typed_over_an_imported_value_is_told_apart_at_once(tab: Tab) -> None:
    opened(tab, "x.yaml", b"id: x\nextent: {size_mm: 12}\n")
    origin = tab.at.locator("#at-extent-size_mm .origin")
    assert origin.inner_text() == "imported"
    tab.at.locator("#extent-size_mm").fill("14")
    tab.at.locator("#at-extent-size_mm .origin", has_text="typed").wait_for()
    hand.save(tab, 2)
    assert origin.inner_text() == "typed"


def test_what_is_typed_before_the_script_has_come_counts_too(tab: Tab) -> None:
    opened(tab, "x.yaml", b"id: x\nextent: {size_mm: 12}\n")
    tab.at.locator("#extent-size_mm").wait_for()
    held: list[Route] = []
    tab.at.route("**/board*.js*", lambda route: held.append(route))
    tab.at.reload(wait_until="commit")
    tab.at.locator("#extent-size_mm").fill("14")
    tab.at.wait_for_timeout(200)
    assert tab.at.locator("#at-extent-size_mm .origin").inner_text() == "imported" and len(held) == 1
    with tab.at.expect_response(lambda answer: answer.request.method == "POST" and "extent.size_mm=14" in (answer.request.post_data or "")):
        held[0].continue_()
    tab.at.locator("#at-extent-size_mm .origin", has_text="typed").wait_for()
