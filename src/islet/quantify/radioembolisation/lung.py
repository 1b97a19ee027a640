"""The lung: which share passes through, what dose it gets, and how much activity its limit leaves."""

from __future__ import annotations

import numpy as np

from islet.errors import InputError
from islet.quantify.radioembolisation.check import Numbers, below_one, not_negative, positive


def shunt_fraction(lung_counts: Numbers, liver_counts: Numbers) -> Numbers:
    """Return the lung shunt fraction from planar counts (geometric means), 0 to 1.

    Planar imaging of macro-aggregated albumin overestimates it. Raises InputError for negative counts or a liver
    without counts. Source: liver.md D9.

    >>> shunt_fraction(8.0, 92.0)
    0.08
    """
    not_negative(lung_counts=lung_counts)
    positive(liver_counts=liver_counts)
    return lung_counts / (lung_counts + liver_counts)


def dose_gy(activity_gbq: Numbers, lung_fraction: Numbers, lung_kg: Numbers, constant_gy_kg_per_gbq: Numbers) -> Numbers:
    """Return the mean absorbed dose of the lungs, Gy.

    Raises InputError for a lung mass of 0, a negative activity, a shunt of 1. Source: D_L = k A L / M_L, liver.md D5.

    >>> round(dose_gy(2.0, 0.08, 1.0, 49.67), 2)
    7.95
    """
    positive(lung_kg=lung_kg, constant_gy_kg_per_gbq=constant_gy_kg_per_gbq)
    not_negative(activity_gbq=activity_gbq)
    below_one(lung_fraction=lung_fraction)
    return constant_gy_kg_per_gbq * activity_gbq * lung_fraction / lung_kg


def activity_reaching_gbq(limit_gy: Numbers, lung_kg: Numbers, constant_gy_kg_per_gbq: Numbers) -> Numbers:
    """Return the activity in the lungs that gives them a dose, GBq. Raises InputError as `dose_gy` does. Source: liver.md §3C.

    >>> round(activity_reaching_gbq(30, 1.0, 49.67), 4)
    0.604
    """
    positive(lung_kg=lung_kg, constant_gy_kg_per_gbq=constant_gy_kg_per_gbq)
    not_negative(limit_gy=limit_gy)
    return limit_gy * lung_kg / constant_gy_kg_per_gbq


def activity_for_limit_gbq(limit_gy: Numbers, lung_fraction: Numbers, lung_kg: Numbers, constant_gy_kg_per_gbq: Numbers) -> Numbers:
    """Return the activity to administer at which the lungs reach a dose, GBq.

    Raises InputError as `dose_gy` does, and for a shunt of 0, which sets no limit. Source: liver.md §3C.

    >>> round(activity_for_limit_gbq(30, 0.05, 1.0, 50), 4)
    12.0
    """
    below_one(lung_fraction=lung_fraction)
    if not np.all(np.asarray(lung_fraction) > 0):
        raise InputError("found 0", field="lung_fraction", expected="expected a share above 0: without a shunt the lung sets no limit")
    return activity_reaching_gbq(limit_gy, lung_kg, constant_gy_kg_per_gbq) / lung_fraction


def left_gy(previous_gy: Numbers, session_limit_gy: Numbers, total_limit_gy: Numbers) -> Numbers:
    """Return the lung dose this session may still give, Gy: the session's limit or what earlier ones leave of the total.

    Never below 0. Raises InputError for negative doses. Source: 30 Gy a session, 50 Gy in all, liver.md L12.

    >>> left_gy(0.0, 30.0, 50.0), left_gy(28.0, 30.0, 50.0), left_gy(60.0, 30.0, 50.0)
    (30.0, 22.0, 0.0)
    """
    not_negative(previous_gy=previous_gy, session_limit_gy=session_limit_gy, total_limit_gy=total_limit_gy)
    left = np.maximum(np.minimum(session_limit_gy, total_limit_gy - previous_gy), 0.0)
    return float(left) if np.ndim(left) == 0 else left
