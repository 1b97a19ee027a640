"""Count the records whose facts no patient can have together, by what clashes."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from islet.patient.space import Space
from islet.patient.state import build_patient
from islet.registry.by_case import case_of
from islet.registry.model import Coded


class Conflicts:
    """Count batch by batch; each record counts once, under all of its clashes together."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self._kinds: Counter[tuple[tuple[str, ...], ...]] = Counter()

    def add(self, coded: Coded, conflicting: NDArray[np.bool_]) -> None:
        """Count the records of a batch that clash."""
        for row in np.flatnonzero(conflicting):
            patient = build_patient(case_of(coded, int(row), self.space), self.space)
            names = sorted({tuple(sorted(self.space.variables[v].name for v in clash.variables)) for clash in patient.clashes})
            self._kinds[tuple(names)] += 1

    def found(self) -> tuple[tuple[tuple[tuple[str, ...], ...], int], ...]:
        """Return what clashes with the number of records, the most first."""
        return tuple(sorted(self._kinds.items(), key=lambda pair: (-pair[1], pair[0])))
