"""Thermal damage by three criteria: equivalent minutes at 43 °C, Arrhenius, and the three-state model of cell death."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.quantify.ablation.compiled import compiled

Floats = NDArray[np.floating[Any]]
GAS_CONSTANT_J_MOL_K = 8.314
ZERO_CELSIUS_K = 273.15


class Damage(NamedTuple):
    """Hold the parameters of the three criteria; see `knowledge/constants/ablation.yaml` for their sources."""

    arrhenius_rate_s: float
    arrhenius_energy_j_mol: float
    death_forward_s: float
    death_backward_s: float
    death_scale_c: float


@compiled()
def cem43_per_second(temperature_c: float) -> float:
    """Return equivalent minutes at 43 °C gained in one second (scalar kernel): R 0.5 from 43 °C, 0.25 from 39 °C, none below."""
    if temperature_c >= 43.0:
        return 2.0 ** (temperature_c - 43.0) / 60.0
    if temperature_c >= 39.0:
        return 4.0 ** (temperature_c - 43.0) / 60.0
    return 0.0


@compiled()
def arrhenius_per_second(temperature_c: float, rate_s: float, energy_j_mol: float) -> float:
    """Return the Arrhenius damage gained in one second (scalar kernel)."""
    return rate_s * np.exp(-energy_j_mol / (GAS_CONSTANT_J_MOL_K * (temperature_c + ZERO_CELSIUS_K)))


@compiled()
def three_state_step(alive: float, dead: float, temperature_c: float, seconds: float, law: Damage) -> tuple[float, float]:
    """Return the alive and the dead share after one step (scalar kernel), the rates being held over the step."""
    forward = law.death_forward_s * np.exp(temperature_c / law.death_scale_c) * (1.0 - alive)
    vulnerable = 1.0 - alive - dead
    new_alive = (alive + seconds * law.death_backward_s * vulnerable) / (1.0 + seconds * forward)
    new_dead = dead + vulnerable * (1.0 - np.exp(-seconds * forward))
    return new_alive, min(new_dead, 1.0 - new_alive)


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


def three_state_dead(temperature_c: Floats, seconds: Floats, law: Damage, alive: float = 0.99) -> float:
    """Return the dead share after one temperature history by the three-state model.

    Shapes: (n,) and (n,), times rising. Units: °C, s, shares of 1. Formula: alive turns vulnerable and vulnerable dead
    with k_f = k_f0 exp(T/T_k)(1 - alive), vulnerable turns alive with k_b (O'Neill 2011; parameters recalled).

    >>> law = Damage(7.39e39, 2.577e5, 3.33e-3, 7.77e-3, 40.5)
    >>> hot = three_state_dead(np.full(601, 70.0), np.arange(601.0), law)
    >>> warm = three_state_dead(np.full(601, 38.0), np.arange(601.0), law)
    >>> hot > 0.9, warm < 0.2
    (True, True)
    """
    dead = 0.0
    for k in range(1, len(seconds)):
        middle = 0.5 * float(temperature_c[k] + temperature_c[k - 1])
        alive, dead = three_state_step(alive, dead, middle, float(seconds[k] - seconds[k - 1]), law)
    return dead
