"""The hazard log: what can go wrong for a patient, and what holds it back; as records and as a page."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from islet.about.controls import Control, control_words, read_control
from islet.about.places import read_safety

STATUS = {
    "controlled": "what the log names holds it back",
    "open": "controlled in part; something remains that no test can control",
    "planned": "controls it needs are reserved by name and not built: the risk stands as before",
}


class Hazard(NamedTuple):
    """Hold one hazard; a risk is (severity, likelihood)."""

    id: str
    group: str
    hazard: str
    cause: str
    effect: str
    before: tuple[int, int]
    after: tuple[int, int]
    controls: tuple[Control, ...]
    requirements: tuple[str, ...]
    owner: str
    status: str
    remains: str

    @property
    def now(self) -> tuple[int, int]:
        """Return the risk as it stands: as before while controls that it needs are only planned."""
        return self.before if self.status == "planned" else self.after


def read_hazards(folder: Path | None = None) -> tuple[dict[str, Any], tuple[Hazard, ...]]:
    """Return the scale and the hazards of a safety folder (the package's own by default)."""
    data = read_safety("hazards.yaml", folder)
    return data["scale"], tuple(_hazard(entry) for entry in data["hazards"])


def level(scale: dict[str, Any], risk: tuple[int, int]) -> str:
    """Return the level of a risk: severity times likelihood, on the scale of the log.

    >>> level({"levels": {"low": [1, 4], "high": [5, 25]}}, (2, 2))
    'low'
    """
    product = risk[0] * risk[1]
    levels: dict[str, list[int]] = scale["levels"]
    return next(name for name, (low, high) in levels.items() if low <= product <= high)


def hazards_page(scale: dict[str, Any], hazards: tuple[Hazard, ...]) -> str:
    """Return the hazard log as a Markdown page."""
    lines = [_HEAD.format(by=scale["by"]), "| | severity | likelihood |", "|---|---|---|"]
    lines += [f"| {n} | {scale['severity'][n]} | {scale['likelihood'][n]} |" for n in scale["severity"]]
    spans = ", ".join(f"{name} {low} to {high}" for name, (low, high) in scale["levels"].items())
    lines += ["", f"Risk is severity times likelihood: {spans}.", "", "| status | hazards | what it says |", "|---|---|---|"]
    count = Counter(h.status for h in hazards)
    lines += [f"| {status} | {count[status]} | {words} |" for status, words in STATUS.items()]
    lines += ["", "| | | hazard | before | now | status |", "|---|---|---|---|---|---|"]
    lines += [f"| [{h.id}](#{h.id.lower()}) | {h.group} | {h.hazard} | {_risk(scale, h.before)} | {_risk(scale, h.now)} | {h.status} |"
              for h in hazards]
    for hazard in hazards:
        lines += ["", f"## {hazard.id}", "", *_one(scale, hazard)]
    return "\n".join(lines) + "\n"


_HEAD = """# Hazard log

Made from `safety/hazards.yaml` (`make docs`). Severity and likelihood: {by}. **No clinical safety officer has signed this log.**
"""


def _one(scale: dict[str, Any], hazard: Hazard) -> list[str]:
    lines = [f"**{hazard.hazard}.** Cause: {hazard.cause}. Effect: {hazard.effect}.", "",
             f"Risk before: {_risk(scale, hazard.before)}. Now: {_risk(scale, hazard.now)}. "
             f"Status: {hazard.status}. Owner: {hazard.owner}. Requirements: {', '.join(hazard.requirements)}.", ""]
    lines += [f"- {control_words(control)}" for control in hazard.controls]
    return [*lines, "", f"What remains: {hazard.remains}."] if hazard.remains else lines


def _risk(scale: dict[str, Any], risk: tuple[int, int]) -> str:
    return f"{level(scale, risk)} ({risk[0]} × {risk[1]})"


def _hazard(entry: dict[str, Any]) -> Hazard:
    before, after = ((entry[when]["severity"], entry[when]["likelihood"]) for when in ("before", "after"))
    controls = tuple(read_control(control) for control in entry["controls"])
    return Hazard(entry["id"], entry["group"], entry["hazard"], entry["cause"], entry["effect"], before, after, controls,
                  tuple(entry["requirements"]), entry["owner"], entry["status"], entry.get("remains", ""))
