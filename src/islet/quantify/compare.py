"""Two options of one case side by side on one clock: what trials compared directly, told apart from figures of different trials.

A figure of one trial is never subtracted from, divided by or merged with a figure of another. Where the trial itself had both
options as arms, its own comparison is shown as it was printed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from islet.case.model import Case
from islet.errors import InputError, nearest
from islet.estimate.known import Known
from islet.estimate.model import Estimate
from islet.estimate.nearest import NAMES, nearest_estimates
from islet.estimate.standing import Standing, standing_of
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.patient.state import build_patient
from islet.quantify.survival.rebuild import NOTE
from islet.quantify.survival.run import ENDPOINTS, Arm, arms_of, picture_of

CLOCK = "months from the start of each treatment"
CROSS = "Figures of different trials: other patients, other times, other centres. No difference between them is worked out."
_NO_DIFFERENCE = "Whether one option is better than the other for this patient."


class Comparison(NamedTuple):
    """Hold two options side by side.

    `direct` holds each trial that had both as arms, with its figures and its own hazard ratio; `across` for each option the figures
    of the trial nearest to the patient; `curves` one picture an endpoint, on one clock.
    """

    options: tuple[str, str]
    names: tuple[str, str]
    direct: tuple[dict[str, Any], ...]
    across: dict[str, tuple[Estimate, ...]]
    curves: dict[str, dict[str, Any]]
    notes: tuple[str, ...]
    cannot_say: str = _NO_DIFFERENCE

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as `islet quantify --versus` writes it."""
        return {
            "options": list(self.options), "names": list(self.names), "clock": CLOCK, "direct": list(self.direct),
            "across_trials": {name: [estimate.as_json() for estimate in found] for name, found in self.across.items()},
            "curves": self.curves, "notes": list(self.notes), "cannot_say": self.cannot_say,
        }


def compare(case: Case, option: str, other: str, base: KnowledgeBase) -> Comparison:
    """Return two options of one case side by side.

    Raises InputError when an option is unknown or both are the same.
    """
    for name in (option, other):
        if name not in base.options:
            raise InputError(f'unknown option "{name}"', "", 0, "versus", nearest(name, base.options))
    if option == other:
        raise InputError(f'found "{option}" twice', "", 0, "versus", "expected two different options")
    known = Known(build_patient(case, base.space), base)
    direct = tuple(_direct(standing_of(trial, known), option, other, base) for trial in _trials_with_both(option, other, base))
    across = {name: tuple(nearest_estimates(base.options[name], known, base)) for name in (option, other)}
    notes = [CROSS, f"The curves are {NOTE}."] if all(across.values()) else []
    notes += [f"No trial of {base.options[name].name} with a figure was read." for name, found in across.items() if not found]
    if not direct:
        notes.append("No trial that was read had both options as arms.")
    names = (base.options[option].name, base.options[other].name)
    return Comparison((option, other), names, direct, across, _curves(option, other, known, base), tuple(notes))


def _trials_with_both(option: str, other: str, base: KnowledgeBase) -> list[dict[str, Any]]:
    found = []
    for trial in base.trials.values():
        rows = [{f["row"] for f in trial["figures"] if f["for"] == name} for name in (option, other)]
        if rows[0] & rows[1]:
            found.append(trial)
    return found


def _direct(standing: Standing, option: str, other: str, base: KnowledgeBase) -> dict[str, Any]:
    """Return what one trial with both arms printed, endpoint by endpoint, and how this patient differs from its people."""
    trial, figures = standing.trial, []
    for mine in (f for f in trial["figures"] if f["for"] == option):
        for theirs in (f for f in trial["figures"] if f["for"] == other and f["row"] == mine["row"]):
            figures.append({
                "endpoint": mine["endpoint"], "measure": mine["of"], "whose": mine["whose"], "at_months": mine["at_months"],
                "unit": mine["unit"], option: _side(mine), other: _side(theirs), "hazard_ratio_as_printed": mine["hr"],
                "hazard_ratio_interval": mine["hr_ci"] or None, "p": mine["p"], "sources": sources_json(mine["sources"], base),
            })
    built_to_compare = "not comparative" not in trial["design"]
    return {
        "trial": trial["id"], "name": trial["name"], "year": trial.get("year"), "design": trial["design"], "who": trial["who"],
        "built_to_compare": built_to_compare, "different": list(standing.different), "this_patient": standing.says,
        "figures": figures, "limits": list(trial.get("limits") or ()),
        "note": "" if built_to_compare else "Both arms stood in this trial, but it was not built to compare them.",
    }


def _side(figure: dict[str, Any]) -> dict[str, Any]:
    return {"value": figure["value"], "interval": figure["ci"], "interval_is": figure["ci_is"], "n": figure["n"]}


def _curves(option: str, other: str, known: Known, base: KnowledgeBase) -> dict[str, dict[str, Any]]:
    found = {}
    for endpoint, name in ENDPOINTS.items():
        arms: dict[tuple[str, str, str], Arm] = {}
        for wanted in (option, other):
            try:
                for arm in arms_of(wanted, endpoint, known, base):
                    if arm.given in (option, other):
                        arms.setdefault((arm.given, arm.trial["id"], arm.whose), arm)
            except InputError:
                continue
        if {given for given, _, _ in arms} == {option, other}:
            found[endpoint] = picture_of(list(arms.values()), endpoint, f"{name} on one clock")
    return found


def endpoint_name(endpoint: str) -> str:
    """Return what an endpoint is called.

    >>> endpoint_name("survival")
    'Survival'
    """
    return NAMES[endpoint].split(", in the")[0]
