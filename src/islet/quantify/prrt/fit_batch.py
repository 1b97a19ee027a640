"""Fit many curves in parallel with the compiled kernel and give each its covariance."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from islet.quantify.prrt.compiled import compiled
from islet.quantify.prrt.fit_kernel import (
    BI,
    CONVERGED,
    GRID,
    MONO,
    NO_SIGNAL,
    ONE_TERM,
    UPTAKE,
    Floats,
    Sums,
    descend,
    project,
    start,
    sums,
)

CHUNK = 256
ALONE = 2048  # so few curves are fitted before a second core has woken up


@compiled()
def invert(matrix: Floats, size: int) -> bool:
    """Invert the leading block of a positive definite matrix in place, scaled to a unit diagonal; return whether that worked.

    The scale is kept in the row below the block.
    """
    for i in range(size):
        if not matrix[i, i] > 0.0:
            return False
        matrix[size, i] = 1.0 / np.sqrt(matrix[i, i])
    for i in range(size):
        for j in range(size):
            matrix[i, j] *= matrix[size, i] * matrix[size, j]
    for k in range(size):
        pivot = matrix[k, k]
        if not pivot > 1e-13:
            return False
        matrix[k, k] = 1.0
        for j in range(size):
            matrix[k, j] /= pivot
        for i in range(size):
            if i != k:
                factor = matrix[i, k]
                matrix[i, k] = 0.0
                for j in range(size):
                    matrix[i, j] -= factor * matrix[k, j]
    for i in range(size):
        for j in range(size):
            matrix[i, j] *= matrix[size, i] * matrix[size, j]
    return True


@compiled()
def covariance(kind: int, s: Sums, a1: float, a2: float, work: Floats, full: Floats) -> bool:
    """Fill the covariance of (a1, a2, l1, l2) for unit weights, by way of the normal matrix of the free parameters in `work`."""
    pp, tpp, ttpp, _, _, _, qq, tqq, ttqq, _, _, _, pq, tpq, ttpq = s
    full[:, :] = 0.0
    if kind == BI:  # a1, a2, l1, l2
        work[0, 0], work[1, 0], work[1, 1] = pp, pq, qq
        work[2, 0], work[2, 1], work[2, 2] = -a1 * tpp, -a1 * tpq, a1 * a1 * ttpp
        work[3, 0], work[3, 1], work[3, 2], work[3, 3] = -a2 * tpq, -a2 * tqq, a1 * a2 * ttpq, a2 * a2 * ttqq
        size = 4
    elif kind == UPTAKE:  # a, l, k
        work[0, 0] = pp - 2.0 * pq + qq
        work[1, 0], work[1, 1] = -a1 * (tpp - tpq), a1 * a1 * ttpp
        work[2, 0], work[2, 1], work[2, 2] = a1 * (tpq - tqq), -a1 * a1 * ttpq, a1 * a1 * ttqq
        size = 3
    else:  # a, l
        work[0, 0], work[1, 0], work[1, 1] = pp, -a1 * tpp, a1 * a1 * ttpp
        size = 2
    for i in range(size):
        for j in range(i + 1, size):
            work[i, j] = work[j, i]
    if not invert(work, size):
        return False
    shift = 0 if kind == BI else 1
    for i in range(size):
        for j in range(size):
            full[i + (shift if i else 0), j + (shift if j else 0)] = work[i, j]
    if kind == UPTAKE:  # the second amplitude is minus the first
        for j in range(4):
            full[1, j] = -full[0, j]
        for i in range(4):
            full[i, 1] = -full[i, 0]
    return True


@compiled()
def fit_range(
    first: int,
    last: int,
    kind: int,
    times: Floats,
    values: Floats,
    weights: Floats,
    counts: NDArray[np.int64],
    log_low: float,
    log_high: float,
    amplitudes: Floats,
    rates: Floats,
    covariances: Floats,
    chi2: Floats,
    ended: NDArray[np.int64],
    held: NDArray[np.bool_],
) -> None:
    """Fit the curves first to last - 1, each to its first counts[c] points (ascending times), and fill the output arrays."""
    basis = np.empty((GRID + 1, values.shape[1] + 2))
    wy, x = np.empty(values.shape[1]), np.empty(2)
    here, trial, work = np.empty(8), np.empty(8), np.empty((5, 4))
    for c in range(first, last):
        n, t, w = counts[c], times[c], weights[c]
        for i in range(n):
            wy[i] = w[i] * values[c, i]
        if not start(kind, t, wy, w, n, log_low, log_high, basis, x):
            ended[c] = ONE_TERM if kind != MONO else NO_SIGNAL
            continue
        ended[c] = descend(kind, t, wy, w, n, log_low, log_high, x, here, trial)
        if ended[c] != CONVERGED:
            continue
        l1, l2 = np.exp(x[0]), np.exp(x[1])
        s = sums(t, wy, w, n, l1, l2, kind != MONO)
        project(kind, s, l1, l2, here)
        amplitudes[c, 0], amplitudes[c, 1], rates[c, 0], rates[c, 1] = here[0], here[1], l1, l2
        held[c] = x[0] <= log_low
        left = 0.0
        for i in range(n):
            miss = wy[i] - w[i] * (here[0] * np.exp(-l1 * t[i]) + here[1] * np.exp(-l2 * t[i]))
            left += miss * miss
        chi2[c] = left
        if not covariance(kind, s, here[0], here[1], work, covariances[c]):
            ended[c] = ONE_TERM


@compiled(parallel=True)
def fit_batch(
    kind: int,
    times: Floats,
    values: Floats,
    weights: Floats,
    counts: NDArray[np.int64],
    log_low: float,
    log_high: float,
    amplitudes: Floats,
    rates: Floats,
    covariances: Floats,
    chi2: Floats,
    ended: NDArray[np.int64],
    held: NDArray[np.bool_],
) -> None:
    """Fit all curves, chunks of them on every core."""
    curves = values.shape[0]
    for chunk in numba.prange((curves + CHUNK - 1) // CHUNK):
        first = chunk * CHUNK
        last = min(curves, first + CHUNK)
        fit_range(
            first, last, kind, times, values, weights, counts, log_low, log_high, amplitudes, rates, covariances, chi2, ended, held
        )
