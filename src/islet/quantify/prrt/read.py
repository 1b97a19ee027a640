"""Read the measurements of a case into series of activities, and refuse what cannot be."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from islet.case.model import Case
from islet.case.values import Given
from islet.errors import InputError, nearest
from islet.quantify.prrt.exponentials import Floats

ABOVE_GIVEN = 1.1


class Region(NamedTuple):
    """Hold one organ or lesion: its kind, its mass with the relative sd (0 if not told), the model asked for ("" if none)."""

    name: str
    kind: str
    mass_g: float | None
    mass_relative_sd: float
    model: str


class Series(NamedTuple):
    """Hold the activities of one region in one cycle; `sd_mbq` is None where none was told."""

    region: Region
    cycle: int
    by: tuple[str, ...]
    hours: Floats
    mbq: Floats
    sd_mbq: Floats | None


class Measured(NamedTuple):
    """Hold all that was measured: series, given MBq by cycle, blood (hours, MBq/mL) by cycle, rows of S values."""

    series: tuple[Series, ...]
    given_mbq: dict[int, float]
    blood: dict[int, tuple[Floats, Floats]]
    s_values: tuple[dict[str, Any], ...]


class _Reader:
    """Turn rows into arrays; every fault names the file, the line and the field."""

    def __init__(self, case: Case, half_life_h: float) -> None:
        self.case, self.half_life_h = case, half_life_h

    def rows(self, table: str) -> list[dict[str, Any]]:
        found = self.case.measurements.get(table)
        return found if isinstance(found, list) else []

    def fault(self, found: str, row: dict[str, Any], field: str, expected: str) -> InputError:
        return InputError(found, self.case.file, row["#line"], f"measurements.{field}", expected)

    def regions(self) -> dict[str, Region]:
        found: dict[str, Region] = {}
        for row in self.rows("regions"):
            name = row["region"]
            if name in found:
                raise self.fault(f'the region "{name}" is there twice', row, "regions", "expected each region once")
            if row.get("mass_g") == 0:
                raise self.fault(f'found a mass of 0 g for "{name}"', row, "regions.mass_g", "expected its mass in g, or leave it out")
            found[name] = Region(name, row["kind"], row.get("mass_g"), row.get("mass_sd_percent", 0.0) / 100, row.get("model", ""))
        return found

    def cycles(self) -> dict[int, float]:
        found: dict[int, float] = {}
        for row in self.rows("cycles"):
            if int(row["cycle"]) in found:
                raise self.fault(f"cycle {row['cycle']:g} is there twice", row, "cycles", "expected each cycle once")
            found[int(row["cycle"])] = row["administered_mbq"]
        return found

    def series(self, regions: dict[str, Region], given: dict[int, float]) -> tuple[Series, ...]:
        grouped: dict[tuple[str, int], list[dict[str, Any]]] = {}
        for row in self.rows("activities"):
            if row["region"] not in regions:
                hint = nearest(row["region"], regions) or "expected a region of measurements.regions"
                raise self.fault(f'found the unknown region "{row["region"]}"', row, "activities.region", hint)
            if given and int(row["cycle"]) not in given:
                expected = "expected one of " + ", ".join(map(str, given))
                raise self.fault(f"cycle {row['cycle']:g} was not given", row, "activities.cycle", expected)
            self.amount(row, given.get(int(row["cycle"])))
            grouped.setdefault((row["region"], int(row["cycle"])), []).append(row)
        self.together(given)
        return tuple(self.one(regions[name], cycle, rows) for (name, cycle), rows in grouped.items())

    def together(self, given: dict[int, float]) -> None:
        """Refuse regions that hold more together, at one time of one cycle, than was left of what was given."""
        held: dict[tuple[int, float], float] = {}
        for row in self.rows("activities"):
            at = (int(row["cycle"]), float(row["hours"]))
            held[at] = held.get(at, 0.0) + row["mbq"]
            left = given.get(at[0], float("inf")) * 2 ** (-at[1] / self.half_life_h)
            if held[at] > left * ABOVE_GIVEN:
                found = f"found {held[at]:g} MBq in all regions together after {at[1]:g} h, of {given[at[0]]:g} MBq given"
                raise self.fault(found, row, "activities.mbq", f"at most {left:.0f} MBq are left by then: kBq, or regions that overlap?")

    def amount(self, row: dict[str, Any], given: float | None) -> None:
        if not row["mbq"] > 0:
            raise self.fault("found 0 MBq", row, "activities.mbq", "expected an activity above zero, or leave the row out")
        if given is not None:
            left = given * 2 ** (-row["hours"] / self.half_life_h)
            if row["mbq"] > left * ABOVE_GIVEN:
                found = f"found {row['mbq']:g} MBq in {row['region']} after {row['hours']:g} h, of {given:g} MBq given"
                raise self.fault(found, row, "activities.mbq", f"at most {left:.0f} MBq are left by then: kBq, or days?")
        if row.get("sd_mbq") == 0:
            raise self.fault("found a standard deviation of 0", row, "activities.sd_mbq", "expected one above zero, or leave it out")

    def one(self, region: Region, cycle: int, rows: list[dict[str, Any]]) -> Series:
        for before, row in pairwise(rows):
            if row["hours"] <= before["hours"]:
                found = f"found {row['hours']:g} h after {before['hours']:g} h for {region.name}"
                raise self.fault(found, row, "activities.hours", "expected the hours of a region and cycle to rise")
            if ("sd_mbq" in row) != ("sd_mbq" in before):
                expected = "expected it in every row of a region and cycle, or in none"
                raise self.fault(f"found sd_mbq in some rows of {region.name} only", row, "activities.sd_mbq", expected)
        sd = np.array([row["sd_mbq"] for row in rows]) if "sd_mbq" in rows[0] else None
        hours, mbq = np.array([row["hours"] for row in rows]), np.array([row["mbq"] for row in rows])
        return Series(region, cycle, tuple(sorted({row["by"] for row in rows})), hours, mbq, sd)

    def blood(self, given: dict[int, float]) -> dict[int, tuple[Floats, Floats]]:
        grouped: dict[int, list[dict[str, Any]]] = {}
        for row in self.rows("blood_samples"):
            rows = grouped.setdefault(int(row["cycle"]), [])
            if rows and row["hours"] <= rows[-1]["hours"]:
                expected = "expected the hours of a cycle to rise"
                raise self.fault(f"found {row['hours']:g} h after {rows[-1]['hours']:g} h", row, "blood_samples.hours", expected)
            if not row["kbq_per_ml"] > 0:
                raise self.fault("found 0 kBq/mL", row, "blood_samples.kbq_per_ml", "expected a value above zero, or leave the row out")
            most = given.get(int(row["cycle"]), float("inf"))
            if row["kbq_per_ml"] > most:
                found = f"found {row['kbq_per_ml']:g} kBq/mL of {most:g} MBq given"
                expected = f"expected at most {most:g} kBq/mL, which would be all of it in one litre: Bq/mL?"
                raise self.fault(found, row, "blood_samples.kbq_per_ml", expected)
            rows.append(row)
        return {
            cycle: (np.array([row["hours"] for row in rows]), np.array([row["kbq_per_ml"] for row in rows]) / 1000)
            for cycle, rows in grouped.items()
        }


def read_measured(case: Case, half_life_h: float) -> Measured:
    """Return the measurements of a case. Raises InputError with file, line and field where they cannot be."""
    reader = _Reader(case, half_life_h)
    given = reader.cycles()
    return Measured(reader.series(reader.regions(), given), given, reader.blood(given), tuple(reader.rows("s_values")))


def known_number(case: Case, name: str) -> float | None:
    """Return a scalar measurement when it is one exact number."""
    value = case.measurements.get(name)
    return value.ranges[0].low if isinstance(value, Given) and value.ranges is not None and value.exact() else None


def says(case: Case, name: str) -> str | None:
    """Return the word a fact holds when it is one exact word, else None."""
    value = case.given.get(name)
    return value.choices[0] if value is not None and value.choices is not None and value.exact() else None
