"""Say how likely further cycles pass the kidney limits, and what lesions would get on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from islet.estimate.model import FAILED, GIVEN, OUTSIDE, Estimate
from islet.knowledge.base import Constant, KnowledgeBase
from islet.quantify.prrt.bed import bed_gy, doses_of_cycles
from islet.quantify.prrt.curves import Z90
from islet.quantify.prrt.cycles import INFINITE_ALPHA_BETA, chances_by_cycle, cycles_until
from islet.quantify.prrt.doses import Dose
from islet.quantify.prrt.report_regions import cite

LEAST_FURTHER = 2
LEAST_LESION_G = 8.0  # 8 cm3 at the density of water; tissue is denser
LESIONS = "GEP-NET grade 1 and 2; lesions of at least 8 cm3"


class Plan(NamedTuple):
    """Hold what is thought of: further cycles, GBq of each, and whether risk factors are known (True, False, None unknown)."""

    further: int
    gbq: float
    risk: bool | None
    grade: str | None


class Limit(NamedTuple):
    """Hold one limit: the constant it is, its words, and whether it is one of BED."""

    constant: str
    words: str
    of_bed: bool
    applies: bool


def limits(base: KnowledgeBase, risk: bool | None) -> tuple[Limit, ...]:
    """Return the limits with the ones that apply to this patient marked."""
    return (
        Limit("kidney_dose_limit_gy", "absorbed dose 23 Gy, from external beams (recall)", False, False),
        Limit("kidney_bed_limit_risk_gy", "BED 28 Gy, with hypertension or diabetes", True, risk is not False),
        Limit("kidney_bed_limit_risk_recall_gy", "BED 27 Gy, with risk factors (recall)", True, False),
        Limit("kidney_bed_limit_gy", "BED 40 Gy, without risk factors", True, risk is not True),
    )


def course(doses: Sequence[Dose], given_mbq: dict[int, float], plan: Plan) -> tuple[list[float], list[float], float, list[str]]:
    """Return the kidney dose of every given cycle in Gy, its G, the dose of the next cycle, and notes on what was filled in."""
    good = {dose.curve.series.cycle: dose for dose in doses if not dose.because}
    rates = [dose.gy / (given_mbq[cycle] / 1000) for cycle, dose in good.items() if cycle in given_mbq]
    mean = float(np.mean(rates)) if rates else float("nan")
    g_mean = float(np.mean([dose.g_factor for dose in good.values()]))
    all_cycles = sorted(set(given_mbq) | set(good))
    done = [good[c].gy if c in good else mean * given_mbq[c] / 1000 for c in all_cycles]
    factors = [good[c].g_factor if c in good else g_mean for c in all_cycles]
    notes = [f"cycle {c} was not measured: its dose is the mean Gy/GBq of the measured cycles" for c in all_cycles if c not in good]
    following = mean * plan.gbq if rates else float(np.mean([dose.gy for dose in good.values()]))
    if not rates:
        notes.append("the given activities are not known: a further cycle is taken to be like the measured ones")
    return done, factors, following, notes


def cycles_estimate(
    option: str, doses: Sequence[Dose], given_mbq: dict[int, float], plan: Plan, base: KnowledgeBase, apart: bool = False
) -> Estimate:
    """Return the probabilities of passing each kidney limit after 0, 1, 2 ... further cycles.

    `apart` tells that the kidneys were measured as more than one region, and that `doses` are those of the one with most.
    """
    name = "Further cycles against the kidney limits"
    good = [dose for dose in doses if not dose.because and dose.interval]
    if not good:
        because = f"the kidney dose is not known: {doses[0].because or 'no interval'}"
        return Estimate("prrt_cycles_remaining", option, name, FAILED, because=because, validity="a kidney dose with its error")
    done, factors, following, notes = course(doses, given_mbq, plan)
    if apart:
        notes.append(f"kidneys measured apart: held against the limits is {doses[0].curve.series.region.name}, which got more")
    sd = max(dose.relative_sd() or 0.0 for dose in good)
    further = max(plan.further, LEAST_FURTHER)
    rows = []
    chosen: tuple[float, float, float, Limit] | None = None
    for limit in limits(base, plan.risk):
        spread = _chances(limit, done, factors, following, further, sd, base.constants)
        middle = spread[0]
        now = sum(done) if not limit.of_bed else _bed_sum(done, factors, base.constants)
        each = following if not limit.of_bed else _bed_sum([following], factors[-1:], base.constants)
        left = cycles_until(base.constants[limit.constant].value, now, each)
        words = ", ".join(f"+{k}: {percent(low, high)}" for k, (low, high) in enumerate(zip(spread[1], spread[2], strict=True)))
        text = f"chance of being above it after so many further cycles: {words}; on the middle estimate {max(left, 0):.1f} further cycles"
        rows.append(
            {
                "what": limit.words,
                "text": text,
                "limit_gy": base.constants[limit.constant].value,
                "applies": limit.applies,
                "chances": [round(float(value), 4) for value in middle],
                "sources": list(cite(base, limit.constant)),
            }
        )
        if limit.applies and chosen is None:
            chosen = (float(middle[further]), float(spread[1][further]), float(spread[2][further]), limit)
    assert chosen is not None
    risk = {True: "risk factors known", False: "no risk factors", None: "risk factors not known: the stricter limit is shown"}[plan.risk]
    bed = _bed_sum(done, factors, base.constants)
    text = (
        f"After {further} further cycles of {plan.gbq:g} GBq the chance of being above {chosen[3].words} is "
        f"{percent(chosen[1], chosen[2])} ({risk}); kidneys so far {sum(done):.3g} Gy, BED {bed:.3g} Gy, "
        f"a further cycle about {following:.3g} Gy."
    )
    plain = f"So far your kidneys got about {sum(done):.2g} Gy. Your team can tell how many treatments keep them within the usual limits."
    return Estimate(
        "prrt_cycles_remaining",
        option,
        name,
        GIVEN,
        float(f"{100 * chosen[0]:.3g}"),
        "%",
        (float(f"{100 * chosen[1]:.3g}"), float(f"{100 * chosen[2]:.3g}")),
        "over the ranges of alpha/beta and repair",
        text,
        plain,
        "one lognormal error common to all cycles; BED with repair (Lea-Catcheside), mono-exponential repair",
        {"relative_sd_of_dose": float(f"{sd:.3g}"), "further_cycles": further, "gbq_per_cycle": plan.gbq},
        assumptions=("a further cycle gives the mean Gy/GBq of the measured ones", "errors are alike in all cycles", *notes),
        cannot_say="Whether the kidneys fail: the limits rest on few patients and mostly on 90Y",
        validity="kidney doses of one method; 177Lu",
        sources=cite(base, "kidney_bed_limit_gy", "kidney_dose_limit_gy", "kidney_alpha_beta_gy", "kidney_dose_relative_sd"),
        rows=tuple(rows),
        curves=_chart(done, factors, following, further, sd, plan, base),
    )


def _chances(
    limit: Limit, done: list[float], factors: list[float], following: float, further: int, sd: float, constants: dict[str, Constant]
) -> tuple[list[float], list[float], list[float]]:
    """Return the middle, lowest and highest chances over the ranges of alpha/beta and repair half-time."""
    value = constants[limit.constant].value
    if not limit.of_bed:
        only = chances_by_cycle(done, [following] * further, factors, factors[-1], value, sd, INFINITE_ALPHA_BETA).tolist()
        return only, only, only
    ratio, repair = constants["kidney_alpha_beta_gy"], constants["kidney_repair_half_time_h"]
    found = []
    for alpha_beta in (ratio.value, *(ratio.range or ())):
        for scale in (1.0, *(end / repair.value for end in repair.range or ())):
            scaled = [g * scale / (1 - g + g * scale) for g in factors]  # G = T/(T + T_eff), so G/(1-G) scales with T
            found.append(chances_by_cycle(done, [following] * further, scaled, scaled[-1], value, sd, alpha_beta).tolist())
    return found[0], np.min(found, axis=0).tolist(), np.max(found, axis=0).tolist()


def _bed_sum(doses: Sequence[float], factors: Sequence[float], constants: dict[str, Constant]) -> float:
    return float(bed_gy(np.asarray(doses), np.asarray(factors), constants["kidney_alpha_beta_gy"].value).sum())


def percent(low: float, high: float) -> str:
    """Return one or two shares (0..1) as words in per cent."""
    words = [f"{100 * share:.0f}" if share >= 0.01 else "<1" for share in (low, high)]
    return f"{words[0]} %" if words[0] == words[1] else f"{words[0]} to {words[1]} %"


def _chart(
    done: list[float], factors: list[float], following: float, further: int, sd: float, plan: Plan, base: KnowledgeBase
) -> dict[str, Any]:
    """Return the cumulative dose and BED by cycle with the band and the limits."""
    doses, g = np.array([*done, *[following] * further]), np.array([*factors, *[factors[-1]] * further])
    cycles = list(range(len(doses) + 1))
    log_sd = float(np.sqrt(np.log1p(sd**2)))
    alpha_beta = base.constants["kidney_alpha_beta_gy"].value

    def cumulative(scale: float) -> list[float]:
        return [0.0, *np.cumsum(bed_gy(doses * scale, g, alpha_beta)).tolist()]

    lines = [{"label": "BED of the kidneys", "x": cycles, "y": cumulative(1.0)}]
    lines.append({"label": "absorbed dose", "x": cycles, "y": [0.0, *np.cumsum(doses).tolist()]})
    reach = float(np.exp(Z90 * log_sd))
    band = {"label": "90 % of the BED", "x": cycles, "low": cumulative(1 / reach), "high": cumulative(reach)}
    shown = [limit for limit in limits(base, plan.risk) if limit.applies or not limit.of_bed]
    marks = [{"label": limit.words, "y": base.constants[limit.constant].value} for limit in shown]
    says = f"{len(done)} cycles given, {further} more drawn; BED after the last {lines[0]['y'][-1]:.3g} Gy"
    return {
        "kind": "dose_per_cycle",
        "title": "Kidney dose over the cycles",
        "says": says,
        "x": {"label": "cycles", "low": 0},
        "y": {"label": "Gy, cumulative", "low": 0},
        "lines": lines,
        "bands": [band],
        "limits": marks,
    }


def lesion_estimate(option: str, lesions: Mapping[str, Sequence[Dose]], plan: Plan, base: KnowledgeBase) -> Estimate:
    """Return what the measured lesions would get in further cycles if the dose falls as published for their grade."""
    known = {"G1": (base.constants["lesion_fall_per_cycle_g1"].value,) * 2, "G2": (base.constants["lesion_fall_per_cycle_g2"].value,) * 2}
    ends = (base.constants["lesion_fall_per_cycle_g1"].value, base.constants["lesion_fall_per_cycle_g2"].value)
    low_fall, high_fall = known.get(plan.grade or "", ends)
    further = max(plan.further, 1)
    ident, name = "prrt_lesion_course", "Dose to the lesions in further cycles"
    sources = cite(base, "lesion_fall_per_cycle_g1", "lesion_fall_per_cycle_g2")
    if plan.grade is not None and plan.grade not in known:
        because = f"the fall of the dose was measured in grade 1 and 2 only, this tumour is {plan.grade}"
        return Estimate(ident, option, name, OUTSIDE, because=because, validity=LESIONS, sources=sources)
    rows: list[dict[str, Any]] = []
    for region, doses in lesions.items():
        good = [dose for dose in doses if not dose.because]
        mass = doses[0].curve.series.region.mass_g
        if good and mass is not None and mass < LEAST_LESION_G:
            text = f"measured {sum(d.gy for d in good):.3g} Gy; below 8 cm3, which the source left out: no further dose is estimated"
            rows.append({"what": region.replace("_", " "), "text": text})
        elif good:
            last = good[-1].gy
            most, least = (float(doses_of_cycles(last, further + 1, fall)[1:].sum()) for fall in (low_fall, high_fall))
            span = f"{least:.3g}" if low_fall == high_fall else f"{least:.3g} to {most:.3g}"
            text = f"measured {sum(d.gy for d in good):.3g} Gy; {further} further cycles would add about {span} Gy"
            numbers = {"least_gy": float(f"{least:.4g}"), "most_gy": float(f"{most:.4g}")}
            rows.append({"what": region.replace("_", " "), "text": text, **numbers})
    rate = f"{100 * low_fall:.0f} %" if low_fall == high_fall else f"{100 * low_fall:.0f} to {100 * high_fall:.0f} %"
    return Estimate(
        ident,
        option,
        name,
        GIVEN if rows else FAILED,
        text=f"The dose to a lesion falls by {rate} from cycle to cycle, so four times the first is too much.",
        plain="Each further treatment gives the tumours a little less than the one before.",
        because="" if rows else "no lesion has a dose",
        method="geometric fall by grade",
        inputs={"grade": plan.grade or "unknown", "further_cycles": further},
        assumptions=("lesions of at least 8 cm3, as in the source",),
        cannot_say="What a lesion will get: lesions of one patient differ",
        validity=LESIONS,
        sources=sources,
        rows=tuple(rows),
    )
