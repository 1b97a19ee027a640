"""The partition model, in its two published forms that differ in what "T/N" means.

`ratio` here is always the ratio of CONCENTRATIONS (activity per gram of tumour over activity per gram of normal liver),
which is also the ratio of the doses. Kao's form takes the ratio of whole ACTIVITIES and the shunt from tumour to lung;
its functions say `activity_ratio` and `tumour_lung_shunt`. The two must not be exchanged.
"""

from __future__ import annotations

from typing import NamedTuple

from islet.quantify.radioembolisation.check import Numbers, below_one, not_negative, positive


class Doses(NamedTuple):
    """Hold the mean absorbed doses of tumour and normal liver, Gy."""

    tumour_gy: Numbers
    normal_gy: Numbers


class KaoActivities(NamedTuple):
    """Hold Kao's activities in tumour, normal liver and lung, and their sum, GBq."""

    tumour_gbq: Numbers
    normal_gbq: Numbers
    lung_gbq: Numbers
    total_gbq: Numbers


def doses_gy(
    activity_gbq: Numbers, lung_fraction: Numbers, ratio: Numbers, tumour_kg: Numbers, normal_kg: Numbers, constant_gy_kg_per_gbq: Numbers
) -> Doses:
    """Return the mean dose of the tumour and of the normal liver that the catheter perfuses, Gy.

    Energy is kept: tumour_gy x tumour_kg + normal_gy x normal_kg = k A (1 - L). Raises InputError for masses of 0,
    negative activities, a shunt of 1. Source: physics.md §8, liver.md D3.

    >>> [round(dose, 3) for dose in doses_gy(2.0, 0.05, 5, 0.3, 1.4, 50)]
    [163.793, 32.759]
    """
    positive(ratio=ratio, tumour_kg=tumour_kg, normal_kg=normal_kg, constant_gy_kg_per_gbq=constant_gy_kg_per_gbq)
    not_negative(activity_gbq=activity_gbq)
    below_one(lung_fraction=lung_fraction)
    normal_gy = constant_gy_kg_per_gbq * activity_gbq * (1 - lung_fraction) / (ratio * tumour_kg + normal_kg)
    return Doses(ratio * normal_gy, normal_gy)


def activity_for_tumour_gbq(
    tumour_gy: Numbers, lung_fraction: Numbers, ratio: Numbers, tumour_kg: Numbers, normal_kg: Numbers, constant_gy_kg_per_gbq: Numbers
) -> Numbers:
    """Return the activity that gives the tumour a mean dose, GBq: the inverse of `doses_gy`, with the same arguments refused.

    Source: liver.md D3.

    >>> round(activity_for_tumour_gbq(163.793, 0.05, 5, 0.3, 1.4, 50), 4)
    2.0
    """
    not_negative(tumour_gy=tumour_gy)
    positive(ratio=ratio)
    return activity_for_normal_gbq(tumour_gy / ratio, lung_fraction, ratio, tumour_kg, normal_kg, constant_gy_kg_per_gbq)


def activity_for_normal_gbq(
    normal_gy: Numbers, lung_fraction: Numbers, ratio: Numbers, tumour_kg: Numbers, normal_kg: Numbers, constant_gy_kg_per_gbq: Numbers
) -> Numbers:
    """Return the activity that gives the normal liver a mean dose, GBq. Refuses what `doses_gy` refuses. Source: liver.md §3C.

    >>> round(activity_for_normal_gbq(40, 0.18, 3, 0.5, 1.2, 50), 4)
    2.6341
    """
    positive(ratio=ratio, tumour_kg=tumour_kg, normal_kg=normal_kg, constant_gy_kg_per_gbq=constant_gy_kg_per_gbq)
    not_negative(normal_gy=normal_gy)
    below_one(lung_fraction=lung_fraction)
    return normal_gy * (ratio * tumour_kg + normal_kg) / (constant_gy_kg_per_gbq * (1 - lung_fraction))


def kao_activities_gbq(
    tumour_gy: Numbers, tumour_kg: Numbers, activity_ratio: Numbers, tumour_lung_shunt: Numbers, constant_gy_kg_per_gbq: Numbers = 50.0
) -> KaoActivities:
    """Return Kao's activities for a mean tumour dose, GBq.

    `activity_ratio` is the activity of the whole tumour over that of the whole normal liver; `tumour_lung_shunt` is
    lung / (tumour + lung). Neither is the T/N or the shunt of `doses_gy`. Raises InputError as `doses_gy` does.
    Source: Kao 2013, doi:10.1007/s00270-013-0783-z, with its constant 50; liver.md D4.

    >>> [round(activity, 4) for activity in kao_activities_gbq(120, 0.3, 3, 0.05)]
    [0.72, 0.24, 0.0379, 0.9979]
    """
    positive(activity_ratio=activity_ratio, tumour_kg=tumour_kg, constant_gy_kg_per_gbq=constant_gy_kg_per_gbq)
    not_negative(tumour_gy=tumour_gy)
    below_one(tumour_lung_shunt=tumour_lung_shunt)
    tumour_gbq = tumour_gy * tumour_kg / constant_gy_kg_per_gbq
    normal_gbq = tumour_gbq / activity_ratio
    lung_gbq = tumour_gbq * tumour_lung_shunt / (1 - tumour_lung_shunt)
    return KaoActivities(tumour_gbq, normal_gbq, lung_gbq, tumour_gbq + normal_gbq + lung_gbq)


def concentration_ratio(activity_ratio: Numbers, tumour_kg: Numbers, normal_kg: Numbers) -> Numbers:
    """Return the concentration ratio that belongs to a ratio of whole activities. Raises InputError for numbers of 0 or less.

    >>> round(concentration_ratio(3, 0.3, 0.8), 3)
    8.0
    """
    positive(activity_ratio=activity_ratio, tumour_kg=tumour_kg, normal_kg=normal_kg)
    return activity_ratio * normal_kg / tumour_kg
