"""Tissue in the heat of a needle: properties that change with temperature, boiling as a heat of vaporisation."""

from __future__ import annotations

from typing import NamedTuple

from islet.quantify.ablation.compiled import compiled


class Tissue(NamedTuple):
    """Hold one tissue, blood included; units are in the names.

    Boiling is held in the enthalpy: between `boiling_c` and `boiling_c + boiling_width_c` the water takes up its heat of
    vaporisation, and the electrical conductivity falls with the share of water gone, to `dry_share` of its value.
    """

    density_kg_m3: float
    capacity_j_kg_k: float
    conductivity_w_m_k: float
    conductivity_rise_per_k: float
    perfusion_s: float
    blood_j_m3_k: float
    sigma_s_m: float
    sigma_rise_per_k: float
    body_c: float
    boiling_c: float
    boiling_width_c: float
    vaporisation_j_m3: float
    dry_share: float
    arrhenius_rate_s: float
    arrhenius_energy_j_mol: float

    def heat_j_m3_k(self) -> float:
        """Return the volumetric heat capacity below boiling."""
        return self.density_kg_m3 * self.capacity_j_kg_k

    def decay_length_mm(self) -> float:
        """Return how far heat reaches against perfusion: sqrt(k / (w rho_b c_b)); infinite without perfusion."""
        sink = self.perfusion_s * self.blood_j_m3_k
        return 1000.0 * (self.conductivity_w_m_k / sink) ** 0.5 if sink > 0 else float("inf")


@compiled(inline="always")
def enthalpy_j_m3(temperature_c: float, heat: float, tissue: Tissue) -> float:
    """Return the enthalpy above body temperature: sensible heat, and the heat of vaporisation across the boiling range."""
    share = (temperature_c - tissue.boiling_c) / tissue.boiling_width_c
    return heat * (temperature_c - tissue.body_c) + tissue.vaporisation_j_m3 * min(max(share, 0.0), 1.0)


@compiled(inline="always")
def temperature_c(enthalpy: float, heat: float, tissue: Tissue) -> float:
    """Return the temperature that belongs to an enthalpy: the inverse of `enthalpy_j_m3`, exact piece by piece."""
    start = heat * (tissue.boiling_c - tissue.body_c)
    width = heat * tissue.boiling_width_c + tissue.vaporisation_j_m3
    if enthalpy <= start:
        return tissue.body_c + enthalpy / heat
    if enthalpy <= start + width:
        return tissue.boiling_c + tissue.boiling_width_c * (enthalpy - start) / width
    return tissue.boiling_c + tissue.boiling_width_c + (enthalpy - start - width) / heat


@compiled(inline="always")
def apparent_heat_j_m3_k(celsius: float, heat: float, tissue: Tissue) -> float:
    """Return the slope of the enthalpy at a temperature."""
    boiling = tissue.boiling_c <= celsius < tissue.boiling_c + tissue.boiling_width_c
    return heat + (tissue.vaporisation_j_m3 / tissue.boiling_width_c if boiling else 0.0)


@compiled(inline="always")
def electrical_s_m(celsius: float, tissue: Tissue) -> float:
    """Return the electrical conductivity: rises linearly to boiling, then falls with the share of water gone."""
    warm = tissue.sigma_s_m * (1.0 + tissue.sigma_rise_per_k * (min(celsius, tissue.boiling_c) - tissue.body_c))
    gone = min(max((celsius - tissue.boiling_c) / tissue.boiling_width_c, 0.0), 1.0)
    return warm * (1.0 - gone * (1.0 - tissue.dry_share))


@compiled(inline="always")
def thermal_w_m_k(celsius: float, tissue: Tissue) -> float:
    """Return the thermal conductivity: rises linearly to boiling and stays there."""
    return tissue.conductivity_w_m_k * (1.0 + tissue.conductivity_rise_per_k * (min(celsius, tissue.boiling_c) - tissue.body_c))
