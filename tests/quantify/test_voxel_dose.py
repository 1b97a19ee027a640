"""Dose per voxel against direct sums, closed forms and other libraries; energy is kept to the last digit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import integrate, ndimage

from islet.errors import InputError
from islet.quantify.imaging.dvh import Histogram
from islet.quantify.imaging.point_kernel import Branch, PointKernel, absorption_cm2_per_g, energy_within, local_share, near_factor
from islet.quantify.imaging.voxel_dose import convolved, local_dose_gy, mean_dose_gy
from islet.quantify.imaging.voxel_kernel import voxel_kernel

Y90 = PointKernel((Branch(1.0, 0.9329, 2.28),), 0.0, 11.0, 1.04)
LU177 = PointKernel((Branch(0.786, 0.1491, 0.498), Branch(0.091, 0.1115, 0.385), Branch(0.122, 0.0475, 0.177)), 0.01465, 2.2, 1.04)
GRIDS = [(4.0, 4.0, 4.0), (2.0, 4.8, 4.8), (5.0, 3.0, 2.0)]


def point_source(r_mm: float, branch: Branch, density: float) -> float:
    """Loevinger's function as the source writes it, 4 pi r² J / E per mm."""
    z = 10 / (density * absorption_cm2_per_g(branch.max_mev))
    c = near_factor(branch.max_mev)
    t = c * z
    strength = 1 / (4 * np.pi * z**2 * (3 * c * c - (c * c - 1) * np.e))
    near = strength * t / r_mm**2 - strength / r_mm * np.exp(1 - r_mm / t) if r_mm < t else 0.0
    return float(4 * np.pi * r_mm**2 * (near + strength / r_mm * np.exp(1 - r_mm / z)))


