"""Count who moves from which verdict to which, between two ways of deciding the same patients."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.registry.model import NO_VERDICT, VERDICTS

STANDS = (*VERDICTS, "no_plan")  # where a patient can stand; no plan is made in an emergency
Matrix = NDArray[np.int64]


class Move(NamedTuple):
    """Hold how many patients stand at `before` in one way of deciding an option and at `after` in the other."""

    option: str
    before: str
    after: str
    patients: int


def stands_of(verdicts: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return verdicts as places in STANDS.

    >>> stands_of(np.array([0, 255], np.uint8)).tolist()
    [0, 5]
    """
    return np.where(verdicts == NO_VERDICT, len(VERDICTS), verdicts).astype(np.uint8)


def no_moves() -> Matrix:
    """Return the counts of nobody yet, of the shape (before, after)."""
    return np.zeros((len(STANDS), len(STANDS)), np.int64)


def moves_between(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> Matrix:
    """Return the counts of patients by places in STANDS, of the shape (before, after).

    >>> int(moves_between(np.array([0, 0], np.uint8), np.array([0, 3], np.uint8))[0, 3])
    1
    """
    size = len(STANDS)
    return np.bincount(before.astype(np.int64) * size + after, minlength=size * size).reshape(size, size)


def listed(option: str, counts: Matrix) -> list[Move]:
    """Return the counts that are not zero, those who stay among them."""
    return [Move(option, STANDS[one], STANDS[other], int(counts[one, other])) for one, other in zip(*np.nonzero(counts), strict=True)]
