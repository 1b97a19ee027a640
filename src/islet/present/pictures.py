"""Draw two pictures as SVG text: a timeline of what was tried and a map of options by verdict.

Shape and words carry the meaning, never colour alone; each picture has a title, a description and a table or list beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape

INK, SOFT, PALE, LINE = "#1d2a33", "#4d5b66", "#e4eaee", "#8b98a3"
WIDTH, LETTER = 680, 6.6


@dataclass(frozen=True, slots=True)
class Lane:
    """Hold one treatment of the timeline; times are months before today, None where not told; `about` is date, source, note."""

    name: str
    response: str
    words: str
    start: float | None = None
    end: float | None = None
    length: float | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """Hold one option of the map: its short name and what stands behind it."""

    name: str
    note: str = ""


def verdict_mark(verdict: str, size: int = 14) -> str:
    """Return the sign of a verdict: a shape of its own for each, readable in grey."""
    box = f'x="1" y="1" width="14" height="14" fill="{INK}"'
    shapes = {
        "recommended": f'<circle cx="8" cy="8" r="7" fill="{INK}"/>{_stroke("M4.5 8.2 7 10.7 11.5 5.6")}',
        "possible": f'<circle cx="8" cy="8" r="6.2" fill="#fff" stroke="{INK}" stroke-width="1.8"/>',
        "need_data": f'<rect x="1.5" y="1.5" width="13" height="13" rx="2" fill="#fff" stroke="{INK}" stroke-dasharray="2.4 1.8"/>'
        + _text(8, 12, "?", "middle", INK, 11, "700"),
        "not_indicated": f'<rect x="1" y="6.6" width="14" height="2.8" fill="{SOFT}"/>',
        "contraindicated": f'<rect {box}/>{_stroke("M4.5 4.5 11.5 11.5M11.5 4.5 4.5 11.5")}',
    }
    place = f'width="{size}" height="{size}" viewBox="0 0 16 16"'
    return f'<svg class="mark" {place} aria-hidden="true" focusable="false">{shapes[verdict]}</svg>'


def _stroke(path: str) -> str:
    return f'<path d="{path}" fill="none" stroke="#fff" stroke-width="2"/>'


def timeline(lanes: Sequence[Lane], heading: str, today: str, say: Callable[[str], str] = str) -> str:
    """Return the treatments so far, one lane each, against months before today; undated ones stand in dashes.

    `say` puts every word into the language of the page.
    """
    lanes = [replace(lane, name=say(lane.name), words=say(lane.words)) for lane in lanes]
    left, right, top, step = 178, 520, 26, 34
    reach = max([lane.start or lane.end or lane.length or 0 for lane in lanes] + [1]) * 1.06
    unit, before = (12, "years before") if reach > 30 else (1, "months before")
    tick = next(t for t in (1, 2, 3, 5, 6, 10, 12, 20, 24, 50, 120) if reach / unit / t <= 6 or t == 120) * unit
    scale = (right - left) / reach
    height = top + step * len(lanes) + 34
    parts = []
    for months in range(0, int(reach) + 1, tick):
        x = right - months * scale
        parts.append(f'<line x1="{x:.1f}" y1="{top - 6}" x2="{x:.1f}" y2="{height - 30}" stroke="{PALE}"/>')
        label = say(today) if months == 0 else f"−{months // unit}"
        parts.append(_text(x, height - 14, label, "middle", SOFT, 11))
    parts.append(_text(left - 8, height - 14, say(before), "end", SOFT, 11))
    for number, lane in enumerate(lanes):
        parts.append(_lane(lane, top + step * number, left, right, scale, say("no date")))
    return _picture("timeline", say(heading), "; ".join(f"{lane.name}: {lane.words}" for lane in lanes), height, parts)


def _lane(lane: Lane, y: float, left: int, right: int, scale: float, undated: str) -> str:
    middle = y + 11
    lines = _broken(lane.name, 26)
    out = [_text(left - 8, middle + 4 + 13 * (i - (len(lines) - 1) / 2), line, "end", INK, 12) for i, line in enumerate(lines)]
    if lane.start is not None and lane.end is not None:
        x1, x2 = right - lane.start * scale, right - lane.end * scale
        out.append(f'<rect x="{x1:.1f}" y="{y + 2}" width="{max(x2 - x1, 3):.1f}" height="18" fill="{PALE}" stroke="{INK}"/>')
    elif lane.end is not None:
        x2 = right - lane.end * scale
        out.append(f'<line x1="{x2:.1f}" y1="{y + 2}" x2="{x2:.1f}" y2="{y + 20}" stroke="{INK}" stroke-width="2"/>')
    else:
        x2 = left + max((lane.length or 0) * scale, 60, 11 + LETTER * len(undated))
        out.append(f'<rect x="{left}" y="{y + 2}" width="{x2 - left:.1f}" height="18" fill="#fff" stroke="{LINE}" stroke-dasharray="4 3"/>')
        out.append(_text(left + 5, middle + 4, undated, "start", SOFT, 10.5))
    out.append(_glyph(lane.response, x2, middle))
    for i, line in enumerate(_broken(lane.words, 25)[:2]):
        out.append(_text(right + 14, middle + (4 if len(lane.words) <= 25 else -2) + 12 * i, line, "start", INK, 11))
    return "".join(out)


def _glyph(response: str, x: float, y: float) -> str:
    shapes = {
        "complete": f'<circle cx="{x:.1f}" cy="{y}" r="6" fill="{INK}"/>',
        "partial": f'<circle cx="{x:.1f}" cy="{y}" r="6" fill="#fff" stroke="{INK}"/>'
        f'<path d="M{x:.1f} {y - 6}a6 6 0 0 1 0 12z" fill="{INK}"/>',
        "stable": f'<rect x="{x - 5:.1f}" y="{y - 5}" width="10" height="10" fill="#fff" stroke="{INK}" stroke-width="1.6"/>',
        "progression": f'<path d="M{x:.1f} {y - 7}l7 12h-14z" fill="{INK}"/>',
        "intolerance": f'<path d="M{x - 5:.1f} {y - 5}l10 10m0-10l-10 10" stroke="{INK}" stroke-width="2.6"/>',
    }
    unknown = f'<circle cx="{x:.1f}" cy="{y}" r="7" fill="#fff" stroke="{LINE}"/>' + _text(x, y + 4, "?", "middle", INK, 11)
    return shapes.get(response, unknown)


def options_map(bands: Sequence[tuple[str, str, Sequence[Tag]]], heading: str, says: str) -> str:
    """Return every option as a tag in the band of its verdict; a band is (verdict, words, tags)."""
    left, gap, row = 156, 6, 26
    parts, y = [], 8.0
    for verdict, words, tags in bands:
        x, start = float(left), y
        inside = []
        for tag in tags:
            label = f"{tag.name} {tag.note}".strip()
            width = len(label) * LETTER + 16
            if x > left and x + width > WIDTH:
                x, y = float(left), y + row
            inside.append(_tag(tag, verdict, x, y, width))
            x += width + gap
        y += row
        lines = _broken(f"{words} ({len(tags)})", 17)
        parts.append(f'<g transform="translate(6 {start + 3:.0f})">{verdict_mark(verdict, 15)}</g>')
        parts += [_text(28, start + 15 + 14 * i, line, "start", INK, 12, "700") for i, line in enumerate(lines)]
        parts += inside if tags else [_text(left, start + 15, "none", "start", SOFT, 12)]
        y = max(y, start + 14 * len(lines) + 10)
        parts.append(f'<line x1="0" y1="{y + 3:.1f}" x2="{WIDTH}" y2="{y + 3:.1f}" stroke="{PALE}"/>')
        y += 10
    return _picture("map", heading, says, y, parts)


def _tag(tag: Tag, verdict: str, x: float, y: float, width: float) -> str:
    style = {
        "recommended": f'fill="{INK}" stroke="{INK}"', "possible": f'fill="#fff" stroke="{INK}" stroke-width="1.4"',
        "need_data": f'fill="#fff" stroke="{INK}" stroke-dasharray="3 2"', "not_indicated": f'fill="#f3f5f7" stroke="{PALE}"',
        "contraindicated": f'fill="{PALE}" stroke="{INK}" stroke-width="2.4"',
    }[verdict]
    colour = "#fff" if verdict == "recommended" else SOFT if verdict == "not_indicated" else INK
    note = f' <tspan font-style="italic">{escape(tag.note)}</tspan>' if tag.note else ""
    place = f'x="{x + width / 2:.1f}" y="{y + 15:.1f}" text-anchor="middle" font-size="12" fill="{colour}"'
    box = f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="21" rx="4" {style}/>'
    return f"{box}<text {place}>{escape(tag.name)}{note}</text>"


def _text(x: float, y: float, words: str, anchor: str, colour: str, size: float, weight: str = "400") -> str:
    look = f'text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" fill="{colour}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'


def _broken(words: str, letters: int) -> list[str]:
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > letters:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _picture(name: str, heading: str, says: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg class="picture" role="img" viewBox="0 0 {WIDTH} {height:.0f}" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(heading)}</title><desc id="{name}-desc">{escape(says)}</desc>{"".join(parts)}</svg>'
    )
