"""Draw a registry's counts as SVG text: stacked bars, dots with intervals, and a Sankey of who moves from verdict to verdict.

Shade, pattern, height and words carry the meaning, never colour alone; beside each picture stands its table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from islet.present.chart import ticks
from islet.present.pictures import INK, LINE, PALE, SOFT

WIDTH, LEFT, RIGHT = 760, 190, 744
_BAR, _ROW = 15, 23
FILLS = {
    "recommended": INK, "possible": "#6f97a8", "need_data": "url(#dots)", "not_indicated": "#e4eaee", "contraindicated": "url(#cross)",
    "no_plan": "#fff", "hidden": "url(#hatch)", "fits": INK, "fits_if": "#6f97a8", "not_known": "url(#dots)", "fits_not": "#e4eaee",
    "settles": INK, "may_settle": "#6f97a8", "blocks": "#d5dfe5",
}
_PATTERNS = (
    f'<defs><pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="#fff"/>'
    f'<circle cx="2.5" cy="2.5" r="1.05" fill="{INK}"/></pattern>'
    f'<pattern id="cross" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#c9a08c"/>'
    f'<path d="M0 0L6 6M6 0L0 6" stroke="#5c2712" stroke-width="1"/></pattern>'
    f'<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/>'
    f'<path d="M0 6L6 0" stroke="{LINE}" stroke-width="1"/></pattern></defs>'
)


class Segment(NamedTuple):
    """Hold one piece of a bar: its kind (a key of FILLS), its length, and how much of it is settled; the rest is drawn half as high.

    None says that this is hidden: half as high within an outline.
    """

    kind: str
    length: float
    settled: float | None


class Bar(NamedTuple):
    """Hold one bar with its label; `heading` begins a group above it."""

    label: str
    segments: tuple[Segment, ...]
    heading: str = ""


class Dot(NamedTuple):
    """Hold one row of a picture with intervals: what is known now, and the estimate with its ends."""

    label: str
    now: float | None
    estimate: float
    low: float | None
    high: float | None


def stacked_bars(bars: Sequence[Bar], total: float, legend: Mapping[str, str], name: str, title: str, says: str, axis: str) -> str:
    """Return bars of pieces laid end to end on one scale from 0 to `total`, with a legend above."""
    parts, y = _legend(legend)
    scale = (RIGHT - LEFT) / total
    top = y
    for bar in bars:
        if bar.heading:
            parts.append(_text(2, y + 17, bar.heading, "start", SOFT, 11, "700"))
            y += 24
        parts.append(_text(LEFT - 8, y + 12, bar.label, "end", INK, 12))
        x = float(LEFT)
        for segment in bar.segments:
            parts += _piece(segment, x, y, scale)
            x += segment.length * scale
        y += _ROW
    return _picture(name, title, says, [*_grid(total, scale, top, y, axis), *parts], y + 40)


def _piece(segment: Segment, x: float, y: float, scale: float) -> list[str]:
    fill = FILLS[segment.kind]
    look = f'fill="{fill}" stroke="{INK}" stroke-width=".5"'
    settled = segment.settled or 0
    sure, rest = settled * scale, (segment.length - settled) * scale
    parts = []
    if segment.settled is None:
        place = f'x="{x:.1f}" y="{y:.1f}" width="{rest:.1f}" height="{_BAR}"'
        parts.append(f'<rect {place} fill="none" stroke="{LINE}" stroke-dasharray="2 2"/>')
    if sure > 0:
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{sure:.1f}" height="{_BAR}" {look}/>')
    if rest > 0:
        parts.append(f'<rect x="{x + sure:.1f}" y="{y + _BAR / 2:.1f}" width="{rest:.1f}" height="{_BAR / 2}" {look}/>')
    return parts


def intervals(dots: Sequence[Dot], name: str, title: str, says: str, axis: str) -> str:
    """Return estimates with their intervals, and beside each what is known now."""
    most = max([max(dot.high or dot.estimate, dot.now or 0) for dot in dots] + [1.0]) * 1.04
    scale = (RIGHT - LEFT) / most
    parts, y = [], 30.0
    parts.append(f'<circle cx="{LEFT + 6}" cy="12" r="4.2" fill="{INK}"/>{_text(LEFT + 16, 16, "as far as is known", "start", INK, 11.5)}')
    parts.append(f'<path d="M{LEFT + 150} 12h26" stroke="{INK}"/><circle cx="{LEFT + 163}" cy="12" r="4.2" fill="#fff" stroke="{INK}" '
                 f'stroke-width="1.6"/>{_text(LEFT + 184, 16, "over the completions, with its interval", "start", INK, 11.5)}')
    for dot in dots:
        middle = y + 8
        parts.append(_text(LEFT - 8, middle + 4, dot.label, "end", INK, 12))
        if dot.low is not None and dot.high is not None:
            x1, x2 = LEFT + dot.low * scale, LEFT + dot.high * scale
            path = f"M{x1:.1f} {middle - 4}v8M{x1:.1f} {middle}H{x2:.1f}M{x2:.1f} {middle - 4}v8"
            parts.append(f'<path d="{path}" stroke="{INK}" fill="none"/>')
        if dot.now is not None:
            parts.append(f'<circle cx="{LEFT + dot.now * scale:.1f}" cy="{middle}" r="4.2" fill="{INK}"/>')
        x = LEFT + dot.estimate * scale
        parts.append(f'<circle cx="{x:.1f}" cy="{middle}" r="4.2" fill="#fff" stroke="{INK}" stroke-width="1.6"/>')
        y += 20
    return _picture(name, title, says, [*_grid(most, scale, 26, y, axis), *parts], y + 40)


def sankey(
    before: Sequence[tuple[str, str, float]], after: Sequence[tuple[str, str, float]], flows: Sequence[tuple[str, str, float]],
    sides: tuple[str, str], name: str, title: str, says: str,
) -> str:
    """Return who moves from where to where: boxes as high as their patients, bands as wide as theirs.

    A box is (key, words, patients). What of a box is in no band was too few to show, and is left white.
    """
    total = sum(size for _, _, size in before) or 1.0
    gap, height = 12.0, 230.0
    scale = height / total
    x1, x2, box = 262.0, 482.0, 16.0
    left, low = _boxes(before, scale, gap, 30)
    right, other = _boxes(after, scale, gap, 30)
    parts = [_text(x1 + box, 18, sides[0], "end", SOFT, 11, "700"), _text(x2, 18, sides[1], "start", SOFT, 11, "700")]
    used_left, used_right = dict.fromkeys(left, 0.0), dict.fromkeys(right, 0.0)
    order = {key: place for place, key in enumerate(left)}
    bands, edges = [], {key: place for place, key in enumerate(right)}
    for one, two, size in sorted(flows, key=lambda flow: (order[flow[0]], edges[flow[1]])):
        start, wide = left[one][0] + used_left[one], size * scale
        used_left[one] += wide
        bands.append((one, two, start, wide))
    for one, two, start, wide in sorted(bands, key=lambda band: (edges[band[1]], order[band[0]])):
        end = right[two][0] + used_right[two]
        used_right[two] += wide
        parts.append(_band(x1 + box, start, x2, end, max(wide, 0.7), one != two))
    for boxes, x, anchor, place in ((left, x1, "end", -8.0), (right, x2, "start", box + 8.0)):
        for key, (y, tall, words) in boxes.items():
            place_of = f'x="{x}" y="{y:.1f}" width="{box}" height="{max(tall, 1):.1f}"'
            parts.append(f'<rect {place_of} fill="{FILLS[key]}" stroke="{INK}" stroke-width=".7"/>')
            parts.append(_text(x + place, y + max(tall, 1) / 2 + 4, words, anchor, INK, 12))
    return _picture(name, title, says, parts, max(low, other) + 8)


def _boxes(
    items: Sequence[tuple[str, str, float]], scale: float, gap: float, top: float
) -> tuple[dict[str, tuple[float, float, str]], float]:
    found, y = {}, top
    for key, words, size in items:
        tall = size * scale
        found[key] = (y, tall, words)
        y += max(tall, 6) + gap
    return found, y


def _band(x1: float, y1: float, x2: float, y2: float, wide: float, moves: bool) -> str:
    middle = (x1 + x2) / 2
    path = (f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}V{y2 + wide:.1f}"
            f"C{middle:.1f} {y2 + wide:.1f} {middle:.1f} {y1 + wide:.1f} {x1:.1f} {y1 + wide:.1f}Z")
    look = 'fill="#a2502b" fill-opacity=".62"' if moves else f'fill="{PALE}"'
    return f'<path d="{path}" {look}/>'


def _legend(legend: Mapping[str, str]) -> tuple[list[str], float]:
    parts, x, y = [], 2.0, 4.0
    for kind, words in legend.items():
        wide = 26 + 6.9 * len(words)
        if x + wide > WIDTH:
            x, y = 2.0, y + 19
        tall = _BAR / 2 if kind == "open" else 12
        fill = {"open": "#6f97a8", "split": "#fff"}.get(kind) or FILLS[kind]
        place = f'x="{x:.1f}" y="{y + 12 - tall:.1f}" width="16" height="{tall}"'
        place += ' stroke-dasharray="2 2"' if kind == "split" else ""
        parts.append(f'<rect {place} fill="{fill}" stroke="{INK}" stroke-width=".5"/>')
        parts.append(_text(x + 21, y + 11, words, "start", INK, 11.5))
        x += wide + 10
    return parts, y + 26


def _grid(total: float, scale: float, top: float, bottom: float, axis: str) -> list[str]:
    parts = []
    for value in ticks(0, total):
        x = LEFT + value * scale
        parts.append(f'<line x1="{x:.1f}" y1="{top - 3:.1f}" x2="{x:.1f}" y2="{bottom:.1f}" stroke="{PALE}"/>')
        parts.append(_text(x, bottom + 14, f"{value:,g}", "middle", SOFT, 11))
    parts.append(_text((LEFT + RIGHT) / 2, bottom + 31, axis, "middle", SOFT, 11.5))
    return parts


def _text(x: float, y: float, words: str, anchor: str, colour: str, size: float, weight: str = "400") -> str:
    look = f'text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" fill="{colour}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'


def _picture(name: str, title: str, says: str, parts: Sequence[str], height: float) -> str:
    body, patterns = "".join(parts), _PATTERNS
    for key in ("dots", "cross", "hatch"):  # the name of a pattern is unique in the page
        body, patterns = body.replace(f"url(#{key})", f"url(#{name}-{key})"), patterns.replace(f'id="{key}"', f'id="{name}-{key}"')
    return (
        f'<svg class="picture" role="img" viewBox="0 0 {WIDTH} {height:.0f}" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(says)}</desc>{patterns}{body}</svg>'
    )
