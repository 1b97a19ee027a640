"""Dose-volume histogram of a region: how much of it gets at least how much."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from islet.errors import InputError

Array = NDArray[np.float64]


class Histogram:
    """Answer for one region: D_x, V_x, mean and the cumulative curve, exactly, from sorted voxels without bins.

    `dose_gy` and `share` are arrays of one shape; `share` is the part of each voxel inside the region, 0 to 1 (booleans
    are fine). Raises InputError for other shapes, shares outside 0 to 1, an empty region.

    >>> one = Histogram(np.array([10.0, 20.0, 30.0, 40.0]), np.array([1.0, 1.0, 1.0, 0.5]))
    >>> one.dose_to_hottest_gy(70), one.volume_with_percent(20), round(one.mean_gy, 2)
    (20.0, 71.42857142857143, 22.86)
    """

    def __init__(self, dose_gy: Array, share: NDArray[np.generic]) -> None:
        part = np.asarray(share, dtype=float)
        if dose_gy.shape != part.shape:
            expected = f"expected the grid of the dose, {dose_gy.shape}"
            raise InputError(f"found a mask of {part.shape} voxels", field="mask", expected=expected)
        if part.size and not (part.min() >= 0 and part.max() <= 1):
            raise InputError("found a mask with values outside 0 to 1", field="mask", expected="expected the share of each voxel inside")
        inside = part > 0
        if not inside.any():
            raise InputError("found a region without a voxel", field="mask", expected="expected at least one voxel inside the image")
        order = np.argsort(-dose_gy[inside], kind="stable")
        self.dose_gy = dose_gy[inside][order]
        weight = part[inside][order]
        self.voxels = float(weight.sum())
        self.above = np.cumsum(weight) / self.voxels
        self.above[-1] = 1.0
        self.mean_gy = float(self.dose_gy @ weight / self.voxels)
        self.least_gy, self.greatest_gy = float(self.dose_gy[-1]), float(self.dose_gy[0])

    def dose_to_hottest_gy(self, percent: float) -> float:
        """Return D_x: the greatest dose that at least `percent` of the region reaches, Gy. Raises InputError outside 0 to 100."""
        if not 0 < percent <= 100:
            raise InputError(f"found {percent:g} %", field="percent", expected="expected above 0 to 100 %")
        place = int(np.searchsorted(self.above, percent / 100 * (1 - 1e-12)))
        return float(self.dose_gy[place])

    def volume_with_percent(self, dose_gy: float) -> float:
        """Return V_x: the share of the region with at least a dose, %."""
        count = int(np.searchsorted(-self.dose_gy, -dose_gy, side="right"))
        return 0.0 if count == 0 else float(self.above[count - 1] * 100)

    def curve(self, points: int = 200) -> tuple[list[float], list[float]]:
        """Return doses from 0 to the greatest and the share of the region with at least each, %, for drawing.

        The hottest voxel has at least the greatest dose, so its share stands there; nothing has more, so the curve then drops to 0.
        """
        doses = [float(dose) for dose in np.linspace(0.0, self.greatest_gy, points)]
        return [*doses, doses[-1]], [*(self.volume_with_percent(dose) for dose in doses), 0.0]
