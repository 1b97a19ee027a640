"""The doses of radioembolisation with their uncertainty, against activity, and what each published target or limit would take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from islet.case.model import Case
from islet.estimate.known import Known
from islet.estimate.model import GIVEN, NEEDS, OUTSIDE, Estimate
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.patient.state import build_patient
from islet.quantify.radioembolisation import lung
from islet.quantify.radioembolisation.parts import PARTS
from islet.quantify.radioembolisation.spans import Span, span_of

INPUTS = {
    "activity_gbq": "measurements.planned_activity_gbq", "lung_percent": "extent.lung_shunt_percent",
    "ratio": "measurements.t_n_concentration_ratio", "tumour_ml": "measurements.perfused_tumour_ml",
    "normal_ml": "measurements.perfused_normal_ml",
}
CONSTANTS = {"k": "y90_dose_constant_gy_kg_per_gbq", "density": "liver_density_kg_per_l"}
MEANT_FOR = "lung shunt 0 to 60 %"
STRICTER = {
    "resin": "both lobes after other treatment, or a compromised liver", "glass": "bilirubin above 1.1 mg/dL",
}
ASSUMES = (
    "beads divide as the mapping dose did: T/N is a ratio of concentrations",
    "even spread within tumour, normal liver and lung; complete decay in place",
)


def estimate(case: Case, option: str, base: KnowledgeBase, progress: Callable[[str, float], None]) -> list[Estimate]:
    """Return the doses of the planned activity, and the activity for each published target and limit of these microspheres."""
    known = Known(build_patient(case, base.space), base)
    blank = Estimate("tare_doses", option, "Doses of tumour, normal liver and lung with their uncertainty", NEEDS, validity=MEANT_FOR)
    words = known.words("measurements.microspheres")
    given = {name: known.number(fact) for name, fact in INPUTS.items()}
    needs = tuple(INPUTS[name] for name, span in given.items() if span is None or not np.isfinite([span.low, span.high]).all())
    if words is None or len(words) != 1:
        needs = ("measurements.microspheres", *needs)
    if needs:
        return [blank._replace(needs=needs)]
    assert words is not None
    spans: dict[str, Span] = {name: (span.low, span.high) for name, span in given.items() if span is not None}
    if spans["lung_percent"][1] > 60:
        return [blank._replace(status=OUTSIDE, because="the lung shunt may be above 60 %; no dose is computed there")]
    whole, perfused = known.number("measurements.total_liver_ml"), spans["tumour_ml"][0] + spans["normal_ml"][0]
    if whole is not None and perfused > whole.high:
        because = f"tumour and normal liver perfused are {perfused:g} mL together, the whole liver {whole.high:g} mL: one of them is wrong"
        return [blank._replace(status=OUTSIDE, because=because)]
    room = _Room(option, words[0], spans, known, base)
    progress("doses", 0.3)
    found = [room.doses(blank), room.choices()]
    progress("done", 1.0)
    return found


def standing(low: float, high: float, least: float, most: float) -> str:
    """Return in words how a dose of `low` to `high` stands to a limit or target of `least` to `most`, both in Gy.

    >>> standing(20, 22, 30, 40), standing(31, 36, 30, 40), standing(28, 36, 30, 40), standing(41, 42, 30, 40)
    ('below', 'between the ends of', 'partly above', 'above')
    """
    if high < least:
        return "below"
    if low > most:
        return "above"
    return "between the ends of" if least <= low and high <= most and least < most else "partly above"


class _Room:
    """Hold the inputs of one case as intervals, and make its estimates."""

    def __init__(self, option: str, spheres: str, spans: dict[str, Span], known: Known, base: KnowledgeBase) -> None:
        self.option, self.spheres, self.base = option, spheres, base
        self.exact = all(low == high for low, high in spans.values())
        mass = known.number("measurements.tare_lung_kg")
        self.convention = mass is None
        one = base.constants["lung_mass_kg"].value
        spans = {**spans, "lung_kg": (one, one) if mass is None else (mass.low, mass.high)}
        self.wide = dict(spans)
        self.middle = dict(spans)
        for name, constant in CONSTANTS.items():
            held = base.constants[constant]
            self.wide[name] = held.range or (held.value, held.value)
            self.middle[name] = (held.value, held.value)
        self.exact = self.exact and self.middle["lung_kg"][0] == self.middle["lung_kg"][1]
        self.most_gbq = (base.space.dictionary.measures["planned_activity_gbq"].fact.possible or (0.0, np.inf))[1]
        bilirubin = known.number("health.bilirubin_umol_l")
        above = bilirubin is not None and bilirubin.low > base.constants["glass_bilirubin_umol_l"].value
        self.stricter_holds = spheres == "glass" and above
        before = known.number("measurements.previous_lung_gy")
        self.before = None if before is None else before.high
        self.inputs = {fact.split(".", 1)[1]: known.shown(fact) for fact in (*INPUTS.values(), "measurements.microspheres")}
        self.sources = tuple(
            source
            for name in (*CONSTANTS.values(), f"{spheres}_normal_liver_limit_gy", "lung_limit_session_gy", "lung_mass_kg")
            for source in sources_json(base.constants[name].sources, base)
        )

    def value(self, name: str) -> float:
        """Return a constant of these microspheres, or of all."""
        return self.base.constants[name].value

    def dose(self, part: str, **changed: Span) -> tuple[float | None, Span]:
        """Return the dose of one part (None unless the inputs are exact) and its interval."""
        low, high = span_of(PARTS[part], {**self.wide, **changed})
        middle = span_of(PARTS[part], {**self.middle, **changed})[0] if self.exact else None
        return middle, (low, high)

    def doses(self, blank: Estimate) -> Estimate:
        """Return the doses of the planned activity."""
        rows = []
        for part in PARTS:
            middle, (low, high) = self.dose(part)
            rows.append({
                "what": part, "value": None if middle is None else round(middle, 1), "interval": [round(low, 1), round(high, 1)],
                "unit": "Gy", "text": f"{'' if middle is None else f'{low:.1f} to {high:.1f} Gy; '}{self.against(part, low, high)}",
            })
        middle, interval = self.dose("tumour")
        said = f"{middle:.0f} Gy" if middle is not None else f"{interval[0]:.0f} to {interval[1]:.0f} Gy"
        return blank._replace(
            status=GIVEN, value=None if middle is None else round(middle, 1), unit="Gy",
            interval=(round(interval[0], 1), round(interval[1], 1)),
            interval_is="bounds from the dose constants, liver densities and ranges given; not a confidence interval",
            text=f"Planned {self.spheres} activity: tumour {said} on average (partition model).",
            plain="How much radiation the tumours, the healthy liver and the lungs would get.",
            method=f"partition model, k {self.value('y90_dose_constant_gy_kg_per_gbq')} Gy kg/GBq", inputs=self.inputs,
            assumptions=(*ASSUMES, *(("lungs of 1 kg, a convention",) if self.convention else ())),
            cannot_say="whether the tumour responds or the liver tolerates it; how uneven the dose is within a region",
            sources=self.sources, rows=tuple(rows), curves=self.curves(),
        )

    def against(self, part: str, low: float, high: float) -> str:
        """Return what a dose between `low` and `high` Gy is held against, in words."""
        if part == "lung":
            session, total, left = self.value("lung_limit_session_gy"), self.value("lung_limit_total_gy"), self.lung_left()
            where = standing(low, high, left, left)
            if self.before is None:
                return f"{where} the limit of {session:g} Gy a treatment; {total:g} Gy in all (earlier doses not given)"
            return f"{where} the {left:g} Gy that may still be given ({session:g} a treatment, {total:g} in all)"
        which = "tumour_target" if part == "tumour" else "normal_liver_limit"
        held = self.base.constants[f"{self.spheres}_{which}_gy"]
        least, most = held.range or (held.value, held.value)
        word = "target" if part == "tumour" else "limit"
        where = standing(low, high, least, most)
        return f"{where} the {word} of {self.spheres} in other tumours, {least:g} to {most:g} Gy; none for neuroendocrine tumours"

    def lung_left(self) -> float:
        """Return the lung dose that the limits leave for this treatment, Gy; earlier doses count when they are given."""
        session, total = self.value("lung_limit_session_gy"), self.value("lung_limit_total_gy")
        return float(lung.left_gy(self.before or 0.0, session, total))

    def choices(self) -> Estimate:
        """Return the activity that each target or limit of these microspheres would take, with the doses that go with it."""
        spheres = self.spheres
        aims = [
            ("normal liver", self.value(f"{spheres}_normal_liver_limit_gy"), "limit of the normal liver (other tumours)"),
            ("normal liver", self.stricter_gy(), f"stricter limit of the normal liver ({STRICTER[spheres]})"),
            ("lung", self.lung_left(), self.lung_limit_name()),
            ("tumour", self.value(f"{spheres}_tumour_target_gy"), "tumour target (other tumours)"),
        ]
        rows: list[dict[str, Any]] = []
        ceilings: list[tuple[float, float | None]] = []
        for part, aim, says in aims:
            low, high = self.dose(part, activity_gbq=(1.0, 1.0))[1]
            if high * self.most_gbq < aim or (high == 0 and aim == 0):
                rows.append({"what": f"{says}, {aim:g} Gy", "value": f"not reached below {self.most_gbq:g} GBq", "unit": ""})
                continue
            middle = self.dose(part, activity_gbq=(1.0, 1.0))[0]
            interval = (aim / high, aim / low if low > 0 else float("inf"))
            if part != "tumour" and (self.stricter_holds or not says.startswith("stricter")):
                ceilings.append((interval[0], None if middle is None else aim / middle))
            at = interval[0] if middle is None else aim / middle
            others = ", ".join(f"{other} {self.dose(other, activity_gbq=(at, at))[1][1]:.0f} Gy" for other in PARTS if other != part)
            rows.append({
                "what": f"{says}, {aim:g} Gy", "value": None if middle is None else round(aim / middle, 2),
                "interval": [round(end, 2) for end in interval if np.isfinite(end)], "unit": "GBq",
                "text": f"at {at:.2f} GBq at most {others}",
            })
        values = [value for _, value in ceilings if value is not None]
        lowest = min((low for low, _ in ceilings), default=0.0)
        return Estimate(
            "tare_activity_choices", self.option, "Activity for the published targets and limits", GIVEN,
            value=round(min(values), 2) if values else None, unit="GBq",
            text=f"The published limits ({spheres}, other tumours) are reached at {lowest:.2f} GBq at the earliest.",
            plain="How many beads would stay below the limits used in other tumours.",
            method="partition model, solved for activity", inputs=self.inputs, assumptions=ASSUMES,
            cannot_say="that an activity is tolerated, or enough",
            validity=MEANT_FOR, sources=self.sources, rows=tuple(rows),
        )

    def stricter_gy(self) -> float:
        """Return the lower end of the limits of the normal liver for these microspheres, Gy."""
        held = self.base.constants[f"{self.spheres}_normal_liver_limit_gy"]
        return (held.range or (held.value, held.value))[0]

    def lung_limit_name(self) -> str:
        """Return whether one treatment or all together set the limit of the lung, in words."""
        if self.lung_left() < self.value("lung_limit_session_gy"):
            return f"what {self.before:g} Gy before leave of the {self.value('lung_limit_total_gy'):g} Gy lung limit of all treatments"
        return "lung limit of one treatment"

    def curves(self) -> dict[str, Any]:
        """Return the doses against activity with their bands and the limits, for drawing."""
        top = 2 * self.wide["activity_gbq"][1]
        activity = [top * i / 40 for i in range(5, 41)]
        lines, bands = [], []
        for part in PARTS:
            one = (1.0, 1.0)
            low, high = self.dose(part, activity_gbq=one)[1]
            middle = self.dose(part, activity_gbq=one)[0]
            ends = {"low": [a * low for a in activity], "high": [a * high for a in activity]}
            bands.append({"label": "bounds" if part == "tumour" else "", "x": activity, **ends})
            per_gbq = (low + high) / 2 if middle is None else middle
            lines.append({"label": part, "x": activity, "y": [a * per_gbq for a in activity], "dash": part == "lung"})
        normal = self.value(f"{self.spheres}_normal_liver_limit_gy")
        planned = self.middle["activity_gbq"]
        points = [
            {"label": "planned activity" if part == "tumour" else "", "x": [planned[0]], "y": [self.dose(part)[0]], "colour": number}
            for number, part in enumerate(PARTS) if self.exact
        ]
        return {
            "kind": "dose_activity", "title": f"Dose against activity ({self.spheres} microspheres)",
            "says": "Mean doses of tumour, normal liver and lung rise with the activity; lines mark the limits of liver and lung.",
            "x": {"label": "activity given (GBq)"}, "y": {"label": "mean absorbed dose (Gy)", "log": True, "low": 1},
            "lines": lines, "bands": bands, "points": points,
            "limits": [
                {"label": f"liver {normal:g} Gy (other tumours)", "y": normal},
                {"label": f"lung {self.value('lung_limit_session_gy'):g} Gy", "y": self.value("lung_limit_session_gy")},
            ],
        }
