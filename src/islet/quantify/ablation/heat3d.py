"""Heat in a block of voxels where vessels or several passes matter: Pennes' equation, explicit in single precision."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.errors import InputError
from islet.quantify.ablation.damage import arrhenius_per_second, cem43_per_second
from islet.quantify.ablation.stencil import Single, kept_share, mapped_step, slab_of, uniform_step, uniform_two_steps
from islet.quantify.ablation.tissue import Tissue

SAFETY, DAMAGE_FROM_C, DAMAGE_TO_C, TABLE_PER_K, TOLD_EVERY = 0.95, 39.0, 140.0, 16, 50


class Heating(NamedTuple):
    """Hold a stretch of time and the heat put into every voxel during it, W/m³, boundary layer included."""

    seconds: float
    heat_w_m3: NDArray[np.floating[Any]]


class Block(NamedTuple):
    """Hold the end of a run: rise above body temperature in K, and damage by both criteria."""

    rise_k: Single
    cem43_min: Single
    omega: Single


def longest_step_s(tissue: Tissue, spacing_mm: float) -> float:
    """Return the longest explicit step that never makes a voxel colder than its neighbours, with a safety factor."""
    spread = 6 * tissue.conductivity_w_m_k / (spacing_mm / 1000) ** 2
    return SAFETY * tissue.heat_j_m3_k() / (spread + tissue.perfusion_s * tissue.blood_j_m3_k)


def heat_uniform(
    rise_k: Single, tissue: Tissue, spacing_mm: float, heatings: Iterable[Heating],
    progress: Callable[[float], None] = lambda seconds: None,
) -> Single:
    """Return the rise of temperature in uniform tissue after every stretch of heating, no damage, properties constant.

    Shapes: (nx, ny, nz), the outermost layer is the boundary at body temperature. Units: K, mm, s, W/m³.
    Raises InputError where a heat map has another shape. `progress` gets the seconds done
    and may raise to stop.
    """
    here, there = rise_k.astype(np.float32), np.zeros_like(rise_k, np.float32)
    heat, limit, slab = tissue.heat_j_m3_k(), longest_step_s(tissue, spacing_mm), slab_of(len(here) - 2)
    done = 0.0
    for heating in heatings:
        check_same_grid("heat map", heating.heat_w_m3, rise_k)
        steps = max(1, int(np.ceil(heating.seconds / limit)))
        step_s = heating.seconds / steps
        source = (heating.heat_w_m3 * (step_s / heat)).astype(np.float32)
        spread = np.float32(tissue.conductivity_w_m_k * step_s / (heat * (spacing_mm / 1000) ** 2))
        drain = np.float32(tissue.perfusion_s * tissue.blood_j_m3_k * step_s / heat)
        if steps % 2:
            uniform_step(here, there, source, spread, drain)
            here, there = there, here
        for k in range(steps % 2, steps, 2):
            uniform_two_steps(here, there, source, spread, drain, slab)
            here, there = there, here
            if k % TOLD_EVERY < 2:
                progress(done + k * step_s)
        done += heating.seconds
    return here


class Maps(NamedTuple):
    """Hold tissue voxel by voxel: W/m/K, perfusion heat sink in W/m³/K, and which voxels are held at body temperature.

    The heat capacity is that of one tissue: soft tissues and blood differ by about a tenth.
    """

    conductivity_w_m_k: Single
    sink_w_m3_k: Single
    held: NDArray[np.bool_]


def uniform_maps(shape: tuple[int, int, int], tissue: Tissue) -> Maps:
    """Return the maps of one tissue everywhere, nothing held.

    >>> water = Tissue(1e3, 4e3, 0.6, 0, 0.01, 4e6, 0.5, 0, 37, 100, 5, 1e9, 0.01, 1, 1)
    >>> uniform_maps((3, 3, 3), water).sink_w_m3_k[1, 1, 1]
    np.float32(40000.0)
    """
    sink = tissue.perfusion_s * tissue.blood_j_m3_k
    return Maps(np.full(shape, tissue.conductivity_w_m_k, np.float32), np.full(shape, sink, np.float32), np.zeros(shape, bool))


def heat_mapped(
    rise_k: Single, maps: Maps, tissue: Tissue, spacing_mm: float, heatings: Iterable[Heating],
    progress: Callable[[float], None] = lambda seconds: None,
) -> Block:
    """Return rise and damage in mixed tissue after every stretch of heating; perfusion stops where Omega reaches 1.

    Shapes: (nx, ny, nz), the outermost layer is the boundary at body temperature. Units: K, mm, s, W/m³. Held voxels
    (vessels) stay at body temperature. Damage counts above 39 °C. `tissue` gives heat capacity, body temperature and the Arrhenius pair.
    Raises InputError where a map has another shape. `progress` gets the seconds done
    and may raise to stop.
    """
    for name, values in zip(Maps._fields, maps, strict=True):
        check_same_grid(name, values, rise_k)
    here, there = rise_k.astype(np.float32), np.zeros_like(rise_k, np.float32)
    cem43, omega = np.zeros_like(here), np.zeros_like(here)
    size, heat = (spacing_mm / 1000) ** 2, tissue.heat_j_m3_k()
    limit = SAFETY * heat / float(6 * maps.conductivity_w_m_k.max() / size + maps.sink_w_m3_k.max())
    done = 0.0
    for heating in heatings:
        check_same_grid("heat map", heating.heat_w_m3, rise_k)
        steps = max(1, int(np.ceil(heating.seconds / limit)))
        step_s = heating.seconds / steps
        source = (heating.heat_w_m3 * (step_s / heat)).astype(np.float32)
        gain = np.float32(0.5 * step_s / (heat * size))
        drain = np.where(maps.held | (omega >= 1), 0, maps.sink_w_m3_k * (step_s / heat)).astype(np.float32)
        keep = kept_share(maps.conductivity_w_m_k, drain, maps.held, gain)
        rates = damage_table(tissue, step_s)
        first = np.float32(DAMAGE_FROM_C - tissue.body_c)
        for k in range(steps):
            mapped_step(
                here, there, source, maps.conductivity_w_m_k, keep, gain, drain, cem43, omega, rates, first, np.float32(TABLE_PER_K)
            )
            here, there = there, here
            if k % TOLD_EVERY == 0:
                progress(done + k * step_s)
        done += heating.seconds
    return Block(here, cem43, omega)


def damage_table(tissue: Tissue, seconds: float) -> Single:
    """Return damage by both criteria in a step of some seconds, from 39 °C on, 16 entries a kelvin."""
    celsius = np.arange(DAMAGE_FROM_C, DAMAGE_TO_C + 1, 1 / TABLE_PER_K)
    rows = [
        (cem43_per_second(t), arrhenius_per_second(t, tissue.arrhenius_rate_s, tissue.arrhenius_energy_j_mol)) for t in celsius.tolist()
    ]
    return (np.array(rows) * seconds).astype(np.float32)


def check_same_grid(name: str, values: NDArray[Any], like: NDArray[Any]) -> None:
    """Raise InputError where a map does not lie on the grid of the temperature.

    >>> check_same_grid("mask", np.zeros((3, 3, 4)), np.zeros((3, 3, 3)))
    Traceback (most recent call last):
    islet.errors.InputError: mask: found a grid of 3 x 3 x 4 voxels; expected 3 x 3 x 3: resample it first
    """
    if values.shape != like.shape:
        shown, wanted = (" x ".join(str(n) for n in shape) for shape in (values.shape, like.shape))
        raise InputError(f"found a grid of {shown} voxels", "", 0, name, f"expected {wanted}: resample it first")
