"""The compiled heart of the fit: one, two or uptake exponentials to many curves at once, by variable projection.

The amplitudes are linear, so for given rates the best ones follow from a small linear system, and only the logarithms of
the one or two rates are searched: a coarse grid over the allowed rates finds the valley, Gauss-Newton steps with
Levenberg's damping (Golub and Pereyra's projected residual with Kaufman's derivative) go to its floor. All that a step needs
of the points are fifteen sums, so the work is linear in the number of points.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from islet.quantify.prrt.compiled import compiled

Floats = NDArray[np.float64]
Sums = tuple[float, float, float, float, float, float, float, float, float, float, float, float, float, float, float]

MONO, UPTAKE, BI = 0, 1, 2
CONVERGED, NO_FLOOR, ONE_TERM, TOO_FAST, NO_SIGNAL = 0, 1, 2, 3, 4

GRID = 7
FIRST = 0.2
LOG3 = math.log(3.0)
STEPS = 60
STEP_TOLERANCE = 1e-6
SAME_RATE = 1e-2


@compiled()
def sums(t: Floats, wy: Floats, w: Floats, n: int, l1: float, l2: float, two: bool) -> Sums:
    """Return the sums over the points of products of the weighted terms p, q, their times t, t^2 and the values y."""
    pp = tpp = ttpp = py = tpy = ttpy = qq = tqq = ttqq = qy = tqy = ttqy = pq = tpq = ttpq = 0.0
    for i in range(n):
        ti, p = t[i], w[i] * np.exp(-l1 * t[i])
        tp = ti * p
        pp += p * p
        tpp += p * tp
        ttpp += tp * tp
        py += p * wy[i]
        tpy += tp * wy[i]
        ttpy += ti * tp * wy[i]
        if two:
            q = w[i] * np.exp(-l2 * ti)
            tq = ti * q
            qq += q * q
            tqq += q * tq
            ttqq += tq * tq
            qy += q * wy[i]
            tqy += tq * wy[i]
            ttqy += ti * tq * wy[i]
            pq += p * q
            tpq += p * tq
            ttpq += tp * tq
    return pp, tpp, ttpp, py, tpy, ttpy, qq, tqq, ttqq, qy, tqy, ttqy, pq, tpq, ttpq


@compiled()
def project(kind: int, s: Sums, l1: float, l2: float, out: Floats) -> None:
    """Fill out with a1, a2, the explained sum of squares, the slope g1, g2 and the curvature h11, h12, h22 in the log rates.

    The curvature is the exact one of the reduced problem (Schur complement of the full Hessian); where it is not positive
    definite it is replaced by that of Gauss and Newton. The explained sum is -1 where an amplitude is not positive.
    """
    pp, tpp, ttpp, py, tpy, ttpy, qq, tqq, ttqq, qy, tqy, ttqy, pq, tpq, ttpq = s
    if kind == BI:
        det = pp * qq - pq * pq
        a1, a2 = (qq * py - pq * qy) / det, (pp * qy - pq * py) / det
        if not (det > 0.0 and a1 > 0.0 and a2 > 0.0):
            out[2] = -1.0
            return
        out[0], out[1], out[2] = a1, a2, a1 * py + a2 * qy
        d1, d2 = -a1 * l1, -a2 * l2
        c11, c12, c21, c22 = d1 * tpp, d1 * tpq, d2 * tpq, d2 * tqq
        g1, g2 = d1 * (tpy - a1 * tpp - a2 * tpq), d2 * (tqy - a1 * tpq - a2 * tqq)
        n11, n12, n22 = d1 * d1 * ttpp, d1 * d2 * ttpq, d2 * d2 * ttqq
        out[3], out[4] = g1, g2
        e11, e22 = c11 - g1 / a1, c22 - g2 / a2
        f11 = n11 - g1 - d1 * d1 / a1 * (ttpy - a1 * ttpp - a2 * ttpq)
        f22 = n22 - g2 - d2 * d2 / a2 * (ttqy - a1 * ttpq - a2 * ttqq)
        h11 = f11 - (qq * e11 * e11 - 2.0 * pq * e11 * c12 + pp * c12 * c12) / det
        h12 = n12 - (qq * e11 * c21 - pq * (e11 * e22 + c12 * c21) + pp * c12 * e22) / det
        h22 = f22 - (qq * c21 * c21 - 2.0 * pq * c21 * e22 + pp * e22 * e22) / det
        if not (h11 > 0.0 and h11 * h22 > h12 * h12 * 1.0001):
            h11 = n11 - (qq * c11 * c11 - 2.0 * pq * c11 * c12 + pp * c12 * c12) / det
            h12 = n12 - (qq * c11 * c21 - pq * (c11 * c22 + c12 * c21) + pp * c12 * c22) / det
            h22 = n22 - (qq * c21 * c21 - 2.0 * pq * c21 * c22 + pp * c22 * c22) / det
        out[5], out[6], out[7] = h11, h12, h22
        return
    if kind == MONO:
        qq = tqq = ttqq = qy = tqy = ttqy = pq = tpq = ttpq = 0.0
    norm, right = pp - 2.0 * pq + qq, py - qy
    a = right / norm
    if not (norm > 0.0 and a > 0.0):
        out[2] = -1.0
        return
    out[0], out[1], out[2] = a, -a, a * right
    d1, d2 = -a * l1, a * l2
    c1, c2 = d1 * (tpp - tpq), d2 * (tpq - tqq)
    g1, g2 = d1 * tpy - c1 * a, d2 * tqy - c2 * a
    n11, n12, n22 = d1 * d1 * ttpp, d1 * d2 * ttpq, d2 * d2 * ttqq
    out[3], out[4] = g1, g2
    e1, e2 = c1 - g1 / a, c2 - g2 / a
    h11 = n11 - g1 - d1 * d1 / a * (ttpy - a * (ttpp - ttpq)) - e1 * e1 / norm
    h12 = n12 - e1 * e2 / norm
    h22 = n22 - g2 + d2 * d2 / a * (ttqy - a * (ttpq - ttqq)) - e2 * e2 / norm
    if kind == MONO:
        out[1] = 0.0
        out[5] = h11 if h11 > 0.0 else n11 - c1 * c1 / norm
        return
    if not (h11 > 0.0 and h11 * h22 > h12 * h12 * 1.0001):
        h11, h12, h22 = n11 - c1 * c1 / norm, n12 - c1 * c2 / norm, n22 - c2 * c2 / norm
    out[5], out[6], out[7] = h11, h12, h22


@compiled()
def start(
    kind: int, t: Floats, wy: Floats, w: Floats, n: int, log_low: float, log_high: float, basis: Floats, best: Floats
) -> bool:
    """Fill best with two log rates to start from; tell whether any pair on the grid has positive amplitudes.

    The slow rate is that of the last two points. The fast one, and both where that fails, come from a grid of ratio 3: a
    rate three times as fast has the cube of the exponential, so the grid costs one exponential a point.
    """
    fall = 0.0
    if wy[n - 1] > 0.0 and wy[n - 2] > 0.0:
        fall = math.log(wy[n - 2] * w[n - 1] / (wy[n - 1] * w[n - 2])) / (t[n - 1] - t[n - 2])
    tail = min(max(math.log(fall) if fall > 0.0 else log_low, log_low + FIRST), log_high - LOG3)
    if kind == MONO:
        best[0], best[1] = tail, log_high
        return True
    nodes = min(GRID, 1 + int((log_high - log_low - FIRST) / LOG3))
    slow, tail_rate = np.exp(log_low + FIRST), np.exp(tail)
    for i in range(n):
        basis[nodes, i] = w[i] * np.exp(-tail_rate * t[i])
        value = np.exp(-slow * t[i])
        for g in range(nodes):
            basis[g, i] = w[i] * value
            value = value * value * value
    for g in range(nodes + 1):
        bg = 0.0
        sgg = 0.0
        for i in range(n):
            bg += basis[g, i] * wy[i]
            sgg += basis[g, i] * basis[g, i]
        basis[g, n], basis[g, n + 1] = bg, sgg
    top = -1.0
    for turn in range(nodes):
        h = nodes if turn == 0 else turn - 1
        at_h = tail if turn == 0 else log_low + FIRST + h * LOG3
        bh, shh = basis[h, n], basis[h, n + 1]
        for g in range(nodes):
            at_g = log_low + FIRST + g * LOG3
            if at_g < at_h + 0.5:
                continue
            sgh = 0.0
            for i in range(n):
                sgh += basis[g, i] * basis[h, i]
            bg, sgg = basis[g, n], basis[g, n + 1]
            explained = -1.0
            if kind == BI:
                ag, ah = shh * bg - sgh * bh, sgg * bh - sgh * bg
                if ag > 0.0 and ah > 0.0:
                    explained = (ag * bg + ah * bh) / (sgg * shh - sgh * sgh)
            elif bh > bg:
                explained = (bh - bg) * (bh - bg) / (sgg - 2.0 * sgh + shh)
            if explained > top:
                top, best[0], best[1] = explained, at_h, at_g
        if turn == 0 and top > 0.0:
            break
    return top > 0.0


@compiled()
def descend(
    kind: int,
    t: Floats,
    wy: Floats,
    w: Floats,
    n: int,
    log_low: float,
    log_high: float,
    x: Floats,
    here: Floats,
    trial: Floats,
) -> int:
    """Go from the log rates x to the floor of the valley; fill x and here; return how it ended."""
    two = kind != MONO
    l1, l2 = np.exp(x[0]), np.exp(x[1])
    project(kind, sums(t, wy, w, n, l1, l2, two), l1, l2, here)
    if here[2] < 0.0:
        return NO_SIGNAL
    damping = 1e-4
    for _ in range(STEPS):
        hold1 = x[0] <= log_low and here[3] < 0.0
        hold2 = not two or (x[1] >= log_high and here[4] > 0.0)
        m11, m22 = here[5] * (1.0 + damping), here[7] * (1.0 + damping)
        if hold1 and hold2:
            return TOO_FAST if two else CONVERGED
        if hold1:
            step1, step2 = 0.0, here[4] / m22
        elif hold2:
            step1, step2 = here[3] / m11, 0.0
        else:
            det = m11 * m22 - here[6] * here[6]
            step1 = (m22 * here[3] - here[6] * here[4]) / det
            step2 = (m11 * here[4] - here[6] * here[3]) / det
        longest = max(abs(step1), abs(step2))
        if not longest < 1e30:
            return NO_FLOOR
        if longest < STEP_TOLERANCE and damping < 1e-2:
            return TOO_FAST if two and x[1] >= log_high else CONVERGED
        if longest > 1.0:
            step1, step2 = step1 / longest, step2 / longest
        y1 = min(max(x[0] + step1, log_low), log_high)
        y2 = min(max(x[1] + step2, log_low), log_high) if two else x[1]
        if two and y2 - y1 < SAME_RATE:
            worse = True
        else:
            l1, l2 = np.exp(y1), np.exp(y2)
            project(kind, sums(t, wy, w, n, l1, l2, two), l1, l2, trial)
            worse = trial[2] < here[2] * (1.0 - 1e-14)
        if worse:
            damping = max(damping * 8.0, 1e-6)
            if damping > 1e6:
                return ONE_TERM if two else NO_FLOOR
            continue
        x[0], x[1] = y1, y2
        for k in range(8):
            here[k] = trial[k]
        damping *= 0.1
        if damping < 1e-12:
            damping = 0.0
    return NO_FLOOR
