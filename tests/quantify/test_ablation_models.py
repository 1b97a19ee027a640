"""The heat models keep energy, converge, and agree with answers found another way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.interpolate import RegularGridInterpolator

from islet.errors import InputError
from islet.quantify.ablation.axisymmetric import CURRENT, POWER, TEMPERATURE, VOLTAGE, Electrode, Metal, NeedleRun, run_needle
from islet.quantify.ablation.damage import arrhenius_damage, cem43_minutes
from islet.quantify.ablation.grid import TISSUE, needle_grid
from islet.quantify.ablation.heat3d import Heating, Maps, damage_table, heat_mapped, heat_uniform, longest_step_s, uniform_maps
from islet.quantify.ablation.several import heat_density, lattice_for, run_passes
from islet.quantify.ablation.stencil import uniform_step, uniform_two_steps
from islet.quantify.ablation.tissue import Tissue, enthalpy_j_m3, temperature_c
from islet.quantify.ablation.zone import Zone, covered_share, zone_of
from islet_testing.heat import block_rise_k, needle_by_elements

PAIR = (7.39e39, 2.577e5)
TISSUE_NOW = Tissue(1087.0, 3164.0, 0.51, 0.002, 0.0139, 1050.0 * 3617.0, 0.4, 0.015, 37.0, 100.0, 5.0, 1.84e9, 0.01, *PAIR)
CONSTANT = TISSUE_NOW._replace(conductivity_rise_per_k=0.0, sigma_rise_per_k=0.0)
SINK = CONSTANT.perfusion_s * CONSTANT.blood_j_m3_k
STEEL, NO_METAL = Metal(3.95e6, 16.0), Metal(3.95e6, 1e-9)
NEEDLE = Electrode(10.0, 0.535, TEMPERATURE, 80.0, 120.0, 50.0, 150.0, 500.0)


def short_mm(run: NeedleRun) -> float:
    return zone_of(run.grid, run.cem43_min, 240.0).short_mm


@pytest.mark.parametrize("change", [
    {}, {"control": POWER, "setting": 2.0}, {"control": POWER, "setting": 6.0, "radius_mm": 0.17}, {"control": CURRENT, "setting": 250.0},
    {"control": VOLTAGE, "setting": 12.0},
], ids=lambda change: str(change.get("control", TEMPERATURE)) + str(change.get("setting", "")))
def test_what_goes_in_is_stored_or_leaves(change: dict[str, float]) -> None:
    run = run_needle(NEEDLE._replace(**change), TISSUE_NOW, STEEL)
    out = run.ledger.stored_j + run.ledger.blood_j + run.ledger.boundary_j
    assert run.ledger.supplied_j > 10.0
    assert out == pytest.approx(run.ledger.supplied_j, rel=0.002)


def test_a_needle_agrees_with_finite_elements() -> None:
    conductance, rise = needle_by_elements(0.01, 0.000535, 0.06, 0.4, 0.51, 0.0139 * 1050 * 3617, 0.5)
    steady = NEEDLE._replace(control=POWER, setting=0.5, seconds=600.0)
    run = run_needle(steady, CONSTANT._replace(arrhenius_rate_s=0.0), NO_METAL, cooling_s=0.0)
    ours = RegularGridInterpolator((run.grid.r_mm(), run.grid.z_mm()), run.celsius - 37.0)
    assert 1.0 / run.history[-1, 2] == pytest.approx(conductance, rel=0.015)
    for r, z in ((2.0, 5.0), (4.0, 5.0), (3.0, -2.0), (6.0, 8.0)):
        assert float(ours([[r, z]])[0]) == pytest.approx(rise(r / 1000, z / 1000), rel=0.02)


def test_a_finer_grid_moves_the_zone_little() -> None:
    coarse, fine = run_needle(NEEDLE, TISSUE_NOW, STEEL), run_needle(NEEDLE, TISSUE_NOW, STEEL, fineness=1.5)
    assert short_mm(coarse) == pytest.approx(short_mm(fine), rel=0.01)


@pytest.mark.parametrize("shape", [(3, 4, 5), (12, 7, 9), (33, 20, 18)])
def test_two_steps_in_one_pass_over_the_memory_are_two_steps(shape: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(4)
    start, source = np.zeros(shape, np.float32), rng.random(shape, np.float32)
    start[1:-1, 1:-1, 1:-1] = rng.random(tuple(n - 2 for n in shape), np.float32)
    once, twice, fused = (np.zeros_like(start) for _ in range(3))
    spread, drain = np.float32(0.15), np.float32(0.004)
    uniform_step(start, once, source, spread, drain)
    uniform_step(once, twice, source, spread, drain)
    uniform_two_steps(start, fused, source, spread, drain, 8)
    assert fused == pytest.approx(twice, rel=1e-6)
    start[1, 1, 1] = np.nan
    uniform_two_steps(start, fused, source, spread, drain, 8)
    assert np.isnan(fused[1, 1, 1])


def test_the_block_converges_with_the_square_of_the_spacing() -> None:
    errors = []
    for n in (12, 24, 48):
        spacing, axis = 30.0 / n, np.arange(n + 1) / n
        mode = np.sin(np.pi * axis)
        start = (mode[:, None, None] * mode[None, :, None] * mode[None, None, :]).astype(np.float32)
        rate = (3 * CONSTANT.conductivity_w_m_k * (np.pi / 0.03) ** 2 + SINK) / CONSTANT.heat_j_m3_k()
        end = heat_uniform(start, CONSTANT, spacing, [Heating(40.0, np.zeros(start.shape))])
        errors.append(abs(float(end[n // 2, n // 2, n // 2]) - np.exp(-rate * 40.0)))
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert (orders > 1.8).all()


def test_the_block_agrees_with_a_sine_transform_exact_in_time() -> None:
    rng = np.random.default_rng(4)
    source = np.zeros((34, 34, 34))
    source[10:24, 10:24, 10:24] = rng.uniform(0.0, 4e6, (14, 14, 14))
    k, heat, sink = CONSTANT.conductivity_w_m_k, CONSTANT.heat_j_m3_k(), SINK
    exact = block_rise_k(source, 60.0, 30.0, 0.5e-3, k, heat, sink)
    ours = heat_uniform(np.zeros(source.shape, np.float32), CONSTANT, 0.5, [Heating(60.0, source), Heating(30.0, 0 * source)])
    assert np.abs(ours - exact).max() < 0.01 * exact.max()  # first order in time, at the longest step


def test_maps_of_one_tissue_give_what_the_uniform_solver_gives() -> None:
    source = np.zeros((30, 30, 30))
    source[12:18, 12:18, 12:18] = 2e6
    cold = CONSTANT._replace(arrhenius_rate_s=0.0)
    start = np.zeros(source.shape, np.float32)
    block = heat_mapped(start, uniform_maps(source.shape, cold), cold, 1.0, [Heating(60.0, source)])
    assert block.rise_k == pytest.approx(heat_uniform(start, cold, 1.0, [Heating(60.0, source)]), abs=1e-4)


def test_a_vessel_keeps_the_tissue_beside_it_alive_and_stays_at_body_temperature() -> None:
    source = np.zeros((40, 40, 40))
    source[17:23, 17:23, 10:30] = 3e6
    free = uniform_maps(source.shape, CONSTANT)
    held = free.held.copy()
    held[24:27, 18:22, :] = True
    start = np.zeros(source.shape, np.float32)
    alone, beside = (heat_mapped(start, Maps(*free[:2], h), CONSTANT, 1.0, [Heating(240.0, source)]) for h in (free.held, held))
    assert float(np.abs(beside.rise_k[held]).max()) == 0.0
    assert (beside.omega[held] == 0).all()
    assert (alone.cem43_min[23, 20, 20] >= 240) and (beside.cem43_min[23, 20, 20] < 240)


def test_perfusion_stops_where_tissue_is_coagulated() -> None:
    source = np.zeros((40, 40, 40))
    source[17:23, 17:23, 17:23] = 8e6
    start = np.zeros(source.shape, np.float32)
    stops, goes_on = (
        heat_mapped(start, uniform_maps(source.shape, t), t, 1.0, [Heating(300.0, source)]).rise_k.max()
        for t in (CONSTANT, CONSTANT._replace(arrhenius_rate_s=0.0))
    )
    assert stops > goes_on


def test_one_pass_in_voxels_gives_the_zone_of_the_rings() -> None:
    run = run_needle(NEEDLE, TISSUE_NOW, STEEL)
    lattice = lattice_for(6.0)
    block = run_passes([(run, 10.0, 0.0, 0.0)], TISSUE_NOW, lattice)
    across = lattice.spacing_mm * int((block.cem43_min >= 240).any(axis=(1, 2)).sum())
    assert across == pytest.approx(short_mm(run), abs=2 * lattice.spacing_mm)
    heat = heat_density(run.grid, run.frames[0], lattice, 0.0, 0.0, 10.0).sum() * (lattice.spacing_mm / 1000) ** 3
    assert heat == pytest.approx(run.frames[0].heat_w.sum(), rel=1e-9)


@settings(max_examples=15)
@given(st.floats(37.0, 90.0), st.floats(-0.3, 0.5))
def test_damage_agrees_with_an_integral_by_quadrature(start: float, slope: float) -> None:
    seconds = np.linspace(0.0, 60.0, 6001)
    celsius = start + slope * seconds
    corners = [t for t in ((39.0 - start) / slope if slope else -1, (43.0 - start) / slope if slope else -1) if 0 < t < 60]
    minutes = quad(
        lambda t: 0.0 if start + slope * t < 39 else (0.5 if start + slope * t >= 43 else 0.25) ** (43 - start - slope * t) / 60,
        0.0, 60.0, points=corners or None, limit=200,
    )[0]
    omega = quad(lambda t: PAIR[0] * np.exp(-PAIR[1] / (8.314 * (start + slope * t + 273.15))), 0.0, 60.0)[0]
    assert cem43_minutes(celsius, seconds) == pytest.approx(minutes, rel=1e-3, abs=1e-4)
    assert arrhenius_damage(celsius, seconds, *PAIR) == pytest.approx(omega, rel=1e-4)


def test_the_table_of_the_voxels_holds_both_rates() -> None:
    table = damage_table(TISSUE_NOW, 60.0)
    at_50 = table[(50 - 39) * 16]
    assert at_50 == pytest.approx([128.0, 60 / 61.38], rel=2e-4)  # vectors H1 and H2


@given(st.floats(-1e8, 8e9))
def test_temperature_and_enthalpy_are_inverse(enthalpy: float) -> None:
    heat = TISSUE_NOW.heat_j_m3_k()
    assert enthalpy_j_m3(temperature_c(enthalpy, heat, TISSUE_NOW), heat, TISSUE_NOW) == pytest.approx(enthalpy, abs=2.0, rel=1e-9)


@pytest.mark.parametrize(("less", "more"), [
    ((NEEDLE._replace(setting=65.0), TISSUE_NOW), (NEEDLE, TISSUE_NOW)),
    ((NEEDLE._replace(seconds=30.0), TISSUE_NOW), (NEEDLE, TISSUE_NOW)),
    ((NEEDLE, TISSUE_NOW._replace(perfusion_s=0.0417)), (NEEDLE, TISSUE_NOW)),
], ids=["hotter", "longer", "less blood"])
def test_more_heat_makes_a_larger_zone(less: tuple[Electrode, Tissue], more: tuple[Electrode, Tissue]) -> None:
    assert short_mm(run_needle(*less, STEEL)) < short_mm(run_needle(*more, STEEL))


def test_boiling_holds_the_tissue_and_stops_the_generator() -> None:
    run = run_needle(Electrode(10.0, 0.535, POWER, 40.0, 120.0, 50.0, 150.0, 500.0), TISSUE_NOW, STEEL)
    assert run.stopped_s is not None and run.stopped_s < 120.0
    after = run.history[run.history[:, 0] > run.stopped_s + 1.0]
    assert (after[:, 1] == 0).all()


def test_a_needle_held_at_a_temperature_is_held() -> None:
    run = run_needle(NEEDLE, TISSUE_NOW, STEEL)
    late = run.history[(run.history[:, 0] > 30) & (run.history[:, 0] < 119)]
    assert late[:, 3] == pytest.approx(80.0, abs=0.1)


def test_a_zone_of_a_ball_is_a_ball() -> None:
    grid = needle_grid(2.0, 0.2, fineness=2.0)
    distance = np.hypot(grid.r_mm()[:, None], grid.z_mm()[None, :] - 1.0)
    zone = zone_of(grid, np.exp(-(distance - 6.0)), 1.0)
    assert zone.short_mm == pytest.approx(12.0, rel=0.005)
    assert zone.long_mm == pytest.approx(12.0, rel=0.005)
    assert zone.volume_ml == pytest.approx(4 / 3 * np.pi * 0.6**3, rel=0.01)
    assert zone_of(grid, np.where(grid.fill == TISSUE, 0.0, 1.0), 1.0).volume_ml == 0.0


@settings(max_examples=20)
@given(st.floats(3.0, 12.0), st.floats(2.0, 12.0), st.floats(0.0, 15.0), st.booleans())
def test_coverage_of_two_balls_is_the_lens_between_them(zone_mm: float, lesion_mm: float, apart: float, along: bool) -> None:
    z = np.linspace(-zone_mm, zone_mm, 4001)
    zone = Zone(np.sqrt(zone_mm**2 - z**2), z, 2 * zone_mm, 2 * zone_mm, 0.0)
    if apart >= zone_mm + lesion_mm:
        lens = 0.0
    elif apart <= abs(zone_mm - lesion_mm):
        lens = 4 / 3 * np.pi * min(zone_mm, lesion_mm) ** 3
    else:
        gap, width = zone_mm + lesion_mm - apart, zone_mm - lesion_mm
        lens = np.pi * gap**2 * (apart**2 + 2 * apart * (zone_mm + lesion_mm) - 3 * width**2) / (12 * apart)
    share = covered_share(zone, lesion_mm, *((0.0, apart) if along else (apart, 0.0)))
    assert share == pytest.approx(lens / (4 / 3 * np.pi * lesion_mm**3), abs=0.01)


def test_a_map_on_another_grid_is_refused() -> None:
    with pytest.raises(InputError, match=r"heat map: found a grid of 4 x 4 x 4 voxels; expected 5 x 5 x 5"):
        heat_uniform(np.zeros((5, 5, 5), np.float32), CONSTANT, 1.0, [Heating(1.0, np.zeros((4, 4, 4)))])
    maps = uniform_maps((5, 5, 6), CONSTANT)
    with pytest.raises(InputError, match="conductivity_w_m_k: found a grid"):
        heat_mapped(np.zeros((5, 5, 5), np.float32), maps, CONSTANT, 1.0, [Heating(1.0, np.zeros((5, 5, 5)))])


def test_the_explicit_step_never_makes_a_voxel_colder_than_its_neighbours() -> None:
    step = longest_step_s(CONSTANT, 0.5)
    share = (6 * 0.51 / 0.25e-6 + SINK) * step / CONSTANT.heat_j_m3_k()
    assert 0.9 < share < 1.0


def test_a_long_run_can_be_stopped() -> None:
    def stop(share: float) -> None:
        if share > 0.01:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_needle(NEEDLE, TISSUE_NOW, STEEL, progress=stop)
    with pytest.raises(KeyboardInterrupt):
        heat_uniform(np.zeros((20, 20, 20), np.float32), CONSTANT, 0.5, [Heating(100.0, np.zeros((20, 20, 20)))], progress=stop)
