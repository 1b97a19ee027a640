"""docs/security.md names what there is: every test in it exists, every event is listed."""

from __future__ import annotations

import re

from islet.web.security.events import EVENTS
from islet_testing.places import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_test_that_the_page_names_exists():
    file, named = "", re.findall(r"`((?:tests/[\w/.]+)?(?:::\w+)?)`", PAGE)
    assert len(named) > 20
    for one in filter(None, named):
        place, _, test = one.partition("::")
        file = place or file
        text = "" if (ROOT / file).is_dir() else (ROOT / file).read_text(encoding="utf-8")
        assert not test or f"def {test}(" in text, one


def test_every_event_is_listed():
    listed = PAGE.partition("## What is logged")[2].partition("## ")[0]
    assert set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", listed)) == set(EVENTS)
