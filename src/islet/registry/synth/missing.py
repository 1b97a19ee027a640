"""What is missing: at random, and by pattern (small tumours less often graded, old cases without a receptor scan)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from islet.registry.synth.data import Profile, load_yaml
from islet.registry.synth.draws import share_below

HALVINGS = 60




def missing_chances(profile: Profile, small: float, old: float, missing_ki67: float | None = None) -> dict[str, NDArray[np.float64]]:
    """Return fact -> chance to be missing, of shape (2, 2): small tumour, old case.

    `small` and `old` are the shares of such patients (independent of each other). The chance of the usual patient is chosen so that
    the overall share is that of the profile.

    >>> from islet.registry.synth.data import load_profile
    >>> found = missing_chances(load_profile("stress"), 0.3, 0.4)["cells.ki67_percent"]
    >>> weights = np.outer([0.7, 0.3], [0.6, 0.4])
    >>> round(float((found * weights).sum()), 6)
    0.77
    """
    weights = np.outer([1 - small, small], [1 - old, old])
    facts = load_yaml("missing")["facts"].items()
    return {fact: _by_kind(_share(fact, entry, profile, missing_ki67), entry, weights) for fact, entry in facts}


def chance_by_size(profile: Profile, small: float, missing_ki67: float | None = None) -> NDArray[np.float64]:
    """Return the chance that the grade is missing in a tumour over 20 mm and in one up to 20 mm."""
    old = old_share()
    return np.asarray(missing_chances(profile, small, old, missing_ki67)["cells.who_grade"] @ np.array([1 - old, old]))


def old_share() -> float:
    """Return the share of patients diagnosed before receptor PET was common."""
    return share_below(load_yaml("values")["numbers"]["diagnosis_year"]["points"], load_yaml("missing")["old_before"])


def _share(fact: str, entry: dict[str, Any], profile: Profile, missing_ki67: float | None) -> float:
    if fact == "cells.ki67_percent" and missing_ki67 is not None:
        return missing_ki67
    return profile.margins["missing"].shares.get(fact, float(entry["share"]))


def _by_kind(share: float, entry: dict[str, Any], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio = np.outer([1.0, entry.get("small", 1.0)], [1.0, entry.get("old", 1.0)])
    if share in (0.0, 1.0):
        return np.full((2, 2), share)
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        usual = (low + high) / 2
        chance = usual * ratio / (1 - usual + usual * ratio)
        low, high = (usual, high) if (chance * weights).sum() < share else (low, usual)
    return np.round(chance, 12)
