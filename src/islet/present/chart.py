"""Draw one chart as SVG text: lines, bands, points with error bars, limits and outlines over two axes.

Dashes, shapes and words at the curves carry the meaning, never colour alone; every picture has a title and a description.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any

INK, SOFT, PALE, LINE, TINT = "#1d2a33", "#4d5b66", "#e4eaee", "#8b98a3", "#cfd9df"
COLOURS = ("#1d2a33", "#0b6e8c", "#a2502b", "#5b4a91", "#4f6b1f", "#8a2f5c")
DASHES = ("", "7 4", "2 3", "10 3 2 3", "4 2", "1 4")
WIDTH, HEIGHT = 680, 380
LEFT, RIGHT, TOP, BOTTOM = 66, 20, 20, 52


def chart(data: dict[str, Any], name: str, title: str, says: str) -> str:
    """Return the chart of plain data.

    `data` holds `x` and `y` (each {label, low?, high?, log?}), and lists `lines` ({label, x, y, dash?}), `bands` ({label, x,
    low, high}), `points` ({label, x, y, error?}), `limits` ({label, y}), `outlines` ({label, x, y}, closed). `equal` keeps
    one scale on both axes and puts the legend beside the picture.
    """
    frame = _Frame(data)
    limits, limit_words = _limits(frame, data)
    parts = [*_grid(frame, data), *_bands(frame, data), *limits, *_lines(frame, data), *_points(frame, data), *limit_words]
    legend = _legend(data)
    beside = bool(data.get("equal")) and frame.right < WIDTH - 290
    height = HEIGHT + (18 * ((len(legend) + 1) // 2) + 8 if legend and not beside else 0)
    for number, (mark, words) in enumerate(legend):
        x, y = LEFT + (number % 2) * 300, HEIGHT + 12 + 18 * (number // 2)
        if beside:
            x, y = round(frame.right) + 12, TOP + 14 + 24 * number
        parts.append(f'<g transform="translate({x} {y})">{mark}{_text(34, 4, words, "start", INK, 10.5 if beside else 11.5)}</g>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="system-ui, sans-serif" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(says)}</desc>'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>{"".join(parts)}</svg>'
    )


class _Frame:
    """Map data to places on the picture."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.log = bool(data["y"].get("log"))
        xs, ys = _values(data, "x"), [y for y in _values(data, "y") if not self.log or y > 0]
        self.x0, self.x1 = float(data["x"].get("low", min(xs))), float(data["x"].get("high", max(xs)))
        self.y0 = float(data["y"].get("low", min(ys if self.log else [0.0, *ys])))
        self.y1 = float(data["y"].get("high", max(ys) * (1 if self.log else 1.06)))
        if self.x1 <= self.x0:
            self.x1 = self.x0 + 1
        if self.y1 <= self.y0:
            self.y1 = self.y0 * 10 if self.log else self.y0 + 1
        self.right, self.bottom = float(WIDTH - RIGHT), float(HEIGHT - BOTTOM)
        if data.get("equal"):
            scale = min((self.right - LEFT) / (self.x1 - self.x0), (self.bottom - TOP) / (self.y1 - self.y0))
            self.right, self.top = LEFT + scale * (self.x1 - self.x0), self.bottom - scale * (self.y1 - self.y0)
        else:
            self.top = float(TOP)

    def x(self, value: float) -> float:
        """Return the place of a value on the x axis."""
        return LEFT + (min(max(value, self.x0), self.x1) - self.x0) / (self.x1 - self.x0) * (self.right - LEFT)

    def y(self, value: float) -> float:
        """Return the place of a value on the y axis."""
        value = min(max(value, self.y0), self.y1)
        share = (
            math.log(value / self.y0) / math.log(self.y1 / self.y0) if self.log else (value - self.y0) / (self.y1 - self.y0)
        )
        return self.bottom - share * (self.bottom - self.top)

    def path(self, xs: Sequence[float], ys: Sequence[float]) -> str:
        """Return the path of a line."""
        return "M" + "L".join(f"{self.x(x):.1f} {self.y(y):.1f}" for x, y in zip(xs, ys, strict=True))


def _values(data: dict[str, Any], axis: str) -> list[float]:
    found: list[float] = []
    for kind in ("lines", "points", "outlines", "bands"):
        for item in data.get(kind, ()):
            found += [float(v) for v in item.get(axis, ())]
            if axis == "y":
                found += [float(v) for v in (*item.get("low", ()), *item.get("high", ()))]
                found += [y + e for y, e in zip(item.get("y", ()), item.get("error") or (), strict=False)]
    if axis == "y":
        found += [float(limit["y"]) for limit in data.get("limits", ())]
    return found or [0.0, 1.0]


def ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Return round values between two ends.

    >>> ticks(0, 23)
    [0.0, 5.0, 10.0, 15.0, 20.0]
    """
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw)
    first = math.ceil(low / step - 1e-9)
    return [round(n * step, 10) for n in range(first, math.floor(high / step + 1e-9) + 1)]


def _grid(frame: _Frame, data: dict[str, Any]) -> list[str]:
    parts = []
    for value in ticks(frame.x0, frame.x1):
        x = frame.x(value)
        parts.append(f'<line x1="{x:.1f}" y1="{frame.top:.1f}" x2="{x:.1f}" y2="{frame.bottom:.1f}" stroke="{PALE}"/>')
        parts.append(_text(x, frame.bottom + 16, f"{value:g}", "middle", SOFT, 11))
    if frame.log:
        values = [10.0**power for power in range(math.ceil(math.log10(frame.y0) - 1e-9), math.floor(math.log10(frame.y1) + 1e-9) + 1)]
    else:
        values = ticks(frame.y0, frame.y1, 6)
    for value in values:
        y = frame.y(value)
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{frame.right:.1f}" y2="{y:.1f}" stroke="{PALE}"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{value:g}", "end", SOFT, 11))
    parts.append(f'<path d="M{LEFT} {frame.top:.1f}V{frame.bottom:.1f}H{frame.right:.1f}" fill="none" stroke="{LINE}"/>')
    parts.append(_text((LEFT + frame.right) / 2, frame.bottom + 36, str(data["x"]["label"]), "middle", INK, 12))
    middle = (frame.top + frame.bottom) / 2
    label = escape(str(data["y"]["label"]))
    place = f'transform="translate(16 {middle:.1f}) rotate(-90)"'
    parts.append(f'<text {place} text-anchor="middle" font-size="12" fill="{INK}">{label}</text>')
    return parts


def _bands(frame: _Frame, data: dict[str, Any]) -> list[str]:
    parts = []
    for number, band in enumerate(data.get("bands", ())):
        xs, low, high = band["x"], band["low"], band["high"]
        path = frame.path([*xs, *reversed(xs)], [*high, *reversed(low)])
        colour = COLOURS[band.get("colour", number) % len(COLOURS)]
        parts.append(f'<path d="{path}Z" fill="{colour}" fill-opacity="0.14" stroke="none"/>')
    return parts


def _limits(frame: _Frame, data: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the lines of the limits, and their words with a white edge, to be drawn over the curves."""
    parts: list[str] = []
    labels: list[str] = []
    used: list[float] = []
    for limit in sorted(data.get("limits", ()), key=lambda item: float(item["y"])):
        y = frame.y(limit["y"])
        parts.append(
            f'<line x1="{LEFT}" y1="{y:.1f}" x2="{frame.right:.1f}" y2="{y:.1f}" stroke="{INK}" stroke-width="1.4" stroke-dasharray="9 4"/>'
        )
        place = y - 5
        while any(abs(place - other) < 13 for other in used):
            place += 13
        used.append(place)
        words = _text(frame.right - 4, place, str(limit["label"]), "end", INK, 11, "700")
        labels += [words.replace("<text ", '<text aria-hidden="true" stroke="#fff" stroke-width="4" ', 1), words]
    return parts, labels


def _lines(frame: _Frame, data: dict[str, Any]) -> list[str]:
    parts = []
    for number, line in enumerate(data.get("lines", ())):
        look = _look(number, line)
        parts.append(f'<path d="{frame.path(line["x"], line["y"])}" fill="none" {look}/>')
    start = len(data.get("lines", ()))
    outlines = []
    for number, outline in enumerate(data.get("outlines", ()), start):
        path = frame.path(outline["x"], outline["y"])
        fill = f'fill="{TINT}" fill-opacity="0.5"' if outline.get("filled") else 'fill="none"'
        outlines.append(f'<path d="{path}Z" {fill} {_look(number, outline)}/>')
    return outlines + parts


def _look(number: int, item: dict[str, Any]) -> str:
    dash = DASHES[number % len(DASHES)] if item.get("dash") is None else ("6 4" if item["dash"] else "")
    return f'stroke="{COLOURS[item.get("colour", number) % len(COLOURS)]}" stroke-width="{item.get("width", 2)}" stroke-dasharray="{dash}"'


def _points(frame: _Frame, data: dict[str, Any]) -> list[str]:
    parts = []
    for number, group in enumerate(data.get("points", ())):
        colour = COLOURS[group.get("colour", number) % len(COLOURS)]
        for place, (x, y) in enumerate(zip(group["x"], group["y"], strict=True)):
            if group.get("error"):
                low, high = frame.y(max(y - group["error"][place], frame.y0)), frame.y(y + group["error"][place])
                parts.append(f'<path d="M{frame.x(x):.1f} {low:.1f}V{high:.1f}" stroke="{colour}" stroke-width="1.2"/>')
            parts.append(_shape(number, frame.x(x), frame.y(y), colour))
    return parts


def _shape(number: int, x: float, y: float, colour: str) -> str:
    look = f'fill="#fff" stroke="{colour}" stroke-width="1.8"'
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" {look}/>',
        f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" {look}/>',
        f'<path d="M{x:.1f} {y - 5.5:.1f}l5 9h-10z" {look}/>',
        f'<path d="M{x:.1f} {y - 6:.1f}l5 6l-5 6l-5 -6z" {look}/>',
    )[number % 4]


def _legend(data: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    for number, item in enumerate((*data.get("lines", ()), *data.get("outlines", ()))):
        if item.get("label"):
            found.append((f'<path d="M0 0h28" fill="none" {_look(number, item)}/>', str(item["label"])))
    for number, item in enumerate(data.get("points", ())):
        if item.get("label"):
            found.append((_shape(number, 14, 0, COLOURS[item.get("colour", number) % len(COLOURS)]), str(item["label"])))
    for number, item in enumerate(data.get("bands", ())):
        if item.get("label"):
            colour = COLOURS[item.get("colour", number) % len(COLOURS)]
            found.append((f'<rect y="-7" width="28" height="14" fill="{colour}" fill-opacity="0.14"/>', str(item["label"])))
    return found


def _text(x: float, y: float, words: str, anchor: str, colour: str, size: float, weight: str = "400") -> str:
    look = f'text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" fill="{colour}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'
