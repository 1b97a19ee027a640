"""Choose among the curve models by Akaike's criterion, of those that the number of points allows and the points do not contradict."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from islet.quantify.prrt.exponentials import Floats
from islet.quantify.prrt.time_activity import PARAMETERS, Fits

POOR_FIT = 0.01


def akaike(fits: Fits) -> Floats:
    """Return Akaike's criterion of each curve in the form that is unbiased for few points, shape (n,); infinite where there is none.

    With known standard deviations chi2 + 2k: the expected chi2 of new points about the curve is that of the fitted ones plus
    2k whatever the number of points (exact for a linear model; Mallows). With an unknown common scale n ln(chi2/n) + 2k +
    2k(k+1)/(n-k-1), where the scale counts as one more parameter: the last term corrects for that the scale was estimated
    from the same few points (Hurvich and Tsai; recall). To use it where nothing was estimated sets a second exponential
    back by 36 for six points, and 90 % intervals then held 78 % where a true one was passed over.

    >>> from islet.quantify.prrt.time_activity import fit_curves
    >>> fits = fit_curves([4.0, 24, 96, 168], [[100.0, 80, 30, 12]], "mono", 159.528, 0.5, sd_mbq=[[5.0, 4, 2, 1]])
    >>> bool(np.isclose(akaike(fits)[0], fits.chi2[0] + 4))
    True
    """
    n = fits.points.astype(float)
    if fits.sd_known:
        return np.asarray(np.nan_to_num(fits.chi2, nan=np.inf) + 2 * PARAMETERS[fits.model])
    k = float(PARAMETERS[fits.model] + 1)
    spare = n - k - 1
    value = n * np.log(np.maximum(fits.chi2, 1e-300) / n) + 2 * k + 2 * k * (k + 1) / np.where(spare > 0, spare, np.nan)
    return np.asarray(np.where(np.isfinite(value), value, np.inf))


def allowed_models(points: int, sd_known: bool = False) -> tuple[str, ...]:
    """Return the models that may be tried, the simplest first: those that leave a point over.

    Known standard deviations give a curve its error without a spare point, so then one of three or more parameters may
    use all points; `by_merit` puts it first only where the points rule out every simpler one.

    >>> allowed_models(3), allowed_models(5), allowed_models(2)
    (('mono',), ('mono', 'uptake', 'bi'), ())
    >>> allowed_models(4, sd_known=True)
    ('mono', 'uptake', 'bi')
    """
    return tuple(model for model, k in PARAMETERS.items() if points >= k + 1 or (sd_known and points == k >= 3))


def fits_badly(fits: Fits, widest_relative_sd: float = np.inf) -> NDArray[np.bool_]:
    """Tell for each curve whether the points scatter more about it than their sd allow (chi2 test at 1 %), shape (n,).

    Where no sd were told the points are held against `widest_relative_sd`, the largest relative sd an activity may have.

    >>> from islet.quantify.prrt.time_activity import fit_curves
    >>> fits = fit_curves([4.0, 24, 96, 168], [[50.0, 90, 30, 12]], "mono", 159.528, 0.5, sd_mbq=[[2.0, 4, 2, 1]])
    >>> fits_badly(fits).tolist()
    [True]
    """
    spare = np.maximum(fits.spare_points(), 1)
    lack = np.nan_to_num(fits.chi2) / (1.0 if fits.sd_known else widest_relative_sd**2)
    return np.asarray((fits.spare_points() > 0) & (chdtrc(spare, lack) < POOR_FIT))


def by_merit(candidates: Sequence[Fits], curve: int, widest_relative_sd: float = np.inf) -> list[int]:
    """Return the indices of the candidates that converged for one curve, the one to use first.

    Those that the points do not contradict, one with a spare point before one without, then by the criterion; the simplest
    first where none has a finite one.

    >>> by_merit([], 0)
    []
    """

    def rank(i: int) -> tuple[bool, bool, float, int]:
        fits = candidates[i]
        bad = bool(fits_badly(fits, widest_relative_sd)[curve])
        return bad, bool(fits.spare_points()[curve] < 1), float(akaike(fits)[curve]), i

    return sorted((i for i, fits in enumerate(candidates) if fits.converged()[curve]), key=rank)
