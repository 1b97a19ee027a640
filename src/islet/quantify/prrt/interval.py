"""Give a fitted curve its 90 % interval, or say why there is none and what would do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from islet.quantify.prrt.bootstrap import bootstrap
from islet.quantify.prrt.early import LEAST_COVERAGE, Slow, earlier_point_h, least_coverage
from islet.quantify.prrt.exponentials import Floats
from islet.quantify.prrt.fit_kernel import TOO_FAST
from islet.quantify.prrt.model_choice import Scatter, fits_badly
from islet.quantify.prrt.read import Series
from islet.quantify.prrt.time_activity import MODEL_NAMES, PARAMETERS, Fits

LEAST_REDRAWN = 0.5
ALL_BUT_FEW = 0.9
LEAST_POINTS = PARAMETERS["bi"]


class Settings(NamedTuple):
    """Hold the numbers a fit needs: half-lives in h, relative sd of one activity where none is told, and the widest it may be."""

    physical_half_life_h: float
    fastest_half_life_h: float
    activity_relative_sd: float
    widest_relative_sd: float


class Interval(NamedTuple):
    """Hold what is known of the error of ln TIA of one curve.

    `as_fitted` is the half-width at 90 % if the fitted curve is the right one, with `covariance` and `quantile` behind it
    (None where no point tells it); `silent` says why it is not given as a 90 % interval, "" where it is.
    """

    as_fitted: float | None = None
    covariance: Floats | None = None
    quantile: float = 0.0
    redrawn: tuple[float, float] | None = None
    silent: str = ""
    notes: tuple[str, ...] = ()


def interval_of(series: Series, tried: Sequence[Fits], fits: Fits, scatter: Scatter | None, settings: Settings) -> Interval:
    """Return the interval of the curve chosen of those that were tried.

    It is that of the standard deviations told (normal quantile), or of the scatter about the fullest curve (Student's t).
    Where the points contradict every curve there is, the told standard deviations do not explain what is seen, and the
    covariance is multiplied by chi2 per spare point (Birge's ratio). Silent are points that cannot tell the error, times at which
    an early part would not show (`early`), and curves of which most redrawn copies cannot be fitted.
    """
    asked = bool(series.region.model)
    spare = int(fits.spare_points()[0])
    if scatter is None or (spare == 0 and len(tried) == 1):
        return Interval(silent="no point is left over")
    bad = bool(fits_badly(fits, 1.0 if scatter.told() else settings.widest_relative_sd)[0])
    variance = float(fits.chi2[0]) / spare if bad and scatter.told() else scatter.variance
    covariance, quantile = fits.covariance[0] * variance, scatter.quantile()
    half = quantile * float(np.sqrt(variance) * fits.tia_relative_sd()[0])
    notes = _notes(spare, bad, float(np.sqrt(variance)), scatter, asked and MODEL_NAMES[fits.model])
    silent = "; ".join(filter(None, (_blind(series, fits, settings), _too_little(series, tried, scatter.told()))))
    redrawn = None
    if not silent:
        relative = np.sqrt(variance) * (np.ones(len(series.mbq)) if series.sd_mbq is None else series.sd_mbq / series.mbq)
        redrawn, lost = _redrawn(series, fits, np.maximum(relative, 1e-6), settings)
        share = f"{lost:.0%} of the redrawn curves could not be fitted"
        silent = share if lost > 1 - LEAST_REDRAWN else ""
        notes += [share] if not silent and lost > 1 - ALL_BUT_FEW else []
    return Interval(half, covariance, quantile, None if silent else redrawn, silent, tuple(notes))


def _redrawn(series: Series, fits: Fits, relative_sd: Floats, settings: Settings) -> tuple[tuple[float, float] | None, float]:
    """Return the 5 and 95 % quantiles of the time-integrated activity of redrawn curves, and the share that could not be fitted."""
    again = bootstrap(fits, series.hours, relative_sd, settings.physical_half_life_h, settings.fastest_half_life_h)
    kept = again.tia_mbq_h()[again.converged()]
    ends = (float(np.quantile(kept, 0.05)), float(np.quantile(kept, 0.95))) if len(kept) else None
    return ends, 1 - len(kept) / len(again.points)


def _too_little(series: Series, tried: Sequence[Fits], told: bool) -> str:
    """Return why the points cannot tell the error of whichever curve is the right one, "" if they can.

    They can where they allow the fullest curve, with one to spare where no standard deviations were told: otherwise what a
    simpler curve misses would count as scatter, or go unnoticed. So it would where the fullest did not converge because its
    fast part is faster than the points can tell. A model that was asked for is taken to be the right one.
    """
    if series.region.model:
        return ""
    least, missing = (LEAST_POINTS, "") if told else (LEAST_POINTS + 1, "standard deviations (sd_mbq), ")
    if len(series.hours) < least:
        return f"{len(series.hours)} points cannot tell scatter from a wrong curve: {missing}{least} points or a model asked for would do"
    if not told and any(fits.model == "bi" and fits.ended[0] == TOO_FAST for fits in tried):
        return f"a fast part is faster than the points can tell: {missing}an earlier point or a model asked for would do"
    return ""


def _blind(series: Series, fits: Fits, settings: Settings) -> str:
    """Return why an early part would not show in points at these times, "" if it would."""
    relative = np.full(len(series.hours), settings.activity_relative_sd) if series.sd_mbq is None else series.sd_mbq / series.mbq
    slow = Slow(float(fits.rates_per_h[0, 0]), settings.physical_half_life_h, settings.fastest_half_life_h)
    if least_coverage(series.hours, relative, slow) >= LEAST_COVERAGE:
        return ""
    sooner = earlier_point_h(series.hours, relative, slow)
    would_do = f"a point at {sooner:g} h would do" if sooner else "more points, early and late, would do"
    return f"uptake or a fast part before the first point ({series.hours[0]:g} h) would not be seen: {would_do}"


def _notes(spare: int, bad: bool, scale: float, scatter: Scatter, asked: str | bool) -> list[str]:
    """Return what has to be said of an interval."""
    notes = []
    if spare == 0:
        notes.append("the points ask for a curve through all of them, and none is left over to test this one")
    if bad and scatter.told():
        notes.append(f"the points scatter more than their standard deviations allow: the interval was widened {scale:.1f}-fold")
    if bad and not scatter.told():
        notes.append(f"the points scatter by {scale:.0%} about the curve, more than an activity errs: it may be the wrong one")
    if asked:
        notes.append(f"the interval holds if the curve is {asked}, as asked")
    return notes
