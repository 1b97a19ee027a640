"""The electric field of the needle: one sparse solve, then cheap corrections while the conductivity drifts."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix
from scipy.sparse.linalg import SuperLU, splu

from islet.quantify.ablation.grid import SHAFT, TIP, TISSUE, Floats, NeedleGrid, face_conductances

CLOSE = 1e-8
MOST_CORRECTIONS = 25


class Field(NamedTuple):
    """Hold the field for one volt: the heat in every ring in watts, and the conductance seen by the generator in siemens."""

    heat_w: Floats
    conductance_s: float


class FieldSolver:
    """Solve div(sigma grad V) = 0 with the tip at one volt and the far boundary at zero, for one conductivity after another.

    The factors of an earlier matrix precondition conjugate gradients for the present one; when that needs too many turns
    the matrix is factored anew. An insulated shaft carries no current.
    """

    def __init__(self, grid: NeedleGrid) -> None:
        self._grid = grid
        self._number = np.full(grid.fill.shape, -1)
        self._free = grid.fill == TISSUE
        self._number[self._free] = np.arange(int(self._free.sum()))
        self._factors: SuperLU | None = None
        self._last: Floats = np.zeros(int(self._free.sum()))

    def solve(self, sigma_s_m: Floats) -> Field:
        """Return the field for a conductivity of every ring, (rings, layers), in S/m."""
        grid = self._grid
        sigma = np.where(grid.fill == TIP, np.inf, np.where(grid.fill == SHAFT, 0.0, sigma_s_m))
        faces_r, faces_z = face_conductances(grid, sigma)
        matrix, right = self._matrix(faces_r, faces_z)
        self._last = self._solution(matrix, right)
        volts = np.where(grid.fill == TIP, 1.0, 0.0)
        volts[self._free] = self._last
        return _joule(volts, faces_r, faces_z, self._free)

    def _matrix(self, faces_r: Floats, faces_z: Floats) -> tuple[csr_matrix, Floats]:
        number, free = self._number, self._free
        diagonal = faces_z[:, :-1] + faces_z[:, 1:] + faces_r
        diagonal[1:] += faces_r[:-1]
        right = np.zeros(free.shape)
        tip = self._grid.fill == TIP
        parts: list[tuple[Any, Any, Any]] = [(number[free], number[free], diagonal[free])]
        for faces, here, there in (
            (faces_r[:-1], np.s_[:-1, :], np.s_[1:, :]),
            (faces_z[:, 1:-1], np.s_[:, :-1], np.s_[:, 1:]),
        ):
            both = free[here] & free[there]
            first, second, value = number[here][both], number[there][both], -faces[both]
            parts += [(first, second, value), (second, first, value)]
            right[here] += np.where(tip[there], faces, 0.0)
            right[there] += np.where(tip[here], faces, 0.0)
        rows, columns, values = (np.concatenate([part[k] for part in parts]) for k in range(3))
        size = len(self._last)
        return csr_matrix((values, (rows, columns)), shape=(size, size)), right[free]

    def _solution(self, matrix: csr_matrix, right: Floats) -> Floats:
        if self._factors is not None:
            found = _conjugate_gradients(matrix, right, self._last, self._factors)
            if found is not None:
                return found
        self._factors = splu(csc_matrix(matrix), permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True}, diag_pivot_thresh=0.0)
        solution: Floats = self._factors.solve(right)
        return solution


def _conjugate_gradients(matrix: csr_matrix, right: Floats, start: Floats, factors: SuperLU) -> Floats | None:
    """Return the solution, or None where it is not reached within the turns allowed."""
    x = start.copy()
    rest = right - matrix @ x
    goal = CLOSE * float(np.linalg.norm(right))
    direction = better = factors.solve(rest)
    inner = float(rest @ better)
    for _ in range(MOST_CORRECTIONS):
        if float(np.linalg.norm(rest)) <= goal:
            return x
        image = matrix @ direction
        step = inner / float(direction @ image)
        x += step * direction
        rest = rest - step * image
        better = factors.solve(rest)
        inner, before = float(rest @ better), inner
        direction = better + inner / before * direction
    return None


def _joule(volts: Floats, faces_r: Floats, faces_z: Floats, free: Any) -> Field:
    """Return the heat of every face, shared by the tissue on its two sides: the sum is exactly the power that went in."""
    heat = np.zeros(volts.shape)
    for faces, here, there in (
        (faces_r[:-1], np.s_[:-1, :], np.s_[1:, :]),
        (faces_z[:, 1:-1], np.s_[:, :-1], np.s_[:, 1:]),
    ):
        power = faces * (volts[here] - volts[there]) ** 2
        sides = free[here].astype(float) + free[there].astype(float)
        share = np.divide(power, sides, out=np.zeros_like(power), where=sides > 0)
        heat[here] += np.where(free[here], share, 0.0)
        heat[there] += np.where(free[there], share, 0.0)
    heat[-1] += faces_r[-1] * volts[-1] ** 2
    heat[:, 0] += faces_z[:, 0] * volts[:, 0] ** 2
    heat[:, -1] += faces_z[:, -1] * volts[:, -1] ** 2
    return Field(heat, float(heat.sum()))
