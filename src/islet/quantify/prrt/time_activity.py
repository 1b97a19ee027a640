"""Fit time-activity curves of organs and lesions, many at once, with the error of what follows from them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from islet.quantify.prrt import exponentials
from islet.quantify.prrt.exponentials import Floats
from islet.quantify.prrt.fit_batch import ALONE, fit_batch, fit_range
from islet.quantify.prrt.fit_kernel import BI, CONVERGED, MONO, NO_FLOOR, NO_SIGNAL, ONE_TERM, TOO_FAST, UPTAKE

MODELS = {"mono": MONO, "uptake": UPTAKE, "bi": BI}
PARAMETERS = {"mono": 2, "uptake": 3, "bi": 4}
MODEL_NAMES = {"mono": "mono-exponential", "uptake": "uptake and washout", "bi": "bi-exponential"}
WHY_NOT = {
    NO_FLOOR: "the search found no best fit",
    ONE_TERM: "the points hold one exponential only; the second adds nothing",
    TOO_FAST: "the fast part is faster than the points can tell; an earlier measurement would do",
    NO_SIGNAL: "no positive curve fits the points",
}


class Fits(NamedTuple):
    """Hold the fits of n curves with one model; what did not converge is NaN throughout.

    amplitudes_mbq, rates_per_h (n, 2), slow term first, an unused term has amplitude 0; covariance (n, 4, 4) of amplitudes
    then rates, NaN where neither standard deviations nor a spare point tell it; chi2, points, ended (n,); at_physical_decay
    (n,): no washout could be seen; sd_known: whether standard deviations were given, or only their ratios.
    """

    model: str
    amplitudes_mbq: Floats
    rates_per_h: Floats
    covariance: Floats
    chi2: Floats
    points: NDArray[np.int64]
    ended: NDArray[np.int64]
    at_physical_decay: NDArray[np.bool_]
    sd_known: bool

    def converged(self) -> NDArray[np.bool_]:
        """Tell for each curve whether there is a fit, shape (n,)."""
        return np.asarray(self.ended == CONVERGED)

    def spare_points(self) -> NDArray[np.int64]:
        """Return the degrees of freedom, shape (n,)."""
        return self.points - PARAMETERS[self.model]

    def tia_mbq_h(self) -> Floats:
        """Return the time-integrated activity in MBq h, shape (n,)."""
        return exponentials.time_integrated_activity(self.amplitudes_mbq, self.rates_per_h)

    def tia_relative_sd(self) -> Floats:
        """Return the relative standard deviation of the time-integrated activity, shape (n,)."""
        return exponentials.tia_relative_sd(self.amplitudes_mbq, self.rates_per_h, self.covariance)

    def quantile(self, level: float) -> Floats:
        """Return by how many standard deviations an interval of this level reaches, shape (n,): Student's t if the sd was estimated."""
        upper = 0.5 + level / 2
        if self.sd_known:
            return np.full(len(self.points), float(ndtri(upper)))
        return np.asarray(stdtrit(np.maximum(self.spare_points(), 1), upper))

    def tia_interval_mbq_h(self, level: float = 0.9) -> tuple[Floats, Floats]:
        """Return the low and the high end in MBq h, symmetric on the logarithmic scale."""
        tia, reach = self.tia_mbq_h(), np.exp(self.quantile(level) * self.tia_relative_sd())
        return tia / reach, tia * reach


def fit_curves(
    times_h: ArrayLike,
    activities_mbq: ArrayLike,
    model: str,
    physical_half_life_h: float,
    fastest_half_life_h: float,
    sd_mbq: ArrayLike | None = None,
) -> Fits:
    """Fit one model to each curve by weighted least squares; rates lie between physical decay and the fastest half-life.

    `times_h` (n, m) or (m,), rising; `activities_mbq` (n, m), NaN where a curve has no such point; `sd_mbq` like the
    activities, or None: a constant fraction, whose size the scatter of the points then tells. Models: mono a e^-lt;
    bi a e^-lt + b e^-kt with a, b > 0; uptake a (e^-lt - e^-kt), k > l (physics dossier §3). Raises ValueError when a
    curve has fewer points than the model has parameters, or an activity or sd that is not positive.

    >>> fits = fit_curves([24.0, 96.0], [[200.0, 75.0]], "mono", 159.528, 0.5)
    >>> round(float(fits.tia_mbq_h()[0])), bool(fits.converged()[0])
    (20359, True)
    """
    values = np.atleast_2d(np.asarray(activities_mbq, float))
    times = np.broadcast_to(np.asarray(times_h, float), values.shape)
    there = ~np.isnan(values)
    counts = there.sum(axis=1)
    if values.size == 0 or counts.min() < PARAMETERS[model]:
        raise ValueError(f"the {MODEL_NAMES[model]} model needs at least {PARAMETERS[model]} points in each curve")
    sd = values if sd_mbq is None else np.broadcast_to(np.asarray(sd_mbq, float), values.shape)
    if not (values[there] > 0).all() or not (sd[there] > 0).all():
        raise ValueError("activities and standard deviations must be positive")
    if not there.all():
        order = np.argsort(~there, axis=1, kind="stable")
        times, values, sd = (np.take_along_axis(a, order, axis=1) for a in (times, values, sd))
    if (np.where(np.arange(1, values.shape[1]) < counts[:, None], np.diff(times, axis=1), 1.0) <= 0).any():
        raise ValueError("times must rise")
    n = len(values)
    amplitudes, rates, covariance = np.full((n, 2), np.nan), np.full((n, 2), np.nan), np.full((n, 4, 4), np.nan)
    chi2, ended, held = np.full(n, np.nan), np.zeros(n, np.int64), np.zeros(n, np.bool_)
    low, high = np.log(np.log(2) / physical_half_life_h), np.log(np.log(2) / fastest_half_life_h)
    arrays = (np.ascontiguousarray(times), np.ascontiguousarray(values), 1 / np.ascontiguousarray(sd), counts, float(low), float(high))
    found = (amplitudes, rates, covariance, chi2, ended, held)
    if n <= ALONE:
        fit_range(0, n, MODELS[model], *arrays, *found)
    else:
        fit_batch(MODELS[model], *arrays, *found)
    failed = ended != CONVERGED
    amplitudes[failed], rates[failed], covariance[failed], chi2[failed] = np.nan, np.nan, np.nan, np.nan
    if sd_mbq is None:
        spare = (counts - PARAMETERS[model]).astype(float)
        covariance *= (chi2 / np.where(spare > 0, spare, np.nan))[:, None, None]
    return Fits(model, amplitudes, rates, covariance, chi2, counts, ended, held, sd_mbq is not None)
