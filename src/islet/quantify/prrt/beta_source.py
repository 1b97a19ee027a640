"""How far the electrons of Lu-177 carry their energy in water: beta spectra from the endpoints, stopping from Bethe's formula.

Only constants of nature, the branches of the decay and the mean excitation energy of water go in; no dose table does.
"""

from __future__ import annotations

import numpy as np
from scipy.special import loggamma

from islet.quantify.prrt.exponentials import Floats

ELECTRON_KEV = 510.99895
FINE_STRUCTURE = 1 / 137.035999
BETHE_MEV_CM2_PER_G = 0.153537
WATER_Z_OVER_A, WATER_EXCITATION_KEV = 0.555086, 0.075
DAUGHTER_Z, MASS_NUMBER = 72, 177
NUCLEAR_RADIUS_NM, COMPTON_LENGTH_NM = 1.2e-6, 3.8615927e-4
ENERGIES = 160


def beta_spectrum(endpoint_kev: float) -> tuple[Floats, Floats]:
    """Return energies in keV and their shares (sum 1) of an allowed beta branch to hafnium, with the Coulomb correction.

    N(E) is proportional to p W (Q - E)^2 F(Z, W), Fermi's theory.

    >>> energy, share = beta_spectrum(498.0)
    >>> bool(abs((energy * share).sum() - 149.1) < 0.5)
    True
    """
    energy = (np.arange(ENERGIES) + 0.5) / ENERGIES * endpoint_kev
    total = 1 + energy / ELECTRON_KEV
    momentum = np.sqrt(total**2 - 1)
    gamma = np.sqrt(1 - (FINE_STRUCTURE * DAUGHTER_Z) ** 2)
    eta = FINE_STRUCTURE * DAUGHTER_Z * total / momentum
    radius = NUCLEAR_RADIUS_NM * MASS_NUMBER ** (1 / 3) / COMPTON_LENGTH_NM
    fermi = 2 * (gamma - 1) * np.log(2 * momentum * radius) + np.pi * eta + 2 * np.real(loggamma(gamma + 1j * eta))
    weight = momentum * total * (endpoint_kev - energy) ** 2 * np.exp(fermi - fermi.max())
    return energy, np.asarray(weight / weight.sum())


def stopping_power_kev_per_mm(energy_kev: Floats) -> Floats:
    """Return the collision stopping power of water for electrons (Bethe and Møller; no density effect below 500 keV).

    >>> round(float(stopping_power_kev_per_mm(np.array([100.0]))[0]), 1)
    411.5
    """
    t = energy_kev / ELECTRON_KEV
    beta2 = t * (t + 2) / (t + 1) ** 2
    shape = 1 - beta2 + (t * t / 8 - (2 * t + 1) * np.log(2)) / (t + 1) ** 2
    logarithm = np.log(t * t * (t + 2) / (2 * (WATER_EXCITATION_KEV / ELECTRON_KEV) ** 2))
    return np.asarray(100 * BETHE_MEV_CM2_PER_G * WATER_Z_OVER_A / beta2 * (logarithm + shape))


def ranges_mm(highest_kev: float) -> tuple[Floats, Floats]:
    """Return energies in keV and the ranges in mm of electrons that slow down continuously (water).

    >>> energy, reach = ranges_mm(520.0)
    >>> bool(abs(np.interp(500.0, energy, reach) - 1.77) < 0.01)
    True
    """
    energy = np.concatenate([[0.0], np.geomspace(0.2, highest_kev, 1500)])
    middle = (energy[1:] + energy[:-1]) / 2
    steps = np.diff(energy) / stopping_power_kev_per_mm(np.maximum(middle, 0.2))
    return energy, np.concatenate([[0.0], np.cumsum(steps)])


def path_moments_mm(
    branches: tuple[tuple[float, float], ...], line_kev: float, line_energy_kev: float, rest_kev: float
) -> tuple[float, float]:
    """Return the energy-weighted mean of x in mm and of x^3 in mm^3, x the way an electron has gone where it leaves its energy.

    `branches` are beta branches (endpoint in keV, probability); `line_energy_kev` per decay leaves as electrons of about
    `line_kev` (conversion), `rest_kev` per decay stays where it is (Auger).

    >>> first, third = path_moments_mm(((498.0, 0.786), (385.05, 0.091), (176.7, 0.122)), 85.0, 13.52, 1.13)
    >>> round(first, 3), bool(third > first**3)
    (0.303, True)
    """
    energy, reach = ranges_mm(max(endpoint for endpoint, _ in branches) + 1)
    # for an electron of each energy of the grid: integral of x over the energy it leaves
    left = np.diff(energy)
    totals = []
    for power in (1, 3):
        weighted = 0.0
        for endpoint, probability in branches:
            starts, shares = beta_spectrum(endpoint)
            weighted += probability * sum(s * _carried(e, energy, reach, left, power) for e, s in zip(starts, shares, strict=True))
        weighted += line_energy_kev / line_kev * _carried(line_kev, energy, reach, left, power)
        totals.append(weighted)
    released = rest_kev + line_energy_kev
    released += sum(p * float((beta_spectrum(q)[0] * beta_spectrum(q)[1]).sum()) for q, p in branches)
    return float(totals[0] / released), float(totals[1] / released)


def _carried(start_kev: float, energy: Floats, reach: Floats, left: Floats, power: int) -> float:
    whole = float(np.interp(start_kev, energy, reach))
    middle = (energy[1:] + energy[:-1]) / 2
    gone = np.maximum(whole - np.interp(middle, energy, reach), 0)
    inside = np.clip(start_kev - energy[:-1], 0, left)
    return float((inside * gone**power).sum())
