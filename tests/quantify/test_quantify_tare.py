"""The rooms from a case file to estimates: the plan's formulas and the functions agree, phantoms give their known dose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from islet.case.model import Case
from islet.case.reader import read_case
from islet.errors import InputError
from islet.estimate.known import Known
from islet.estimate.make import estimate_one
from islet.estimate.model import Estimate
from islet.knowledge.base import KnowledgeBase
from islet.patient.state import build_patient
from islet.plan.described import case_of
from islet.quantify.imaging.dose_map import dose_map
from islet.quantify.imaging.export import write_dose
from islet.quantify.imaging.run import estimate as imaging
from islet.quantify.radioembolisation import bsa, limits, lung, mird, partition
from islet.quantify.radioembolisation.run import estimate as radioembolisation
from islet_testing import dicom

SPACING = (4.0, 4.0, 4.0)
ML = 0.064
PLANNED = {
    "microspheres": "resin", "planned_activity_gbq": 2.0, "perfused_tumour_ml": 300, "perfused_normal_ml": 1200,
    "t_n_concentration_ratio": 4, "lung_shunt_percent": 8,
}


def quiet(what: str, share: float) -> None:
    """Take no notice of progress."""


def planned(base: KnowledgeBase, **changed: Any) -> list[Estimate]:
    facts = {key: value for key, value in {**PLANNED, **changed}.items() if value is not None}
    return radioembolisation(case_of(facts, base, "test", flat=True), "tare", base, quiet)


def in_plan(ident: str, base: KnowledgeBase, **facts: Any) -> float:
    patient = build_patient(case_of(facts, base, "test", flat=True), base.space)
    made = estimate_one(ident, Known(patient, base), base, exact=True)
    assert made is not None
    assert made["status"] == "given", made
    return float(made["value"])


@given(
    st.floats(0.2, 15), st.floats(0.2, 55), st.floats(0.6, 18), st.floats(2, 2500), st.floats(60, 2900), st.sampled_from(["resin", "glass"])
)
def test_the_formulas_of_the_plan_agree_with_the_functions(
    base: KnowledgeBase, activity: float, shunt: float, ratio: float, tumour_ml: float, normal_ml: float, spheres: str
) -> None:
    k, density = base.constants["y90_dose_constant_gy_kg_per_gbq"].value, base.constants["liver_density_kg_per_l"].value
    tumour, normal, lost = tumour_ml / 1000 * density, normal_ml / 1000 * density, shunt / 100
    facts: dict[str, Any] = {
        "microspheres": spheres, "planned_activity_gbq": activity, "perfused_tumour_ml": tumour_ml, "perfused_normal_ml": normal_ml,
        "t_n_concentration_ratio": ratio, "lung_shunt_percent": shunt, "previous_lung_gy": 0,
    }
    doses = partition.doses_gy(activity, lost, ratio, tumour, normal, k)
    normal_limit = base.constants[f"{spheres}_normal_liver_limit_gy"].value
    ours = {
        "tare_tumour_dose": doses.tumour_gy, "tare_normal_liver_dose": doses.normal_gy,
        "tare_perfused_dose": mird.dose_gy(activity, tumour + normal, k, lost),
        "tare_lung_dose": lung.dose_gy(activity, lost, 1.0, k),
        "tare_lung_activity_limit": lung.activity_for_limit_gbq(30, lost, 1.0, k),
        "tare_activity_within_limits": limits.activity_within_limits_gbq(normal_limit, 30, lost, ratio, tumour, normal, 1.0, k).allowed_gbq,
    }
    for ident, value in ours.items():
        assert in_plan(ident, base, **facts) == pytest.approx(float(value), rel=1e-9), ident
    wanted = in_plan("tare_activity_for_dose", base, **facts, tare_target_gy=100)
    assert wanted == pytest.approx(float(mird.activity_gbq(100, tumour + normal, k, lost)), rel=1e-9)
    again = in_plan("tare_lung_dose_in_all", base, **{**facts, "previous_lung_gy": 11})
    assert again == pytest.approx(11 + float(ours["tare_lung_dose"]), rel=1e-9)
    if spheres == "resin":
        whole = in_plan("tare_bsa_activity", base, microspheres="resin", bsa_m2=1.88, liver_burden_percent=shunt)
        assert whole == pytest.approx(float(bsa.activity_gbq(1.88, shunt, 100.0)), rel=1e-9)


def test_exact_inputs_give_values_with_bounds_around_them(base: KnowledgeBase) -> None:
    doses, choices = planned(base, previous_lung_gy=0)
    expected = {
        row: dose / 1.03 for row, dose in (("tumour", 152.3), ("normal liver", 38.08))
    } | {"lung": 7.95}  # vector Y1 at 1.00 kg/L; the room takes 1.03
    for row in doses.rows:
        low, high = row["interval"]
        assert row["value"] == pytest.approx(expected[row["what"]], abs=0.06)
        assert low <= row["value"] <= high
    assert choices.value == pytest.approx(40 * 1.03 / 38.08 * 2, abs=0.01)


def test_inputs_known_in_part_give_bounds_that_hold_every_value_inside(base: KnowledgeBase) -> None:
    wide = planned(base, t_n_concentration_ratio={"between": [3, 6]}, perfused_tumour_ml={"between": [250, 330]})[0]
    assert wide.value is None
    assert wide.interval is not None
    for ratio in (3, 4, 5, 6):
        for ml in (250, 300, 330):
            inside = planned(base, t_n_concentration_ratio=ratio, perfused_tumour_ml=ml)[0]
            assert wide.interval[0] <= float(inside.value or 0) <= wide.interval[1]


@pytest.mark.parametrize("name", list(PLANNED))
def test_a_missing_input_is_named(base: KnowledgeBase, name: str) -> None:
    found = planned(base, **{name: None})
    assert [(one.status, [need.split(".")[1] for need in one.needs]) for one in found] == [("needs", [name])]


def test_resin_and_glass_are_held_against_their_own_limits(base: KnowledgeBase) -> None:
    resin, glass = (planned(base, microspheres=spheres)[1] for spheres in ("resin", "glass"))
    assert "resin" in resin.text
    assert "glass" not in resin.text
    assert float(glass.value or 0) / float(resin.value or 1) == pytest.approx(75 / 40, rel=0.01)


def test_earlier_lung_doses_leave_less(base: KnowledgeBase) -> None:
    first, later = (planned(base, previous_lung_gy=before, lung_shunt_percent=30)[1] for before in (0, 40))
    rows = [next(row for row in one.rows if "lung limit" in row["what"]) for one in (first, later)]
    assert rows[0]["what"].startswith("lung limit of one treatment")
    assert rows[1]["what"].startswith("what 40 Gy before leave of the 50 Gy")
    assert rows[1]["value"] == pytest.approx(rows[0]["value"] / 3, abs=0.02)


def test_a_shunt_of_a_hundred_percent_gives_no_number(base: KnowledgeBase) -> None:
    (found,) = planned(base, lung_shunt_percent=100)
    assert (found.status, found.value, found.interval) == ("outside", None, None)
    assert "60 %" in found.because


def test_no_shunt_leaves_the_lung_without_a_limit(base: KnowledgeBase) -> None:
    doses, choices = planned(base, lung_shunt_percent=0)
    assert [row["value"] for row in doses.rows if row["what"] == "lung"] == [0.0]
    assert [row["value"] for row in choices.rows if "lung limit" in row["what"]] == ["not reached below 60 GBq"]


@pytest.mark.parametrize("percent", [1e-9, 1e-300, 5e-324])
@pytest.mark.filterwarnings("error")
def test_a_shunt_next_to_nothing_names_no_absurd_activity(base: KnowledgeBase, percent: float) -> None:
    choices = planned(base, lung_shunt_percent=percent)[1]
    assert [row["value"] for row in choices.rows if "lung limit" in row["what"]] == ["not reached below 60 GBq"]
    allowed = limits.activity_within_limits_gbq(40, 30, percent / 100, 4, 0.3, 1.2, 1.0, 49.67)
    assert allowed.allowed_gbq == allowed.by_liver_gbq


def test_the_mass_of_the_lungs_on_ct_takes_the_place_of_the_convention(base: KnowledgeBase) -> None:
    """liver.md section 3C: 3 GBq, shunt 0.12, lungs of 0.9 kg, k 49.67: 19.868 Gy; D5: a mass from CT is preferred."""
    facts = {"planned_activity_gbq": 3, "lung_shunt_percent": 12, "tare_lung_kg": 0.9}
    assert in_plan("tare_lung_dose", base, **facts) == pytest.approx(19.868, abs=0.0005)
    assert in_plan("tare_lung_dose_in_all", base, **facts, previous_lung_gy=10) == pytest.approx(29.868, abs=0.0005)
    patient = build_patient(case_of({**facts, "tare_lung_kg": {"between": [0.8, 1]}}, base, "test", flat=True), base.space)
    made = estimate_one("tare_lung_dose", Known(patient, base), base)
    assert made is not None
    assert (made["value"], made["interval"]) == (None, [17.9, 22.4])
    assert "lungs of 0.8 to 1 kg" in made["text"]


def test_the_ceiling_counts_what_the_lungs_got_before(base: KnowledgeBase) -> None:
    """50 Gy in all (liver.md L12): after 30 Gy the lungs may get 20, 20 / (49.67 x 0.18) = 2.237 GBq; unknown is not 0."""
    facts = {**PLANNED, "lung_shunt_percent": 18, "t_n_concentration_ratio": 3, "perfused_tumour_ml": 500, "perfused_normal_ml": 1200}
    assert in_plan("tare_activity_within_limits", base, **facts, previous_lung_gy=30) == pytest.approx(2.237, abs=0.0005)
    made = estimate_one("tare_activity_within_limits", Known(build_patient(case_of(facts, base, "t", flat=True), base.space), base), base)
    assert made is not None
    assert (made["status"], made["needs"]) == ("needs", ["measurements.previous_lung_gy"])


def test_a_dose_above_its_limit_says_so(base: KnowledgeBase) -> None:
    """6 GBq with a shunt of 12 % give the lungs 35.8 Gy, above 30 (liver.md C5), and the liver more than 40 (L2)."""
    rows = {row["what"]: row["text"] for row in planned(base, planned_activity_gbq=6, lung_shunt_percent=12, previous_lung_gy=0)[0].rows}
    assert "above the 30 Gy that may still be given" in rows["lung"]
    assert "above the limit of resin" in rows["normal liver"]
    rows = {row["what"]: row["text"] for row in planned(base, planned_activity_gbq=1, previous_lung_gy=0)[0].rows}
    assert "below the 30 Gy" in rows["lung"]
    assert "below the limit of resin" in rows["normal liver"]


def test_both_limits_of_the_normal_liver_are_shown_and_a_known_bilirubin_chooses(base: KnowledgeBase) -> None:
    """liver.md L2: resin 40, both lobes of a pretreated liver 30 Gy; L7: glass 75, 50 with bilirubin above 1.1 mg/dL (18.8 µmol/L)."""
    resin = [row["what"] for row in planned(base)[1].rows if "normal liver" in row["what"]]
    assert [what.rsplit(", ", 1)[1] for what in resin] == ["40 Gy", "30 Gy"]
    usual, high, open_ = (planned(base, microspheres="glass", bilirubin_umol_l=level)[1] for level in (18.8, 19, None))
    assert float(high.value or 0) == pytest.approx(float(usual.value or 0) * 50 / 75, abs=0.01)
    assert open_.value == usual.value


def test_volumes_that_contradict_the_whole_liver_give_no_number(base: KnowledgeBase) -> None:
    (found,) = planned(base, perfused_tumour_ml=2000, total_liver_ml=1800)
    assert (found.status, found.value) == ("outside", None)
    assert "3200 mL together, the whole liver 1800 mL" in found.because


def test_the_picture_draws_what_the_rows_say(base: KnowledgeBase) -> None:
    doses = planned(base)[0]
    assert doses.curves is not None
    for row, line in zip(doses.rows, doses.curves["lines"], strict=True):
        assert np.interp(2.0, line["x"], line["y"]) == pytest.approx(row["value"], abs=0.06)


def test_the_picture_marks_the_planned_activity_when_it_is_known(base: KnowledgeBase) -> None:
    doses = planned(base)[0]
    assert doses.curves is not None
    assert [(group["x"], round(group["y"][0], 1)) for group in doses.curves["points"]] == [([2.0], row["value"]) for row in doses.rows]
    open_ = planned(base, planned_activity_gbq={"between": [1, 2]})[0]
    assert open_.curves is not None
    assert open_.curves["points"] == []


def phantom() -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
    """A liver of 1 and a tumour of 4 in a field of nothing; voxels of 4 mm."""
    liver = np.zeros((24, 26, 28), dtype=bool)
    liver[5:19, 5:21, 5:23] = True
    tumour = np.zeros_like(liver)
    tumour[9:14, 9:14, 9:14] = True
    return liver + 3.0 * tumour, {"whole": liver, "tumour": tumour, "normal": liver & ~tumour}


def case_file(folder: Path, slices: list[Any], measurements: dict[str, Any], **extent: Any) -> Path:
    """Write a scan, its segmentation and a case that points to both."""
    dicom.save(folder / "scan", slices)
    file = folder / "case.yaml"
    dicom.segmentation(folder / "seg.dcm", slices, phantom()[1])
    rows = [{"region": label, "path": "seg.dcm", "segment": label, "holds_all": label == "whole"} for label in phantom()[1]]
    document = {"id": "phantom", "extent": extent, "measurements": {"scan_path": "scan", "scan_regions": rows, **measurements}}
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return file


def read(file: Path, base: KnowledgeBase) -> Case:
    return read_case(file.read_bytes(), str(file), base.space.dictionary)


def yttrium_slices(hours: float = 24.0, **changes: Any) -> list[Any]:
    """PET slices of the phantom with 1 and 4 MBq/mL at the administration, scanned a day later."""
    concentration = phantom()[0] * 1e6 * 2 ** (-hours / 64.1)
    total = float(phantom()[0].sum()) * ML * 1e6
    return dicom.pet_slices(concentration, SPACING, slope=100.0, **{"RadionuclideTotalDose": total, **changes})


def means(found: Estimate) -> dict[str, float]:
    return {str(row["what"]).split(" (")[0]: float(row["value"]) for row in found.rows}


def test_a_phantom_of_yttrium_gives_its_known_dose(base: KnowledgeBase, tmp_path: Path) -> None:
    file = case_file(tmp_path, yttrium_slices(), {"scan_shows": "y90"})
    (found,) = imaging(read(file, base), "tare", base, quiet)
    assert (found.status, found.research, found.method) == ("given", True, "local deposition")
    voxels = 14 * 16 * 18
    expected = {"whole": 47.76 * (voxels + 3 * 125) / voxels, "tumour": 4 * 47.76, "normal": 47.76}
    assert means(found) == pytest.approx(expected, rel=3e-4)
    for row in found.rows:
        if row["what"].startswith(("tumour", "normal")):
            assert row["d95_gy"] == pytest.approx(row["value"], rel=1e-3)
    assert found.curves is not None
    assert [line["label"] for line in found.curves["lines"]] == ["whole", "tumour", "normal"]


def test_the_kernel_takes_energy_out_of_the_tumour_into_the_liver_beside_it(base: KnowledgeBase, tmp_path: Path) -> None:
    file = case_file(tmp_path, yttrium_slices(), {"scan_shows": "y90", "voxel_method": "kernel"})
    made = dose_map(read(file, base), base, quiet)
    shares = {region.name: region.share for region in made.regions}
    local, spread = made.local_gy.values, made.kernel_gy.values
    assert (local * shares["tumour"]).sum() > (spread * shares["tumour"]).sum()
    beside, outside = (11, 11, 14), (11, 11, 4)
    assert shares["normal"][beside] == 1
    assert spread[beside] > local[beside]
    assert spread[outside] > local[outside] == 0
    assert local.sum() == pytest.approx(spread.sum(), rel=1e-9)  # nothing reaches the border of this field


def test_a_mapping_scan_shares_out_the_planned_activity_as_the_partition_model_does(base: KnowledgeBase, tmp_path: Path) -> None:
    """Counts of 1 and 4 are a T/N of 4; two compartments of even uptake are the partition model itself."""
    counts = phantom()[0] * 1000
    slices = dicom.pet_slices(counts, SPACING, Units="CNTS", RadionuclideCodeSequence=None)
    file = case_file(tmp_path, slices, {"scan_shows": "maa", "planned_activity_gbq": 0.4}, lung_shunt_percent=8)
    (found,) = imaging(read(file, base), "tare", base, quiet)
    tumour_kg = 125 * ML * 1.04 / 1000
    normal_kg = (14 * 16 * 18 - 125) * ML * 1.04 / 1000
    doses = partition.doses_gy(0.4, 0.08, 4.0, tumour_kg, normal_kg, 49.67)
    assert means(found)["tumour"] == pytest.approx(float(doses.tumour_gy), rel=1e-4)
    assert means(found)["normal"] == pytest.approx(float(doses.normal_gy), rel=1e-4)


def test_lutetium_from_one_scan_is_the_mono_exponential(base: KnowledgeBase, tmp_path: Path) -> None:
    concentration = phantom()[0] * 1e6  # 1 MBq/mL after 72 h
    total = float(concentration.sum()) * ML * 2 ** (72 / 159.528)
    slices = dicom.pet_slices(
        concentration, SPACING, slope=100.0, RadionuclideTotalDose=total, RadionuclideCodeSequence=None,
        RadionuclideHalfLife=159.528 * 3600, RadiopharmaceuticalStartDateTime="20260308100000",
    )
    measured = {"scan_shows": "lu177", "scan_effective_half_life_h": 60, "voxel_method": "local"}
    (found,) = imaging(read(case_file(tmp_path, slices, measured), base), "prrt", base, quiet)
    tia = 2 ** (72 / 60) * 60 / np.log(2)  # MBq h/mL
    expected = tia * 0.08532 / 1.04  # physics.md section 1: 0.08532 Gy g/(MBq h)
    assert means(found)["normal"] == pytest.approx(expected, rel=1e-3)
    assert any("stood apart" in text for text in found.assumptions)


def test_a_scan_of_the_other_treatment_gives_no_number(base: KnowledgeBase, tmp_path: Path) -> None:
    file = case_file(tmp_path, yttrium_slices(), {"scan_shows": "y90"})
    (found,) = imaging(read(file, base), "prrt", base, quiet)
    assert (found.status, found.value, found.rows) == ("outside", None, ())


def test_a_mapping_scan_needs_activity_and_shunt(base: KnowledgeBase, tmp_path: Path) -> None:
    file = case_file(tmp_path, yttrium_slices(), {"scan_shows": "maa"})
    (found,) = imaging(read(file, base), "tare", base, quiet)
    assert found.needs == ("measurements.planned_activity_gbq", "extent.lung_shunt_percent")


BAD: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {  # tags changed, measurements, words of the message
    "megabecquerel in the pixels": ({"RescaleSlope": 1e-4}, {}, "are the values in Bq/mL"),
    "a thousandfold slope": ({"RescaleSlope": 1e5}, {}, "are the values in Bq/mL"),
    "an intercept that makes activity negative": ({"RescaleIntercept": -2e6}, {}, "negative activity"),
    "no administration time": ({"RadiopharmaceuticalStartDateTime": None}, {}, "RadiopharmaceuticalStartDateTime"),
    "no acquisition time": ({"AcquisitionTime": None}, {}, "AcquisitionTime"),
    "no administered activity": ({"RadionuclideTotalDose": None}, {}, "RadionuclideTotalDose"),
    "counts without calibration": ({"Units": "CNTS"}, {}, "without a calibration"),
    "a scan of another nuclide": ({"RadionuclideCodeSequence": None, "RadionuclideHalfLife": 574300.0}, {}, "scan of Lu-177"),
    "a PET that does not say to when it is corrected": ({"DecayCorrection": None}, {}, r"no DecayCorrection \(0054,1102\)"),
    "a correction nobody knows": ({"DecayCorrection": "FOO"}, {}, "expected one of NONE, START, ADMIN"),
    "an activity known in part": ({}, {"scan_administered_gbq": {"between": [0.1, 0.3]}}, "no exact number"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_the_physics_cannot_use_is_refused_by_name(base: KnowledgeBase, tmp_path: Path, what: str) -> None:
    changes, measured, words = BAD[what]
    file = case_file(tmp_path, yttrium_slices(**changes), {"scan_shows": "y90", **measured})
    with pytest.raises(InputError, match=words):
        imaging(read(file, base), "tare", base, quiet)


def test_what_the_header_lacks_can_be_told(base: KnowledgeBase, tmp_path: Path) -> None:
    told = {"scan_hours_after": 24, "scan_administered_gbq": float(phantom()[0].sum()) * ML / 1000, "scan_bq_per_ml_per_count": 1.0}
    slices = yttrium_slices(Units="CNTS", RadionuclideTotalDose=None, RadiopharmaceuticalStartDateTime=None, AcquisitionTime=None)
    (found,) = imaging(read(case_file(tmp_path, slices, {"scan_shows": "y90", **told}), base), "tare", base, quiet)
    assert means(found)["normal"] == pytest.approx(47.76, rel=3e-4)


def test_activity_given_for_the_administration_is_not_corrected_again(base: KnowledgeBase, tmp_path: Path) -> None:
    """DecayCorrection ADMIN: the decay is undone in the image already; undoing 24 h again would add 30 % (vector D1)."""
    file = case_file(tmp_path, yttrium_slices(0, DecayCorrection="ADMIN"), {"scan_shows": "y90", "scan_hours_after": 24})
    (found,) = imaging(read(file, base), "tare", base, quiet)
    assert means(found)["normal"] == pytest.approx(47.76, rel=3e-4)


def test_a_time_of_administration_without_its_day_is_no_moment(base: KnowledgeBase, tmp_path: Path) -> None:
    """A scan 28 h after a start time of 10:00 must not be read as 4 h after: that is 23 % of the dose."""
    slices = yttrium_slices(28.0, RadiopharmaceuticalStartDateTime=None, RadiopharmaceuticalStartTime="100000", AcquisitionTime="140000")
    with pytest.raises(InputError, match="RadiopharmaceuticalStartDateTime"):
        imaging(read(case_file(tmp_path, slices, {"scan_shows": "y90"}), base), "tare", base, quiet)


def test_a_mask_of_another_grid_is_named_as_resampled(base: KnowledgeBase, tmp_path: Path) -> None:
    itk = pytest.importorskip("SimpleITK")
    drawn = itk.GetImageFromArray(np.pad(np.ones((10, 10, 10), dtype=np.uint8), 18))
    drawn.SetSpacing((2.0, 2.0, 2.0))
    drawn.SetOrigin((-41.0, -31.0, 9.0))
    rows = [{"region": "tumour", "path": "drawn.nii"}]
    file = case_file(tmp_path, yttrium_slices(), {"scan_shows": "y90", "resample_masks": True, "scan_regions": rows})
    itk.WriteImage(drawn, str(tmp_path / "drawn.nii"))
    (found,) = imaging(read(file, base), "tare", base, quiet)
    assert "tumour: drawn on another grid, resampled onto the scan" in found.assumptions


def test_a_mapping_scan_with_a_shunt_above_the_range_gives_no_number(base: KnowledgeBase, tmp_path: Path) -> None:
    file = case_file(tmp_path, yttrium_slices(), {"scan_shows": "maa", "planned_activity_gbq": 1.0}, lung_shunt_percent=100)
    (found,) = imaging(read(file, base), "tare", base, quiet)
    assert (found.status, found.rows) == ("outside", ())


def test_an_effective_half_life_above_the_physical_one_is_refused(base: KnowledgeBase, tmp_path: Path) -> None:
    measured = {"scan_shows": "lu177", "scan_effective_half_life_h": 170}
    slices = yttrium_slices(RadionuclideCodeSequence=None, RadionuclideHalfLife=None)
    with pytest.raises(InputError, match="at most the physical half-life"):
        imaging(read(case_file(tmp_path, slices, measured), base), "prrt", base, quiet)


def test_a_mask_that_cannot_be_read_names_its_row(base: KnowledgeBase, tmp_path: Path) -> None:
    file = case_file(tmp_path, yttrium_slices(), {"scan_shows": "y90"})
    (tmp_path / "seg.dcm").write_text("nothing")
    with pytest.raises(InputError, match=r"case.yaml:\d+: measurements.scan_regions: whole: .*not DICOM"):
        imaging(read(file, base), "tare", base, quiet)


def test_two_regions_of_one_name_are_refused(base: KnowledgeBase, tmp_path: Path) -> None:
    rows = [{"region": "liver", "path": "seg.dcm", "segment": label} for label in ("whole", "tumour")]
    file = case_file(tmp_path, yttrium_slices(), {"scan_shows": "y90", "scan_regions": rows})
    with pytest.raises(InputError, match="twice"):
        imaging(read(file, base), "tare", base, quiet)


def test_a_mapping_scan_without_a_whole_is_refused(base: KnowledgeBase, tmp_path: Path) -> None:
    rows = [{"region": "tumour", "path": "seg.dcm", "segment": "tumour"}]
    measured = {"scan_shows": "maa", "planned_activity_gbq": 1.0, "scan_regions": rows}
    with pytest.raises(InputError, match="0 regions with holds_all"):
        imaging(read(case_file(tmp_path, yttrium_slices(), measured, lung_shunt_percent=5), base), "tare", base, quiet)


def test_images_are_not_read_for_a_case_that_is_no_file(base: KnowledgeBase, tmp_path: Path) -> None:
    file = case_file(tmp_path, yttrium_slices(), {"scan_shows": "y90"})
    elsewhere = read_case(file.read_bytes(), "<stdin>", base.space.dictionary)
    with pytest.raises(InputError, match="no file"):
        imaging(elsewhere, "tare", base, quiet)


def test_the_dose_of_a_case_can_be_written_as_dicom(base: KnowledgeBase, tmp_path: Path) -> None:
    made = dose_map(read(case_file(tmp_path, yttrium_slices(), {"scan_shows": "y90"}), base), base, quiet)
    write_dose(made.local_gy, made.scan.datasets, "local deposition, for research only", tmp_path / "dose.dcm")
    assert dicom.read(tmp_path / "dose.dcm").ContentQualification == "RESEARCH"


def test_progress_can_stop_a_computation(base: KnowledgeBase, tmp_path: Path) -> None:
    def stop(what: str, share: float) -> None:
        if what == "kernel convolution":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imaging(read(case_file(tmp_path, yttrium_slices(), {"scan_shows": "y90"}), base), "tare", base, stop)
