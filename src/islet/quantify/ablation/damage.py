"""Thermal damage by two criteria: equivalent minutes at 43 °C, and Arrhenius."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from islet.quantify.ablation.compiled import compiled

Floats = NDArray[np.floating[Any]]
GAS_CONSTANT_J_MOL_K = 8.314
ZERO_CELSIUS_K = 273.15


@compiled()
def cem43_per_second(temperature_c: float) -> float:
    """Return equivalent minutes at 43 °C gained in one second (scalar kernel): R 0.5 from 43 °C, 0.25 from 39 °C, none below."""
    if temperature_c >= 43.0:
        return float(2.0 ** (temperature_c - 43.0) / 60.0)
    if temperature_c >= 39.0:
        return float(4.0 ** (temperature_c - 43.0) / 60.0)
    return 0.0


@compiled()
def arrhenius_per_second(temperature_c: float, rate_s: float, energy_j_mol: float) -> float:
    """Return the Arrhenius damage gained in one second (scalar kernel)."""
    return float(rate_s * np.exp(-energy_j_mol / (GAS_CONSTANT_J_MOL_K * (temperature_c + ZERO_CELSIUS_K))))


def cem43_minutes(temperature_c: Floats, seconds: Floats) -> float:
    """Return equivalent minutes at 43 °C of one temperature history.

    Shapes: (n,) and (n,), times rising. Units: °C, s, min. The rate is taken linear between the samples.
    Formula: Sapareto and Dewey, integral of R^(43-T) dt with R 0.5 from 43 °C, 0.25 from 39 to 43 °C, 0 below.

    >>> round(cem43_minutes(np.array([45.0, 45.0]), np.array([0.0, 600.0])), 6)
    40.0
    """
    rate = np.array([cem43_per_second(float(t)) for t in temperature_c])
    return float(np.trapezoid(rate, seconds))


def arrhenius_damage(temperature_c: Floats, seconds: Floats, rate_s: float, energy_j_mol: float) -> float:
    """Return the Arrhenius damage Omega of one temperature history; Omega 1 leaves 37 %, Omega 4.6 leaves 1 %.

    Shapes: (n,) and (n,), times rising. Units: °C, s, 1/s, J/mol. Formula: integral of A exp(-Ea/RT) dt.

    >>> round(arrhenius_damage(np.array([50.0, 50.0]), np.array([0.0, 61.38]), 7.39e39, 2.577e5), 3)
    1.0
    """
    rate = np.array([arrhenius_per_second(float(t), rate_s, energy_j_mol) for t in temperature_c])
    return float(np.trapezoid(rate, seconds))


def seconds_to_cem43(temperature_c: float, minutes: float) -> float:
    """Return the seconds at a steady temperature until the equivalent minutes are reached; infinite below 39 °C.

    >>> round(seconds_to_cem43(50.0, 240.0), 3)
    112.5
    """
    rate = float(cem43_per_second(temperature_c))
    return minutes / rate if rate > 0 else float("inf")


def seconds_to_arrhenius(temperature_c: float, omega: float, rate_s: float, energy_j_mol: float) -> float:
    """Return the seconds at a steady temperature until Omega is reached.

    >>> round(seconds_to_arrhenius(60.0, 1.0, 7.39e39, 2.577e5), 3)
    3.449
    """
    return omega / float(arrhenius_per_second(temperature_c, rate_s, energy_j_mol))
