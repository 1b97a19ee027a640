"""What the different values of one column say, before they are handed out to the rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.case.dictionary import Variable
from islet.case.values import Given

Masks = NDArray[np.unsignedinteger]
Ends = tuple[NDArray[np.float64], NDArray[np.float64]]


class Fault(NamedTuple):
    """Hold what is wrong with a value: what was found and what was expected."""

    found: str
    expected: str


class Said(NamedTuple):
    """Hold what one value of a column says.

    `masks` maps variables to the cells left, `hulls` number facts to their least and greatest value; `whole` holds what cells alone
    cannot tell, as a case would hold it; `on` is the last day it names; `unusual` says that it holds a number outside what is
    plausible; `refused` are the options and groups a patient refuses.
    """

    masks: dict[int, int]
    hulls: dict[str, tuple[float, float]]
    whole: dict[str, Given]
    on: int = 0
    unusual: bool = False
    refused: tuple[str, ...] = ()


NOTHING = Said({}, {}, {})


class Column(NamedTuple):
    """Hold what the different values of a column say, and which of them each row has.

    `rows` gives each row the place of its value; the last place says nothing (unknown). Arrays have one entry a place. `whole`,
    `faults` and `refused` hold what only some places have.
    """

    rows: NDArray[np.intp] | None
    masks: dict[int, Masks]
    numbers: dict[str, Ends]
    whole: dict[int, dict[str, Given]]
    faults: dict[int, Fault]
    refused: dict[int, tuple[str, ...]]
    on: NDArray[np.int32] | None = None
    unusual: NDArray[np.bool_] | None = None


def mask_type(variable: Variable) -> type[np.unsignedinteger]:
    """Return the smallest unsigned integer that holds the cells of a variable."""
    width = variable.full.bit_length()
    return np.uint8 if width <= 8 else np.uint16 if width <= 16 else np.uint32 if width <= 32 else np.uint64


def unknown_masks(variable: Variable, count: int) -> Masks:
    """Return the cells of `count` rows of which nothing is known."""
    return np.full(count, variable.full, mask_type(variable))


def unknown_ends(count: int) -> Ends:
    """Return the ends of `count` numbers of which nothing is known."""
    return np.full(count, np.nan), np.full(count, np.nan)
