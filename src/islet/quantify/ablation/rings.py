"""Heat in the rings around a needle: one implicit step by alternating directions, and what it does to the tissue."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from islet.quantify.ablation.compiled import compiled
from islet.quantify.ablation.damage import arrhenius_per_second, cem43_per_second
from islet.quantify.ablation.grid import TISSUE, Floats
from islet.quantify.ablation.tissue import Tissue, apparent_heat_j_m3_k, electrical_s_m, temperature_c, thermal_w_m_k

Flags = NDArray[np.bool_]
Filling = NDArray[np.uint8]


@compiled()
def solve_lines(lower: Floats, middle: Floats, upper: Floats, right: Floats) -> None:
    """Solve one tridiagonal system for several right sides in place (Thomas); right is (n, sides)."""
    n, sides = right.shape
    for i in range(1, n):
        share = lower[i] / middle[i - 1]
        middle[i] -= share * upper[i - 1]
        for s in range(sides):
            right[i, s] -= share * right[i - 1, s]
    for s in range(sides):
        right[n - 1, s] /= middle[n - 1]
    for i in range(n - 2, -1, -1):
        for s in range(sides):
            right[i, s] = (right[i, s] - upper[i] * right[i + 1, s]) / middle[i]


@compiled()
def implicit_step(
    celsius: Floats, heat: Floats, faces_r: Floats, faces_z: Floats, sink_w_k: Floats,
    watts: Floats, held: Flags, held_c: float, seconds: float, body_c: float, change: Floats,
) -> None:
    """Find the change of temperature in one step, without power (change[..., 0]) and for each watt of power ([..., 1]).

    Shapes (rings, layers); faces as `face_conductances` gives them; `heat` is the apparent capacity of each ring in J/K,
    `sink_w_k` perfusion in W/K, `watts` the heat of one watt of power. Douglas splitting, backward Euler, first order in time.
    """
    rings, layers = celsius.shape
    lower, middle, upper = np.empty(max(rings, layers)), np.empty(max(rings, layers)), np.empty(max(rings, layers))
    right = np.empty((max(rings, layers), 2))
    for j in range(layers):
        for i in range(rings):
            inner = faces_r[i - 1, j] if i > 0 else 0.0
            outer, below, above = faces_r[i, j], faces_z[i, j], faces_z[i, j + 1]
            here = celsius[i, j]
            if held[i, j]:
                lower[i], middle[i], upper[i] = 0.0, 1.0, 0.0
                right[i, 0], right[i, 1] = held_c - here, 0.0
                continue
            gain = outer * ((celsius[i + 1, j] if i + 1 < rings else body_c) - here)
            if i > 0:
                gain += inner * (celsius[i - 1, j] - here)
            gain += below * ((celsius[i, j - 1] if j > 0 else body_c) - here)
            gain += above * ((celsius[i, j + 1] if j + 1 < layers else body_c) - here)
            gain -= sink_w_k[i, j] * (here - body_c)
            lower[i], upper[i] = -seconds * inner, -seconds * outer
            middle[i] = heat[i, j] + seconds * (inner + outer + sink_w_k[i, j])
            right[i, 0], right[i, 1] = seconds * gain, seconds * watts[i, j]
        solve_lines(lower[:rings], middle[:rings], upper[:rings], right[:rings])
        for i in range(rings):
            change[i, j, 0], change[i, j, 1] = right[i, 0], right[i, 1]
    for i in range(rings):
        for j in range(layers):
            if held[i, j]:
                lower[j], middle[j], upper[j] = 0.0, 1.0, 0.0
                right[j, 0], right[j, 1] = change[i, j, 0], change[i, j, 1]
                continue
            below, above = faces_z[i, j], faces_z[i, j + 1]
            lower[j], upper[j] = -seconds * below, -seconds * above
            middle[j] = heat[i, j] + seconds * (below + above)
            right[j, 0], right[j, 1] = heat[i, j] * change[i, j, 0], heat[i, j] * change[i, j, 1]
        solve_lines(lower[:layers], middle[:layers], upper[:layers], right[:layers])
        for j in range(layers):
            change[i, j, 0], change[i, j, 1] = right[j, 0], right[j, 1]


@compiled()
def take_step(
    celsius: Floats, enthalpy: Floats, heat: Floats, change: Floats, power_w: float, seconds: float, volume: Floats,
    fill: Filling, sink_w_k: Floats, tissue: Tissue, cem43: Floats, omega: Floats,
) -> tuple[float, float, float]:
    """Add one step to enthalpy, temperature and damage; return the hottest tissue, the largest change and the heat to blood in J.

    Energy is kept: the enthalpy takes what the implicit step brought, and the temperature follows from it.
    """
    rings, layers = celsius.shape
    sensible = tissue.density_kg_m3 * tissue.capacity_j_kg_k
    hottest, largest, blood_j = -273.0, 0.0, 0.0
    for i in range(rings):
        for j in range(layers):
            rise = change[i, j, 0] + power_w * change[i, j, 1]
            before = celsius[i, j]
            if fill[i, j] != TISSUE:
                celsius[i, j] = before + rise
                enthalpy[i, j] += heat[i, j] * rise
                continue
            blood_j += seconds * sink_w_k[i, j] * (before + rise - tissue.body_c)
            enthalpy[i, j] += heat[i, j] * rise
            after = temperature_c(enthalpy[i, j] / volume[i, j], sensible, tissue)
            celsius[i, j] = after
            hottest, largest = max(hottest, after), max(largest, abs(after - before))
            cem43[i, j] += 0.5 * seconds * (cem43_per_second(before) + cem43_per_second(after))
            omega[i, j] += 0.5 * seconds * (
                arrhenius_per_second(before, tissue.arrhenius_rate_s, tissue.arrhenius_energy_j_mol)
                + arrhenius_per_second(after, tissue.arrhenius_rate_s, tissue.arrhenius_energy_j_mol)
            )
            if omega[i, j] >= 1.0:
                sink_w_k[i, j] = 0.0
    return hottest, largest, blood_j


@compiled()
def properties(
    celsius: Floats, volume: Floats, fill: Filling, tissue: Tissue, metal_heat: float, metal_w_m_k: float,
    heat: Floats, conductivity: Floats, sigma: Floats,
) -> None:
    """Write the apparent heat capacity (J/K), thermal (W/m/K) and electrical (S/m) conductivity of every ring."""
    sensible = tissue.density_kg_m3 * tissue.capacity_j_kg_k
    rings, layers = celsius.shape
    for i in range(rings):
        for j in range(layers):
            if fill[i, j] != TISSUE:
                heat[i, j], conductivity[i, j], sigma[i, j] = metal_heat * volume[i, j], metal_w_m_k, 0.0
                continue
            heat[i, j] = volume[i, j] * apparent_heat_j_m3_k(celsius[i, j], sensible, tissue)
            conductivity[i, j] = thermal_w_m_k(celsius[i, j], tissue)
            sigma[i, j] = electrical_s_m(celsius[i, j], tissue)
