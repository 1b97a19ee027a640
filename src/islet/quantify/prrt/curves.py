"""Give every measured series its curve: the fit chosen by what its parameters gain, one measurement's formula, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from islet.quantify.prrt import exponentials
from islet.quantify.prrt.exponentials import Floats
from islet.quantify.prrt.interval import Settings, interval_of
from islet.quantify.prrt.model_choice import TOLD, Scatter, allowed_models, by_merit, scatter_about_fullest
from islet.quantify.prrt.read import Series
from islet.quantify.prrt.reweight import fit_reweighted
from islet.quantify.prrt.single_time_point import haenscheid_tia_mbq_h, true_tia_interval_mbq_h, valid_hours
from islet.quantify.prrt.time_activity import MODEL_NAMES, PARAMETERS, WHY_NOT, Fits

Z90 = 1.6448536269514722
EARLY_H = 24.0


class Population(NamedTuple):
    """Hold what is assumed of half-lives when there is one measurement: median and sd of the logarithm."""

    median_h: float
    log_sd: float


class Curve(NamedTuple):
    """Hold the curve of one series, or why there is none.

    `reach` (low, high) are the logarithms of the ends of the 90 % interval of the time-integrated activity over its value,
    None where none is given; `as_fitted` are those that would hold if the curve were known to be the right one; `outside` tells
    that `because` names a validity range rather than a failure.
    """

    series: Series
    model: str = ""
    amplitudes_mbq: Floats = np.zeros(2)
    rates_per_h: Floats = np.ones(2)
    covariance: Floats | None = None
    reach: tuple[float, float] | None = None
    as_fitted: tuple[float, float] | None = None
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
    relative = np.ones(n) if series.sd_mbq is None else series.sd_mbq / series.mbq
    ends = settings.physical_half_life_h, settings.fastest_half_life_h
    tried = [fit_reweighted(series.hours, series.mbq, model, *ends, relative) for model in models]
    scatter = scatter_about_fullest(tried) if series.sd_mbq is None else TOLD
    order = by_merit(tried, scatter or TOLD)
    if not order:
        return Curve(series, because=f"the {MODEL_NAMES[models[-1]]} fit did not converge: {WHY_NOT[int(tried[-1].ended[0])]}")
    return _fitted(series, tried, tried[order[0]], scatter, settings)


def _fitted(series: Series, tried: Sequence[Fits], fits: Fits, scatter: Scatter | None, settings: Settings) -> Curve:
    """Return the curve with its interval, or with the reason why it has none."""
    notes = []
    if fits.at_physical_decay[0]:
        notes.append("no washout seen: the slow rate is that of physical decay; activities already corrected for decay look like this")
    found = interval_of(series, tried, fits, scatter, settings)
    if found.silent:
        notes.append(f"no interval: {found.silent}")
    as_fitted = None if found.as_fitted is None else (-found.as_fitted, found.as_fitted)
    return Curve(
        series,
        fits.model,
        fits.amplitudes_mbq[0],
        fits.rates_per_h[0],
        found.covariance,
        None if found.silent else as_fitted,
        as_fitted,
        found.redrawn,
        found.quantile,
        notes=(*notes, *found.notes),
    )


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
    return Curve(series, "haenscheid", np.array([tia * rate, 0.0]), np.array([rate, 1.0]), reach=reach, as_fitted=reach, notes=notes)


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
