"""Read the planned passes of a needle from the case, and refuse what cannot be."""

from __future__ import annotations

from typing import Any, NamedTuple

from islet.case.model import Case
from islet.errors import InputError
from islet.quantify.ablation.axisymmetric import CURRENT, POWER, TEMPERATURE, VOLTAGE, Electrode
from islet.quantify.ablation.parameters import Constants

FIELD = "measurements.ablation_passes"
SETTINGS = {"tip_temperature_c": TEMPERATURE, "power_w": POWER, "current_ma": CURRENT, "voltage_v": VOLTAGE}
VALID = {
    "tip_mm": (3.0, 40.0, "mm"), "needle_mm": (0.3, 2.5, "mm"), "seconds": (5.0, 1800.0, "s"), "tip_temperature_c": (50.0, 105.0, "°C"),
    "current_ma": (50.0, 2000.0, "mA"), "aside_mm": (-25.0, 25.0, "mm"), "along_mm": (-25.0, 25.0, "mm"),
}
MOST_PASSES = 8


class Pass(NamedTuple):
    """Hold one pass: the needle with its generator, and where the middle of its tip lies from the lesion's centre."""

    electrode: Electrode
    aside_mm: float
    along_mm: float


def passes_of(case: Case, option: str, constants: Constants) -> list[Pass]:
    """Return the passes planned for one option, in order; an empty list where there are none.

    Raises InputError for a row without or with several settings, and for a needle that would not heat.
    """
    return [_pass(row, case, option, constants) for row in rows_of(case, option)]


def rows_of(case: Case, option: str) -> list[dict[str, Any]]:
    """Return the rows of the table that belong to one option."""
    rows = case.measurements.get("ablation_passes")
    return [row for row in rows if row["for"] == option] if isinstance(rows, list) else []


def outside(rows: list[dict[str, Any]], option: str, constants: Constants) -> str:
    """Return what lies outside the validity range of the model, with the range, or ''."""
    for row in rows:
        for name, (low, high, unit) in limits_of(option, constants).items():
            if name in row and not low <= row[name] <= high:
                return f"{name} is {row[name]:g} {unit}; the model is meant for {low:g} to {high:g} {unit}"
    return f"{len(rows)} passes; the model is meant for at most {MOST_PASSES}" if len(rows) > MOST_PASSES else ""


def limits_of(option: str, constants: Constants) -> dict[str, tuple[float, float, str]]:
    """Return the validity range of every number of a pass: least, greatest, unit."""
    return {**VALID, "power_w": (1.0, most_power_w(option, constants), "W"), "voltage_v": (5.0, constants["ablation_voltage"].value, "V")}


def most_power_w(option: str, constants: Constants) -> float:
    """Return the most power that a generator of this route gives."""
    return float(constants["ablation_endoscopic_power" if option == "eus_rfa" else "ablation_percutaneous_power"].value)


def _pass(row: dict[str, Any], case: Case, option: str, constants: Constants) -> Pass:
    given = [name for name in SETTINGS if name in row]
    if len(given) != 1:
        raise InputError(
            f"the pass sets {' and '.join(given) or 'nothing'}", case.file, row["#line"], FIELD,
            "expected exactly one of " + ", ".join(SETTINGS),
        )
    body = constants["ablation_body"].value
    if row.get("tip_temperature_c", body + 1) <= body:
        raise InputError(
            f"found a needle of {row['tip_temperature_c']:g} °C", case.file, row["#line"], f"{FIELD}.tip_temperature_c",
            f"expected more than body temperature ({body:g} °C)",
        )
    if row.get("cooled") and given[0] == "tip_temperature_c":
        raise InputError(
            "found a cooled needle held at a temperature", case.file, row["#line"], f"{FIELD}.cooled",
            "a cooled needle does not feel the tissue: set power_w, current_ma or voltage_v",
        )
    coolant = float(constants["ablation_coolant"].value) if row.get("cooled") else None
    electrode = Electrode(
        tip_mm=row["tip_mm"], radius_mm=row["needle_mm"] / 2, control=SETTINGS[given[0]], setting=row[given[0]], seconds=row["seconds"],
        most_w=most_power_w(option, constants), most_v=float(constants["ablation_voltage"].value),
        stop_ohm=float(constants["ablation_stop"].value), cooled_c=coolant,
    )
    return Pass(electrode, row.get("aside_mm", 0.0), row.get("along_mm", 0.0))
