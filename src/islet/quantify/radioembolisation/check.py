"""Refuse numbers that cannot be: masses of zero, negative activities, fractions outside 0 to 1."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from islet.errors import InputError

Numbers = float | NDArray[np.float64]


def positive(**named: Any) -> None:
    """Raise InputError unless every number is above 0; the names carry their units.

    >>> positive(liver_kg=1.2)
    >>> positive(liver_kg=0.0)
    Traceback (most recent call last):
    islet.errors.InputError: liver_kg: found 0; expected a number above 0
    """
    _refuse(named, lambda array: array > 0, "expected a number above 0")


def not_negative(**named: Any) -> None:
    """Raise InputError unless every number is 0 or more.

    >>> not_negative(activity_gbq=-1.0)
    Traceback (most recent call last):
    islet.errors.InputError: activity_gbq: found -1; expected 0 or more
    """
    _refuse(named, lambda array: array >= 0, "expected 0 or more")


def below_one(**named: Any) -> None:
    """Raise InputError unless every number is a fraction from 0 to below 1.

    >>> below_one(lung_fraction=8.0)
    Traceback (most recent call last):
    islet.errors.InputError: lung_fraction: found 8; expected a fraction from 0 to below 1 (8 % is 0.08)
    """
    _refuse(named, lambda array: (array >= 0) & (array < 1), "expected a fraction from 0 to below 1 (8 % is 0.08)")


def _refuse(named: dict[str, Any], allowed: Any, expected: str) -> None:
    for name, value in named.items():
        array = np.atleast_1d(np.asarray(value, dtype=float))
        bad = ~(allowed(array) & np.isfinite(array))
        if bad.any():
            raise InputError(f"found {array[bad][0]:g}", field=name, expected=expected)
