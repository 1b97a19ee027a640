"""What a number that follows from a formula can be: certified pieces, widened by what a measured value may differ."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from islet.proof.bounds import Box, certified, pieces
from islet.proof.sources import Formula, Written

MOST_PIECES = 48


class Agreed(NamedTuple):
    """Hold a part of the inputs' box and what a derived or an agreeing measured value can be there."""

    box: Box
    low: Fraction
    high: Fraction
    low_open: bool
    high_open: bool


def agreed_pieces(written: Written, formula: Formula, constants: dict[str, float]) -> list[Agreed]:
    """Return the pieces of a formula for one choice of its constants; values beyond the possible range count as its ends."""
    return _pieces_of(_Key(written, formula, tuple(sorted(constants.items()))))


class _Key:
    def __init__(self, written: Written, formula: Formula, constants: tuple[tuple[str, float], ...]) -> None:
        self.written, self.formula, self.constants = written, formula, constants
        self._text = (written.sha256, formula.fact, constants)

    def __hash__(self) -> int:
        return hash(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._text == other._text


@lru_cache(maxsize=64)
def _pieces_of(key: _Key) -> list[Agreed]:
    written, formula = key.written, key.formula
    facts = written.dictionary.facts
    box: Box = {}
    grids: dict[str, tuple[float, ...]] = {}
    names = {}
    for name in formula.inputs:
        fact = facts[name]
        assert fact.possible is not None
        box[fact.bare] = fact.possible
        grids[fact.bare] = _grid(fact.plausible or fact.possible, written.cuts.get(name, ()))
        names[fact.bare] = name
    cuts = written.cuts.get(formula.fact, ())

    def bounds(part: Box) -> tuple[Fraction, Fraction]:
        return certified(formula.text, formula.let, dict(key.constants), part, formula.decimals)

    found = pieces(bounds, box, cuts, grids, MOST_PIECES)
    possible = facts[formula.fact].possible
    assert possible is not None
    return [
        agreed({names[bare]: ends for bare, ends in piece.box.items()}, piece.low, piece.high, formula, possible, cuts)
        for piece in found
    ]


def agreed(box: Box, low: Fraction, high: Fraction, formula: Formula, possible: tuple[float, float], cuts: tuple[float, ...]) -> Agreed:
    """Widen bounds by what a measured value may differ and still agree: never across a threshold the bounds do not touch."""
    least, most = (Fraction(repr(end)) for end in possible)
    low, high = min(max(low, least), most), max(min(high, most), least)
    wide_low, wide_high = low - Fraction(repr(formula.agrees_within)), high + Fraction(repr(formula.agrees_within))
    low_open = high_open = False
    for cut in (Fraction(repr(cut)) for cut in cuts):
        if cut <= low and cut >= wide_low:
            wide_low, low_open = cut, cut < low
        if cut >= high and cut <= wide_high:
            wide_high, high_open = cut, cut > high
            break
    return Agreed(box, wide_low, wide_high, low_open, high_open)


def _grid(span: tuple[float, float], cuts: tuple[float, ...]) -> tuple[float, ...]:
    """Return where an input may be cut: at its own thresholds, and at even steps (even ratios over a wide span)."""
    low, high = span
    steps = 16
    if low > 0 and high / low > 20:
        even = {round(low * (high / low) ** (i / steps), 1) for i in range(1, steps)}
    else:
        even = {round(low + (high - low) * i / steps, 1) for i in range(1, steps)}
    return tuple(sorted(even | set(cuts)))
