"""The pictures: a title and a description for those who listen, shapes and words rather than colour, text escaped."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from islet.present.pictures import Lane, Tag, options_map, timeline, verdict_mark

VERDICTS = ("recommended", "possible", "need_data", "not_indicated", "contraindicated")
RESPONSES = ("complete", "partial", "stable", "progression", "intolerance", "unknown")
LANES = [Lane(f"{word} <&>", word, f"{word} words", 24 + i, 12 + i) for i, word in enumerate(RESPONSES)]


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def test_the_timeline_has_title_description_and_every_word():
    root = parsed(timeline(LANES, "Treatments <so> far", "2026-03-10"))
    assert root.get("role") == "img"
    assert root.find("title").text == "Treatments <so> far"
    assert all(f"{word} words" in root.find("desc").text for word in RESPONSES)
    assert root.get("aria-labelledby") == "timeline-title timeline-desc"


def test_what_has_no_date_says_so_and_stands_in_dashes():
    svg = timeline([Lane("x", "unknown", "response not known")], "t", "now")
    assert "no date" in svg and "stroke-dasharray" in svg
    assert "no date" not in timeline([Lane("x", "stable", "", None, 5.0)], "t", "now")


def test_a_date_places_a_mark_and_a_length_places_a_bar():
    root = parsed(timeline([Lane("x", "stable", "", 14, 2)], "t", "now"))
    widths = [float(rect.get("width")) for rect in root.iter("rect") if rect.get("height") == "18"]
    assert len(widths) == 1 and widths[0] > 100


def test_each_verdict_and_each_response_has_a_shape_of_its_own():
    assert len({re.sub(r"#[0-9a-f]{3,6}", "", verdict_mark(verdict)) for verdict in VERDICTS}) == len(VERDICTS)
    drawn = {re.sub(r"#[0-9a-f]{3,6}|[\d.]+", "", timeline([Lane("x", word, "", 2, 1)], "t", "now")) for word in RESPONSES}
    assert len(drawn) == len(RESPONSES)


@pytest.mark.parametrize("picture", ["timeline", "map"])
def test_a_picture_uses_greys_only(picture):
    bands = [(verdict, verdict, [Tag("A", "if")]) for verdict in VERDICTS]
    svg = timeline(LANES, "t", "now") if picture == "timeline" else options_map(bands, "m", "says")
    for colour in re.findall(r"#([0-9a-f]{6})", svg):
        parts = [int(colour[i : i + 2], 16) for i in (0, 2, 4)]
        assert max(parts) - min(parts) < 32, colour


def test_the_map_holds_every_option_inside_the_picture():
    tags = [Tag(f"Option number {i} <", "if, declined") for i in range(30)]
    root = parsed(options_map([("recommended", "Recommended", tags), ("possible", "Possible", [])], "m", "says"))
    boxes = [(float(r.get("x")), float(r.get("width"))) for r in root.iter("rect") if r.get("height") == "21"]
    assert len(boxes) == 30 and all(x + width <= 680 for x, width in boxes)
    assert root.find("desc").text == "says"
