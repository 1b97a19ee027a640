"""A needle electrode in uniform tissue: current, heat and damage in rings around it, under the control of a generator."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from islet.quantify.ablation.electric import FieldSolver
from islet.quantify.ablation.grid import TIP, TISSUE, Floats, NeedleGrid, face_conductances, needle_grid
from islet.quantify.ablation.rings import implicit_step, properties, take_step
from islet.quantify.ablation.tissue import Tissue

TEMPERATURE, POWER, CURRENT, VOLTAGE = "temperature", "power", "current", "voltage"
SHORTEST_STEP_S, LONGEST_STEP_S, LARGEST_CHANGE_C, SIGMA_DRIFT = 0.02, 0.5, 1.5, 0.04
FIRST_FRAME_S, FRAME_GROWTH = 5.0, 0.5


class Electrode(NamedTuple):
    """Hold one needle and how its generator is set; `setting` is in °C, W, mA or V as `control` says."""

    tip_mm: float
    radius_mm: float
    control: str
    setting: float
    seconds: float
    most_w: float
    most_v: float
    stop_ohm: float
    cooled_c: float | None = None


class Metal(NamedTuple):
    """Hold the needle's own heat capacity and conductivity."""

    heat_j_m3_k: float
    conductivity_w_m_k: float


class Frame(NamedTuple):
    """Hold the heat put into every ring over one stretch of time, in watts, for a solver that follows in three dimensions."""

    until_s: float
    heat_w: Floats


class Ledger(NamedTuple):
    """Hold where the energy went, in joules."""

    supplied_j: float
    stored_j: float
    blood_j: float
    boundary_j: float


class NeedleRun(NamedTuple):
    """Hold the end of a run: damage in every ring by each criterion, and the history of the generator.

    `history` has the columns time (s), power (W), impedance (ohm), needle and hottest tissue (°C).
    """

    grid: NeedleGrid
    celsius: Floats
    cem43_min: Floats
    omega: Floats
    history: Floats
    stopped_s: float | None
    ledger: Ledger
    frames: tuple[Frame, ...]


def run_needle(
    electrode: Electrode, tissue: Tissue, metal: Metal, cooling_s: float = 60.0, fineness: float = 1.0,
    progress: Callable[[float], None] = lambda share: None,
) -> NeedleRun:
    """Heat tissue with a needle and let it cool; damage counts to the end.

    Pennes' equation with Joule heat, perfusion that stops where Omega reaches 1, and boiling as a heat of vaporisation. The
    generator holds a needle temperature, a power, a current or a voltage, within its power and voltage, and stops for good
    when the impedance passes its limit. `progress` gets the share done and may raise to stop the run.
    """
    grid = needle_grid(electrode.tip_mm, electrode.radius_mm, fineness)
    shape, tip = grid.fill.shape, grid.fill == TIP
    weights = np.where(tip, grid.volume_m3, 0.0) / grid.volume_m3[tip].sum()
    celsius, enthalpy = np.full(shape, tissue.body_c), np.zeros(shape)
    cem43, omega = np.zeros(shape), np.zeros(shape)
    heat, conductivity, sigma = np.empty(shape), np.empty(shape), np.empty(shape)
    sink = np.where(grid.fill == TISSUE, tissue.perfusion_s * tissue.blood_j_m3_k * grid.volume_m3, 0.0)
    held = tip if electrode.cooled_c is not None else np.zeros(shape, bool)
    held_c = electrode.cooled_c if electrode.cooled_c is not None else 0.0
    change = np.empty((*shape, 2))
    solver = FieldSolver(grid)
    solved_for: Floats = np.empty(0)
    time_s, step_s, hottest, end_s = 0.0, SHORTEST_STEP_S, tissue.body_c, electrode.seconds + cooling_s
    supplied = blood = boundary = 0.0
    stopped: float | None = None
    history: list[tuple[float, ...]] = []
    frames: list[Frame] = []
    frame_j, frame_start = np.zeros(shape), 0.0
    off = np.zeros(shape, bool)
    while time_s < end_s - 1e-9:
        on = time_s < electrode.seconds - 1e-9 and stopped is None
        step_s = min(step_s, (electrode.seconds if on else end_s) - time_s)
        properties(celsius, grid.volume_m3, grid.fill, tissue, metal.heat_j_m3_k, metal.conductivity_w_m_k, heat, conductivity, sigma)
        if on:
            if not len(solved_for) or float(np.max(np.abs(sigma - solved_for) / (solved_for + 1e-12))) > SIGMA_DRIFT:
                field, solved_for = solver.solve(sigma), sigma.copy()
                watts = field.heat_w / field.conductance_s
            if 1.0 / field.conductance_s > electrode.stop_ohm:
                stopped, on = time_s, False
        faces_r, faces_z = face_conductances(grid, conductivity)
        implicit_step(
            celsius, heat, faces_r, faces_z, sink, watts, held if on else off, held_c, step_s, tissue.body_c, change,
        )
        power = _power(electrode, field.conductance_s, float((weights * celsius).sum()), change, weights) if on else 0.0
        ahead = celsius + change[..., 0] + power * change[..., 1]
        boundary += step_s * _boundary_w(ahead - tissue.body_c, faces_r, faces_z)
        hottest, largest, to_blood = take_step(
            celsius, enthalpy, heat, change, power, step_s, grid.volume_m3, grid.fill, sink, tissue, cem43, omega,
        )
        time_s += step_s
        supplied, blood = supplied + power * step_s, blood + to_blood
        frame_j += power * step_s * watts
        if time_s - frame_start >= max(FIRST_FRAME_S, FRAME_GROWTH * frame_start) or (on and time_s >= electrode.seconds - 1e-9):
            frames.append(Frame(time_s, frame_j / (time_s - frame_start)))
            frame_j, frame_start = np.zeros(shape), time_s
        history.append((time_s, power, 1.0 / field.conductance_s, float((weights * celsius).sum()), hottest))
        allowed = LARGEST_CHANGE_C / fineness
        step_s = min(max(step_s * min(1.3, allowed / max(largest, 1e-6)), SHORTEST_STEP_S / fineness), LONGEST_STEP_S / fineness)
        progress(time_s / end_s)
    ledger = Ledger(supplied, float(enthalpy.sum()), blood, boundary)
    return NeedleRun(grid, celsius, cem43, omega, np.array(history), stopped, ledger, tuple(frames))


def _power(electrode: Electrode, conductance_s: float, needle_c: float, change: Floats, weights: Floats) -> float:
    """Return the power the generator gives in this step, within what it can."""
    most = min(electrode.most_w, electrode.most_v**2 * conductance_s)
    if electrode.control == TEMPERATURE:
        alone, each = (float((weights * change[..., k]).sum()) for k in (0, 1))
        asked = (electrode.setting - needle_c - alone) / each
    elif electrode.control == POWER:
        asked = electrode.setting
    elif electrode.control == CURRENT:
        asked = (electrode.setting / 1000.0) ** 2 / conductance_s
    else:
        asked = electrode.setting**2 * conductance_s
    return min(max(asked, 0.0), most)


def _boundary_w(rise: Floats, faces_r: Floats, faces_z: Floats) -> float:
    """Return the heat that leaves through the outer boundary."""
    return float((faces_r[-1] * rise[-1]).sum() + (faces_z[:, 0] * rise[:, 0]).sum() + (faces_z[:, -1] * rise[:, -1]).sum())
