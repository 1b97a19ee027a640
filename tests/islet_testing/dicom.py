"""Synthetic DICOM: PET slices, a SPECT file and a segmentation made from arrays. No patient is behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian, NuclearMedicineImageStorage, PositronEmissionTomographyImageStorage, generate_uid

Values = NDArray[np.float64]


def pet_slices(values: Values, spacing_mm: tuple[float, float, float], slope: float = 1.0, **changes: Any) -> list[FileDataset]:
    """Return PET slices in Bq/mL whose stored numbers times `slope` are `values`; `changes` set tags, None removes them."""
    study, series, frame = generate_uid(), generate_uid(), generate_uid()
    found = []
    for i, plane in enumerate(values):
        data = _base(PositronEmissionTomographyImageStorage, study, series, frame, "PT", plane.shape)
        data.InstanceNumber = i + 1
        data.ImagePositionPatient = [-40.0, -30.0, 10.0 + i * spacing_mm[0]]
        data.ImageOrientationPatient = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
        data.PixelSpacing = [spacing_mm[1], spacing_mm[2]]
        data.SliceThickness = spacing_mm[0]
        data.Units, data.DecayCorrection = "BQML", "START"
        data.RescaleSlope, data.RescaleIntercept = slope, 0.0
        data.PixelData = np.rint(plane / slope).astype(np.uint16).tobytes()
        _change(data, changes)
        found.append(data)
    return found


def spect_file(values: Values, spacing_mm: tuple[float, float, float], **changes: Any) -> FileDataset:
    """Return one reconstructed SPECT (NM) of counts; `changes` set tags, None removes them."""
    data = _base(NuclearMedicineImageStorage, generate_uid(), generate_uid(), generate_uid(), "NM", values.shape[1:])
    data.ImageType = ["ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"]
    data.NumberOfFrames = values.shape[0]
    data.PixelSpacing = [spacing_mm[1], spacing_mm[2]]
    data.SpacingBetweenSlices = spacing_mm[0]
    detector = Dataset()
    detector.ImagePositionPatient, detector.ImageOrientationPatient = [-40.0, -30.0, 10.0], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    data.DetectorInformationSequence = [detector]
    data.PixelData = np.rint(values).astype(np.uint16).tobytes()
    _change(data, changes)
    return data


def save(folder: Path, datasets: list[FileDataset]) -> Path:
    """Write datasets into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for i, data in enumerate(datasets):
        data.save_as(folder / f"{i:03}.dcm", enforce_file_format=True)
    return folder


def segmentation(file: Path, slices: list[FileDataset], masks: dict[str, NDArray[np.bool_]]) -> Path:
    """Write a DICOM segmentation of named masks drawn on slices and return its path."""
    descriptions = [
        hd.seg.SegmentDescription(
            segment_number=i + 1, segment_label=label, segmented_property_category=codes.SCT.Organ,
            segmented_property_type=codes.SCT.Liver, algorithm_type="MANUAL",
        )
        for i, label in enumerate(masks)
    ]
    made = hd.seg.Segmentation(
        source_images=slices, pixel_array=np.stack(list(masks.values()), axis=-1).astype(np.uint8), segmentation_type="BINARY",
        segment_descriptions=descriptions, series_instance_uid=generate_uid(), series_number=2, sop_instance_uid=generate_uid(),
        instance_number=1, manufacturer="synthetic", manufacturer_model_name="synthetic", software_versions="1", device_serial_number="1",
    )
    made.save_as(file)
    return file


def _base(kind: str, study: str, series: str, frame: str, modality: str, shape: tuple[int, ...]) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = kind, generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    data.SOPClassUID, data.SOPInstanceUID = kind, meta.MediaStorageSOPInstanceUID
    data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = study, series, frame
    data.PatientName, data.PatientID, data.PatientBirthDate, data.PatientSex = "Synthetic^Phantom", "none", "", ""
    data.StudyID, data.SeriesNumber, data.AccessionNumber, data.ReferringPhysicianName = "1", 1, "", ""
    data.StudyDate = data.SeriesDate = data.AcquisitionDate = "20260311"
    data.StudyTime = data.SeriesTime = data.AcquisitionTime = "100000"
    data.Modality, data.Manufacturer, data.PositionReferenceIndicator = modality, "synthetic", ""
    data.Rows, data.Columns = shape
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 0
    radio, code = Dataset(), Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "14691008", "SCT", "^90^Yttrium"
    radio.RadiopharmaceuticalStartDateTime, radio.RadionuclideTotalDose, radio.RadionuclideHalfLife = "20260310100000", 2e9, 230760.0
    radio.RadionuclideCodeSequence = [code]
    data.RadiopharmaceuticalInformationSequence = [radio]
    return data


def _change(data: Dataset, changes: dict[str, Any]) -> None:
    for keyword, value in changes.items():
        holder = data
        if keyword.startswith(("Radio", "Radionuclide")):
            holder = data.RadiopharmaceuticalInformationSequence[0]
        elif data.Modality == "NM" and keyword in ("ImageOrientationPatient", "ImagePositionPatient"):
            holder = data.DetectorInformationSequence[0]
        if value is not None:
            setattr(holder, keyword, value)
        elif keyword in holder:
            delattr(holder, keyword)


def read(file: Path) -> pydicom.Dataset:
    """Return a dataset from a file."""
    return pydicom.dcmread(file)
