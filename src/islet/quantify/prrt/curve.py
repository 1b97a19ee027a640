"""How the radioactivity falls over days to weeks: by decay alone, and with what the body washes out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from islet.quantify.prrt.exponentials import Floats


def half_life_h(nuclide: str) -> float:
    """Return the physical half-life in h (ICRP 107 by way of radioactivedecay, which is loaded only here).

    >>> round(half_life_h("Lu-177"), 2), round(half_life_h("Y-90"), 1)
    (159.53, 64.1)
    """
    import radioactivedecay

    return float(radioactivedecay.Nuclide(nuclide).half_life("h"))


def remaining(hours: ArrayLike, half_life: float) -> Floats:
    """Return the share that is left, 2^(-t / half-life).

    >>> round(float(remaining(24.0, 159.528)), 5)
    0.90097
    """
    return np.asarray(np.exp2(-np.asarray(hours, float) / half_life))


def effective_from_biological_h(biological_h: float, physical_h: float) -> float:
    """Return the effective half-life of washout and decay together.

    >>> round(effective_from_biological_h(74.98, 159.528), 1)
    51.0
    """
    return 1 / (1 / biological_h + 1 / physical_h)


def hours_until(share: float, half_life: float) -> float:
    """Return after how many hours only this share is left.

    >>> round(hours_until(0.01, 159.528) / 24, 1)
    44.2
    """
    return float(-np.log2(share) * half_life)