@pytest.mark.parametrize("branch", [Branch(1, 0.933, 2.28), Branch(1, 0.149, 0.498), Branch(1, 0.3, 0.9)])
@pytest.mark.parametrize("radius", [0.05, 0.5, 2.0, 8.0])
def test_the_energy_within_a_radius_is_the_integral_of_the_point_source(branch: Branch, radius: float) -> None:
    edge = near_factor(branch.max_mev) * 10 / absorption_cm2_per_g(branch.max_mev)
    points = [edge] if edge < radius else None
    expected = integrate.quad(point_source, 1e-12, radius, args=(branch, 1.0), points=points, epsabs=1e-12, limit=200)[0]
    assert energy_within(np.array([radius]), branch, 1.0)[0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("kernel", [Y90, LU177])
@pytest.mark.parametrize("spacing", GRIDS)
def test_a_voxel_kernel_keeps_all_energy_and_is_symmetric(kernel: PointKernel, spacing: tuple[float, float, float]) -> None:
    share = voxel_kernel(kernel, spacing)
    assert share.sum() == pytest.approx(1.0, abs=1e-12)
    assert (share >= 0).all()
    for axis in range(3):
        assert np.allclose(share, np.flip(share, axis), atol=1e-15)


def test_the_voxel_kernel_agrees_with_drawing_points_at_random() -> None:
    random = np.random.default_rng(7)
    spacing = np.array([4.0, 3.0, 2.0])
    count = 400_000
    shares = np.sort(random.random(count))
    grid = np.linspace(0, Y90.range_mm, 4001)
    within = energy_within(grid, Y90.branches[0], Y90.density_g_per_ml)
    radius = np.interp(shares, within / within[-1], grid)
    direction = random.normal(size=(count, 3))
    direction /= np.linalg.norm(direction, axis=1)[:, None]
    start = (random.random((count, 3)) - 0.5) * spacing
    voxel = np.rint((start + radius[:, None] * direction) / spacing).astype(int)
    share = voxel_kernel(Y90, (4.0, 3.0, 2.0))
    reach = np.array(share.shape) // 2
    drawn = np.zeros(share.shape)
    np.add.at(drawn, tuple((voxel + reach).T), 1 / count)
    assert np.abs(drawn - share).max() < 5 * np.sqrt(share.max() / count)


def direct(values: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add up, voxel by voxel, what every voxel hands to every other."""
    out = np.zeros(values.shape)
    reach = [size // 2 for size in share.shape]
    for index in np.ndindex(*values.shape):
        for step in np.ndindex(*share.shape):
            there = tuple(i + s - r for i, s, r in zip(index, step, reach, strict=True))
            if all(0 <= t < size for t, size in zip(there, values.shape, strict=True)):
                out[there] += values[index] * share[step]
    return out


def test_convolution_is_the_direct_sum_and_that_of_scipy() -> None:
    random = np.random.default_rng(3)
    share = voxel_kernel(Y90, (5.0, 4.0, 6.0))
    small = random.random((5, 6, 7)) * 3e6
    assert np.allclose(convolved(small, share), direct(small, share), rtol=1e-12)
    large = random.random((23, 30, 31)) * 3e6
    expected = ndimage.convolve(large, share, mode="constant", cval=0.0)
    assert np.allclose(convolved(large, share), expected, rtol=1e-11)


@pytest.mark.parametrize("kernel", [Y90, LU177])
@pytest.mark.parametrize("spacing", GRIDS)
def test_energy_is_kept_by_both_methods_in_a_padded_grid(kernel: PointKernel, spacing: tuple[float, float, float]) -> None:
    share = voxel_kernel(kernel, spacing)
    pad = [size // 2 for size in share.shape]
    inner = np.random.default_rng(1).random((9, 8, 7)) * 1e6
    activity = np.pad(inner, [(p, p) for p in pad])
    constant, density = 49.67, 1.04
    voxel_g = np.prod(spacing) / 1000 * density
    emitted = activity.sum() * np.prod(spacing) / 1000 * constant
    local = local_dose_gy(activity, constant, density)
    spread = local_dose_gy(convolved(activity, share), constant, density)
    assert (local * voxel_g).sum() == pytest.approx(emitted, rel=1e-6)
    assert (spread * voxel_g).sum() == pytest.approx(emitted, rel=1e-6)


def test_deep_inside_an_even_block_both_methods_give_the_closed_form() -> None:
    """A digital phantom: 1 MBq/mL of yttrium-90 in 60 mm of soft tissue; 47.76 Gy is vector Y1, half of it at the face."""
    share = voxel_kernel(Y90, (4.0, 4.0, 4.0))
    activity = np.zeros((31, 31, 31))
    activity[8:23, 8:23, 8:23] = 1.0
    local = local_dose_gy(activity, 49.67, 1.04)
    spread = local_dose_gy(convolved(activity, share), 49.67, 1.04)
    assert local[15, 15, 15] == pytest.approx(47.76, abs=0.005)
    assert spread[15, 15, 15] == pytest.approx(47.76, abs=0.005)
    assert local[15, 15, 7] == 0
    assert spread[15, 15, 7] + spread[15, 15, 8] == pytest.approx(47.76, abs=0.01)  # the two sides of the face add up to the inside


@pytest.mark.parametrize("radius", [6.0, 10.0, 20.0])
def test_a_sphere_on_a_fine_grid_keeps_what_the_point_kernel_says(radius: float) -> None:
    from islet.quantify.imaging.point_kernel import stays_in_sphere

    step = radius / 8
    share = voxel_kernel(Y90, (step, step, step))
    reach = share.shape[0] // 2
    half = 8 + reach + 2
    z, y, x = np.mgrid[-half : half + 1, -half : half + 1, -half : half + 1] * step
    sphere = (z**2 + y**2 + x**2 <= radius**2).astype(float)
    kept = (convolved(sphere, share) * sphere).sum() / sphere.sum()
    assert kept == pytest.approx(stays_in_sphere(Y90, radius), abs=0.015)


def test_conversion_electrons_stay_in_the_source_voxel() -> None:
    without = LU177._replace(local_mev=0.0)
    here = local_share(LU177)
    middle = tuple(size // 2 for size in voxel_kernel(LU177, (4.0, 4.0, 4.0)).shape)
    mixed = (1 - here) * voxel_kernel(without, (4.0, 4.0, 4.0))[middle] + here
    assert voxel_kernel(LU177, (4.0, 4.0, 4.0))[middle] == pytest.approx(mixed, rel=1e-12)


doses = arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 200, width=32))


@given(doses, st.floats(1, 100))
@settings(max_examples=200)
def test_the_histogram_agrees_with_counting(dose: NDArray[np.float64], percent: float) -> None:
    made = Histogram(dose, np.ones(dose.shape))
    reached = [d for d in np.unique(dose) if (dose >= d).sum() / dose.size >= percent / 100 * (1 - 1e-9)]
    assert made.dose_to_hottest_gy(percent) == max(reached)
    for level in (0.0, 50.0, float(dose[0])):
        assert made.volume_with_percent(level) == pytest.approx(100 * (dose >= level).mean(), abs=1e-9)
    assert made.mean_gy == pytest.approx(dose.mean(), rel=1e-9, abs=1e-9)


@given(doses, st.integers(0, 2**31))
def test_a_partial_voxel_counts_as_its_part(dose: NDArray[np.float64], seed: int) -> None:
    quarters = np.random.default_rng(seed).integers(0, 5, dose.shape)
    quarters[0] = 4
    many = np.repeat(dose, quarters)
    one, whole = Histogram(dose, quarters / 4), Histogram(many, np.ones(many.shape))
    for percent in (2, 50, 70, 95, 100):
        assert one.dose_to_hottest_gy(percent) == whole.dose_to_hottest_gy(percent)
    assert one.mean_gy == pytest.approx(whole.mean_gy, rel=1e-12, abs=1e-12)
    assert one.volume_with_percent(20.0) == pytest.approx(whole.volume_with_percent(20.0), abs=1e-9)


def test_the_curve_falls_from_all_to_what_the_hottest_voxel_holds_and_then_to_nothing() -> None:
    """At least 8 Gy: one voxel of four; more than 8 Gy: none. The picture drops there, it does not end in the air."""
    made = Histogram(np.array([1.0, 2.0, 4.0, 8.0]), np.ones(4))
    dose, volume = made.curve(9)
    assert (dose[0], volume[0]) == (0.0, 100.0)
    assert list(zip(dose, volume, strict=True))[-2:] == [(8.0, 25.0), (8.0, 0.0)]
    assert volume == sorted(volume, reverse=True)
    assert (made.volume_with_percent(8.0), made.volume_with_percent(np.nextafter(8.0, 9.0))) == (25.0, 0.0)


def test_the_mean_is_weighted_by_mass() -> None:
    dose, mask = np.array([[[10.0, 40.0]]]), np.array([[[1.0, 0.5]]])
    assert mean_dose_gy(dose, mask) == pytest.approx(20.0)
    assert mean_dose_gy(dose, np.ones((1, 1, 2)), np.array([[[0.3, 1.2]]])) == pytest.approx((3 + 48) / 1.5)


CUBE = np.ones((3, 3, 3))
REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "four dimensions": (lambda: convolved(np.ones((2, 3, 3, 3)), CUBE / 27), "4 dimensions"),
    "a negative activity": (lambda: local_dose_gy(-CUBE, 49.67, 1.0), "negative"),
    "no number in a voxel": (lambda: local_dose_gy(CUBE * np.nan, 49.67, 1.0), "no numbers"),
    "no density": (lambda: local_dose_gy(CUBE, 49.67, 0.0), "density"),
    "a density of zero in one voxel": (lambda: local_dose_gy(CUBE, 49.67, CUBE * 0), "density"),
    "an even kernel": (lambda: convolved(CUBE, np.ones((2, 2, 2)) / 8), "without a middle"),
    "a lopsided kernel": (lambda: convolved(CUBE, np.arange(27.0).reshape(3, 3, 3)), "without a middle"),
    "voxels of nothing": (lambda: voxel_kernel(Y90, (0.0, 4.0, 4.0)), "voxels of"),
    "a kernel without range": (lambda: voxel_kernel(Y90._replace(range_mm=0.0), (4.0, 4.0, 4.0)), "range"),
    "another shape of mask": (lambda: Histogram(CUBE, np.ones((2, 3, 3))), "mask of"),
    "a mask above 1": (lambda: Histogram(CUBE, CUBE * 2), "outside 0 to 1"),
    "an empty region": (lambda: Histogram(CUBE, CUBE * 0), "without a voxel"),
    "no share of the region": (lambda: Histogram(CUBE, CUBE).dose_to_hottest_gy(0), "0 %"),
    "the mean of nothing": (lambda: mean_dose_gy(CUBE, CUBE * 0), "without a voxel"),
    "the mean on another grid": (lambda: mean_dose_gy(CUBE, np.ones((2, 3, 3))), "mask of"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_refused(what: str) -> None:
    make, words = REFUSED[what]
    with pytest.raises(InputError, match=words):
        make()
