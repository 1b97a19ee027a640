"""Independent answers for heat in tissue: closed forms, a sine transform exact in time, and finite elements."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.fft import dstn, idstn
from scipy.special import erfc


def point_source_rise_k(watts: float, r_m: float, seconds: float, k: float, heat: float, sink: float) -> float:
    """Return the rise beside a point source switched on in infinite perfused tissue (W/m/K, J/m³/K, W/m³/K)."""
    alpha, b = k / heat, sink / heat
    length = np.sqrt(k / sink)
    u, v = r_m / (2 * np.sqrt(alpha * seconds)), np.sqrt(b * seconds)
    return float(watts / (8 * np.pi * k * r_m) * (np.exp(-r_m / length) * erfc(u - v) + np.exp(r_m / length) * erfc(u + v)))


def sphere_rise_k(volts: float, radius_m: float, r_m: float, sigma: float, k: float) -> float:
    """Return the steady rise around a thermally insulated spherical electrode without perfusion."""
    return sigma * volts**2 / k * (radius_m / r_m - radius_m**2 / (2 * r_m**2))


def block_rise_k(source_w_m3: Any, on_s: float, off_s: float, spacing_m: float, k: float, heat: float, sink: float) -> Any:
    """Return the rise in a block whose boundary layer stays at zero, exact in time on the seven-point grid, after heating and rest."""
    inner = dstn(source_w_m3[1:-1, 1:-1, 1:-1] / heat, type=1)
    rates = [2 * k / heat / spacing_m**2 * (1 - np.cos(np.pi * np.arange(1, n + 1) / (n + 1))) for n in inner.shape]
    decay = rates[0][:, None, None] + rates[1][None, :, None] + rates[2][None, None, :] + sink / heat
    return np.pad(idstn(inner / decay * -np.expm1(-decay * on_s) * np.exp(-decay * off_s), type=1), 1)


def needle_by_elements(tip_m: float, radius_m: float, reach_m: float, sigma: float, k: float, sink: float, watts: float) -> Any:
    """Return conductance (S) and a function of the steady rise (K) at (r, z), by finite elements in the half plane.

    The needle is insulated against heat, its shaft against current too; the outer boundary is at zero for both.
    """
    from skfem import Basis, BilinearForm, ElementTriP2, LinearForm, MeshTri, condense, solve

    def spread(first: float, growth: float, length: float) -> Any:
        n = int(np.ceil(np.log1p(length * growth / first) / np.log1p(growth)))
        edges = np.expm1(np.log1p(growth) * np.arange(n + 1))
        return edges * length / edges[-1]

    out, half = spread(1e-4, 0.15, reach_m), spread(1e-4, 0.15, tip_m / 2)
    r = radius_m + out
    z = np.concatenate([-out[:0:-1], half[:-1], (tip_m - half)[::-1], tip_m + out[1:]])
    below = np.linspace(0, radius_m, 6)
    mesh = MeshTri.init_tensor(np.concatenate([below[:-1], r]), z)
    middle = mesh.p[:, mesh.t].mean(axis=1)
    mesh = mesh.remove_elements(np.flatnonzero((middle[0] < radius_m) & (middle[1] > 0)))
    basis = Basis(mesh, ElementTriP2(), intorder=6)
    x, y = basis.doflocs
    near = 1e-9
    wall = (x >= radius_m + reach_m - near) | (y <= z[0] + near) | (y >= z[-1] - near)
    tip = (x <= radius_m + near) & (y >= -near) & (y <= tip_m + near)

    @BilinearForm
    def stiffness(u: Any, v: Any, w: Any) -> Any:
        return 2 * np.pi * w.x[0] * (u.grad[0] * v.grad[0] + u.grad[1] * v.grad[1])

    @BilinearForm
    def mass(u: Any, v: Any, w: Any) -> Any:
        return 2 * np.pi * w.x[0] * u * v

    @LinearForm
    def joule(v: Any, w: Any) -> Any:
        return 2 * np.pi * w.x[0] * v * sigma * (w["volts"].grad[0] ** 2 + w["volts"].grad[1] ** 2)

    stiff = stiffness.assemble(basis)
    volts = np.where(tip, 1.0, 0.0)
    volts = solve(*condense(stiff, x=volts, D=np.flatnonzero(tip | wall)))
    conductance = float(sigma * volts @ (stiff @ volts))
    load = joule.assemble(basis, volts=basis.interpolate(volts)) * (watts / conductance)
    rise = solve(*condense(k * stiff + sink * mass.assemble(basis), load, D=np.flatnonzero(wall)))

    def at(r_m: float, z_m: float) -> float:
        return float((basis.probes(np.array([[r_m], [z_m]])) @ rise)[0])

    return conductance, at
