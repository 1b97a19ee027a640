"""Give every measured series its curve: the fit chosen by AICc, one measurement's formula, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from islet.quantify.prrt import exponentials
from islet.quantify.prrt.bootstrap import bootstrap
from islet.quantify.prrt.exponentials import Floats
from islet.quantify.prrt.model_choice import allowed_models, by_merit, fits_badly
from islet.quantify.prrt.read import Series
from islet.quantify.prrt.single_time_point import haenscheid_tia_mbq_h, true_tia_interval_mbq_h, valid_hours
from islet.quantify.prrt.time_activity import MODEL_NAMES, PARAMETERS, WHY_NOT, Fits, fit_curves

Z90 = 1.6448536269514722
LEAST_REDRAWN = 0.5
ALL_BUT_FEW = 0.9
UNSEEN = 0.1
EARLY_H = 24.0


class Population(NamedTuple):
    """Hold what is assumed of half-lives when there is one measurement: median and sd of the logarithm."""

    median_h: float
    log_sd: float


class Settings(NamedTuple):
    """Hold the numbers a fit needs: half-lives in h, relative sd of one activity where none is told, and the widest it may be."""

    physical_half_life_h: float
    fastest_half_life_h: float
    activity_relative_sd: float
    widest_relative_sd: float


class Curve(NamedTuple):
    """Hold the curve of one series, or why there is none.

    `reach` (low, high) are the logarithms of the ends of the 90 % interval of the time-integrated activity over its value,
    None without a spare point; `outside` tells that `because` names a validity range rather than a failure.
    """

    series: Series
    model: str = ""
    amplitudes_mbq: Floats = np.zeros(2)
    rates_per_h: Floats = np.ones(2)
    covariance: Floats | None = None
    reach: tuple[float, float] | None = None
    redrawn: tuple[float, float] | None = None
    quantile: float = Z90
    because: str = ""
    outside: bool = False
    notes: tuple[str, ...] = ()

    def tia_mbq_h(self) -> float:
        """Return the time-integrated activity in MBq h."""
        return float(exponentials.time_integrated_activity(self.amplitudes_mbq, self.rates_per_h))

    def beyond_points(self) -> float:
        """Return the share (0..1) of the time-integrated activity before the first and after the last measurement."""
        first, last = float(self.series.hours[0]), float(self.series.hours[-1])
        return 1 - float(exponentials.integral_between(self.amplitudes_mbq, self.rates_per_h, first, last)) / self.tia_mbq_h()

    def before_points(self) -> float:
        """Return the share (0..1) of the time-integrated activity before the first measurement."""
        first = float(self.series.hours[0])
        return float(exponentials.integral_between(self.amplitudes_mbq, self.rates_per_h, 0.0, first)) / self.tia_mbq_h()

    def half_life_h(self) -> float:
        """Return the effective half-life of the slow part in h."""
        return float(exponentials.effective_half_life_h(self.amplitudes_mbq, self.rates_per_h))


def curve_of(series: Series, settings: Settings, population: Population, own_half_life_h: float | None) -> Curve:
    """Return the curve of one series; `own_half_life_h` is that of the same region in another cycle of this patient."""
    n = len(series.hours)
    if n == 1:
        return _one_point(series, settings, population, own_half_life_h)
    if series.mbq[-1] >= series.mbq[-2]:
        until = f"the activity still rises at the last measurement ({series.hours[-1]:g} h): where it ends cannot be told"
        return Curve(series, because=f"{until}; a later measurement would do")
    asked = series.region.model
    if asked and n < PARAMETERS[asked]:
        need = f"the {MODEL_NAMES[asked]} model has {PARAMETERS[asked]} parameters and there are {n} points"
        return Curve(series, because=f"{need}; {PARAMETERS[asked] + 1} would do")
    models: Sequence[str] = [asked] if asked else allowed_models(n, series.sd_mbq is not None) or ["mono"]
    sd = None if series.sd_mbq is None else series.sd_mbq[None, :]
    tried = [
        fit_curves(series.hours, series.mbq[None, :], m, settings.physical_half_life_h, settings.fastest_half_life_h, sd) for m in models
    ]
    order = by_merit(tried, 0, settings.widest_relative_sd)
    if not order:
        return Curve(series, because=f"the {MODEL_NAMES[models[-1]]} fit did not converge: {WHY_NOT[int(tried[-1].ended[0])]}")
    first = _fitted(series, tried[order[0]], settings, others=len(tried) > 1)
    if first.reach is not None:
        return first
    others = (_fitted(series, tried[i], settings, others=True) for i in order[1:])
    return next((curve for curve in others if curve.reach is not None), first)


def _fitted(series: Series, fits: Fits, settings: Settings, others: bool) -> Curve:
    """Return the curve with its interval; `others` tells that other models were tried.

    The interval is that of the standard deviations told (normal quantile), or of the scatter (Student's t). Two cases differ.
    Where the points rule out every curve that leaves one over (chi2 test at 1 %), one through all points still has the
    error of the told standard deviations. Where they contradict every curve there is, the told standard deviations do not
    explain what is seen, and the covariance is multiplied by chi2 per spare point (Birge's ratio): for a wrong curve this
    counts its lack of fit as scatter, so such an interval holds the truth more often than it says. What a curve without an
    early point leaves out no interval holds; the notes say it. Redrawn curves fail where the fast part is seen in one point
    only; in simulation the interval of a fit held as often where half of them failed as where all succeeded.
    """
    notes = []
    spare, told = int(fits.spare_points()[0]), fits.sd_known
    scale = float(np.sqrt(fits.chi2[0] / max(spare, 1)))
    bad = bool(fits_badly(fits, settings.widest_relative_sd)[0])
    birge = scale if bad and told else 1.0
    if fits.at_physical_decay[0]:
        notes.append("no washout seen: the slow rate is that of physical decay; activities already corrected for decay look like this")
    reach, redrawn, cov, quantile = None, None, None, Z90
    if spare > 0 or (others and told):
        quantile, cov = float(fits.quantile(0.9)[0]), fits.covariance[0] * birge**2
        end = quantile * birge * float(fits.tia_relative_sd()[0])
        relative = birge * series.sd_mbq / series.mbq if series.sd_mbq is not None else np.full(len(series.mbq), scale)
        again = bootstrap(fits, series.hours, np.maximum(relative, 1e-6), settings.physical_half_life_h, settings.fastest_half_life_h)
        kept = again.tia_mbq_h()[again.converged()]
        share = len(kept) / len(again.points)
        if share < ALL_BUT_FEW:
            notes.append(f"{'no interval: ' if share < LEAST_REDRAWN else ''}{1 - share:.0%} of the redrawn curves could not be fitted")
        if share >= LEAST_REDRAWN:
            reach, redrawn = (-end, end), (float(np.quantile(kept, 0.05)), float(np.quantile(kept, 0.95)))
            notes += _of_interval(spare, told, bad, scale)
    else:
        notes.append("no interval: no point is left over")
    curve = Curve(series, fits.model, fits.amplitudes_mbq[0], fits.rates_per_h[0], cov, reach, redrawn, quantile)
    before = curve.before_points()
    if fits.model == "mono" and before >= UNSEEN:
        unseen = f"{before:.0%} of the TIA lies before the first point: uptake or a fast part would not be seen there"
        notes.append(f"{unseen}, and no interval holds it")
    return curve._replace(notes=tuple(notes))


def _of_interval(spare: int, told: bool, bad: bool, scale: float) -> list[str]:
    """Return what has to be said of an interval."""
    notes = []
    if spare == 0:
        notes.append("the points rule out every simpler curve, and none is left over to test this one")
    if bad and told:
        notes.append(f"the points scatter more than their standard deviations allow: the interval was widened {scale:.1f}-fold")
    if bad and not told:
        notes.append(f"the points scatter by {scale:.0%} about the curve, more than an activity errs: it may be the wrong one")
    if not told:
        notes.append("no standard deviations told: what the curve misses counts as scatter, the interval may be too wide")
    return notes


def _one_point(series: Series, settings: Settings, population: Population, own_half_life_h: float | None) -> Curve:
    hours, mbq = float(series.hours[0]), float(series.mbq[0])
    error = settings.activity_relative_sd if series.sd_mbq is None else float(series.sd_mbq[0]) / mbq
    if own_half_life_h is not None:
        rate = np.log(2) / own_half_life_h
        own = f"one measurement; half-life {own_half_life_h:.1f} h of this patient's fitted cycle (Madsen)"
        start = mbq * float(np.exp(rate * hours))
        said = [own, "no interval of its own"]
        if hours < EARLY_H:
            said.append("in 18 patients such a dose was off by 13 % on average with a scan at 4 h, by 2 % at 24 h")
        return Curve(series, "madsen", np.array([start, 0.0]), np.array([rate, 1.0]), notes=tuple(said))
    low, high = valid_hours(population.median_h, population.log_sd)
    if not low <= hours <= high:
        span = f"one measurement at {hours:g} h; for an assumed half-life of {population.median_h:g} h it has to lie between"
        return Curve(series, because=f"{span} {low:.0f} and {high:.0f} h", outside=True)
    tia = float(haenscheid_tia_mbq_h(mbq, hours))
    rate = np.log(2) / population.median_h
    ends = true_tia_interval_mbq_h(mbq, hours, population.median_h, population.log_sd, error)
    notes = (f"one measurement (Hänscheid); half-lives assumed about {population.median_h:g} h",)
    reach = (float(np.log(ends[0] / tia)), float(np.log(ends[1] / tia)))
    return Curve(series, "haenscheid", np.array([tia * rate, 0.0]), np.array([rate, 1.0]), reach=reach, notes=notes)


def curves_of(all_series: Sequence[Series], settings: Settings, populations: dict[str, Population]) -> list[Curve]:
    """Return the curve of every series; those with one point use the half-life of the patient's own fitted cycles if there are any."""
    own: dict[str, list[float]] = {}
    found: dict[int, Curve] = {}
    for place in sorted(range(len(all_series)), key=lambda i: -len(all_series[i].hours)):
        series = all_series[place]
        known = own.get(series.region.name)
        population = populations.get(series.region.kind, populations["kidneys"])
        curve = curve_of(series, settings, population, float(np.mean(known)) if known else None)
        if not curve.because and len(series.hours) > 2:
            own.setdefault(series.region.name, []).append(curve.half_life_h())
        found[place] = curve
    return [found[i] for i in range(len(all_series))]
