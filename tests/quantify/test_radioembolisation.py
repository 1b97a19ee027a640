"""Activity and dose against every worked check of the dossiers (`vectors/radioembolisation.yaml`), balances, and refusals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from islet.errors import InputError
from islet.quantify.imaging.nuclides import decayed
from islet.quantify.imaging.point_kernel import Branch, PointKernel, stays_in_sphere
from islet.quantify.imaging.voxel_dose import local_dose_gy
from islet.quantify.radioembolisation import bsa, limits, lung, mird, partition

ROOM = "radioembolisation.yaml"
VECTORS = {v["id"]: v for v in yaml.safe_load((Path(__file__).parent / "vectors" / ROOM).read_text(encoding="utf-8"))}
Y90 = PointKernel((Branch(1.0, 0.9329, 2.28),), 0.0, 11.0, 1.04)
LU177 = PointKernel((Branch(0.786, 0.1491, 0.498), Branch(0.091, 0.1115, 0.385), Branch(0.122, 0.0475, 0.177)), 0.01465, 2.2, 1.0)
PARTITIONS = {1: (2.0, 0.05, 5, 0.3, 1.4, 1.0), 2: (1.5, 0.08, 3, 0.5, 1.2, 1.0), 3: (3.0, 0.12, 4, 0.4, 1.6, 0.9)}
SINGLES = {1: (120, 1.5, 0.05, 0.01), 2: (120, 1.0, 0.0, 0.0), 3: (150, 0.8, 0.08, 0.02), 4: (80, 1.8, 0.10, 0.0)}
LIMITS = {1: (0.05, 5, 0.3, 1.4), 2: (0.18, 3, 0.5, 1.2)}
KAO = {1: (120, 0.3, 3, 0.05, 0.8), 2: (100, 0.5, 1.5, 0.10, 1.0)}
SPHERE_MM = {m: (m * 1000 * 3 / (4 * np.pi)) ** (1 / 3) for m in (0.00431, 0.0146, 0.0345, 0.116, 0.276, 0.539)}


def _single(case: int, k: float) -> float:
    dose, mass, lost, left = SINGLES[case]
    return float(mird.activity_gbq(dose, mass, k, lost, left))


def _partition(case: int, k: float, part: str) -> float:
    activity, lost, ratio, tumour, normal, lung_kg = PARTITIONS[case]
    if part == "lung":
        return float(lung.dose_gy(activity, lost, lung_kg, k))
    doses = partition.doses_gy(activity, lost, ratio, tumour, normal, k)
    return float(doses.tumour_gy if part == "tumour" else doses.normal_gy)


def _limit(case: int, part: str) -> float:
    lost, ratio, tumour, normal = LIMITS[case]
    found = limits.activity_within_limits_gbq(40, 30, lost, ratio, tumour, normal, 1.0, 50)
    return float({"liver": found.by_liver_gbq, "lung": found.by_lung_gbq, "allowed": found.allowed_gbq}[part])


def _kao(case: int, part: str) -> float:
    dose, tumour, ratio, shunt, normal = KAO[case]
    found = partition.kao_activities_gbq(dose, tumour, ratio, shunt)
    parts = {
        "tumour": found.tumour_gbq, "normal": found.normal_gbq, "lung": found.lung_gbq, "total": found.total_gbq,
        "normal_dose": mird.dose_gy(found.normal_gbq, normal, 50), "lung_dose": mird.dose_gy(found.lung_gbq, 1.0, 50),
    }
    return float(parts[part])


def _ours() -> dict[str, Callable[[], float]]:
    y1 = (2.0, 0.08, 4, 0.3, 1.2, 49.67)
    found: dict[str, Callable[[], float]] = {
        "physics:Y1.activity": lambda: float(mird.activity_gbq(120, 1.5, 49.67, 0.05)),
        "physics:Y1.lung": lambda: float(lung.dose_gy(mird.activity_gbq(120, 1.5, 49.67, 0.05), 0.05, 1.0, 49.67)),
        "physics:Y1.tumour": lambda: float(partition.doses_gy(*y1).tumour_gy),
        "physics:Y1.normal": lambda: float(partition.doses_gy(*y1).normal_gy),
        "physics:Y1.partition_lung": lambda: float(lung.dose_gy(2.0, 0.08, 1.0, 49.67)),
        "physics:Y1.energy": lambda: float(0.3 * partition.doses_gy(*y1).tumour_gy + 1.2 * partition.doses_gy(*y1).normal_gy),
        "physics:Y1.voxel": lambda: float(local_dose_gy(np.ones((1, 1, 1)), 49.67, 1.04)[0, 0, 0]),
        "physics:D1.y90": lambda: decayed(64.1, 24),
        "physics:D1.lu177": lambda: decayed(159.528, 24),
        "physics:1.lu177_complete": lambda: 147.9 * 1.602176634e-16 * 1e9 * 159.528 * 3600 / np.log(2),
        "liver:3C.bsa_lobar": lambda: float(bsa.activity_lobar_gbq(1.88, 200, 1100, 1800)),
        "liver:L14.spheres": lambda: (3e9 / 50) / (3e9 / 2500),
    }
    for name in VECTORS:
        if name.startswith("liver:3C.single"):
            case, k = int(name.split(".")[2]), float(name.split(".", 3)[3])
            found[name] = lambda case=case, k=k: _single(case, k)
        elif name.startswith("liver:3C.partition"):
            case, part = int(name.split(".")[2]), name.rsplit(".", 1)[1]
            k = float(name.split(".", 3)[3].rsplit(".", 1)[0])
            found[name] = lambda case=case, k=k, part=part: _partition(case, k, part)
        elif name.startswith(("liver:3C.limits", "liver:3C.kao")):
            case, part = int(name.split(".")[2]), name.rsplit(".", 1)[1]
            maker = _limit if "limits" in name else _kao
            found[name] = lambda case=case, part=part, maker=maker: maker(case, part)
        elif name.startswith("liver:3C.lung_limit"):
            k = float(name.split(".", 2)[2])
            found[name] = lambda k=k: float(lung.activity_reaching_gbq(30, 1.0, k))
        elif name.startswith("liver:3C.bsa."):
            surface = float(name.split(".", 2)[2])
            volumes = {1.88: (300, 1800), 2.0: (600, 2400), 1.62: (150, 1500)}[surface]
            found[name] = lambda surface=surface, volumes=volumes: float(bsa.activity_gbq(surface, *volumes))
        elif name.startswith("physics:S2.0"):
            mass = float(name.split(".", 1)[1])
            found[name] = lambda mass=mass: stays_in_sphere(LU177, float(SPHERE_MM[mass]))
        elif name.startswith("hashempour"):
            radius = float(name.split(".", 1)[1])
            found[name] = lambda radius=radius: stays_in_sphere(Y90, radius)
    return found


OURS = _ours()


@pytest.mark.parametrize("name", [name for name, vector in VECTORS.items() if not vector.get("not_reproduced")])
def test_a_worked_check_is_reproduced(name: str) -> None:
    assert OURS[name]() == pytest.approx(VECTORS[name]["published"], abs=VECTORS[name]["tolerance"])


fractions = st.floats(0.0, 0.9)
masses = st.floats(0.01, 5.0)
ratios = st.floats(0.1, 50.0)


@given(st.floats(0.01, 20.0), fractions, ratios, masses, masses, st.floats(49.38, 50.0))
def test_the_partition_keeps_the_energy_and_turns_back(a: float, lost: float, ratio: float, tumour: float, normal: float, k: float) -> None:
    doses = partition.doses_gy(a, lost, ratio, tumour, normal, k)
    assert doses.tumour_gy * tumour + doses.normal_gy * normal == pytest.approx(k * a * (1 - lost), rel=1e-12)
    assert partition.activity_for_tumour_gbq(doses.tumour_gy, lost, ratio, tumour, normal, k) == pytest.approx(a, rel=1e-12)


@given(st.floats(0.01, 20.0), fractions, masses, masses)
def test_equal_uptake_is_the_single_compartment(a: float, lost: float, tumour: float, normal: float) -> None:
    doses = partition.doses_gy(a, lost, 1.0, tumour, normal, 49.67)
    assert doses.tumour_gy == pytest.approx(mird.dose_gy(a, tumour + normal, 49.67, lost), rel=1e-12)


@given(st.floats(10, 300), masses, st.floats(0.1, 20), st.floats(0.0, 0.5), masses)
def test_kaos_form_is_the_same_model_in_other_terms(dose: float, tumour: float, ratio: float, shunt: float, normal: float) -> None:
    kao = partition.kao_activities_gbq(dose, tumour, ratio, shunt, 50.0)
    lost = kao.lung_gbq / kao.total_gbq
    concentrations = partition.concentration_ratio(ratio, tumour, normal)
    doses = partition.doses_gy(kao.total_gbq, lost, concentrations, tumour, normal, 50.0)
    assert doses.tumour_gy == pytest.approx(dose, rel=1e-9)
    assert doses.normal_gy == pytest.approx(50.0 * kao.normal_gbq / normal, rel=1e-9)


@given(fractions, ratios, masses, masses, st.floats(0.3, 2.0))
def test_the_allowed_activity_reaches_one_limit_and_passes_none(
    lost: float, ratio: float, tumour: float, normal: float, lung_kg: float
) -> None:
    found = limits.activity_within_limits_gbq(40, 30, lost, ratio, tumour, normal, lung_kg, 49.67)
    normal_gy = partition.doses_gy(found.allowed_gbq, lost, ratio, tumour, normal, 49.67).normal_gy
    lung_gy = lung.dose_gy(found.allowed_gbq, lost, lung_kg, 49.67)
    assert normal_gy <= 40 * (1 + 1e-9)
    assert lung_gy <= 30 * (1 + 1e-9)
    assert max(normal_gy / 40, lung_gy / 30) == pytest.approx(1.0, rel=1e-9)


def test_arrays_give_what_numbers_give() -> None:
    activity, lost = np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.08, 0.2])
    many = partition.doses_gy(activity, lost, 4.0, 0.3, 1.2, 49.67)
    one = [partition.doses_gy(float(a), float(s), 4.0, 0.3, 1.2, 49.67).tumour_gy for a, s in zip(activity, lost, strict=True)]
    assert np.allclose(many.tumour_gy, one, rtol=1e-15)
    assert np.isinf(limits.activity_within_limits_gbq(40, 30, lost, 4.0, 0.3, 1.2, 1.0, 49.67).by_lung_gbq[0])
    assert lung.left_gy(np.array([0.0, 30.0, 90.0]), 30.0, 50.0).tolist() == [30.0, 20.0, 0.0]


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "no mass": (lambda: mird.dose_gy(1.0, 0.0, 50), "mass_kg"),
    "no tumour mass": (lambda: partition.doses_gy(1.0, 0.1, 4, 0.0, 1.2, 50), "tumour_kg"),
    "one mass of zero among many": (lambda: partition.doses_gy(1.0, 0.1, 4, np.array([0.3, 0.0]), 1.2, 50), "tumour_kg"),
    "a negative activity": (lambda: mird.dose_gy(-1.0, 1.0, 50), "activity_gbq"),
    "a shunt of 100 %": (lambda: mird.activity_gbq(120, 1.0, 50, 1.0), "lung_fraction"),
    "a percentage taken for a fraction": (lambda: lung.dose_gy(1.0, 8.0, 1.0, 50), "lung_fraction"),
    "all left in the vial": (lambda: mird.activity_gbq(120, 1.0, 50, 0.0, 1.0), "residual_fraction"),
    "lungs of nothing": (lambda: lung.dose_gy(1.0, 0.1, 0.0, 50), "lung_kg"),
    "no number": (lambda: mird.dose_gy(float("nan"), 1.0, 50), "activity_gbq"),
    "a ratio of zero": (lambda: partition.doses_gy(1.0, 0.1, 0.0, 0.3, 1.2, 50), "ratio"),
    "a tumour larger than the liver": (lambda: bsa.activity_gbq(1.8, 2000, 1800), "normal_liver_ml"),
    "a lobe larger than the liver": (lambda: bsa.activity_lobar_gbq(1.8, 100, 1900, 1800), "liver_outside_the_lobe_ml"),
    "a body surface of 0.2": (lambda: bsa.activity_gbq(0.2, 100, 1800), "above_offset_m2"),
    "no counts in the liver": (lambda: lung.shunt_fraction(5.0, 0.0), "liver_counts"),
    "no shunt, no limit": (lambda: lung.activity_for_limit_gbq(30, 0.0, 1.0, 50), "lung_fraction"),
    "a beta energy outside the fit": (lambda: stays_in_sphere(PointKernel((Branch(1, 0.01, 0.05),), 0.0, 1.0, 1.0), 5.0), "max_mev"),
    "a sphere of nothing": (lambda: stays_in_sphere(Y90, 0.0), "radius_mm"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_refused_by_name(what: str) -> None:
    make, field = REFUSED[what]
    with pytest.raises(InputError) as caught:
        make()
    assert caught.value.field == field
    assert caught.value.expected
