"""Absorbed dose from time-integrated activity: MIRD's sum, self-dose from electron energy and mass, tumours as spheres.

What is shipped is the electron part alone, from decay data; no phantom table (decision 14). Photons are left out and stand
in the interval.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from islet.quantify.prrt.exponentials import Floats

KEV_TO_JOULE = 1.602176634e-16
SECONDS_PER_HOUR = 3600.0
WATER_G_PER_MM3 = 1e-3


def electron_dose_constant_gy_g_per_mbq_h(electron_kev_per_decay: float) -> float:
    """Return the dose of complete local absorption in Gy g/(MBq h).

    >>> round(electron_dose_constant_gy_g_per_mbq_h(147.9), 4)
    0.0853
    """
    return electron_kev_per_decay * KEV_TO_JOULE * 1e6 * SECONDS_PER_HOUR * 1e3


def self_dose_gy(tia_mbq_h: ArrayLike, mass_g: ArrayLike, electron_kev_per_decay: float, absorbed_fraction: ArrayLike = 1.0) -> Floats:
    """Return the electron self-dose in Gy: TIA * Delta_e * phi / m, so the mass scales it linearly. Raises ValueError at no mass.

    >>> round(float(self_dose_gy(19057.0, 310.0, 147.9)), 2)
    5.24
    """
    mass = np.asarray(mass_g, float)
    if not (mass > 0).all():
        raise ValueError("a mass must be above zero")
    kept = np.asarray(tia_mbq_h, float) * np.asarray(absorbed_fraction, float)
    return np.asarray(kept * electron_dose_constant_gy_g_per_mbq_h(electron_kev_per_decay) / mass)


def sphere_absorbed_fraction(mass_g: ArrayLike, path_mm: float, path_cubed_mm3: float, longest_path_mm: float) -> Floats:
    """Return the share of the electron energy that stays in a unit-density sphere with uniform activity, straight tracks.

    A point at distance x from a uniform random point of a sphere of diameter d lies inside with probability
    1 - 3x/2d + x^3/2d^3, so phi = 1 - 1.5 <x>/d + 0.5 <x^3>/d^3 with the energy-weighted path moments. Straight tracks reach
    furthest, so this is a lower bound. Raises ValueError for a sphere narrower than the longest path.

    >>> sphere_absorbed_fraction([1.0, 100.0], 0.303, 0.15, 1.8).round(3).tolist()
    [0.963, 0.992]
    """
    diameter = 2 * np.cbrt(3 * np.asarray(mass_g, float) / (4 * np.pi * WATER_G_PER_MM3))
    if not (diameter >= longest_path_mm).all():
        raise ValueError(f"the sphere is narrower than the longest electron path, {longest_path_mm:g} mm")
    return np.asarray(1 - 1.5 * path_mm / diameter + 0.5 * path_cubed_mm3 / diameter**3)


def scaled_self_s(s_reference: ArrayLike, mass_reference_g: ArrayLike, mass_g: ArrayLike, photon_share: ArrayLike = 0.0) -> Floats:
    """Return a self-dose S value for another mass: the electron part by m_ref/m, the photon part by (m_ref/m)^(2/3).

    `photon_share` (0..1) is the photons' part of the reference value; the exponent 2/3 is practice (recall).

    >>> round(float(scaled_self_s(7.76e-5, 310.0, 210.0)) / 7.76e-5, 4)
    1.4762
    """
    ratio = np.asarray(mass_reference_g, float) / np.asarray(mass_g, float)
    photons = np.asarray(photon_share, float)
    return np.asarray(np.asarray(s_reference, float) * ((1 - photons) * ratio + photons * ratio ** (2 / 3)))


def mird_dose_gy(tia_mbq_h: ArrayLike, s_mgy_per_mbq_s: ArrayLike) -> Floats:
    """Return the dose in Gy of a target: the sum over its sources (last axis) of TIA times S.

    >>> round(float(mird_dose_gy([19057.0], [7.76e-5])), 3)
    5.324
    """
    parts = np.asarray(tia_mbq_h, float) * SECONDS_PER_HOUR * np.asarray(s_mgy_per_mbq_s, float) * 1e-3
    return np.asarray(parts.sum(axis=-1))


def interpolated_s(mass_g: ArrayLike, masses_g: ArrayLike, s_values: ArrayLike) -> Floats:
    """Return S of a sphere between tabulated ones: linear in log S on log m (linear axes can be 22 % wrong). No extrapolation.

    Raises ValueError outside the table.

    >>> round(float(interpolated_s(3.0, [1.0, 9.0], [9.0, 1.0])), 6)
    3.0
    """
    mass, table = np.asarray(mass_g, float), np.asarray(masses_g, float)
    if not ((mass >= table.min()) & (mass <= table.max())).all():
        raise ValueError(f"the table reaches from {table.min():g} to {table.max():g} g")
    return np.asarray(np.exp(np.interp(np.log(mass), np.log(table), np.log(np.asarray(s_values, float)))))
