"""What flows through the registry: a batch of patients in cells, and the decisions on it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.case.model import Case

VERDICTS = ("recommended", "possible", "need_data", "not_indicated", "contraindicated")
NO_VERDICT = 255  # an emergency: no plan is made
ANSWERS = ("no", "unknown", "yes")


class Coded(NamedTuple):
    """Hold what is known of a batch of patients, in cells.

    `masks` maps the number of a variable to the cells still possible of it, one unsigned integer a row; a variable that is left
    out, or a full mask, is unknown. `numbers` maps the name of a number fact to the least and the greatest value known of it, one
    float a row, NaN where nothing is known. Only what the table says stands here: nothing is derived yet. `cases` holds the rows
    that cells alone cannot tell (several measurements of one fact that disagree), as whole cases by their place in the batch.
    """

    rows: int
    masks: Mapping[int, NDArray[np.unsignedinteger]]
    numbers: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]]
    cases: Mapping[int, Case] = MappingProxyType({})


class Decided(NamedTuple):
    """Hold the decisions on a batch of patients.

    `verdicts` holds the places in VERDICTS (NO_VERDICT in an emergency), `could` the verdicts still possible over all ways of
    filling in (bits of `rules.generate`), `certain` whether that is one and rests on nothing that clashes: each of the shape
    (options, rows), options in the order of the knowledge. `criteria`, where asked for, holds places in ANSWERS of the shape
    (criteria, rows). `conflicting` marks the rows whose facts clash.
    """

    verdicts: NDArray[np.uint8]
    could: NDArray[np.uint8]
    certain: NDArray[np.bool_]
    criteria: NDArray[np.uint8] | None
    conflicting: NDArray[np.bool_]
