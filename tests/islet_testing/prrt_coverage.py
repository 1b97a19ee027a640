"""Simulate patients and count the 90 % intervals of the time-integrated activity that hold: `python tests/islet_testing/prrt_coverage.py`.

Run alone it prints the table of `docs/validation.md` (some minutes; the number of patients a cell may be given). The whole path of a
series is run, choice of the model, silence and redrawn curves included; only fewer copies are redrawn.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import NamedTuple
from unittest.mock import patch

import numpy as np

from islet.quantify.prrt import interval
from islet.quantify.prrt.curves import Curve, Population, curve_of
from islet.quantify.prrt.exponentials import activity, time_integrated_activity
from islet.quantify.prrt.interval import Settings
from islet.quantify.prrt.read import Region, Series

SETTINGS, POPULATION = Settings(159.528, 0.5, 0.05, 0.15), Population(51.0, 0.2)
TRUTHS = {"mono": "one exponential", "uptake": "uptake and washout", "bi": "two exponentials"}
SECOND = {"mono": 0.0, "uptake": -1.0, "bi": 0.7}
NOISE = (0.05, 0.1)
FAST_H = 4.0
# with standard deviations told, and without: the designs that give an interval
TOLD = ((4, 24, 96, 168), (4, 24, 48, 96, 168), (1, 4, 24, 96, 168), (1, 4, 24, 72, 120, 168))
UNTOLD = ((4, 24, 48, 96, 168), (1, 4, 24, 96, 168), (1, 4, 24, 72, 120, 168), (1, 4, 24, 48, 72, 120, 168))


class Cell(NamedTuple):
    """Hold the share of patients with an interval, the share of these that hold the truth, and all curves."""

    given: float
    held: float
    curves: tuple[Curve, ...]


def simulate(
    truth: str, hours: tuple[float, ...], relative_sd: float, told: bool, patients: int, asked: str = "", fast_h: float = FAST_H
) -> Cell:
    """Return what became of a lognormal population: slow half-life 51 h, fast `fast_h`, errors in proportion to the activity."""
    rng = np.random.default_rng(2026)
    slow, fast = 51 * np.exp(0.2 * rng.standard_normal(patients)), fast_h * np.exp(0.3 * rng.standard_normal(patients))
    a = 200 * np.exp(0.3 * rng.standard_normal(patients))
    amplitudes, rates = np.stack([a, SECOND[truth] * a], 1), np.log(2) / np.stack([slow, fast], 1)
    times = np.array(hours, float)
    clean = activity(amplitudes, rates, times)
    seen = np.maximum(clean * (1 + relative_sd * rng.standard_normal(clean.shape)), 0.05 * clean)
    region = Region("lesion_1", "lesion", 20.0, 0.0, asked)
    with patch.object(interval, "bootstrap", partial(interval.bootstrap, resamples=40)):
        series = [Series(region, 1, ("spect",), times, y, relative_sd * y if told else None) for y in seen]
        curves = tuple(curve_of(one, SETTINGS, POPULATION, None) for one in series)
    inside = [
        curve.reach[0] <= np.log(tia / curve.tia_mbq_h()) <= curve.reach[1]
        for curve, tia in zip(curves, time_integrated_activity(amplitudes, rates), strict=True)
        if curve.reach is not None
    ]
    return Cell(len(inside) / patients, float(np.mean(inside)) if inside else float("nan"), curves)


def table(patients: int) -> Iterator[str]:
    """Yield the rows of the table of all designs as Markdown: coverage at 5 / 10 % noise, and in brackets who got an interval."""
    yield "| sd | points (h) | " + " | ".join(TRUTHS.values()) + " | other fast parts |"
    yield "|---|---|---|---|---|---|"
    for told, designs in ((True, TOLD), (False, UNTOLD)):
        for hours in designs:
            cells = []
            for truth in TRUTHS:
                found = [simulate(truth, hours, noise, told, patients) for noise in NOISE]
                held, given = (" / ".join(f"{100 * getattr(cell, name):.0f}" for cell in found) for name in ("held", "given"))
                cells.append(f"{held} ({given})")
            cells.append(other_fast_parts(hours, told, patients // 4))
            yield f"| {'told' if told else 'not told'} | {', '.join(map(str, hours))} | {' | '.join(cells)} |"


def other_fast_parts(hours: tuple[float, ...], told: bool, patients: int) -> str:
    """Return the least and the most share that holds over fast parts from half an hour to eight hours, both kinds and noises."""
    every = product(("uptake", "bi"), NOISE, (0.5, 1.0, 2.0, 8.0))
    held = [simulate(truth, hours, noise, told, patients, fast_h=fast_h).held for truth, noise, fast_h in every]
    return f"{100 * min(held):.0f} to {100 * max(held):.0f}"


if __name__ == "__main__":
    for row in table(int(sys.argv[1]) if len(sys.argv) > 1 else 1000):
        print(row, flush=True)
