"""The room of survival curves: the arms of the trial nearest to the patient, rebuilt from what it published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from islet.case.model import Case
from islet.errors import InputError
from islet.estimate.known import Known
from islet.estimate.model import FAILED, GIVEN, NEEDS, OUTSIDE, Estimate
from islet.estimate.standing import Standing, nearest_figures
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.patient.state import build_patient
from islet.quantify.survival.rebuild import NOTE, Rebuilt, points_of, rebuild, share_at

ENDPOINTS = {"progression_free": "Time without growth", "survival": "Survival"}
SAID = {"progression_free": "free of growth", "survival": "alive"}
TIMES_MONTHS = (6, 12, 24, 36, 48, 60)
_CANNOT_SAY = "What will happen to this patient, and anything after the last published point: there the curve is a model alone."
_NO_BAND = "no band where a point has no published interval"


class Arm(NamedTuple):
    """Hold one arm of a trial: what was given (an option's id or a word), whose figures they are, and the rebuilt curve."""

    given: str
    called: str
    standing: Standing
    whose: str
    endpoint: str
    curve: Rebuilt
    figures: tuple[dict[str, Any], ...]

    @property
    def trial(self) -> dict[str, Any]:
        """Return the trial of the arm."""
        return self.standing.trial

    @property
    def name(self) -> str:
        """Return the arm in words."""
        return f'{self.called} in {self.trial["name"].split(" (")[0]}' + (f" ({self.whose})" if self.whose else "")

    @property
    def short(self) -> str:
        """Return the arm in few words, for a legend."""
        return f'{self.given.replace("_", "/")}, {self.trial["name"].split(" (")[0]}'


def estimate(case: Case, option: str, base: KnowledgeBase, progress: Callable[[str, float], None]) -> list[Estimate]:
    """Return the rebuilt curves of an option: time without growth and survival, each with the other arm of its trial."""
    known = Known(build_patient(case, base.space), base)
    found = []
    for number, (endpoint, name) in enumerate(ENDPOINTS.items()):
        progress(name, number / len(ENDPOINTS))
        made = _estimate(option, endpoint, name, known, base)
        if made is not None:
            found.append(made)
    progress("survival curves", 1.0)
    return found


def arms_of(option: str, endpoint: str, known: Known, base: KnowledgeBase) -> list[Arm]:
    """Return the arms of the nearest trials of an option: its own first, then the arms it was compared with.

    Raises InputError when published points do not fall with time.
    """
    found = []
    for standing, figures in nearest_figures(base.options[option], endpoint, known, base):
        group = figures[0]["whose"]
        rows = {figure["row"] for figure in figures if figure["whose"] == group}
        others = [f for f in standing.trial["figures"] if f["endpoint"] == endpoint and f["for"] != option and f["whose"] == group]
        own = [figure for figure in figures if figure["whose"] == group]
        against = dict.fromkeys(f["for"] for f in others if f["row"] in rows or f["at_months"] is None)
        for given, arm in [(option, own), *((name, [f for f in others if f["for"] == name]) for name in against)]:
            found.append(Arm(given, called(given, base), standing, group, endpoint, curve_of(arm, base), tuple(arm)))
    return found


def called(given: str, base: KnowledgeBase) -> str:
    """Return what an arm is called: the short name of an option, or the word of the trial."""
    return base.options[given].name.split(" (")[0] if given in base.options else given


def curve_of(figures: list[dict[str, Any]], base: KnowledgeBase) -> Rebuilt:
    """Return the curve through the figures of one arm."""
    apart, beyond = (base.constants[name].value for name in ("survival_points_apart_ratio", "survival_model_beyond_ratio"))
    return rebuild(points_of(figures), apart, beyond)


def picture_of(arms: list[Arm], endpoint: str, title: str) -> dict[str, Any]:
    """Return the curves as plain chart data: the published part drawn whole, the model alone dashed, points and bands beside."""
    lines: list[dict[str, Any]] = []
    bands: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    for colour, arm in enumerate(arms):
        curve = arm.curve
        inside = curve.months <= curve.known_until + 1e-9
        last = int(inside.sum())
        months, share = curve.months, 100 * curve.share
        lines.append({"label": arm.short, "x": _plain(months[:last]), "y": _plain(share[:last]), "dash": False, "colour": colour})
        alone = "" if colour else "dashed: the model alone"
        lines.append({"label": alone, "x": _plain(months[last - 1:]), "y": _plain(share[last - 1:]), "dash": True, "colour": colour})
        if curve.low is not None and curve.high is not None:
            low, high = _plain(100 * curve.low[:last]), _plain(100 * curve.high[:last])
            bands.append({"x": _plain(months[:last]), "low": low, "high": high, "colour": colour})
        points.append({"x": [p.months for p in curve.points], "y": [round(100 * p.share, 1) for p in curve.points], "colour": colour,
                       "label": f"published: {arm.short}"})
    says = "; ".join(
        f"{arm.name}: {arm.curve.model} curve through {len(arm.curve.points)} published point{'s' * (len(arm.curve.points) > 1)}, "
        f"the model alone after {arm.curve.known_until:g} months" for arm in arms
    )
    return {
        "kind": "survival", "title": title, "says": f"{says}. The curves are {NOTE}.", "note": NOTE,
        "x": {"label": "months from the start of the treatment", "low": 0}, "y": {"label": f"% {SAID[endpoint]}", "low": 0, "high": 100},
        "lines": lines, "bands": bands, "points": points,
    }


def _estimate(option: str, endpoint: str, name: str, known: Known, base: KnowledgeBase) -> Estimate | None:
    ident = f"{option}.{endpoint}_curve"
    blank = Estimate(ident, option, f"{name}, rebuilt curve", OUTSIDE, unit="%", cannot_say=_CANNOT_SAY, method=NOTE)
    reported = [base.trials[t] for t in base.options[option].data.get("trials") or ()
                if any(f["for"] == option and f["endpoint"] == endpoint for f in base.trials[t]["figures"])]
    if not reported:
        return None
    try:
        arms = arms_of(option, endpoint, known, base)
    except InputError as error:
        return blank._replace(status=FAILED, because=f"{error}; the figures of the trial do not make one curve")
    if not arms:
        open_names = tuple(dict.fromkeys(
            missing for trial in reported for part in (*trial["matches"], *trial["figures"]) if part["tree"] is not None
            for missing in known.missing(part["tree"])
        ))
        if open_names:
            return blank._replace(status=NEEDS, needs=open_names)
        return blank._replace(because="no trial of this option that reports it took such a patient")
    own = [arm for arm in arms if arm.given == option]
    rows = tuple(_row(arm, months, endpoint) for arm in arms for months in TIMES_MONTHS if months <= arm.curve.months[-1])
    recalled = any(all(s["verification"] == "recall" for s in f["sources"]) for arm in own for f in arm.figures)
    differs = {arm.trial["id"]: f'{arm.trial["name"].split(" (")[0]}: {arm.standing.says}' for arm in own}
    other = list(dict.fromkeys(item for arm in own for item in arm.standing.different))
    return blank._replace(
        status=GIVEN, value="curve", unit="", rows=rows, curves=picture_of(arms, endpoint, blank.name),
        text=" ".join([
            *map(_sentence, arms), f"The curves are {NOTE}.", *differs.values(), *["A figure is recalled, to be confirmed."] * recalled,
        ]),
        plain="A line drawn through the few published numbers of the study nearest to you. "
              f"It shows how many of 100 people were {SAID[endpoint]} over time. It is not a forecast for you."
              + (f" The people in it were different from you: {', '.join(other)}." if other else ""),
        assumptions=tuple(dict.fromkeys(f"{arm.name}: {arm.curve.model} curve" for arm in arms)),
        interval_is="; ".join(dict.fromkeys(arm.curve.band_is or _NO_BAND for arm in arms)),
        validity="; ".join(f"{arm.name}: up to {arm.curve.known_until:g} months" for arm in arms),
        sources=tuple({(x["id"], x["locator"]): x for arm in arms for f in arm.figures for x in sources_json(f["sources"], base)}.values()),
    )


def _sentence(arm: Arm) -> str:
    points = ", ".join(
        f"half at {p.months:g} months" if p.share == 0.5 else f"{100 * p.share:g} % at {p.months:g} months" for p in arm.curve.points
    )
    return f"{arm.name}: {arm.curve.model} curve through {points}; the model alone after {arm.curve.known_until:g} months."


def _row(arm: Arm, months: float, endpoint: str) -> dict[str, Any]:
    share, low, high = share_at(arm.curve, months)
    alone = months > arm.curve.known_until
    ends = None if low is None or high is None or alone else [round(100 * low), round(100 * high)]
    return {
        "what": f"{arm.name}: {SAID[endpoint]} at {months:g} months", "value": round(100 * share), "unit": "%", "interval": ends,
        "months": months, "given": arm.given, "model_only": alone,
        "text": "model alone: after the last published point" if alone else (f"band {ends[0]} to {ends[1]} %" if ends else ""),
    }


def _plain(values: Any) -> list[float]:
    return [round(float(value), 3) for value in values]
