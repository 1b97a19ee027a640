"""A hundred people as a 10 by 10 picture: filled from the bottom left in rows, told by shape as well as by colour."""

from __future__ import annotations

from html import escape

SIDE, STEP, EDGE = 10, 14, 3


def icon_array(count: int, title: str, says: str, key: str) -> str:
    """Return the picture of `count` out of 100 people; `key` makes its ids its own; raise ValueError outside 0 to 100.

    >>> filled = icon_array(43, "It happened", "43 of 100", "a").split('class="icon-yes" d="')[1].split('"')[0]
    >>> filled.count("M"), filled.startswith("M5 131")  # the first square stands at the bottom left
    (43, True)
    """
    if not 0 <= count <= SIDE * SIDE:
        raise ValueError(f"found {count}, expected 0 to {SIDE * SIDE}")
    size = SIDE * STEP + 2 * EDGE
    yes = "".join(f"M{x - 5:g} {y - 5:g}h10v10h-10z" for x, y in map(_place, range(count)))
    no = "".join(f"M{x - 4:g} {y:g}a4 4 0 1 0 8 0a4 4 0 1 0-8 0z" for x, y in map(_place, range(count, SIDE * SIDE)))
    return (
        f'<svg class="icons" role="img" viewBox="0 0 {size} {size}" width="{size}" height="{size}" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(says)}</desc><path class="icon-yes" d="{yes}" fill="#123c5a"/>'
        f'<path class="icon-no" d="{no}" fill="#fff" stroke="#5f6f7b" stroke-width="1.2"/></svg>'
    )


def _place(number: int) -> tuple[float, float]:
    return EDGE + (number % SIDE + 0.5) * STEP, EDGE + (SIDE - 1 - number // SIDE + 0.5) * STEP
