"""Count who would fit the encoded entry criteria of each trial of the knowledge: yes, no, yes if, not known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.registry.summary.questions import Trial

NO, UNKNOWN, YES = 0, 1, 2


class TrialCounts(NamedTuple):
    """Hold how many patients fit all that is encoded, would fit if what is open turns out well, do not fit, and are not known at all.

    `answers` holds for each encoded criterion what it says, how it is written and how many are yes, unknown and no.
    """

    trial: Trial
    fits: int
    fits_if: int
    fits_not: int
    not_known: int
    answers: tuple[tuple[str, str, int, int, int], ...]


class Trials:
    """Count batch by batch."""

    def __init__(self, trials: tuple[Trial, ...]) -> None:
        self.trials = trials
        self._counts = {trial.id: np.zeros(4, np.int64) for trial in trials}
        self._answers = {trial.id: np.zeros((len(trial.criteria), 3), np.int64) for trial in trials}

    def add(self, criteria: NDArray[np.uint8]) -> None:
        """Count a batch of answers of all criteria (places in ANSWERS, of the shape (criteria, rows))."""
        for trial in self.trials:
            own = criteria[[criterion.number for criterion in trial.criteria]]
            worst, best = own.min(axis=0), own.max(axis=0)
            self._counts[trial.id] += [
                int((worst == YES).sum()), int(((worst == UNKNOWN) & (best == YES)).sum()), int((worst == NO).sum()),
                int(((worst == UNKNOWN) & (best == UNKNOWN)).sum()),
            ]
            for answer in (NO, UNKNOWN, YES):
                self._answers[trial.id][:, answer] += (own == answer).sum(axis=1)

    def found(self) -> tuple[TrialCounts, ...]:
        """Return the counts of every trial, those that most patients fit first."""
        found = []
        for trial in self.trials:
            fits, fits_if, fits_not, not_known = map(int, self._counts[trial.id])
            answers = tuple(
                (criterion.says, criterion.when, int(row[YES]), int(row[UNKNOWN]), int(row[NO]))
                for criterion, row in zip(trial.criteria, self._answers[trial.id], strict=True)
            )
            found.append(TrialCounts(trial, fits, fits_if, fits_not, not_known, answers))
        return tuple(sorted(found, key=lambda t: (-t.fits, -t.fits_if, t.trial.name)))
