"""Every vector of the ablation room: what the evidence gives, beside ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import yaml

from islet.quantify.ablation.axisymmetric import TEMPERATURE, Electrode, Metal, NeedleRun, run_needle
from islet.quantify.ablation.damage import cem43_minutes, seconds_to_arrhenius, seconds_to_cem43
from islet.quantify.ablation.electric import FieldSolver
from islet.quantify.ablation.grid import TIP, TISSUE, Floats, NeedleGrid, face_conductances, graded
from islet.quantify.ablation.heat3d import Heating, heat_uniform
from islet.quantify.ablation.rings import implicit_step
from islet.quantify.ablation.tissue import Tissue
from islet.quantify.ablation.zone import zone_of
from islet_testing.places import TESTS

VECTORS = yaml.safe_load((TESTS / "quantify" / "vectors" / "ablation.yaml").read_text())
LIVER_PAIR = (7.39e39, 2.577e5)
PANCREAS = Tissue(1087.0, 3164.0, 0.51, 0.0, 0.0139, 1050.0 * 3617.0, 0.57, 0.0, 37.0, 100.0, 5.0, 1.84e9, 0.01, *LIVER_PAIR)


def steady_minutes(celsius: float, minutes: float) -> float:
    return cem43_minutes(np.full(2, celsius), np.array([0.0, 60.0 * minutes]))


@cache
def point_source() -> dict[tuple[int, int], float]:
    """Return the rise at 5 and 10 mm after 60, 300 and 600 s of 2 W in the middle voxel of a block of 35 mm."""
    n, spacing = 71, 0.5
    source = np.zeros((n, n, n))
    source[n // 2, n // 2, n // 2] = 2.0 / (spacing / 1000) ** 3
    found, rise, before = {}, np.zeros((n, n, n), np.float32), 0
    for seconds in (60, 300, 600):
        rise = heat_uniform(rise, PANCREAS, spacing, [Heating(seconds - before, source)])
        before = seconds
        found |= {(r, seconds): float(rise[n // 2 + 2 * r, n // 2, n // 2]) for r in (5, 10)}
    return found


@cache
def sphere() -> tuple[float, Callable[[float], float]]:
    """Return power and steady rise of a spherical electrode of 1 mm at 20 V, in the rings of the needle solver."""
    half = np.concatenate([np.linspace(0.0, 1.6e-3, 41)[:-1], 1.6e-3 + graded(0.2, 4e-5, 0.08)])
    z = np.concatenate([-half[:0:-1], half])
    middle_r, middle_z = 0.5 * (half[1:] + half[:-1]), 0.5 * (z[1:] + z[:-1])
    volume = np.pi * np.diff(half**2)[:, None] * np.diff(z)[None, :]
    fill = np.where(np.hypot(middle_r[:, None], middle_z[None, :]) < 1e-3, TIP, TISSUE).astype(np.uint8)
    grid = NeedleGrid(half, z, fill, volume)
    field = FieldSolver(grid).solve(np.full(volume.shape, 0.57))
    faces = face_conductances(grid, np.where(fill == TISSUE, 0.51, 0.0))
    rise, change, none = np.zeros(volume.shape), np.zeros((*volume.shape, 2)), np.zeros(volume.shape)
    seconds, elapsed = 0.05, 0.0
    while elapsed < 1e6:
        implicit_step(
            rise, 1087.0 * 3164.0 * volume, *faces, none, field.heat_w / field.conductance_s, none.astype(bool), 0.0, seconds, 0.0, change
        )
        rise += change[..., 0] + 400.0 * field.conductance_s * change[..., 1]
        elapsed, seconds = elapsed + seconds, 1.05 * seconds
    at_waist = 0.5 * (rise[:, len(z) // 2 - 1] + rise[:, len(z) // 2])
    return 400.0 * field.conductance_s, lambda r_m: float(np.interp(r_m, middle_r, at_waist))


def gaussian_block(n: int = 128, spacing: float = 0.5, watts: float = 8.0, sigma: float = 3.0) -> Floats:
    ticks = (np.arange(n + 2) - (n + 1) / 2) * spacing
    one = np.exp(-(ticks**2) / (2 * sigma**2))
    shape = one[:, None, None] * one[None, :, None] * one[None, None, :]
    return shape * (watts / (shape.sum() * (spacing / 1000) ** 3))


@cache
def block() -> float:
    source = gaussian_block()
    rise = heat_uniform(np.zeros(source.shape, np.float32), PANCREAS, 0.5, [Heating(300.0, source), Heating(300.0, 0.0 * source)])
    return float(rise.max())


@cache
def goldberg() -> NeedleRun:
    """Return the run that stands for the live pig pancreas: 19 gauge, 10 mm tip, 6 min, needle held at 80 °C."""
    tissue = PANCREAS._replace(conductivity_rise_per_k=0.002, sigma_rise_per_k=0.015)
    return run_needle(Electrode(10.0, 0.535, TEMPERATURE, 80.0, 360.0, 50.0, 150.0, 500.0), tissue, Metal(3.95e6, 16.0))


def goldberg_current_ma() -> float:
    on = goldberg().history[goldberg().history[:, 1] > 0]
    return float(1000 * np.sqrt(on[-1, 1] / on[-1, 2]))


OURS: dict[str, Callable[[], float]] = {
    **{f"physics:H1.{c}": (lambda c=c: seconds_to_cem43(float(c), 240.0) / 60) for c in (45, 47, 50, 55, 60)},
    "physics:H1.a": lambda: steady_minutes(42.0, 30.0),
    "physics:H1.b": lambda: steady_minutes(45.0, 10.0),
    "physics:H1.c": lambda: steady_minutes(50.0, 1.0),
    **{f"physics:H2.{c}": (lambda c=c: seconds_to_arrhenius(float(c), 1.0, *LIVER_PAIR)) for c in (43, 50, 55, 60, 70)},
    "physics:H3.length": PANCREAS.decay_length_mm,
    "physics:H3.time": lambda: PANCREAS.heat_j_m3_k() / (PANCREAS.perfusion_s * PANCREAS.blood_j_m3_k),
    **{
        f"physics:H3.{r}.{name}": (lambda key=(r, seconds): point_source()[key])
        for r in (5, 10) for name, seconds in (("60", 60), ("300", 300), ("steady", 600))
    },
    "physics:H4.power": lambda: sphere()[0],
    "physics:H4.2": lambda: sphere()[1](0.002),
    "physics:H4.5": lambda: sphere()[1](0.005),
    "physics:H5.exact": block,
    "physics:H5.explicit": block,
    "physics:E1.short": lambda: zone_of(goldberg().grid, goldberg().cem43_min, 240.0).short_mm,
    "physics:E1.strict": lambda: zone_of(goldberg().grid, goldberg().omega, 4.6).short_mm,
    "physics:E1.current": goldberg_current_ma,
}


def test_every_vector_has_an_answer_or_a_reason() -> None:
    assert {vector["id"] for vector in VECTORS if "not_reproduced" not in vector} == set(OURS)
    assert all(vector["not_reproduced"] for vector in VECTORS if "tolerance" not in vector)


@pytest.mark.parametrize("vector", [v for v in VECTORS if "not_reproduced" not in v], ids=lambda v: v["id"])
def test_ours_is_what_the_evidence_gives(vector: dict[str, float]) -> None:
    assert OURS[str(vector["id"])]() == pytest.approx(vector["published"], abs=vector["tolerance"])
