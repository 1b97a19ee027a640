"""How often each choice comes first, as bars: a solid bar for the share, a line for how far the unknown could move it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDTH, LEFT, RIGHT, ROW, TOP = 680, 250, 570, 54, 26
INK, SOFT, PALE = "#123c5a", "#4d5b66", "#d5dde3"


class Bar(NamedTuple):
    """Hold one bar: shares between 0 and 1, its words, and in short how often, at its end."""

    name: str
    share: float
    low: float
    high: float
    words: str
    often: str = ""


def bars(rows: Sequence[Bar], heading: str) -> str:
    """Return the picture; its description tells every row.

    >>> "fewer than 1 of 100" in bars([Bar("Watching", 0.0, 0.0, 0.2, "fewer than 1 of 100")], "First")
    True
    """
    height = TOP + ROW * len(rows) + 8
    parts = [_mark(share, height) for share in (0, 0.25, 0.5, 0.75, 1)]
    parts += [_bar(row, TOP + ROW * number) for number, row in enumerate(rows)]
    says = "; ".join(f"{row.name}: {row.words}" for row in rows)
    return (
        f'<svg class="bars" role="img" viewBox="0 0 {WIDTH} {height}" aria-labelledby="bars-title bars-desc">'
        f'<title id="bars-title">{escape(heading)}</title><desc id="bars-desc">{escape(says)}</desc>{"".join(parts)}</svg>'
    )


def _mark(share: float, height: int) -> str:
    x = LEFT + share * (RIGHT - LEFT)
    return (f'<line x1="{x:.0f}" y1="{TOP - 4}" x2="{x:.0f}" y2="{height - 4}" stroke="{PALE}"/>'
            f'<text x="{x:.0f}" y="{TOP - 9}" text-anchor="middle" font-size="13" fill="{SOFT}">{share * 100:.0f}</text>')


def _bar(row: Bar, y: int) -> str:
    scale = RIGHT - LEFT
    lines = _broken(row.name)
    names = "".join(f'<text x="0" y="{y + 24 + 16 * (i - (len(lines) - 1) / 2):.0f}" font-size="14" fill="#1d2a33">{escape(line)}</text>'
                    for i, line in enumerate(lines))
    low, high = LEFT + row.low * scale, LEFT + row.high * scale
    return (
        f'{names}<rect x="{LEFT}" y="{y + 10}" width="{max(row.share * scale, 1):.1f}" height="18" fill="{INK}"/>'
        f'<path d="M{low:.1f} {y + 36}H{high:.1f}M{low:.1f} {y + 32}v8M{high:.1f} {y + 32}v8" stroke="{SOFT}" fill="none"/>'
        f'<text x="{RIGHT + 8}" y="{y + 24}" font-size="13" fill="#1d2a33">{escape(row.often or row.words)}</text>'
    )


def _broken(words: str, letters: int = 30) -> list[str]:
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > letters:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
