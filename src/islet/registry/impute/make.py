"""Impute a cohort: what its patients are answered as they are, and over all the ways in which what is missing may be filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.knowledge.base import KnowledgeBase
from islet.registry.impute.cohort import LEAST, Cohort, make_cohort
from islet.registry.impute.run import ChainResult, MakeDecide, Settings, run_chains
from islet.registry.impute.tally import OPEN, SHARES, as_given, empty_sums, interval
from islet.registry.model import NO_VERDICT, Coded, Decided


class Imputed(NamedTuple):
    """Hold the answers on a cohort.

    `exact` are the decisions on what is known. `shares` (options, SHARES, patients) says in which share of the completions a patient
    got each verdict for certain, or stayed open, NaN in an emergency; `errors` (options, patients) its Monte Carlo error. `counts` has
    a row for each option and share of the cohort. `completions` were made, of those asked for.
    """

    exact: Decided
    shares: NDArray[np.float32]
    errors: NDArray[np.float32]
    counts: list[dict[str, Any]]
    completions: int
    cohort: Cohort
    settings: Settings
    chains: list[ChainResult]
    rows: NDArray[np.int64]


def impute(
    coded: Coded, base: KnowledgeBase, make_decide: MakeDecide, settings: Settings, progress: Callable[[int, int], None],
    least: int = LEAST,
) -> Imputed:
    """Return the answers on a cohort over completions drawn from its own joint distribution; raise KeyboardInterrupt if none was made.

    `make_decide` makes the function that decides a batch, once in each process.
    """
    exact = make_decide()(coded)
    planned = (exact.verdicts != NO_VERDICT).all(axis=0)
    cohort = make_cohort(coded, base, ~exact.conflicting, least)
    open_rows = np.flatnonzero(planned & ~exact.conflicting & ~exact.certain.all(axis=0))
    rows = open_rows if cohort.drawn else open_rows[:0]
    sums = empty_sums(len(base.options), len(rows))
    chains: list[ChainResult] = []
    if len(rows):
        for result in run_chains(cohort, rows, settings, make_decide, progress):
            if result.done:
                sums.add(result.tally.patients, result.done)
            empty = result.tally.patients[:, :, :0]
            chains.append(result._replace(tally=result.tally._replace(patients=empty)))
        if not sums.sizes:
            raise KeyboardInterrupt
    chains.sort(key=lambda result: result.number)
    completions = sum(sums.sizes) if len(rows) else settings.completions
    shares, errors = _as_known(exact, planned)
    if len(rows):
        shares[:, :, rows], errors[:, rows] = sums.shares()
    rest = np.setdiff1d(np.arange(coded.rows), rows)
    counts = _counts(exact, rest, [result for result in chains if result.done], base)
    return Imputed(exact, shares, errors, counts, completions, cohort, settings, chains, rows)


def _as_known(exact: Decided, planned: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return shares that are 0 or 1: the certain verdicts as they are, all others open."""
    shares = np.full((len(exact.verdicts), len(SHARES), len(planned)), np.nan, np.float32)
    shares[:, :, planned] = as_given(exact).patients
    return shares, np.where(planned, np.float32(0), np.float32(np.nan)) * np.ones((len(exact.verdicts), 1), np.float32)


def _counts(exact: Decided, rest: NDArray[np.int64], chains: list[ChainResult], base: KnowledgeBase) -> list[dict[str, Any]]:
    """Return for each option and share how many patients have it: as known, and over the completions with interval and error."""
    known, fixed = as_given(exact), as_given(_part(exact, rest))
    sizes = [result.done for result in chains] or [1]
    cohort = fixed.cohort + np.concatenate([result.tally.cohort for result in chains]) if chains else fixed.cohort
    could = fixed.could + np.concatenate([result.tally.could for result in chains]) if chains else fixed.could
    found = []
    for place, option in enumerate(base.options):
        for slot, share in enumerate(SHARES):
            row: dict[str, Any] = {"option": option, "verdict": share, "known": int(known.cohort[0, place, slot])}
            sure = row["known"] if slot < OPEN else 0
            most = int(known.could[0, place, slot]) if slot < OPEN else row["known"]
            row |= interval(cohort[:, place, slot], sizes, sure, most)
            if slot < OPEN:
                still = interval(could[:, place, slot], sizes, sure, most)
                row |= {f"could_{name}": still[name] for name in ("estimate", "low", "high")}
            found.append(row)
    return found


def _part(decided: Decided, rows: NDArray[np.int64]) -> Decided:
    return Decided(decided.verdicts[:, rows], decided.could[:, rows], decided.certain[:, rows], None, decided.conflicting[rows])
