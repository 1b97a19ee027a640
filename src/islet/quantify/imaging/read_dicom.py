"""Read a SPECT or PET image from DICOM, with what the physics needs: units, times, activity; every missing tag by its name."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any, NamedTuple

from islet.errors import InputError
from islet.quantify.imaging.geometry import frames, stack, tag
from islet.quantify.imaging.volume import Volume, library

ACTIVITY_UNITS = ("BQML", "Bq/ml", "Bq/mL", "{Bq}/ml")
CORRECTIONS = ("NONE", "START", "ADMIN")
NUCLIDES = {"14691008": "Y-90", "447553000": "Lu-177", "72454006": "Tc-99m"}  # SNOMED CT


class Scan(NamedTuple):
    """Hold one image and what its header says; `unit` is Bq/mL or counts, None stands for what the header does not say."""

    image: Volume
    datasets: tuple[Any, ...]
    modality: str
    unit: str
    acquired: datetime.datetime | None
    administered: datetime.datetime | None
    administered_bq: float | None
    half_life_s: float | None
    corrected_to: str
    file: str

    def hours_after(self) -> float:
        """Return the hours from administration to the moment the activities are given for.

        Raises InputError that names the missing tag, and for a scan before the administration.
        """
        if self.acquired is None:
            what = "or say measurements.scan_hours_after"
            raise InputError("found no AcquisitionDate (0008,0022) and AcquisitionTime (0008,0032)", self.file, expected=what)
        if self.administered is None:
            what = "or say measurements.scan_hours_after"
            raise InputError("found no RadiopharmaceuticalStartDateTime (0018,1078)", self.file, expected=what)
        hours = (self.acquired - self.administered).total_seconds() / 3600
        if hours < 0:
            expected = "expected it after; check the dates"
            raise InputError(f"found a scan {-hours:.1f} h before the administration", self.file, expected=expected)
        return hours

    def activity_bq(self) -> float:
        """Return the administered activity, Bq. Raises InputError when it is missing or cannot be right (MBq written as Bq)."""
        if self.administered_bq is None:
            what = "or say measurements.scan_administered_gbq"
            raise InputError("found no RadionuclideTotalDose (0018,1074)", self.file, expected=what)
        if not 1e6 <= self.administered_bq <= 1e12:
            raise InputError(
                f"found a RadionuclideTotalDose (0018,1074) of {self.administered_bq:g} Bq", self.file,
                expected="expected 1 MBq to 1 TBq, written in Bq; was it written in MBq? Say measurements.scan_administered_gbq",
            )
        return self.administered_bq


def read_scan(path: Path) -> Scan:
    """Return the image of a folder (one series, one slice a file) or of one file (all slices, as NM stores SPECT).

    Raises InputError for an empty folder, files that are not DICOM, more than one series, and every tag that geometry needs.
    """
    datasets = read_datasets(path)
    series = sorted({str(one.get("SeriesInstanceUID")) for one in datasets})
    if len(series) > 1:
        raise InputError(f"found {len(series)} series in one folder", str(path), expected="expected one; give the folder of one series")
    first = datasets[0]
    file = str(path)
    modality = str(tag(first, "Modality", file, "expected NM (SPECT) or PT (PET)"))
    if modality not in ("NM", "PT"):
        raise InputError(f"found an image of modality {modality}", file, expected="expected NM (SPECT) or PT (PET)")
    if int(first.get("NumberOfFrames") or 1) > 1:
        if len(datasets) > 1:
            raise InputError(f"found {len(datasets)} files of several frames each", file, expected="expected one file; give its path")
        image = frames(first, file)
    else:
        image, datasets = stack(datasets, file)
    radio = first.RadiopharmaceuticalInformationSequence[0] if first.get("RadiopharmaceuticalInformationSequence") else {}
    total, half_life = radio.get("RadionuclideTotalDose"), radio.get("RadionuclideHalfLife")
    return Scan(
        image, tuple(datasets), modality, _unit(first, file), _moment(first, "Acquisition"), _administered(radio),
        None if total is None else float(total), None if half_life is None else float(half_life),
        _corrected_to(first, file), file,
    )


def read_datasets(path: Path) -> list[Any]:
    """Return the DICOM datasets of a file or of all files of a folder. Raises InputError for none, and for a file that is not DICOM."""
    pydicom = library("pydicom")
    if not path.exists():
        raise InputError("found no such file or folder", str(path), expected="expected a DICOM file or a folder of one series")
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file() and p.name != "DICOMDIR" and p.name[0] != ".")
    if not files:
        raise InputError("found an empty folder", str(path), expected="expected the DICOM files of one series")
    found = []
    for file in files:
        try:
            found.append(pydicom.dcmread(file))
        except pydicom.errors.InvalidDicomError:
            raise InputError("found a file that is not DICOM", str(file), expected="expected DICOM files only") from None
        except (OSError, EOFError, ValueError) as error:
            raise InputError("found a DICOM file that cannot be read", str(file), expected=str(error)[:120]) from None
    return found


def nuclide(scan: Scan) -> str | None:
    """Return Y-90, Lu-177 or Tc-99m as the header codes it or its half-life shows, or None."""
    first = scan.datasets[0]
    radio = first.RadiopharmaceuticalInformationSequence[0] if first.get("RadiopharmaceuticalInformationSequence") else {}
    for code in radio.get("RadionuclideCodeSequence") or ():
        found = NUCLIDES.get(str(code.get("CodeValue")))
        if found:
            return found
    if scan.half_life_s is not None:
        for name, hours in (("Y-90", 64.1), ("Lu-177", 159.5), ("Tc-99m", 6.0)):
            if abs(scan.half_life_s / 3600 / hours - 1) < 0.02:
                return name
    return None


def _unit(data: Any, file: str) -> str:
    """Return Bq/mL or counts. Raises InputError for PET without Units and for units that are neither."""
    unit = data.get("Units")
    if unit is None and data.get("RealWorldValueMappingSequence"):
        codes = data.RealWorldValueMappingSequence[0].get("MeasurementUnitsCodeSequence")
        unit = codes[0].get("CodeValue") if codes else None
    if unit is None:
        if data.get("Modality") == "PT":
            tag(data, "Units", file, "expected BQML; export the corrected image in Bq/mL")
        return "counts"
    if unit in ACTIVITY_UNITS:
        return "Bq/mL"
    if unit in ("CNTS", "PROPCNTS", "NONE"):
        return "counts"
    raise InputError(f'found the Units (0054,1001) "{unit}"', file, expected="expected BQML (Bq/mL); SUV and others lose the activity")


def _corrected_to(data: Any, file: str) -> str:
    """Return the moment the activities are given for: NONE, START or ADMIN. Raises InputError for PET that does not say it."""
    expected = f"expected one of {', '.join(CORRECTIONS)}: a day of decay changes the dose of Y-90 by 30 %"
    if data.get("Modality") == "PT":
        tag(data, "DecayCorrection", file, expected)
    found = str(data.get("DecayCorrection") or "NONE")
    if found not in CORRECTIONS:
        raise InputError(f'found the DecayCorrection (0054,1102) "{found}"', file, expected=expected)
    return found


def _moment(data: Any, what: str) -> datetime.datetime | None:
    joined = str(data.get(f"{what}DateTime") or "") or str(data.get(f"{what}Date") or "") + str(data.get(f"{what}Time") or "")
    return parse_moment(joined)


def _administered(radio: Any) -> datetime.datetime | None:
    """Return the moment of administration; a time without its day is none, for these scans come a day or more later."""
    return parse_moment(str(radio.get("RadiopharmaceuticalStartDateTime") or ""))


def parse_moment(text: str) -> datetime.datetime | None:
    """Return a DICOM date and time, or None when it is not complete to the minute.

    >>> parse_moment("20260310142530.25")
    datetime.datetime(2026, 3, 10, 14, 25, 30)
    """
    digits = text.split("+")[0].split(".")[0].strip()
    for form, length in (("%Y%m%d%H%M%S", 14), ("%Y%m%d%H%M", 12)):
        if len(digits) == length and digits.isdigit():
            try:
                return datetime.datetime.strptime(digits, form)
            except ValueError:
                return None
    return None
