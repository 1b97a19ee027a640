"""The pictures of a registry: lengths are the counts, everything has words, nothing gets out of its place."""

import re
import xml.etree.ElementTree as xml

import pytest

from islet.present.registry_pictures import LEFT, RIGHT, WIDTH, Bar, Dot, Segment, intervals, sankey, stacked_bars

SVG = "{http://www.w3.org/2000/svg}"


def rects(picture: str) -> list[tuple[float, float, float, float]]:
    """Return place and size of every box with a stroke of ink, legend and patterns left out."""
    found = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="[^"]+" stroke="#1d2a33"', picture)
    return [tuple(map(float, box)) for box in found if float(box[0]) >= LEFT - 0.1 and float(box[3]) != 12]


def bars(*segments: Segment, legend: dict[str, str] | None = None) -> str:
    return stacked_bars([Bar("PRRT", segments)], 200, legend or {}, "verdicts", "Verdicts", "words", "patients")


def test_the_pieces_of_a_bar_are_as_long_as_their_counts() -> None:
    boxes = rects(bars(Segment("recommended", 50, 50), Segment("possible", 150, 50)))
    scale = (RIGHT - LEFT) / 200
    assert [box[2] for box in boxes] == pytest.approx([50 * scale, 50 * scale, 100 * scale], abs=0.1)
    assert sum(box[2] for box in boxes) == pytest.approx(RIGHT - LEFT, abs=0.2)


def test_what_could_still_change_is_half_as_high() -> None:
    sure, rest = rects(bars(Segment("possible", 200, 120)))
    assert rest[3] == sure[3] / 2 and rest[1] == sure[1] + sure[3] / 2


def test_where_certainty_is_hidden_the_bar_is_half_as_high_in_an_outline() -> None:
    picture = bars(Segment("possible", 200, None))
    (box,) = rects(picture)
    assert box[2] == pytest.approx(RIGHT - LEFT, abs=0.1) and 'fill="none"' in picture


def test_the_bands_of_a_sankey_are_as_wide_as_their_patients() -> None:
    before = [("possible", "possible 80", 80.0)]
    after = [("possible", "possible 60", 60.0), ("contraindicated", "contraindicated 20", 20.0)]
    picture = sankey(before, after, [("possible", "possible", 60.0), ("possible", "contraindicated", 20.0)], ("old", "new"), "m", "t", "s")
    heights = [float(h) for h in re.findall(r'<rect x="(?:262.0|482.0)" y="[\d.]+" width="16.0" height="([\d.]+)"', picture)]
    assert heights == pytest.approx([230, 230 * 60 / 80, 230 * 20 / 80])
    assert picture.count('fill="#a2502b"') == 1  # one band moves


@pytest.mark.parametrize("picture", [
    bars(Segment("need_data", 10, 0), Segment("contraindicated", 10, 10), legend={"need_data": "cannot be said yet", "hidden": "hidden"}),
    intervals([Dot("PRRT", 3, 5.0, 2.0, 9.0), Dot("SSA", None, 1.0, None, None)], "dots", "Estimates", "words", "patients"),
    sankey([("possible", "<b>&", 1.0)], [("possible", "x", 1.0)], [("possible", "possible", 1.0)], ("<i>", "new"), "s", "<t>", "&"),
])
def test_every_picture_is_whole_and_has_title_and_words(picture: str) -> None:
    root = xml.fromstring(picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    assert root.find(f"{SVG}title").text and root.find(f"{SVG}desc").text
    assert root.attrib["role"] == "img"
    for shape in root.iter(f"{SVG}rect"):
        if "x" in shape.attrib:
            assert 0 <= float(shape.attrib["x"]) <= WIDTH
    used = set(re.findall(r"url\(#([^)]+)\)", picture))
    assert used <= {part.attrib["id"] for part in root.iter(f"{SVG}pattern")}
