"""The about pages as HTML, beside a Markdown renderer of another author."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from islet.about.markup import as_html
from islet_testing.places import ROOT

PAGES = ["docs/INTENDED_USE.md", "docs/MODEL_FACTS.md", "docs/LIMITS.md", "docs/ACCESSIBILITY.md", "SECURITY.md", "safety/SAFETY_CASE.md",
         "docs/safety/hazards.md", "docs/safety/threats.md"]


def plain(page):
    """Take away what the other renderer does not write (ids and scopes), and the space between tags."""
    return re.sub(r"\s+", " ", re.sub(r' (?:id|scope)="[^"]*"', "", page).replace(">\n<", "><")).replace("&#x27;", "'").strip()


@pytest.mark.parametrize("path", PAGES)
def test_a_document_reads_as_markdown_it_renders_it(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    assert plain(as_html(text)) == plain(MarkdownIt("commonmark").enable("table").render(text))


def test_words_are_never_markup():
    page = as_html("A <script>alert(1)</script> [x](y\"onclick=z) `<b>`")
    assert "<script" not in page and '"onclick' not in page and "<b>" not in page


def test_every_anchor_a_page_links_to_is_in_it():
    page = as_html((ROOT / "docs" / "safety" / "hazards.md").read_text(encoding="utf-8"))
    wanted = set(re.findall(r'href="#([^"]+)"', page))
    assert len(wanted) >= 45 and wanted <= set(re.findall(r'id="([^"]+)"', page))
