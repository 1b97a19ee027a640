"""Make the estimates of PRRT from the measurements of a case."""

from __future__ import annotations

from collections.abc import Callable

from islet.case.model import Case
from islet.case.values import Given
from islet.estimate.model import Estimate
from islet.knowledge.base import KnowledgeBase
from islet.quantify.prrt.curves import Population, curves_of
from islet.quantify.prrt.doses import Dose, doses_of
from islet.quantify.prrt.interval import Settings
from islet.quantify.prrt.read import known_number, read_measured, says
from islet.quantify.prrt.report_cycles import Plan, cycles_estimate, lesion_estimate
from islet.quantify.prrt.report_other import decay_estimate, marrow_estimate, response_estimate
from islet.quantify.prrt.report_population import population_estimate
from islet.quantify.prrt.report_receptors import receptor_estimate
from islet.quantify.prrt.report_regions import region_estimate

RISKS = ("diabetes", "uncontrolled_diabetes", "diabetes_with_organ_damage", "uncontrolled_hypertension")


def estimate(case: Case, option: str, base: KnowledgeBase, progress: Callable[[str, float], None]) -> list[Estimate]:
    """Return every estimate of PRRT: doses by region, cycles, lesions, marrow, response, decay, receptors.

    Raises InputError where the measurements cannot be. What cannot be computed is an estimate without a number.
    """
    constants = base.constants
    measured = read_measured(case, constants["lu177_half_life_h"].value)
    error = constants["assumed_activity_relative_sd"]
    assert error.range is not None
    settings = Settings(constants["lu177_half_life_h"].value, constants["fastest_half_life_h"].value, error.value, error.range[1])
    progress("time-activity curves", 0.05)
    doses = doses_of(curves_of(measured.series, settings, _populations(base)), measured.s_values, constants)
    by_region: dict[str, list[Dose]] = {}
    for dose in sorted(doses, key=lambda dose: dose.curve.series.cycle):
        by_region.setdefault(dose.curve.series.region.name, []).append(dose)
    found = [region_estimate(option, group, measured.given_mbq, base) for group in by_region.values()]
    progress("cycles", 0.5)
    one_method = {name: group for name, group in by_region.items() if len({by for d in group for by in d.curve.series.by}) == 1}
    plan = _plan(case, base)
    kidneys = [group for group in one_method.values() if group[0].curve.series.region.kind == "kidneys"]
    if kidneys:
        most = max(kidneys, key=lambda group: max((dose.gy for dose in group if not dose.because), default=0.0))
        found.append(cycles_estimate(option, most, measured.given_mbq, plan, base, apart=len(kidneys) > 1))
    else:
        found.append(population_estimate(option, measured.given_mbq, plan, base))
    lesions = {name: group for name, group in one_method.items() if group[0].curve.series.region.kind == "lesion"}
    if lesions:
        found += [lesion_estimate(option, lesions, plan, base), response_estimate(option, lesions, base)]
    if doses:
        found.append(marrow_estimate(option, measured, doses, settings, base))
    progress("decay", 0.7)
    found.append(decay_estimate(option, doses, base))
    progress("receptor model", 0.8)
    found.append(receptor_estimate(option, base))
    progress("done", 1.0)
    return found


def _populations(base: KnowledgeBase) -> dict[str, Population]:
    spread = base.constants["half_life_log_sd"].value
    names = {"kidneys": "kidney", "liver": "liver", "spleen": "spleen", "lesion": "lesion"}
    return {kind: Population(base.constants[f"{name}_effective_half_life_h"].value, spread) for kind, name in names.items()}


def _hypertension(case: Case) -> str | None:
    """Return what is said of hypertension, controlled or not: the comorbidities know only the uncontrolled one."""
    given = case.measurements.get("hypertension")
    return given.choices[0] if isinstance(given, Given) and given.choices and len(given.choices) == 1 else None


def _plan(case: Case, base: KnowledgeBase) -> Plan:
    risks = [*(says(case, f"health.comorbidities.{risk}") for risk in RISKS), _hypertension(case)]
    risk = True if "yes" in risks else False if all(word == "no" for word in risks) else None
    further, gbq = known_number(case, "planned_cycles"), known_number(case, "planned_cycle_gbq")
    return Plan(int(further or 0), gbq or base.constants["prrt_cycle_gbq"].value, risk, says(case, "cells.who_grade"))
