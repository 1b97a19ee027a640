"""For research: labelled and unlabelled peptide compete for finite receptors; what is bound is internalised, then released.

Shows why uptake saturates and why a large tumour takes from the rest. It predicts no patient's dose.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from islet.quantify.prrt.exponentials import Floats

AVOGADRO_PER_NMOL = 6.02214076e14
TOLERANCE = 1e-10


class Organ(NamedTuple):
    """Hold one receptor-bearing organ: receptors in nmol, rates in 1/min."""

    name: str
    receptors_nmol: float
    internalisation_per_min: float
    release_per_min: float


class Course(NamedTuple):
    """Hold one simulated course: hours (t,) and labelled peptide in nmol, plasma and excreted (t,), bound and internalised (organs, t)."""

    hours: Floats
    plasma_nmol: Floats
    excreted_nmol: Floats
    bound_nmol: Floats
    internalised_nmol: Floats

    def total_nmol(self) -> Floats:
        """Return all labelled peptide, the excreted included, shape (t,)."""
        return np.asarray(self.plasma_nmol + self.excreted_nmol + self.bound_nmol.sum(axis=0) + self.internalised_nmol.sum(axis=0))

    def organ_nmol(self) -> Floats:
        """Return the labelled peptide in each organ, shape (organs, t)."""
        return np.asarray(self.bound_nmol + self.internalised_nmol)


def simulate(
    organs: tuple[Organ, ...],
    labelled_nmol: float,
    unlabelled_nmol: float,
    volume_l: float,
    binding_l_per_nmol_min: float,
    filtration_l_per_min: float,
    decay_per_min: float,
    hours: ArrayLike,
    tolerance: float = TOLERANCE,
) -> Course:
    """Follow a bolus into the distribution volume; every labelled amount decays, wherever it is.

    Receptors free for binding are the organ's less those occupied at the surface; an internalised receptor is replaced.
    What is released and what is filtered counts as excreted. Raises ArithmeticError if the solver does not reach the end.

    >>> organ = Organ("tumour", 10.0, 1e-3, 1.5e-4)
    >>> course = simulate((organ,), 10.0, 100.0, 15.0, 0.046, 0.08, 7.24e-5, [0.0, 24.0])
    >>> bool(abs(course.total_nmol()[1] / (10.0 * np.exp(-7.24e-5 * 1440)) - 1) < 1e-6)
    True
    """
    from scipy.integrate import solve_ivp

    n = len(organs)
    receptors = np.array([o.receptors_nmol for o in organs])
    internalise = np.array([o.internalisation_per_min for o in organs])
    release = np.array([o.release_per_min for o in organs])
    decay = np.array([decay_per_min, 0.0])

    def change(_: float, state: Floats) -> Floats:
        # rows: labelled, unlabelled; columns: plasma, excreted, bound..., internalised...
        amount = state.reshape(2, 2 + 2 * n)
        plasma, bound, inside = amount[:, 0], amount[:, 2 : 2 + n], amount[:, 2 + n :]
        free = np.maximum(receptors - bound.sum(axis=0), 0)
        taken = binding_l_per_nmol_min / volume_l * plasma[:, None] * free
        filtered = filtration_l_per_min / volume_l * plasma
        rate = np.empty_like(amount)
        rate[:, 0] = -taken.sum(axis=1) - filtered
        rate[:, 1] = filtered + (release * inside).sum(axis=1)
        rate[:, 2 : 2 + n] = taken - internalise * bound
        rate[:, 2 + n :] = internalise * bound - release * inside
        return np.asarray((rate - decay[:, None] * amount).ravel())

    start = np.zeros((2, 2 + 2 * n))
    start[:, 0] = labelled_nmol, unlabelled_nmol
    minutes = np.asarray(hours, float) * 60
    solved = solve_ivp(change, (0.0, float(minutes[-1])), start.ravel(), "LSODA", minutes, rtol=tolerance, atol=1e-12)
    if not solved.success:
        raise ArithmeticError(f"the receptor model stopped: {solved.message}")
    found = solved.y.reshape(2, 2 + 2 * n, len(minutes))[0]
    return Course(minutes / 60, found[0], found[1], found[2 : 2 + n], found[2 + n :])


def labelled_amount_nmol(activity_mbq: float, decay_per_min: float) -> float:
    """Return the amount of labelled peptide in nmol: activity over the decay constant.

    >>> round(labelled_amount_nmol(7400.0, 7.24e-5), 1)
    10.2
    """
    return activity_mbq * 1e6 * 60 / decay_per_min / AVOGADRO_PER_NMOL


def share_taken_up(course: Course, organ: int, decay_per_min: float) -> Floats:
    """Return the decay-corrected share of the given labelled peptide in one organ, shape (t,).

    >>> course = simulate((Organ("tumour", 10.0, 1e-3, 1.5e-4),), 1.0, 0.0, 15.0, 0.046, 0.08, 7.24e-5, [0.0, 24.0])
    >>> bool(0 < share_taken_up(course, 0, 7.24e-5)[1] < 1)
    True
    """
    given = course.total_nmol()[0]
    return np.asarray(course.organ_nmol()[organ] * np.exp(decay_per_min * course.hours * 60) / given)
