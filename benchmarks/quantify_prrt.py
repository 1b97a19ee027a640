"""Measure the fits of PRRT beside what one would otherwise write: a loop of curve_fit, and plain vectorised NumPy.

The curves are bi-exponential, 6 points, 5 % noise, all of one seed. `curve_fit` gets the same model, weights, bounds and a fair
start; it is timed on a sample and scaled. The fastest unbounded `curve_fit` is printed too: it may leave the allowed rates.
Run it with `python benchmarks/quantify_prrt.py`; exit 1 when a limit is passed.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.optimize import curve_fit

from islet.quantify.prrt.bed import bed_gy, lea_catcheside
from islet.quantify.prrt.bootstrap import bootstrap
from islet.quantify.prrt.dose import self_dose_gy
from islet.quantify.prrt.exponentials import activity
from islet.quantify.prrt.time_activity import fit_curves

sys.path.insert(0, str(Path(__file__).parent))
from run import Row

CURVES, SAMPLE, RUNS = 5000, 100, 11
LIMIT_LOOP, LIMIT_PLAIN, LIMIT_BOOTSTRAP_MS, LIMIT_SLOPE = 1000.0, 10.0, 100.0, 1.1
PHYSICAL_H, FASTEST_H, NOISE = 159.528, 0.5, 0.05
HOURS = np.array([1.0, 4.0, 24.0, 48.0, 96.0, 168.0])
SLOWEST, QUICKEST = np.log(2) / PHYSICAL_H, np.log(2) / FASTEST_H


def organ_curves(number: int) -> np.ndarray:
    """Return noisy bi-exponential activities of a made-up population, shape (number, 6)."""
    rng = np.random.default_rng(177)
    spread = np.exp(rng.standard_normal((4, number)) * np.array([0.2, 0.3, 0.3, 0.3])[:, None])
    amplitudes = np.stack([200 * spread[2], 120 * spread[3]], axis=1)
    rates = np.log(2) / np.stack([51 * spread[0], 4 * spread[1]], axis=1)
    return activity(amplitudes, rates, HOURS) * (1 + NOISE * rng.standard_normal((number, len(HOURS))))


def median_ms(work: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median time of some runs after one that is not counted, in milliseconds."""
    work()
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - start))
    return statistics.median(found)


def ours(curves: np.ndarray) -> np.ndarray:
    """Return the BED in Gy of every curve: fit, covariance, dose, repair."""
    fits = fit_curves(HOURS, curves, "bi", PHYSICAL_H, FASTEST_H, NOISE * curves)
    dose = self_dose_gy(fits.tia_mbq_h(), 310.0, 147.9)
    return bed_gy(dose, lea_catcheside(fits.amplitudes_mbq, fits.rates_per_h, 2.8), 2.6)


def model(t: np.ndarray, a: float, b: float, slow: float, fast: float) -> np.ndarray:
    """Return the bi-exponential."""
    return a * np.exp(-slow * t) + b * np.exp(-fast * t)


def loop(curves: np.ndarray, bounded: bool) -> None:
    """Fit, dose and BED of each curve with curve_fit, from a start at usual half-lives."""
    limits = {"bounds": ([0, 0, SLOWEST, SLOWEST], [np.inf, np.inf, QUICKEST, QUICKEST])} if bounded else {}
    for y in curves:
        try:
            found, _ = curve_fit(model, HOURS, y, p0=[1.5 * y[3], y[0] / 2, 0.0136, 0.17], sigma=NOISE * y, absolute_sigma=True, **limits)
        except RuntimeError:
            continue
        dose = self_dose_gy(found[0] / found[2] + found[1] / found[3], 310.0, 147.9)
        bed_gy(dose, lea_catcheside(found[:2], found[2:], 2.8), 2.6)


def plain_log_linear(curves: np.ndarray) -> np.ndarray:
    """Return the time-integrated activity of log-linear regressions, all curves in one go."""
    y = np.log(curves)
    t = HOURS - HOURS.mean()
    rate = -(y @ t) / (t @ t)
    return np.exp(y.mean(axis=1) + rate * HOURS.mean()) / rate


