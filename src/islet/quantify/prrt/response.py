"""Dose and response as a population association. It is no promise for one patient, and no cell-kill model."""

from __future__ import annotations

import math


def log_odds_per_gy(odds_ratio: float, per_gy: float) -> float:
    """Return the slope of the logistic association.

    >>> round(log_odds_per_gy(1.5, 50.0), 5)
    0.00811
    """
    return math.log(odds_ratio) / per_gy


def response_share(base_share: float, base_gy: float, dose_gy: float, slope_per_gy: float) -> float:
    """Return the share that responded at another dose, from the share at a base dose.

    >>> round(response_share(0.24, 60.0, 110.0, log_odds_per_gy(1.5, 50.0)), 3)
    0.321
    """
    odds = base_share / (1 - base_share) * math.exp(slope_per_gy * (dose_gy - base_gy))
    return odds / (1 + odds)
