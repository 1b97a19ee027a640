"""Draw an estimate: its curves as a chart, a liver remnant as a bar against its thresholds."""

from __future__ import annotations

from html import escape
from typing import Any

from islet.present.chart import INK, LINE, PALE, SOFT, TINT, WIDTH, chart


def picture(estimate: dict[str, Any], name: str = "") -> str | None:
    """Return the picture of an estimate as SVG text, or None when there is nothing to draw."""
    curves = estimate.get("curves")
    if curves:
        return chart(curves, name or str(estimate["id"]), str(curves["title"]), str(curves["says"]))
    if estimate["id"] == "remnant_share" and estimate.get("limits") and isinstance(estimate["value"], (int, float)):
        return _remnant(float(estimate["value"]), estimate, name or "remnant")
    return None


def _remnant(share: float, estimate: dict[str, Any], name: str) -> str:
    """Return the liver as one bar: what remains, what goes, and the least share by quality of the liver."""
    left, right, top, high = 40, WIDTH - 40, 46, 54
    scale = (right - left) / 100
    edge = left + share * scale
    parts = [
        f'<rect x="{left}" y="{top}" width="{right - left}" height="{high}" fill="{PALE}" stroke="{LINE}"/>',
        f'<rect x="{left}" y="{top}" width="{edge - left:.1f}" height="{high}" fill="{TINT}" stroke="{INK}" stroke-width="2"/>',
        _text(left, top - 14, f"remains {share:g} %", "start", INK, 14, "700"),
        _text(right, top - 14, "goes", "end", SOFT, 13),
    ]
    limits = [(float(limit["value"]), str(limit["says"])) for limit in estimate["limits"]]
    for number, (least, words) in enumerate(sorted(limits, reverse=True)):
        x = left + least * scale
        look = f'stroke="{INK}" stroke-width="1.4" stroke-dasharray="5 3"'
        parts.append(f'<path d="M{x:.1f} {top}V{top + high + 18 + 18 * number}" {look}/>')
        parts.append(_text(x + 6, top + high + 20 + 18 * number, f"{least:g} %: {words}", "start", INK, 12))
    tall = top + high + 30 + 18 * len(limits)
    says = f"{share:g} % of the liver remains; the least share is " + "; ".join(f"{least:g} % ({words})" for least, words in limits)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" viewBox="0 0 {WIDTH} {tall}" '
        'font-family="system-ui, sans-serif" '
        f'aria-labelledby="{name}-title {name}-desc"><title id="{name}-title">Future liver remnant</title>'
        f'<desc id="{name}-desc">{escape(says)}</desc><rect width="{WIDTH}" height="{tall}" fill="#fff"/>{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, words: str, anchor: str, colour: str, size: float, weight: str = "400") -> str:
    look = f'text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" fill="{colour}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'
