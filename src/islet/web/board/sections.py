"""The sections of the form, in the order in which a board reads a patient."""

from __future__ import annotations

from typing import NamedTuple

from islet.case.dictionary import Dictionary, Fact


class Section(NamedTuple):
    """Hold one section of the form: an id, a title, the facts in order."""

    id: str
    title: str
    facts: tuple[str, ...]


GIVEN_TOO = ("cells.who_grade", "health.egfr", "health.creatinine_clearance_ml_min")  # derived, and yet reported as such
NOT_ASKED = ("preferences.weights",)  # comes out of the values exercise
_ORDER = (
    Section("person", "Person and fitness", (
        "health.emergency", "health.age_years", "health.sex", "health.weight_kg", "health.height_cm", "health.ecog",
        "health.fit_for_major_surgery", "health.life_expectancy_months", "health.pregnant", "health.breastfeeding")),
    Section("cells", "The cells", (
        "cells.differentiation", "cells.who_grade", "cells.ki67_percent", "cells.mitoses_per_2mm2", "cells.hormone",
        "extent.hormone_controlled", "cells.sstr_krenning", "cells.sstr_result", "cells.fdg_discordant")),
    Section("primary", "The primary tumour", (
        "extent.primary_site", "extent.lesion_sites", "extent.primary_in_situ", "extent.size_mm", "extent.growth_mm_per_year",
        "extent.doubling_time_days", "extent.duct_distance_mm", "extent.main_duct_dilated", "extent.bile_duct_obstructed",
        "extent.vascular", "extent.adjacent_organ_invasion", "extent.primary_resectable")),
    Section("spread", "Stage, spread and growth", (
        "extent.t", "extent.n", "extent.m", "extent.liver_mets", "extent.liver_count", "extent.liver_largest_mm",
        "extent.liver_burden_percent", "extent.liver_distribution", "extent.liver_resectable", "extent.extrahepatic",
        "extent.progression", "extent.stable_months", "extent.symptomatic_bulk", "extent.future_liver_remnant_percent",
        "extent.lung_shunt_percent")),
    Section("organs", "Kidney, liver, marrow, heart", (
        "health.creatinine_umol_l", "health.egfr", "health.creatinine_clearance_ml_min", "health.bilirubin_umol_l",
        "health.albumin_g_l", "health.inr", "health.sodium_mmol_l", "health.alt_x_uln", "health.haemoglobin_g_l",
        "health.platelets_10e9_l", "health.neutrophils_10e9_l", "health.leucocytes_10e9_l", "health.lvef_percent", "health.qtc_ms",
        "health.proteinuria_g_24h", "health.ascites", "health.encephalopathy", "health.portal_vein", "health.biliary_access",
        "health.anticoagulated")),
    Section("illnesses", "Other illnesses", ("health.comorbidities",)),
    Section("genetics", "Genetics and markers", (
        "cells.hereditary", "cells.vhl_exon3", "cells.msi_high", "cells.tmb_high", "cells.mgmt_deficient", "health.dpyd_deficient",
        "health.dpyd_activity_score")),
    Section("wishes", "Goals and wishes", (
        "preferences.goal", "preferences.refuses", "preferences.wishes_pregnancy", "preferences.accepts_isolation")),
)
_LAST = {"cells": "cells", "extent": "spread", "health": "organs", "preferences": "wishes"}


def asked(fact: Fact) -> bool:
    """Tell whether the form asks for a fact."""
    return fact.section in _LAST and fact.name not in NOT_ASKED and (fact.derivation is None or fact.name in GIVEN_TOO)


def sections_of(dictionary: Dictionary) -> list[Section]:
    """Return the sections with every fact that can be given; what a newer dictionary adds stands at the end of its section."""
    placed = {name for section in _ORDER for name in section.facts}
    added: dict[str, list[str]] = {}
    for fact in dictionary.facts.values():
        if asked(fact) and fact.name not in placed:
            added.setdefault(_LAST[fact.section], []).append(fact.name)
    return [
        Section(section.id, section.title, (*(n for n in section.facts if n in dictionary.facts), *added.get(section.id, ())))
        for section in _ORDER
    ]
