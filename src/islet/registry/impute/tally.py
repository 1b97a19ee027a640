"""Count what the completions were answered: for each patient and option, and for the whole cohort."""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from islet.registry.impute.network import compiled
from islet.registry.model import NO_VERDICT, Decided

SHARES = ("recommended", "possible", "not_indicated", "contraindicated", "open")  # the first four in the order of the bits of `could`
OPEN = SHARES.index("open")
LEVEL = 0.95
_SLOTS = np.array([0, 1, OPEN, 2, 3], np.int64)  # from the place of a verdict in VERDICTS to its place in SHARES

Counts = NDArray[np.int64]


class Tally(NamedTuple):
    """Hold the counts of one chain.

    `patients` (options, shares, patients) counts completions; `cohort` (completions, options, shares) counts patients with a
    certain verdict, or without; `could` (completions, options, verdicts) the patients who can still have it.
    """

    patients: NDArray[np.uint32]
    cohort: Counts
    could: Counts


def empty_tally(options: int, patients: int, completions: int) -> Tally:
    """Return a tally of nothing."""
    return Tally(
        np.zeros((options, len(SHARES), patients), np.uint32), np.zeros((completions, options, len(SHARES)), np.int64),
        np.zeros((completions, options, OPEN), np.int64),
    )


def add(tally: Tally, completion: int, decided: Decided) -> None:
    """Count one completion."""
    _add(_SLOTS, decided.verdicts, decided.could, decided.certain, tally.patients, tally.cohort[completion], tally.could[completion])


@compiled
def _add(
    slots: Counts, verdicts: NDArray[np.uint8], could: NDArray[np.uint8], certain: NDArray[np.bool_], patients: NDArray[np.uint32],
    cohort: Counts, possible: Counts,
) -> None:
    for option in range(verdicts.shape[0]):
        for patient in range(verdicts.shape[1]):
            slot = slots[verdicts[option, patient]] if certain[option, patient] else slots[2]
            patients[option, slot, patient] += 1
            cohort[option, slot] += 1
            for bit in range(4):
                possible[option, bit] += could[option, patient] >> bit & 1


def as_given(decided: Decided) -> Tally:
    """Return the tally of the patients as the table has them, emergencies left out."""
    planned = np.flatnonzero((decided.verdicts != NO_VERDICT).all(axis=0))
    found = empty_tally(len(decided.verdicts), len(planned), 1)
    part = Decided(
        np.ascontiguousarray(decided.verdicts[:, planned]), np.ascontiguousarray(decided.could[:, planned]),
        np.ascontiguousarray(decided.certain[:, planned]), None, decided.conflicting[planned],
    )
    add(found, 0, part)
    return found


class Sums(NamedTuple):
    """Hold what chains add up to: for each patient the completions, and what their spread between chains needs."""

    total: NDArray[np.float64]
    squares: NDArray[np.float64]
    weighted: NDArray[np.float64]
    sizes: list[int]

    def add(self, patients: NDArray[np.uint32], size: int) -> None:
        """Add one chain of so many completions."""
        self.total[:] += patients
        self.squares[:] += patients.astype(np.float64) ** 2
        self.weighted[:] += size * patients.astype(np.float64)
        self.sizes.append(size)

    def shares(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the share of completions (options, shares, patients) and its Monte Carlo error, the greatest of each option.

        The error is that of the mean over chains, which differ by what the cohort can teach; with one chain it is binomial.
        """
        completions = sum(self.sizes)
        share = self.total / completions
        chains = len(self.sizes)
        if chains > 1:
            spread = self.squares - 2 * share * self.weighted + share**2 * sum(size**2 for size in self.sizes)
            variance = np.maximum(spread, 0) / completions**2 * chains / (chains - 1)
        else:
            variance = share * (1 - share) / completions
        return share.astype(np.float32), np.sqrt(variance).max(axis=1).astype(np.float32)


def empty_sums(options: int, patients: int) -> Sums:
    """Return the sums of no chain."""
    shape = (options, len(SHARES), patients)
    return Sums(np.zeros(shape), np.zeros(shape), np.zeros(shape), [])


def interval(counts: Counts, chains: list[int], least: int, most: int) -> dict[str, Any]:
    """Return the estimate of a count with its interval, the central 95 % of the completions, and the Monte Carlo error of the estimate.

    `counts` stand chain after chain, `chains` says how many each made; the count is known to lie from `least` to `most`. Two things
    vary: completions within a chain, W, and what the resampled cohorts taught the chains, B (the spread of their means less the part
    of it that W explains). The interval is estimate ± t sqrt(W + B (1 + 1/chains)), with t at chains - 1 degrees of freedom because
    few chains tell B badly (the form of Rubin 1987, the chains in the place of the imputations). One chain tells no B: then it is the
    central 95 %.

    >>> interval(np.array([3, 5, 4, 4]), [2, 2], 0, 9)["estimate"], interval(np.array([4, 4, 4, 4]), [2, 2], 0, 9)["high"]
    (4.0, 4.0)
    """
    estimate = float(counts.mean())
    low, high = (float(end) for end in np.quantile(counts, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    found = {"estimate": estimate, "low": low, "high": high, "percentile_low": low, "percentile_high": high}
    ends = np.cumsum([0, *chains])
    parts = [counts[start:end] for start, end in itertools.pairwise(ends)]
    if len(chains) == 1:
        return found | {"error": float(counts.std() / np.sqrt(len(counts)))}
    means = np.array([part.mean() for part in parts])
    within = float(np.mean([part.var(ddof=1) if len(part) > 1 else 0.0 for part in parts]))
    between = max(float(means.var(ddof=1)) - within * float(np.mean(1 / np.array(chains))), 0.0)
    half = float(stdtrit(len(chains) - 1, (1 + LEVEL) / 2)) * np.sqrt(within + between * (1 + 1 / len(chains)))
    found |= {"low": float(max(estimate - half, least)), "high": float(min(estimate + half, most))}
    return found | {"error": float(means.std(ddof=1) / np.sqrt(len(chains)))}
