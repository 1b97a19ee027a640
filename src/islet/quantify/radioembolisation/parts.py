"""The dose of tumour, normal liver and lung from the inputs in the units of the case file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from islet.quantify.radioembolisation import lung, partition


def tumour_gy(activity_gbq: Any, lung_percent: Any, ratio: Any, tumour_ml: Any, normal_ml: Any, k: Any, density: Any, **_: Any) -> Any:
    """Return the tumour dose from the inputs as a case has them, Gy.

    >>> round(tumour_gy(2.0, 8, 4, 300, 1200, 49.67, 1.0), 1)
    152.3
    """
    fraction, tumour_kg, normal_kg = lung_percent / 100, tumour_ml / 1000 * density, normal_ml / 1000 * density
    return partition.doses_gy(activity_gbq, fraction, ratio, tumour_kg, normal_kg, k).tumour_gy


def normal_gy(ratio: Any, **inputs: Any) -> Any:
    """Return the dose of the perfused normal liver from the inputs as a case has them, Gy.

    >>> round(normal_gy(activity_gbq=2.0, lung_percent=8, ratio=4, tumour_ml=300, normal_ml=1200, k=49.67, density=1.0), 2)
    38.08
    """
    return tumour_gy(ratio=ratio, **inputs) / ratio


def lung_gy(activity_gbq: Any, lung_percent: Any, lung_kg: Any, k: Any, **_: Any) -> Any:
    """Return the lung dose from the inputs as a case has them, Gy.

    >>> round(lung_gy(2.0, 8, 1.0, 49.67), 2)
    7.95
    """
    return lung.dose_gy(activity_gbq, lung_percent / 100, lung_kg, k)


PARTS: dict[str, Callable[..., Any]] = {"tumour": tumour_gy, "normal liver": normal_gy, "lung": lung_gy}
