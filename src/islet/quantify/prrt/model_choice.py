"""Choose among the curve models, of those that the number of points allows, by what a further parameter has to gain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtri, stdtrit

from islet.quantify.prrt.exponentials import Floats
from islet.quantify.prrt.time_activity import PARAMETERS, Fits

POOR_FIT = 0.01


class Scatter(NamedTuple):
    """Hold by what the variances of the points are multiplied, and with how many degrees of freedom that was estimated."""

    variance: float
    degrees: float

    def told(self) -> bool:
        """Tell whether standard deviations were told, so that nothing had to be estimated."""
        return self.degrees == np.inf

    def quantile(self) -> float:
        """Return by how many standard deviations a 90 % interval reaches: normal, or Student's t where the scatter told them.

        >>> round(TOLD.quantile(), 3), round(Scatter(0.01, 2.0).quantile(), 3)
        (1.645, 2.92)
        """
        return float(ndtri(0.95)) if self.told() else float(stdtrit(self.degrees, 0.95))


TOLD = Scatter(1.0, np.inf)


def criterion(fits: Fits, variance: float = 1.0) -> Floats:
    """Return chi2/variance + 2k of each curve, shape (n,); infinite where there is none.

    The expected chi2 of new points about the curve is that of the fitted ones plus 2k whatever the number of points (exact
    for a linear model; Mallows 1973, Akaike 1974; recall). AICc, whose further term corrects for a scale estimated from the
    same curve, is not used: with six points that term sets a second exponential back by an infinite amount.

    >>> from islet.quantify.prrt.time_activity import fit_curves
    >>> fits = fit_curves([4.0, 24, 96, 168], [[100.0, 80, 30, 12]], "mono", 159.528, 0.5, sd_mbq=[[5.0, 4, 2, 1]])
    >>> bool(np.isclose(criterion(fits)[0], fits.chi2[0] + 4))
    True
    """
    value = fits.chi2 / variance + 2 * PARAMETERS[fits.model]
    return np.asarray(np.where(np.isfinite(value), value, np.inf))


def allowed_models(points: int, sd_known: bool = False) -> tuple[str, ...]:
    """Return the models that may be tried, the simplest first: those that leave a point over.

    Known standard deviations give a curve its error without a spare point, so then one of three or more parameters may
    use all points.

    >>> allowed_models(3), allowed_models(5), allowed_models(2)
    (('mono',), ('mono', 'uptake', 'bi'), ())
    >>> allowed_models(4, sd_known=True)
    ('mono', 'uptake', 'bi')
    """
    return tuple(model for model, k in PARAMETERS.items() if points >= k + 1 or (sd_known and points == k >= 3))


def fits_badly(fits: Fits, widest_relative_sd: float = 1.0) -> NDArray[np.bool_]:
    """Tell for each curve whether the points scatter more about it than their sd allow (chi2 test at 1 %), shape (n,).

    Where the weights are those of a relative sd of 1 the points are held against `widest_relative_sd`, the largest that an
    activity may have.

    >>> from islet.quantify.prrt.time_activity import fit_curves
    >>> fits = fit_curves([4.0, 24, 96, 168], [[50.0, 90, 30, 12]], "mono", 159.528, 0.5, sd_mbq=[[2.0, 4, 2, 1]])
    >>> fits_badly(fits).tolist()
    [True]
    """
    spare = np.maximum(fits.spare_points(), 1)
    return np.asarray((fits.spare_points() > 0) & (chdtrc(spare, np.nan_to_num(fits.chi2) / widest_relative_sd**2) < POOR_FIT))


def scatter_about_fullest(candidates: Sequence[Fits]) -> Scatter | None:
    """Return the scatter of one curve's points about the fullest candidate that converged with a point to spare, or None.

    What a simpler curve misses must not count as scatter, so all candidates are judged, and get their interval, by that of
    the fullest one (Mallows' C_p takes its variance from the full model; recall).

    >>> scatter_about_fullest([]) is None
    True
    """
    spare = [(int(fits.spare_points()[0]), fits) for fits in candidates if fits.converged()[0] and fits.spare_points()[0] > 0]
    if not spare:
        return None
    degrees, fullest = min(spare, key=lambda pair: pair[0])
    return Scatter(max(float(fullest.chi2[0]) / degrees, 1e-12), float(degrees))


def by_merit(candidates: Sequence[Fits], scatter: Scatter = TOLD) -> list[int]:
    """Return the indices of the candidates that converged for their first curve, the one to use first.

    With told standard deviations those that the points do not contradict come first; then the criterion decides.

    >>> by_merit([])
    []
    """

    def rank(i: int) -> tuple[bool, float, int]:
        bad = scatter.told() and bool(fits_badly(candidates[i])[0])
        return bad, float(criterion(candidates[i], scatter.variance)[0]), i

    return sorted((i for i, fits in enumerate(candidates) if fits.converged()[0]), key=rank)
