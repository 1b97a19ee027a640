"""Syllables of figures as they are read aloud (Flesch 1949: four for 1918, nineteen-eighteen)."""

from __future__ import annotations

_ONES = (2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 2, 2, 2, 2, 3, 2, 2)  # zero, one, two … nineteen
_TENS = (0, 0, 2, 2, 2, 2, 2, 3, 2, 2)  # twenty … ninety


def figure_syllables(figure: str) -> int:
    """Return the syllables of a figure.

    >>> [figure_syllables(figure) for figure in ("100", "83", "2.5", "1918", "1,000", "150", "7%", "-2")]
    [3, 3, 3, 4, 3, 5, 4, 3]
    """
    signs = 2 * figure.endswith("%") + 2 * figure.startswith("-")  # percent, minus
    plain = figure.strip("%-")
    whole, _, decimals = plain.replace(",", "").partition(".")
    number = int(whole)
    if decimals:
        return _whole(number) + 1 + sum(_ONES[int(digit)] for digit in decimals) + signs
    if len(plain) == 4 and "," not in plain and (1100 <= number < 2000 or 2010 <= number < 2100) and number % 100 >= 10:
        return _whole(number // 100) + _whole(number % 100) + signs
    return _whole(number) + signs


def _whole(number: int) -> int:
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (_ONES[number % 10] if number % 10 else 0)
    size, word = (100, 2) if number < 1000 else (1000, 2)  # hundred, thousand
    return _whole(number // size) + word + (_whole(number % size) if number % size else 0)