def plain_mono(curves: np.ndarray) -> np.ndarray:
    """Return the BED of weighted least-squares mono-exponentials: Gauss-Newton in NumPy, to the same tolerance as ours."""
    weight = 1 / (NOISE * curves)
    log_rate = np.log(np.log(curves[:, -2] / curves[:, -1]) / (HOURS[-1] - HOURS[-2]))
    for _ in range(60):
        rate = np.exp(log_rate)[:, None]
        basis = weight * np.exp(-rate * HOURS)
        norm = (basis * basis).sum(axis=1)
        height = (basis * weight * curves).sum(axis=1) / norm
        slope = -height[:, None] * rate * HOURS * basis
        along = (slope * basis).sum(axis=1)
        left = weight * curves - height[:, None] * basis
        step = (slope * left).sum(axis=1) / ((slope * slope).sum(axis=1) - along**2 / norm)
        log_rate = log_rate + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-6:
            break
    rates = np.exp(log_rate)[:, None]
    dose = self_dose_gy(height / rates[:, 0], 310.0, 147.9)
    return bed_gy(dose, lea_catcheside(height[:, None], rates, 2.8), 2.6)


def rows() -> list[Row]:
    """Return the lines of the table."""
    warnings.simplefilter("ignore")
    curves = organ_curves(CURVES)
    mine = median_ms(lambda: ours(curves))
    scale = CURVES / SAMPLE
    bounded, free = (scale * median_ms(lambda b=b: loop(curves[:SAMPLE], b), 3) for b in (True, False))
    plain, log_linear = median_ms(lambda: plain_mono(curves)), median_ms(lambda: plain_log_linear(curves))
    what = f"{CURVES:,} organ curves, bi-exponential: fit, dose, BED"
    found = [
        _row(what, mine, f"scipy curve_fit, same model and bounds, {SAMPLE} timed", bounded, bounded / mine, LIMIT_LOOP, True),
        _row("the same", mine, f"curve_fit without bounds, {SAMPLE} timed", free, free / mine, None, True),
        _row("the same", mine, "vectorised mono-exponential least squares", plain, mine / plain, LIMIT_PLAIN, False),
        _row("the same", mine, "vectorised log-linear regression", log_linear, mine / log_linear, None, False),
    ]
    one = fit_curves(HOURS, curves[:1], "bi", PHYSICAL_H, FASTEST_H, NOISE * curves[:1])
    redrawn = median_ms(lambda: bootstrap(one, HOURS, np.full((1, len(HOURS)), NOISE), PHYSICAL_H, FASTEST_H, 1000))
    limit = f"under {LIMIT_BOOTSTRAP_MS:g} ms"
    found.append(Row("1,000 bootstrap resamples of one curve", f"{redrawn:.1f} ms", "", "", limit, redrawn < LIMIT_BOOTSTRAP_MS))
    sizes = [100, 1000, 10_000, 100_000]
    drawn = {n: organ_curves(n) for n in sizes}
    times = [median_ms(lambda n=n: ours(drawn[n]), 5) for n in sizes]
    slope = float(np.polyfit(np.log(sizes), np.log(times), 1)[0])
    words = ", ".join(f"{n:,}: {t:.3g} ms" for n, t in zip(sizes, times, strict=True))
    limit = f"at most {LIMIT_SLOPE:g}"
    found.append(Row("cost against curves (slope of log-log)", words, "linear is 1", f"{slope:.2f}", limit, slope <= LIMIT_SLOPE))
    return found


def _row(what: str, mine: float, against: str, theirs: float, ratio: float, limit: float | None, at_least: bool) -> Row:
    good = None if limit is None else (ratio >= limit if at_least else ratio <= limit)
    words = "" if limit is None else f"at {'least' if at_least else 'most'} {limit:g} x"
    return Row(what, f"{mine:.1f} ms", f"{against}: {theirs:.4g} ms", f"{ratio:.3g} x", words, good)


if __name__ == "__main__":
    table = rows()
    for row in table:
        print(" | ".join([row.what, row.measured, row.against, row.ratio, row.limit, {True: "ok", False: "MISSED", None: ""}[row.good]]))
    sys.exit(any(row.good is False for row in table))
