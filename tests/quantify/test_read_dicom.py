"""Images come in with their place in space and their units; what the physics misses is named by its tag."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from numpy.typing import NDArray

from islet.errors import InputError
from islet.quantify.imaging.export import write_dose
from islet.quantify.imaging.geometry import rescaled
from islet.quantify.imaging.masks import read_mask
from islet.quantify.imaging.read_dicom import nuclide, read_scan
from islet_testing import dicom

SPACING = (5.0, 4.0, 3.0)


def phantom() -> NDArray[np.float64]:
    z, y, x = np.mgrid[0:6, 0:8, 0:10]
    return (100 * z + 10 * y + x).astype(float)


def test_pet_slices_in_any_order_come_back_as_they_were(tmp_path: Path) -> None:
    slices = dicom.pet_slices(phantom(), SPACING, slope=0.5)
    scan = read_scan(dicom.save(tmp_path / "pet", slices[::-1]))
    assert np.array_equal(scan.image.values, phantom())
    assert scan.image.spacing_mm == SPACING
    assert scan.image.origin_mm == (-40.0, -30.0, 10.0)
    assert (scan.unit, scan.hours_after(), scan.activity_bq(), nuclide(scan)) == ("Bq/mL", 24.0, 2e9, "Y-90")


def test_the_place_of_every_voxel_agrees_with_simpleitk(tmp_path: Path) -> None:
    folder = dicom.save(tmp_path / "pet", dicom.pet_slices(phantom(), SPACING))
    scan = read_scan(folder)
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(folder)))
    image = reader.Execute()
    assert np.array_equal(sitk.GetArrayFromImage(image), scan.image.values)
    assert np.allclose(image.GetSpacing(), scan.image.spacing_mm[::-1])
    assert np.allclose(image.GetOrigin(), scan.image.origin_mm)
    assert np.allclose(image.GetDirection(), scan.image.direction.ravel())


@pytest.mark.parametrize("step", [5.0, -5.0])
def test_spect_in_one_file_runs_along_the_normal_whatever_its_order(tmp_path: Path, step: float) -> None:
    data = dicom.spect_file(phantom(), SPACING, SpacingBetweenSlices=step)
    scan = read_scan(dicom.save(tmp_path / "spect", [data]) / "000.dcm")
    assert np.array_equal(scan.image.values, phantom() if step > 0 else phantom()[::-1])
    assert scan.image.origin_mm[2] == (10.0 if step > 0 else -15.0)
    assert (scan.unit, scan.image.spacing_mm) == ("counts", SPACING)


MISSING = {  # tag -> what the message must name; the reading of PET slices
    "PixelSpacing": "PixelSpacing (0028,0030)",
    "ImageOrientationPatient": "ImageOrientationPatient (0020,0037)",
    "ImagePositionPatient": "ImagePositionPatient (0020,0032)",
    "RescaleSlope": "RescaleSlope (0028,1053)",
    "Units": "Units (0054,1001)",
}


@pytest.mark.parametrize("keyword", MISSING)
def test_a_missing_tag_of_pet_is_named(tmp_path: Path, keyword: str) -> None:
    folder = dicom.save(tmp_path / "pet", dicom.pet_slices(phantom(), SPACING, **{keyword: None}))
    with pytest.raises(InputError) as caught:
        read_scan(folder)
    assert MISSING[keyword] in caught.value.found
    assert caught.value.expected


@pytest.mark.parametrize("keyword", ["PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient", "SpacingBetweenSlices"])
def test_a_missing_tag_of_spect_is_named(tmp_path: Path, keyword: str) -> None:
    folder = dicom.save(tmp_path / "spect", [dicom.spect_file(phantom(), SPACING, **{keyword: None})])
    with pytest.raises(InputError, match=keyword):
        read_scan(folder)


@pytest.mark.parametrize(("keyword", "names"), [("AcquisitionTime", "AcquisitionTime"), ("RadiopharmaceuticalStartDateTime", "0018,1078")])
def test_a_missing_time_is_named_when_it_is_needed(tmp_path: Path, keyword: str, names: str) -> None:
    scan = read_scan(dicom.save(tmp_path / "pet", dicom.pet_slices(phantom(), SPACING, **{keyword: None})))
    with pytest.raises(InputError, match=names):
        scan.hours_after()


def test_a_missing_activity_is_named_when_it_is_needed(tmp_path: Path) -> None:
    scan = read_scan(dicom.save(tmp_path / "pet", dicom.pet_slices(phantom(), SPACING, RadionuclideTotalDose=None)))
    with pytest.raises(InputError, match=r"RadionuclideTotalDose"):
        scan.activity_bq()


def test_megabecquerel_written_as_becquerel_is_refused(tmp_path: Path) -> None:
    scan = read_scan(dicom.save(tmp_path / "pet", dicom.pet_slices(phantom(), SPACING, RadionuclideTotalDose=2000.0)))
    with pytest.raises(InputError, match=r"was it written in MBq"):
        scan.activity_bq()


def test_standardised_uptake_is_no_activity(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'Units .* "GML"'):
        read_scan(dicom.save(tmp_path / "pet", dicom.pet_slices(phantom(), SPACING, Units="GML")))


def test_a_scan_before_the_administration_is_refused(tmp_path: Path) -> None:
    slices = dicom.pet_slices(phantom(), SPACING, RadiopharmaceuticalStartDateTime="20260312100000")
    with pytest.raises(InputError, match=r"24.0 h before"):
        read_scan(dicom.save(tmp_path / "pet", slices)).hours_after()


def test_an_empty_folder_and_a_missing_path_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty folder"):
        read_scan(tmp_path / "empty")
    with pytest.raises(InputError, match=r"no such file"):
        read_scan(tmp_path / "nowhere")


def test_a_file_that_is_not_dicom_is_named(tmp_path: Path) -> None:
    folder = dicom.save(tmp_path / "pet", dicom.pet_slices(phantom(), SPACING))
    (folder / "notes.txt").write_text("not an image")
    with pytest.raises(InputError, match=r"notes.txt: found a file that is not DICOM"):
        read_scan(folder)


def test_a_truncated_file_is_named(tmp_path: Path) -> None:
    folder = dicom.save(tmp_path / "spect", [dicom.spect_file(phantom(), SPACING)])
    whole = (folder / "000.dcm").read_bytes()
    (folder / "000.dcm").write_bytes(whole[:-300])
    with pytest.raises(InputError, match=r"cannot be read"):
        read_scan(folder)


def test_two_series_and_two_time_points_in_one_folder_are_refused(tmp_path: Path) -> None:
    folder = dicom.save(tmp_path / "pet", dicom.pet_slices(phantom(), SPACING) + dicom.pet_slices(phantom(), SPACING))
    with pytest.raises(InputError, match=r"2 series"):
        read_scan(folder)
    twice = dicom.pet_slices(phantom(), SPACING)
    with pytest.raises(InputError, match=r"two slices at one place"):
        read_scan(dicom.save(tmp_path / "twice", [*twice, *twice]))


def test_a_missing_slice_is_noticed(tmp_path: Path) -> None:
    slices = dicom.pet_slices(phantom(), SPACING)
    with pytest.raises(InputError, match=r"uneven distances"):
        read_scan(dicom.save(tmp_path / "pet", slices[:2] + slices[3:]))


def test_several_time_slots_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"NumberOfTimeSlots"):
        read_scan(dicom.save(tmp_path / "spect", [dicom.spect_file(phantom(), SPACING, NumberOfTimeSlots=2)]))


def test_a_ct_is_not_taken_for_activity(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"modality CT"):
        read_scan(dicom.save(tmp_path / "ct", dicom.pet_slices(phantom(), SPACING, Modality="CT")))


def regions() -> dict[str, NDArray[np.bool_]]:
    tumour = np.zeros((6, 8, 10), dtype=bool)
    tumour[1:3, 2:5, 3:6] = True
    liver = np.zeros((6, 8, 10), dtype=bool)
    liver[1:5, 1:7, 1:9] = True
    return {"tumour": tumour, "liver": liver & ~tumour}


def test_a_dicom_segmentation_comes_back_on_the_grid(tmp_path: Path) -> None:
    slices = dicom.pet_slices(phantom(), SPACING)
    scan = read_scan(dicom.save(tmp_path / "pet", slices))
    file = dicom.segmentation(tmp_path / "seg.dcm", slices, regions())
    for label, mask in regions().items():
        assert np.array_equal(read_mask(file, label, scan.image, False).values, mask.astype(float))
    with pytest.raises(InputError, match=r'no segment "tumor"; did you mean "tumour"'):
        read_mask(file, "tumor", scan.image, False)
    with pytest.raises(InputError, match=r"2 segments"):
        read_mask(file, None, scan.image, False)


def nifti(file: Path, mask: NDArray[np.bool_], spacing: tuple[float, float, float], origin: tuple[float, float, float]) -> Path:
    image = sitk.GetImageFromArray(mask.astype(np.uint8))
    image.SetSpacing(spacing[::-1])
    image.SetOrigin(origin)
    sitk.WriteImage(image, str(file))
    return file


def test_a_nifti_mask_comes_back_on_the_grid(tmp_path: Path) -> None:
    scan = read_scan(dicom.save(tmp_path / "pet", dicom.pet_slices(phantom(), SPACING)))
    file = nifti(tmp_path / "m.nii.gz", regions()["tumour"], SPACING, (-40.0, -30.0, 10.0))
    assert np.array_equal(read_mask(file, None, scan.image, False).values, regions()["tumour"].astype(float))


def test_a_mask_of_another_grid_is_refused_unless_resampling_is_asked(tmp_path: Path) -> None:
    scan = read_scan(dicom.save(tmp_path / "pet", dicom.pet_slices(phantom(), SPACING)))
    fine = np.repeat(np.repeat(np.repeat(regions()["liver"], 2, 0), 2, 1), 2, 2)
    file = nifti(tmp_path / "fine.nii", fine, (2.5, 2.0, 1.5), (-40.75, -31.0, 8.75))
    with pytest.raises(InputError, match=r"another grid.*resample_masks"):
        read_mask(file, None, scan.image, False)
    moved = read_mask(file, None, scan.image, True).values
    assert moved.min() >= 0
    assert moved.max() <= 1
    assert abs(moved.sum() - regions()["liver"].sum()) < 0.02 * regions()["liver"].sum()


def test_a_box_of_the_same_voxels_needs_no_resampling(tmp_path: Path) -> None:
    scan = read_scan(dicom.save(tmp_path / "pet", dicom.pet_slices(phantom(), SPACING)))
    file = nifti(tmp_path / "box.nii", regions()["tumour"][1:4, 1:, :7], SPACING, (-40.0, -26.0, 15.0))
    assert np.array_equal(read_mask(file, None, scan.image, False).values, regions()["tumour"].astype(float))


def test_a_mask_outside_the_image_is_refused(tmp_path: Path) -> None:
    scan = read_scan(dicom.save(tmp_path / "pet", dicom.pet_slices(phantom(), SPACING)))
    file = nifti(tmp_path / "far.nii", regions()["tumour"], SPACING, (500.0, 0.0, 0.0))
    with pytest.raises(InputError, match=r"without a voxel"):
        read_mask(file, None, scan.image, True)


def test_the_dose_object_holds_the_dose_in_gray_at_the_same_place(tmp_path: Path) -> None:
    scan = read_scan(dicom.save(tmp_path / "pet", dicom.pet_slices(phantom(), SPACING)))
    dose = scan.image.with_values(scan.image.values / 7)
    write_dose(dose, scan.datasets, "local deposition, for research only", tmp_path / "dose.dcm")
    data = dicom.read(tmp_path / "dose.dcm")
    mapping = data.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0]
    assert mapping.MeasurementUnitsCodeSequence[0].CodeValue == "Gy"
    assert data.ContentQualification == "RESEARCH"
    heights = [float(f.PlanePositionSequence[0].ImagePositionPatient[2]) for f in data.PerFrameFunctionalGroupsSequence]
    assert sorted(heights) == [10.0 + 5 * i for i in range(6)]
    assert np.array_equal(data.pixel_array[np.argsort(heights)], dose.values.astype(np.float32))
    assert list(tmp_path.glob(".*part")) == []


def test_a_negative_dose_is_not_written(tmp_path: Path) -> None:
    scan = read_scan(dicom.save(tmp_path / "pet", dicom.pet_slices(phantom(), SPACING)))
    with pytest.raises(InputError, match=r"negative dose"):
        write_dose(scan.image.with_values(scan.image.values - 1), scan.datasets, "x", tmp_path / "dose.dcm")
    assert not (tmp_path / "dose.dcm").exists()


@pytest.mark.parametrize(("slope", "values", "words"), [
    (float("nan"), [1.0], "a RescaleSlope of nan"),
    (float("inf"), [1.0], "a RescaleSlope of inf"),
    (1.0, [1.0, float("nan")], "1 voxels that hold no number"),
])
def test_what_is_no_number_is_refused(slope: float, values: list[float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        rescaled(np.array(values), {"RescaleSlope": slope, "Modality": "PT"}, "pet")
