"""MIRD single compartment: all activity that stays in the treated volume spreads evenly there and decays there."""

from __future__ import annotations

from islet.quantify.radioembolisation.check import Numbers, below_one, not_negative, positive


def dose_gy(
    activity_gbq: Numbers, mass_kg: Numbers, constant_gy_kg_per_gbq: Numbers, lung_fraction: Numbers = 0.0, residual_fraction: Numbers = 0.0
) -> Numbers:
    """Return the mean absorbed dose of the perfused volume, Gy.

    Arrays are combined by broadcasting. Raises InputError for a mass of 0, a negative activity, a fraction of 1 or more.
    Source: D = k A (1 - L)(1 - R) / M, physics.md §8 and liver.md D2.

    >>> round(dose_gy(3.815, 1.5, 49.67, 0.05), 1)
    120.0
    """
    positive(mass_kg=mass_kg, constant_gy_kg_per_gbq=constant_gy_kg_per_gbq)
    not_negative(activity_gbq=activity_gbq)
    below_one(lung_fraction=lung_fraction, residual_fraction=residual_fraction)
    return constant_gy_kg_per_gbq * activity_gbq * (1 - lung_fraction) * (1 - residual_fraction) / mass_kg


def activity_gbq(
    dose_gy: Numbers, mass_kg: Numbers, constant_gy_kg_per_gbq: Numbers, lung_fraction: Numbers = 0.0, residual_fraction: Numbers = 0.0
) -> Numbers:
    """Return the activity to prepare for a mean absorbed dose of the perfused volume, GBq.

    The inverse of `dose_gy`, with the same arguments refused; a share that stays in the vial (residual) and one that
    passes to the lung must be prepared on top. Source: liver.md D2.

    >>> round(activity_gbq(120, 1.5, 49.67, 0.05, 0.01), 4)
    3.8532
    """
    positive(mass_kg=mass_kg, constant_gy_kg_per_gbq=constant_gy_kg_per_gbq)
    not_negative(dose_gy=dose_gy)
    below_one(lung_fraction=lung_fraction, residual_fraction=residual_fraction)
    return dose_gy * mass_kg / (constant_gy_kg_per_gbq * (1 - lung_fraction) * (1 - residual_fraction))
