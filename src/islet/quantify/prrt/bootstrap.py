"""Parametric bootstrap: draw the points of a fitted curve anew a thousand times and fit every draw, in one batch."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from islet.quantify.prrt.exponentials import Floats, activity
from islet.quantify.prrt.fit_kernel import ONE_TERM, TOO_FAST
from islet.quantify.prrt.time_activity import Fits, fit_curves

EDGES = {"bi": ONE_TERM, "uptake": TOO_FAST}


def bootstrap(
    fits: Fits,
    times_h: ArrayLike,
    relative_sd: ArrayLike,
    physical_half_life_h: float,
    fastest_half_life_h: float,
    resamples: int = 1000,
    seed: int = 177,
) -> Fits:
    """Return the fits of `resamples` redrawn copies of each curve, curve after curve, shape (n * resamples, ...).

    Each point is drawn about the fitted curve with a normal error of `relative_sd` (n, m) of its height; NaN where a curve has
    no such point. A draw that is not positive is set to a hundredth of the curve. One whose best curve lies on the edge of the
    model, where one exponential is left (b = 0 of bi, immediate uptake), gets that one. Raises ValueError if a fit did not converge.

    >>> fits = fit_curves([24.0, 72.0, 120.0], [[200.0, 110.0, 60.0]], "mono", 159.528, 0.5)
    >>> again = bootstrap(fits, [24.0, 72.0, 120.0], [[0.05, 0.05, 0.05]], 159.528, 0.5, resamples=400)
    >>> bool(0.01 < again.tia_mbq_h().std() / fits.tia_mbq_h()[0] < 0.08)
    True
    """
    if not fits.converged().all():
        raise ValueError("only a fit that converged can be redrawn")
    fraction = np.atleast_2d(np.asarray(relative_sd, float))
    times = np.broadcast_to(np.asarray(times_h, float), fraction.shape)
    curve: Floats = np.stack(
        [activity(a, rate, np.nan_to_num(t)) for a, rate, t in zip(fits.amplitudes_mbq, fits.rates_per_h, times, strict=True)]
    )
    noise = np.random.default_rng(seed).standard_normal((len(curve), resamples, curve.shape[1]))
    drawn = curve[:, None, :] * np.maximum(1 + fraction[:, None, :] * noise, 0.01)
    flat = drawn.reshape(-1, curve.shape[1])
    sd = np.repeat(fraction * curve, resamples, axis=0)
    every = np.repeat(times, resamples, axis=0)
    again = fit_curves(every, flat, fits.model, physical_half_life_h, fastest_half_life_h, sd)
    edge = again.ended == EDGES.get(fits.model, -1)
    if edge.any():
        one = fit_curves(every[edge], flat[edge], "mono", physical_half_life_h, fastest_half_life_h, sd[edge])
        for mine, its in ((again.amplitudes_mbq, one.amplitudes_mbq), (again.rates_per_h, one.rates_per_h), (again.ended, one.ended)):
            mine[edge] = its
    return again
