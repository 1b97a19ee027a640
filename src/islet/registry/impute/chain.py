"""Fit one chain: a first pass in which each fact rests on those drawn before it, then sweeps over whole patients."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from islet.registry.impute.cohort import Cohort
from islet.registry.impute.kernel import DEEPEST, Forest, draw_column
from islet.registry.impute.network import make_steps
from islet.registry.impute.trees import Grown, forest_of, grow

FITTING = 1 << 40  # random numbers of fitting are apart from those of completions


class Chain:
    """Hold the fitted trees of one chain: `forests[0]` for the first pass, `forests[1]` for sweeps.

    Every chain is fitted to patients drawn with replacement (bootstrap), so that chains differ as much as what the cohort can teach.
    A start is drawn with each fact resting on those before it alone. Then the first pass is fitted: each fact from all others, of
    which those still to be drawn are blanked as they are missing in some other patient, so that being missing teaches nothing.
    """

    def __init__(self, cohort: Cohort, seed: int, number: int) -> None:
        self.cohort, self.seed, self.number = cohort, seed, number
        plan = cohort.plan
        self.rng = np.random.default_rng([seed, number])
        self.sample = self.rng.integers(0, cohort.coded.rows, cohort.coded.rows)
        self.cuts = [
            tuple(plan.cuts[plan.cut_starts[fact] : plan.cut_starts[fact + 1]].tolist()) if plan.numbers[fact] else None
            for fact in range(len(plan.variables))
        ]
        start = cohort.known.copy()
        self._pass(start, start, cohort.before, 0)
        features = cohort.known.copy()
        first = self._pass(start, features, cohort.nearest, 1, blank=True)
        self.forests = (first, self._pass(features, features, cohort.nearest, 2))

    def _pass(
        self, whole: NDArray[np.float32], features: NDArray[np.float32], nearest: tuple[NDArray[np.int64], ...], turn: int,
        blank: bool = False,
    ) -> Forest:
        """Fit every fact in turn to `whole` patients and draw it into `features`, in place."""
        cohort, plan = self.cohort, self.cohort.plan
        states = cohort.states.copy()
        trees: list[Grown] = []
        for fact in range(len(plan.variables)):
            teaching = self.sample[cohort.told[fact, self.sample]]
            if not len(teaching):
                teaching = np.flatnonzero(cohort.told[fact])
            columns = nearest[fact]
            predictors = whole[np.ix_(teaching, columns)]
            if blank:
                self._blank(predictors, columns, fact)
            tree = grow(cohort.observed[teaching, plan.columns[fact]], predictors, columns, bool(plan.numbers[fact]), self.rng)
            trees.append(tree)
            alone = forest_of([tree], [self.cuts[fact]])
            _draw_alone(fact, alone, cohort, features, states, self.seed, FITTING + self.number * 1000 + turn)
        return forest_of(trees, self.cuts)

    def _blank(self, predictors: NDArray[np.float32], columns: NDArray[np.int64], fact: int) -> None:
        """Blank what is still to be drawn as it is missing in patients, taken at random, who lack this fact."""
        plan = self.cohort.plan
        lacking = np.flatnonzero(~plan.known[fact])
        if not len(lacking):
            return
        patterns = self.rng.choice(lacking, len(predictors))
        later = {int(column): fact + 1 + place for place, column in enumerate(plan.columns[fact + 1 :])}
        for place, column in enumerate(columns.tolist()):
            if column in later:
                predictors[~plan.known[later[column], patterns], place] = np.nan


def _draw_alone(
    fact: int, alone: Forest, cohort: Cohort, features: NDArray[np.float32], states: NDArray[np.uint32], seed: int, turn: int
) -> None:
    count = np.zeros(len(cohort.plan.variables), np.int32)  # the only tree serves whatever the place of the fact
    draw_column(
        fact, alone._replace(roots=count, levels=count), cohort.plan, cohort.network, features, states, seed, turn,
        np.empty(1, np.uint64), make_steps(cohort.network), np.empty(DEEPEST, np.int32),
    )
