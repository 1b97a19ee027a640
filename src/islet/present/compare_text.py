"""Two options side by side as text: direct comparisons first, then each option's own trial, never a difference across trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from islet.estimate.model import Estimate
from islet.present.screen import Screen

if TYPE_CHECKING:
    from islet.quantify.compare import Comparison

TITLES = {
    "shrinkage": "shrinkage", "progression_free": "time without growth", "survival": "survival", "severe_toxicity": "severe side effects",
}


def compare_text(comparison: Comparison, screen: Screen) -> str:
    """Return the comparison for clinicians."""
    lines = [screen.rule(f"{comparison.names[0]} beside {comparison.names[1]}")]
    lines += ["", screen.bold("Compared in one trial")]
    for trial in comparison.direct:
        lines.append(screen.wrap(f"{trial['name']}, {trial['design']}; in it: {trial['who']}", 4, f"  {screen.dot()} "))
        if trial["note"]:
            lines.append(screen.colour("warning", screen.wrap(trial["note"], 6)))
        said = screen.wrap(trial["this_patient"], 6)
        lines.append(screen.colour("warning", said) if trial["different"] else said)
        lines += [screen.wrap(_figure(figure, comparison), 8, "      ") for figure in trial["figures"]]
        if trial["limits"]:
            lines.append(screen.dim(screen.wrap(f"limits: {'; '.join(trial['limits'])}", 6)))
    if not comparison.direct:
        lines.append("  none was read")
    for option, name in zip(comparison.options, comparison.names, strict=True):
        lines += ["", screen.bold(screen.wrap(f"{name}: its own nearest trial"))]
        for estimate in comparison.across[option]:
            lines.append(screen.wrap(_said(estimate), 4, f"  {screen.dot()} "))
    lines += ["", *(screen.wrap(note, 2) for note in comparison.notes)]
    lines.append(screen.dim(screen.wrap(f"cannot say: {comparison.cannot_say}", 2)))
    return "\n".join([*lines, ""])


def _said(estimate: Estimate) -> str:
    if estimate.status == "given":
        return estimate.text
    return f"{estimate.name}: no number: {estimate.because or 'not known yet: ' + ', '.join(estimate.needs)}"


def _figure(figure: dict[str, Any], comparison: Comparison) -> str:
    named = zip(comparison.options, comparison.names, strict=True)
    sides = " beside ".join(f"{_short(name)} {_side(figure[option], figure['unit'])}" for option, name in named)
    ratio = ""
    if figure["hazard_ratio_as_printed"] is not None:
        ends = figure["hazard_ratio_interval"]
        ratio = f"; hazard ratio as the trial prints it {figure['hazard_ratio_as_printed']:g}"
        ratio += f" ({ends[0]:g} to {ends[1]:g})" if ends else ""
    recalled = " (recalled, to be confirmed)" if all(source["verification"] == "recall" for source in figure["sources"]) else ""
    whose = f" ({figure['whose']})" if figure["whose"] else ""
    return f"{TITLES[figure['endpoint']]}{whose}, {figure['measure']}: {sides}{ratio}{recalled}"


def _side(side: dict[str, Any], unit: str) -> str:
    ends = side["interval"]
    text = f"{side['value']:g} {unit}"
    return text if not ends else f"{text} ({' to '.join('not reached' if end is None else f'{end:g}' for end in ends)})"


def _short(name: str) -> str:
    return name.split(" (")[0]
