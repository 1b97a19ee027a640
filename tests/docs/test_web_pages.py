"""The page on the pages: each picture is there, small, and spoken of."""

from __future__ import annotations

import re

from islet_testing.places import ROOT

PAGE = (ROOT / "docs" / "web.md").read_text(encoding="utf-8")


def test_each_picture_is_there_small_and_described():
    told = {place: words for words, place in re.findall(r"!\[([^\]]+)\]\(pictures/([^)]+)\)", PAGE)}
    found = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").glob("*.png")}
    assert set(told) == set(found)
    assert {name for name, size in found.items() if size > 150_000} == set()
