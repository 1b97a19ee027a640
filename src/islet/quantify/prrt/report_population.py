"""Say, for a patient whose kidneys were not measured, how many others pass the kidney limits with as much activity."""

from __future__ import annotations

import numpy as np

from islet.estimate.model import GIVEN, Estimate
from islet.knowledge.base import Constant, KnowledgeBase
from islet.quantify.prrt.cycles import INFINITE_ALPHA_BETA, chance_above
from islet.quantify.prrt.report_cycles import Limit, Plan, limits, percent
from islet.quantify.prrt.report_regions import cite

SPECT = (("kidney_spect_18", "SPECT, 18 patients"), ("kidney_spect_12", "SPECT, 12 patients"))
SERIES = (*SPECT, ("kidney_planar_61", "planar, 61 patients"))


def share_above(name: str, cycles_gbq: list[float], limit: Limit, constants: dict[str, Constant]) -> float:
    """Return the share (0..1) of a lognormal population of Gy/GBq that is above a limit after these cycles.

    A limit of BED takes the repair half-time and the median effective half-life of kidneys for G (physics dossier §3, §5).
    """
    mean, sd = (constants[f"{name}_{part}"].value for part in ("gy_per_gbq", "sd_gy_per_gbq"))
    median = mean / float(np.sqrt(1 + (sd / mean) ** 2))
    repair, half_life = constants["kidney_repair_half_time_h"].value, constants["kidney_effective_half_life_h"].value
    g = repair / (repair + half_life)
    alpha_beta = constants["kidney_alpha_beta_gy"].value if limit.of_bed else INFINITE_ALPHA_BETA
    doses = [median * gbq for gbq in cycles_gbq]
    return chance_above(doses, [g] * len(doses), constants[limit.constant].value, sd / mean, alpha_beta)


def population_estimate(option: str, given_mbq: dict[int, float], plan: Plan, base: KnowledgeBase) -> Estimate:
    """Return what share of other patients is above the limit that applies with as much activity, over the SPECT series."""
    further = plan.further or max(int(base.constants["prrt_cycles"].value) - len(given_mbq), 0)
    cycles_gbq = [*(mbq / 1000 for mbq in given_mbq.values()), *[plan.gbq] * further]
    gbq = sum(cycles_gbq)
    ours = [limit for limit in limits(base, plan.risk) if limit.applies]
    held = [limit for limit in limits(base, plan.risk) if limit.applies or not limit.of_bed]
    rows = []
    for name, words in SERIES:
        mean, sd = (base.constants[f"{name}_{part}"].value for part in ("gy_per_gbq", "sd_gy_per_gbq"))
        chances = {limit.words: share_above(name, cycles_gbq, limit, base.constants) for limit in held}
        said = "; ".join(f"above {what}: {percent(chance, chance)}" for what, chance in chances.items())
        text = f"{mean:g} ± {sd:g} Gy/GBq gives {mean * gbq:.3g} ± {sd * gbq:.2g} Gy; {said}"
        row = {"what": words, "text": text, "chances": {what: float(f"{chance:.3g}") for what, chance in chances.items()}}
        rows.append({**row, "sources": list(cite(base, f"{name}_gy_per_gbq"))})
    shares = [100 * share_above(name, cycles_gbq, ours[0], base.constants) for name, _ in SPECT]
    risk = {True: "risk factors known", False: "no risk factors", None: "risk factors not known: the stricter limit"}[plan.risk]
    text = (
        f"Kidneys not measured in this patient. With {gbq:.3g} GBq in all, {percent(min(shares) / 100, max(shares) / 100)} of "
        f"other patients would be above {ours[0].words} ({risk}); planar and SPECT do not compare:"
    )
    return Estimate(
        "prrt_cycles_population",
        option,
        "Kidney dose of a course in other patients",
        GIVEN,
        float(f"{shares[0]:.3g}"),
        "% of other patients",
        (float(f"{min(shares):.3g}"), float(f"{max(shares):.3g}")),
        "lowest and highest of the two SPECT series; their own errors are not in it",
        text,
        "Your kidneys were not measured. What other people's kidneys got gives only a rough idea.",
        "lognormal population of the published mean and sd; BED with the median half-life of kidneys",
        {"gbq": float(f"{gbq:.4g}"), "further_cycles": further},
        assumptions=("this patient is like those of the series", "amino acids were given"),
        cannot_say="What this patient's kidneys get: a SPECT/CT after one cycle would tell",
        validity="177Lu-DOTATATE; no measurement of this patient",
        sources=cite(base, ours[0].constant, "kidney_dose_limit_gy", "kidney_alpha_beta_gy", "kidney_effective_half_life_h"),
        rows=tuple(rows),
    )
