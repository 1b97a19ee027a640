"""Say the marrow dose from blood, the association of dose and response, and the decay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from islet.estimate.model import FAILED, GIVEN, NEEDS, Estimate
from islet.knowledge.base import KnowledgeBase
from islet.quantify.prrt.curve import half_life_h, hours_until, remaining
from islet.quantify.prrt.curves import Population, curve_of
from islet.quantify.prrt.doses import Dose
from islet.quantify.prrt.interval import Settings
from islet.quantify.prrt.marrow import marrow_dose_gy, marrow_tia_mbq_h
from islet.quantify.prrt.read import Measured, Region, Series
from islet.quantify.prrt.report_regions import cite
from islet.quantify.prrt.response import log_odds_per_gy, response_share

MARROW = "red_marrow"


def marrow_estimate(option: str, measured: Measured, doses: Sequence[Dose], settings: Settings, base: KnowledgeBase) -> Estimate:
    """Return the marrow dose of the cycles with blood samples, or what it needs."""
    name = "Red marrow dose from blood"
    own = next((row for row in measured.s_values if row["target"] == MARROW == row["source"]), None)
    missing = [f"measurements.{table}" for table, there in (("blood_samples", measured.blood), ("s_values", own)) if not there]
    if missing or own is None:
        return Estimate("prrt_dose_marrow", option, name, NEEDS, needs=tuple(missing))
    ratio, mass, density = (base.constants[n].value for n in ("marrow_blood_ratio", "marrow_mass_g", "blood_density_g_per_ml"))
    mass = own.get("mass_g", mass)
    rows, total = [], 0.0
    for cycle, (hours, mbq_per_ml) in measured.blood.items():
        blood = Series(Region("blood", "organ", None, 0.0, ""), cycle, ("blood",), hours, mbq_per_ml, None)
        curve = curve_of(blood, settings, Population(1.0, 0.1), None)
        if curve.because or len(hours) < 2:
            because = curve.because or "one blood sample makes no curve; three would do"
            return Estimate(
                "prrt_dose_marrow", option, name, FAILED, because=f"cycle {cycle}: {because}", validity="two or more blood samples a cycle"
            )
        others = [
            (dose.curve.tia_mbq_h(), row["mgy_per_mbq_s"])
            for row in measured.s_values
            for dose in doses
            if row["target"] == MARROW != row["source"] == dose.curve.series.region.name
            and dose.curve.series.cycle == cycle
            and not dose.curve.because
        ]
        tia = marrow_tia_mbq_h(curve.tia_mbq_h() / density, ratio, mass)
        gy = marrow_dose_gy(tia, own["mgy_per_mbq_s"], tuple(t for t, _ in others), tuple(s for _, s in others))
        total += gy
        crossed = f"with cross-dose of {len(others)} regions" if others else "cross-dose left out, which is significant after DOTATATE"
        rows.append({"what": f"cycle {cycle}", "value": float(f"{gy:.4g}"), "unit": "Gy", "text": f"marrow TIA {tia:.4g} MBq h; {crossed}"})
    mark = base.constants["marrow_dose_mark_gy"].value
    return Estimate(
        "prrt_dose_marrow",
        option,
        name,
        GIVEN,
        float(f"{total:.4g}"),
        "Gy",
        None,
        "no interval: its error is not known",
        f"Red marrow about {total:.2g} Gy in the cycles with blood samples (mark {mark:g} Gy, recall); it predicts toxicity weakly.",
        f"Your bone marrow got about {total:.2g} Gy in the measured treatments.",
        "blood concentration times marrow mass, EANM form",
        {"ratio": ratio, "marrow_mass_g": mass, "blood_g_per_ml": density},
        assumptions=("marrow concentration equals blood", f"S of {own['reference']}", "no uptake of bone metastases"),
        cannot_say="Whether the blood counts fall; no cycle is to be withheld for this number alone",
        validity="177Lu-DOTATATE; two or more samples a cycle",
        sources=cite(base, "marrow_blood_ratio", "marrow_mass_g", "marrow_dose_mark_gy"),
        rows=tuple(rows),
    )


def response_estimate(option: str, lesions: Mapping[str, Sequence[Dose]], base: KnowledgeBase) -> Estimate:
    """Return the population association of cycle-1 dose and local response beside this patient's lesion doses."""
    odds, share = base.constants["response_odds_ratio_per_50_gy"], base.constants["response_base_share"].value
    more = response_share(share, 0.0, 50.0, log_odds_per_gy(odds.value, 50.0))
    ends = odds.range or (odds.value, odds.value)
    first = [(name, dose) for name, doses in lesions.items() for dose in doses if dose.curve.series.cycle == 1 and not dose.because]
    rows = [{"what": f"{name.replace('_', ' ')}, cycle 1", "value": float(f"{dose.gy:.3g}"), "unit": "Gy"} for name, dose in first]
    return Estimate(
        "prrt_response",
        option,
        "Dose and response in a population",
        GIVEN,
        odds.value,
        "odds ratio per 50 Gy",
        ends,
        "95 % interval of the source",
        f"In 90 patients 50 Gy more in cycle 1 went with odds of a local response {odds.value:g} times as high: "
        f"from {100 * share:.0f} of 100 to about {100 * more:.0f}.",
        "In a group of patients, tumours that got more radiation shrank somewhat more often.",
        "logistic association",
        assumptions=("the share of partial responses by RECIST stands for the base",),
        research=True,
        cannot_say="Whether a lesion of this patient responds; change of volume did not follow dose in the same patients, "
        "and small-intestinal NET showed no relation (recall)",
        validity="GEP-NET, cycle-1 dose of a lesion",
        sources=cite(base, "response_odds_ratio_per_50_gy"),
        rows=tuple(rows),
    )


