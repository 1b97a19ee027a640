"""Read the numbers of the heat models from the knowledge, and span the assumptions about the tumour."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import NamedTuple

from islet.knowledge.base import Constant
from islet.quantify.ablation.axisymmetric import Metal
from islet.quantify.ablation.tissue import Tissue

Constants = Mapping[str, Constant]


class Criterion(NamedTuple):
    """Hold one way of calling tissue dead: its words, which damage it reads, and from which value on."""

    id: str
    name: str
    reads: str
    threshold: float


def tissue_of(constants: Constants, organ: str, perfusion_factor: float, sigma_s_m: float) -> Tissue:
    """Return the tissue of an organ (pancreas, liver) with a tumour's perfusion and electrical conductivity."""

    def of(name: str) -> float:
        return float(constants[f"ablation_{name}"].value)

    density = of(f"{organ}_density")
    return Tissue(
        density_kg_m3=density, capacity_j_kg_k=of(f"{organ}_capacity"), conductivity_w_m_k=of(f"{organ}_conductivity"),
        conductivity_rise_per_k=of("conductivity_rise"), perfusion_s=perfusion_factor * of(f"{organ}_perfusion"),
        blood_j_m3_k=of("blood_density") * of("blood_capacity"), sigma_s_m=float(sigma_s_m), sigma_rise_per_k=of("sigma_rise"),
        body_c=of("body"), boiling_c=of("boiling"), boiling_width_c=of("boiling_width"),
        vaporisation_j_m3=density * of("water_share") * of("water_heat"), dry_share=of("dry_share"),
        arrhenius_rate_s=of("arrhenius_rate"), arrhenius_energy_j_mol=of("arrhenius_energy"),
    )


def assumed_tissues(constants: Constants, organ: str) -> list[Tissue]:
    """Return the tissue taken first, then the four corners of what perfusion and conductivity of the tumour may be."""
    factor, sigma = constants["ablation_perfusion_factor"], constants["ablation_sigma"]
    assert factor.range is not None and sigma.range is not None
    return [tissue_of(constants, organ, f, s) for f, s in ((factor.value, sigma.value), *product(factor.range, sigma.range))]


def criteria_of(constants: Constants) -> list[Criterion]:
    """Return the criteria of death; the first is the one whose zone is given as the value."""
    cem43, most, nearly_all = (constants[f"ablation_{name}"].value for name in ("cem43_dead", "omega_most", "omega_nearly_all"))
    return [
        Criterion("cem43", f"{cem43:g} equivalent minutes at 43 °C", "cem43", float(cem43)),
        Criterion("omega_most", f"Arrhenius damage {most:g} (37 % of cells left)", "omega", float(most)),
        Criterion("omega_nearly_all", f"Arrhenius damage {nearly_all:g} (1 % of cells left)", "omega", float(nearly_all)),
    ]


def metal_of(constants: Constants) -> Metal:
    """Return the needle's own heat capacity and conductivity."""
    return Metal(float(constants["ablation_metal_heat"].value), float(constants["ablation_metal_conductivity"].value))
