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

CHUNK = 64


@compiled()
def invert(matrix: Floats, size: int) -> bool:
    """Invert the leading block of a positive definite matrix in place, scaled to a unit diagonal; return whether that worked."""
    scale = np.empty(4)
    for i in range(size):
        if not matrix[i, i] > 0.0:
            return False
        scale[i] = 1.0 / np.sqrt(matrix[i, i])
    for i in range(size):
        for j in range(size):
            matrix[i, j] *= scale[i] * scale[j]
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
            matrix[i, j] *= scale[i] * scale[j]
    return True


@compiled()
def covariance(kind: int, s: Sums, a1: float, a2: float, work: Floats, spread: Floats, full: Floats) -> bool:
    """Fill the covariance of (a1, a2, l1, l2) for unit weights.

    `work` is the normal matrix of the free parameters, `spread` maps them to the four.
    """
    pp, tpp, ttpp, _, _, _, qq, tqq, ttqq, _, _, _, pq, tpq, ttpq = s
    spread[:, :] = 0.0
    if kind == BI:
        size = 4
        work[0, 0], work[0, 1], work[1, 1] = pp, pq, qq
        work[0, 2], work[1, 2], work[2, 2] = -a2 * tpq, -a2 * tqq, a2 * a2 * ttqq
        work[0, 3], work[1, 3], work[2, 3], work[3, 3] = -a1 * tpp, -a1 * tpq, a1 * a2 * ttpq, a1 * a1 * ttpp
        spread[0, 0], spread[1, 1], spread[3, 2], spread[2, 3] = 1.0, 1.0, 1.0, 1.0
    elif kind == UPTAKE:
        size = 3
        work[0, 0] = pp - 2.0 * pq + qq
        work[0, 1], work[1, 1] = a1 * (tpq - tqq), a1 * a1 * ttqq
        work[0, 2], work[1, 2], work[2, 2] = -a1 * (tpp - tpq), -a1 * a1 * ttpq, a1 * a1 * ttpp
        spread[0, 0], spread[1, 0], spread[3, 1], spread[2, 2] = 1.0, -1.0, 1.0, 1.0
    else:
        size = 2
        work[0, 0], work[0, 1], work[1, 1] = pp, -a1 * tpp, a1 * a1 * ttpp
        spread[0, 0], spread[2, 1] = 1.0, 1.0
    for i in range(size):
        for j in range(i):
            work[i, j] = work[j, i]
    if not invert(work, size):
        return False
    for i in range(4):
        for j in range(4):
            total = 0.0
            for p in range(size):
                for q in range(size):
                    total += spread[i, p] * work[p, q] * spread[j, q]
            full[i, j] = total
    return True


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
    """Fit curve c to its first counts[c] points (ascending times) and fill the output arrays."""
    curves = values.shape[0]
    chunks = (curves + CHUNK - 1) // CHUNK
    for chunk in numba.prange(chunks):
        basis = np.empty((GRID + 1, values.shape[1] + 2))
        wy, x = np.empty(values.shape[1]), np.empty(2)
        here, trial, work, spread = np.empty(8), np.empty(8), np.empty((4, 4)), np.empty((4, 4))
        for c in range(chunk * CHUNK, min(curves, (chunk + 1) * CHUNK)):
            n, t, w = counts[c], times[c], weights[c]
            total = 0.0
            for i in range(n):
                wy[i] = w[i] * values[c, i]
                total += wy[i] * wy[i]
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
            if not covariance(kind, s, here[0], here[1], work, spread, covariances[c]):
                ended[c] = ONE_TERM