def decay_estimate(option: str, doses: Sequence[Dose], base: KnowledgeBase) -> Estimate:
    """Return the fall of the activity over six weeks, by decay and in the measured regions."""
    physical = half_life_h("Lu-177")
    hours = np.linspace(0, 6 * 7 * 24, 127)
    lines = [
        {
            "label": f"decay alone, half-life {physical / 24:.2f} d",
            "x": (hours / 24).tolist(),
            "y": (100 * remaining(hours, physical)).tolist(),
        }
    ]
    seen: set[str] = set()
    for dose in doses:
        region = dose.curve.series.region.name
        if not dose.curve.because and region not in seen:
            seen.add(region)
            half = dose.curve.half_life_h()
            lines.append(
                {
                    "label": f"{region.replace('_', ' ')}, {half:.0f} h",
                    "x": (hours / 24).tolist(),
                    "y": (100 * remaining(hours, half)).tolist(),
                }
            )
    percent = hours_until(0.01, physical) / 24
    text = f"Half of the 177Lu has decayed after {physical / 24:.2f} days, 99 % after {percent:.0f} days; washout makes it faster."
    plain = f"The radioactivity halves at least every {physical / 24:.1f} days; after about {percent / 7:.0f} weeks one hundredth is left."
    return Estimate(
        "prrt_decay",
        option,
        "How the radioactivity falls",
        GIVEN,
        float(f"{physical / 24:.4g}"),
        "d",
        text=text,
        plain=plain,
        method="exponential decay; half-life from radioactivedecay (ICRP 107)",
        inputs={"nuclide": "Lu-177"},
        assumptions=("177mLu, a trace with a half-life of 160 d, is left out",),
        cannot_say="When contact is allowed: the rules of the place say that",
        validity="177Lu",
        sources=cite(base, "lu177_half_life_h"),
        curves={
            "kind": "decay",
            "title": "Fall of the radioactivity",
            "says": text,
            "x": {"label": "days after the injection", "low": 0},
            "y": {"label": "% left", "low": 0, "high": 100},
            "lines": lines,
        },
    )
