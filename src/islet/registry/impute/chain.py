"""Fit one chain: a first pass in which each fact rests on those drawn before it, then sweeps over whole patients."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from islet.registry.impute.cohort import Cohort
from islet.registry.impute.kernel import DEEPEST, Forest, draw_column
from islet.registry.impute.network import make_steps
from islet.registry.impute.trees import Grown, forest_of, grow

FITTED_SWEEPS = 2
FITTING = 1 << 40  # random numbers of fitting are apart from those of completions


class Chain:
    """Hold the fitted trees of one chain: `forests[0]` for the first pass, `forests[1]` for sweeps.

    Every chain is fitted to patients drawn with replacement (bootstrap), so that chains differ as much as what the cohort can teach.
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
        features = cohort.known.copy()
        first = self._pass(features, 0)
        sweep = first
        for turn in range(FITTED_SWEEPS):
            sweep = self._pass(features, turn + 1)
        self.forests = (first, sweep)

    def _pass(self, features: NDArray[np.float32], turn: int) -> Forest:
        """Fit every fact in turn and draw it, in place, so that the next fact learns from whole patients."""
        cohort, plan = self.cohort, self.cohort.plan
        states = cohort.states.copy()
        nearest = cohort.nearest if turn else cohort.before
        trees: list[Grown] = []
        for fact in range(len(plan.variables)):
            column = plan.columns[fact]
            teaching = self.sample[cohort.told[fact, self.sample]]
            if not len(teaching):
                teaching = np.flatnonzero(cohort.told[fact])
            values = cohort.observed[teaching, column]
            tree = grow(values, features[teaching], nearest[fact], bool(plan.numbers[fact]), self.rng)
            trees.append(tree)
            alone = forest_of([tree], [self.cuts[fact]])
            _draw_alone(fact, alone, cohort, features, states, self.seed, FITTING + self.number * 1000 + turn)
        return forest_of(trees, self.cuts)


def _draw_alone(
    fact: int, alone: Forest, cohort: Cohort, features: NDArray[np.float32], states: NDArray[np.uint32], seed: int, turn: int
) -> None:
    count = np.zeros(len(cohort.plan.variables), np.int32)  # the only tree serves whatever the place of the fact
    draw_column(
        fact, alone._replace(roots=count, levels=count), cohort.plan, cohort.network, features, states, seed, turn,
        np.empty(1, np.uint64), make_steps(cohort.network), np.empty(DEEPEST, np.int32),
    )
