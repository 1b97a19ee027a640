"""Watch one chain over many sweeps from several starts: do the starts agree, and do more sweeps move what is drawn?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from islet.registry.impute.chain import Chain
from islet.registry.impute.cohort import Cohort
from islet.registry.impute.complete import Rows, draw, make_page
from islet.registry.impute.kernel import Floats

STARTS = 4
SWEEPS = 10
PATIENTS = 2000
WATCHING = 1 << 41  # random numbers of watching are apart from those of completions


class FactTrace(NamedTuple):
    """Hold for one fact the mean of what was drawn at each sweep, R-hat over the second half, and how far sweeps move the mean.

    The mean of a category is that of the places of its words. `drift` is the mean at the sweep that completions stop at less that of
    the second half, in standard deviations of what was observed.
    """

    means: tuple[float, ...]
    rhat: float
    drift: float


def converged(cohort: Cohort, chain: Chain, rows: Rows, sweeps: int) -> list[FactTrace]:
    """Return the trace of every drawn fact over the first patients; none where there is nothing to draw."""
    page = make_page(cohort, rows[:PATIENTS])
    longest = max(SWEEPS, 2 * sweeps)
    missing = (~cohort.plan.known[:, page.rows]).sum(axis=1)
    means = np.zeros((STARTS, longest + 1, len(cohort.names)))
    for start in range(STARTS):
        draw(cohort, chain, page, longest, WATCHING + start, 0, means[start])
    means /= np.maximum(missing, 1)
    found = []
    for fact, column in enumerate(cohort.plan.columns):
        own = means[:, :, fact]
        half = own[:, (longest + 1) // 2 :]
        observed = cohort.observed[:, column]
        spread = float(np.nanstd(observed)) or 1.0
        drift = (own[:, sweeps].mean() - half.mean()) / spread
        found.append(FactTrace(tuple(own.mean(axis=0).tolist()), rhat(half), float(drift)))
    return found


def rhat(chains: Floats) -> float:
    """Return the potential scale reduction of chains (chains, draws), NaN where no chain moves (Gelman and Rubin 1992).

    >>> rhat(np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])) <= 1.0, rhat(np.array([[1.0, 1.1], [5.0, 5.1]])) > 10
    (True, True)
    """
    draws = chains.shape[1]
    within = float(chains.var(axis=1, ddof=1).mean())
    between = draws * float(chains.mean(axis=1).var(ddof=1))
    if within <= 1e-12 * float(np.square(chains).mean()):
        return float("nan")
    return float(np.sqrt(((draws - 1) / draws * within + between / draws) / within))
