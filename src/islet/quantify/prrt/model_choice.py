"""Choose among the curve models by the corrected Akaike criterion, with the models that the number of points allows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from islet.quantify.prrt.exponentials import Floats
from islet.quantify.prrt.time_activity import PARAMETERS, Fits


def aicc(fits: Fits) -> Floats:
    """Return the corrected Akaike criterion of each curve, shape (n,); infinite where the points are too few for it.

    With known standard deviations chi2 + 2k + 2k(k+1)/(n-k-1); with an unknown common scale n ln(chi2/n) takes the place of
    chi2 and the scale counts as one more parameter (Burnham and Anderson's form; recall).

    >>> from islet.quantify.prrt.time_activity import fit_curves
    >>> fits = fit_curves([4.0, 24, 96, 168], [[100.0, 80, 30, 12]], "mono", 159.528, 0.5, sd_mbq=[[5.0, 4, 2, 1]])
    >>> bool(np.isclose(aicc(fits)[0], fits.chi2[0] + 4 + 12 / 1))
    True
    """
    n = fits.points.astype(float)
    k = float(PARAMETERS[fits.model] + (0 if fits.sd_known else 1))
    spare = n - k - 1
    lack = fits.chi2 if fits.sd_known else n * np.log(np.maximum(fits.chi2, 1e-300) / n)
    value = lack + 2 * k + 2 * k * (k + 1) / np.where(spare > 0, spare, np.nan)
    return np.asarray(np.where(np.isfinite(value), value, np.inf))


def allowed_models(points: int) -> tuple[str, ...]:
    """Return the models that leave at least one point over, the simplest first.

    >>> allowed_models(3), allowed_models(5), allowed_models(2)
    (('mono',), ('mono', 'uptake', 'bi'), ())
    """
    return tuple(model for model, k in PARAMETERS.items() if points >= k + 1)


def best_model(candidates: Sequence[Fits], curve: int) -> int:
    """Return the index of the candidate to use for one curve: the least AICc, the first that converged where none has one; -1 without any.

    >>> best_model([], 0)
    -1
    """
    usable = [i for i, fits in enumerate(candidates) if fits.converged()[curve]]
    if not usable:
        return -1
    return min(usable, key=lambda i: (float(aicc(candidates[i])[curve]), i))
