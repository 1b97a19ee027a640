"""The threat model, after STRIDE: as records and as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from islet.about.controls import Control, control_words, read_control
from islet.about.places import read_safety

KINDS = ("spoofing", "tampering", "repudiation", "information disclosure", "denial of service", "elevation of privilege")


class Threat(NamedTuple):
    """Hold one threat across one trust boundary, with the answer to it."""

    id: str
    kind: str
    boundary: str
    threat: str
    answer: str
    controls: tuple[Control, ...]

    @property
    def planned(self) -> bool:
        """Tell whether every control is only reserved by name."""
        return all(control.planned for control in self.controls)


_HEAD = """# Threat model

Made from `safety/threats.yaml` (`make docs`). Written by the makers; nobody outside has tried to break in.
"""


def read_threats(folder: Path | None = None) -> tuple[dict[str, Any], tuple[Threat, ...]]:
    """Return the threat model of a safety folder (the package's own by default): flow, boundaries, what is not covered; and the threats."""
    data = read_safety("threats.yaml", folder)
    threats = tuple(
        Threat(e["id"], e["kind"], e["boundary"], e["threat"], e["answer"], tuple(read_control(c) for c in e["controls"]))
        for e in data["threats"]
    )
    return data, threats


def threats_page(data: dict[str, Any], threats: tuple[Threat, ...]) -> str:
    """Return the threat model as a Markdown page."""
    lines = [_HEAD, "## How data flows", "", *(f"- {step}" for step in data["flow"]), "", "## Trust boundaries", "",
             *(f"- **{name}**: {words}" for name, words in data["boundaries"].items()),
             "", "## What it does not cover", "", *(f"- {words}" for words in data["not_covered"])]
    for kind in KINDS:
        lines += ["", f"## {kind.capitalize()}", ""]
        for threat in (t for t in threats if t.kind == kind):
            held = "; ".join(control_words(control) for control in threat.controls)
            built = " *Not built yet.*" if threat.planned else ""
            lines.append(f"- **{threat.id}** ({threat.boundary}) {threat.threat}. Answer: {threat.answer}.{built} Held by: {held}.")
    return "\n".join(lines) + "\n"
