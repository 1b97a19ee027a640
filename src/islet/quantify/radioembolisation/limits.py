"""The activity that the limits leave: the smaller of what the normal liver and the lung allow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from islet.quantify.radioembolisation import lung, partition
from islet.quantify.radioembolisation.check import Numbers


class Limited(NamedTuple):
    """Hold the activity each limit allows and the smaller of them, GBq."""

    by_liver_gbq: Numbers
    by_lung_gbq: Numbers
    allowed_gbq: Numbers


def activity_within_limits_gbq(
    normal_limit_gy: Numbers,
    lung_limit_gy: Numbers,
    lung_fraction: Numbers,
    ratio: Numbers,
    tumour_kg: Numbers,
    normal_kg: Numbers,
    lung_kg: Numbers,
    constant_gy_kg_per_gbq: Numbers,
) -> Limited:
    """Return the greatest activity at which the mean dose of the normal liver and that of the lung keep their limits, GBq.

    A shunt of 0 leaves the lung without a limit (infinite). It is a ceiling of arithmetic, not a tolerated activity.
    Raises InputError as the partition model does. Source: liver.md §3C.

    >>> [round(activity, 4) for activity in activity_within_limits_gbq(40, 30, 0.05, 5, 0.3, 1.4, 1.0, 50)]
    [2.4421, 12.0, 2.4421]
    """
    by_liver = partition.activity_for_normal_gbq(normal_limit_gy, lung_fraction, ratio, tumour_kg, normal_kg, constant_gy_kg_per_gbq)
    reaching = lung.activity_reaching_gbq(lung_limit_gy, lung_kg, constant_gy_kg_per_gbq)
    share = np.asarray(lung_fraction, dtype=float)
    with np.errstate(over="ignore", divide="ignore"):  # a shunt so small that no finite activity reaches the limit sets none
        by_lung = np.where(share > 0, reaching / share, np.inf)
    allowed = np.minimum(by_liver, by_lung)
    if allowed.ndim == 0:
        return Limited(by_liver, float(by_lung), float(allowed))
    return Limited(by_liver, by_lung, allowed)
