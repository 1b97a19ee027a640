"""A block of rows while it is being drawn: columns by name, the kinds of patient, and the tables it draws from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from islet.registry.synth.data import load_yaml
from islet.registry.synth.draws import BLOCK, Codes, Draws, Floats

Values = NDArray[Any]


class Block:
    """Hold BLOCK rows: a column is floats (NaN is null) for a number, else codes (-1 is null; bits of the members for a list)."""

    def __init__(self, draws: Draws) -> None:
        self.draws = draws
        self.columns: dict[str, Values] = {}
        self.kinds: dict[str, Codes] = {}
        self.treatments: list[Treatment] = []

    def __getitem__(self, name: str) -> Values:
        return self.columns[name]

    def __setitem__(self, name: str, values: Values) -> None:
        self.columns[name] = values.astype(np.int32) if values.dtype.kind in "bi" else values

    def number(self, name: str, kinds: Codes | None = None) -> Floats:
        """Draw a number a row from its table, rounded as the table says."""
        table = load_yaml("values")["numbers"][name]
        drawn = self.draws.number(table["points"], kinds)
        return np.round(drawn, table["digits"]) if "digits" in table else drawn

    def share(self, name: str) -> Any:
        """Return a share, or a list of shares, by name."""
        return load_yaml("values")["shares"][name]

    def weights(self, name: str) -> Mapping[str, Any]:
        """Return tables of weights by name."""
        found: Mapping[str, Any] = load_yaml("values")["weights"][name]
        return found

    def blank(self, name: str, rows: NDArray[np.bool_]) -> None:
        """Take the values of some rows away."""
        values = self.columns[name]
        np.putmask(values, rows, np.nan if values.dtype.kind == "f" else -1)


class Treatment:
    """Hold one slot of the history: for each row an option (-1: none) and what is told of it."""

    def __init__(self) -> None:
        self.option: Codes = np.full(BLOCK, -1)
        self.response: Codes = np.full(BLOCK, -1)
        self.cycles: Floats = np.full(BLOCK, np.nan)
        self.months: Floats = np.full(BLOCK, np.nan)
        self.months_since: Floats = np.full(BLOCK, np.nan)
