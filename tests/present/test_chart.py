"""A chart says what it holds: title, description, every label, and marks at the right place."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from islet.present.chart import chart, ticks
from islet.present.quantify_pictures import picture

SVG = "{http://www.w3.org/2000/svg}"
DATA = {
    "kind": "time_activity", "title": "Kidneys", "says": "Activity falls.", "x": {"label": "hours", "low": 0, "high": 100},
    "y": {"label": "MBq", "low": 0, "high": 200}, "lines": [{"label": "fit <b>", "x": [0, 100], "y": [200, 0]}],
    "bands": [{"label": "90 % band", "x": [0, 100], "low": [150, 0], "high": [200, 50]}],
    "points": [{"label": "SPECT", "x": [50], "y": [100], "error": [10]}], "limits": [{"label": "limit", "y": 150}],
}


def test_every_label_stands_in_the_picture_and_nothing_is_markup():
    root = ET.fromstring(chart(DATA, "one", "Kidneys", "Activity falls."))
    words = [element.text for element in root.iter(f"{SVG}text")]
    for label in ("hours", "MBq", "fit <b>", "90 % band", "SPECT", "limit"):
        assert label in words
    assert root.find(f"{SVG}title").text == "Kidneys"
    assert root.find(f"{SVG}desc").text == "Activity falls."


def test_a_point_halfway_stands_in_the_middle_of_the_frame():
    root = ET.fromstring(chart(DATA, "one", "t", "d"))
    circle = next(element for element in root.iter(f"{SVG}circle"))
    assert float(circle.get("cx")) == pytest.approx((66 + 660) / 2)
    assert float(circle.get("cy")) == pytest.approx((20 + 328) / 2)


def test_an_outline_keeps_one_scale_on_both_axes():
    data = {"x": {"label": "mm", "low": -10, "high": 10}, "y": {"label": "mm", "low": -10, "high": 10}, "equal": True,
            "outlines": [{"label": "zone", "x": [-5, 5, 5, -5], "y": [-5, -5, 5, 5]}]}
    root = ET.fromstring(chart(data, "zone", "t", "d"))
    path = next(element.get("d") for element in root.iter(f"{SVG}path") if element.get("d").endswith("Z"))
    corners = [tuple(map(float, pair.split())) for pair in path[1:-1].split("L")]
    assert corners[1][0] - corners[0][0] == pytest.approx(corners[0][1] - corners[2][1], abs=0.2)


@pytest.mark.parametrize(("low", "high"), [(0, 23), (0, 0.004), (-3, 11000), (5, 6)])
def test_ticks_are_round_few_and_inside(low, high):
    found = ticks(low, high)
    assert 2 <= len(found) <= 9
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in found)


def test_a_logarithmic_axis_leaves_out_what_is_not_positive():
    data = {**DATA, "y": {"label": "MBq", "log": True}, "lines": [{"label": "fit", "x": [0, 50], "y": [100, 1]}], "bands": [],
            "points": [{"label": "SPECT", "x": [0, 50], "y": [100, 1]}], "limits": []}
    circles = list(ET.fromstring(chart(data, "log", "t", "d")).iter(f"{SVG}circle"))
    assert float(circles[0].get("cy")) < float(circles[1].get("cy"))


def test_the_remnant_is_as_wide_as_its_share():
    limit = {"value": 40.0, "says": "least in cirrhosis", "sources": []}
    drawn = picture({"id": "remnant_share", "value": 25.0, "limits": [limit], "curves": None})
    bars = [float(element.get("width")) for element in ET.fromstring(drawn).iter(f"{SVG}rect")][1:]
    assert bars[1] / bars[0] == pytest.approx(0.25, abs=1e-3)
    assert "40 %: least in cirrhosis" in drawn


def test_an_estimate_without_curves_has_no_picture():
    assert picture({"id": "fistula_a_frs", "value": 16, "curves": None}) is None


def test_words_of_a_limit_stand_over_the_curves_with_a_white_edge():
    data = {**DATA, "limits": [{"label": "limit", "y": 1.0}]}
    made = chart(data, "one", "t", "d")
    words = [text for text in ET.fromstring(made).iter(f"{SVG}text") if text.text == "limit"]
    assert [text.get("stroke") for text in words] == ["#fff", None]
    assert [text.get("aria-hidden") for text in words] == ["true", None]
    curve = next(path for path in ET.fromstring(made).iter(f"{SVG}path") if path.get("stroke-width") == "2").get("d")
    assert made.index(curve) < made.index(">limit<")
