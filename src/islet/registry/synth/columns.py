"""The columns of the synthetic registry: facts under the dictionary's names, and what is kept aside beside them."""

from __future__ import annotations

from typing import NamedTuple

GRADES = ("G1", "G2", "G3", "NEC")
DISTANT = ("node", "bone", "lung", "peritoneum", "brain", "other")
COMORBIDITIES = (
    "diabetes", "heart_failure", "coronary_disease", "uncontrolled_hypertension", "copd", "interstitial_lung_disease", "cirrhosis",
    "hepatitis_b", "chronic_kidney_disease", "dialysis", "neuropathy", "recent_bleeding", "obesity", "gallstones", "other_cancer",
    "cerebrovascular_disease",
)
REFUSALS = (
    "pancreaticoduodenectomy", "total_pancreatectomy", "prrt", "captem", "liver_transplant", "chemotherapy", "everolimus",
    "distal_pancreatectomy",
)
OPTIONS = (
    "surveillance", "enucleation", "distal_pancreatectomy", "central_pancreatectomy", "pancreaticoduodenectomy", "total_pancreatectomy",
    "ssa", "prrt", "captem", "stz_5fu", "folfox", "platinum_etoposide", "everolimus", "sunitinib", "cabozantinib", "tae", "tace", "tare",
    "liver_ablation", "belzutifan",
)
RESPONSES = ("partial", "stable", "progression", "intolerance", "unknown")
CONTRADICTIONS = (
    "grade_against_ki67", "m0_with_liver_metastases", "krenning_against_result", "t_against_size", "pregnant_man",
)


class Column(NamedTuple):
    """Hold a column: its name, its kind (number, yes_no, word, list, history, text) and its words."""

    name: str
    kind: str
    words: tuple[str, ...] = ()


FACTS = (
    Column("cells.differentiation", "word", ("well", "poor")),
    Column("cells.ki67_percent", "number"),
    Column("cells.ki67_percent__low", "number"),
    Column("cells.ki67_percent__high", "number"),
    Column("cells.mitoses_per_2mm2", "number"),
    Column("cells.who_grade", "word", GRADES),
    Column("cells.hormone", "word", ("none", "insulin", "gastrin", "glucagon", "vip", "somatostatin", "acth", "serotonin", "other")),
    Column("cells.sstr_krenning", "number"),
    Column("cells.sstr_result", "word", ("positive", "heterogeneous", "negative")),
    Column("cells.fdg_discordant", "yes_no"),
    Column("cells.hereditary", "word", ("none", "men1", "vhl", "nf1", "tsc")),
    Column("cells.vhl_exon3", "yes_no"),
    Column("cells.msi_high", "yes_no"),
    Column("cells.tmb_high", "yes_no"),
    Column("cells.mgmt_deficient", "yes_no"),
    Column("extent.primary_site", "word", ("head", "uncinate", "neck", "body", "tail", "multifocal")),
    Column("extent.lesion_sites", "list", ("head", "uncinate", "neck", "body", "tail")),
    Column("extent.primary_in_situ", "yes_no"),
    Column("extent.size_mm", "number"),
    Column("extent.size_mm__low", "number"),
    Column("extent.size_mm__high", "number"),
    Column("extent.growth_mm_per_year", "number"),
    Column("extent.doubling_time_days", "number"),
    Column("extent.duct_distance_mm", "number"),
    Column("extent.main_duct_dilated", "yes_no"),
    Column("extent.bile_duct_obstructed", "yes_no"),
    Column("extent.vascular", "word", ("none", "abutment", "encasement", "occlusion")),
    Column("extent.adjacent_organ_invasion", "yes_no"),
    Column("extent.primary_resectable", "yes_no"),
    Column("extent.t", "word", ("T1", "T2", "T3", "T4")),
    Column("extent.n", "word", ("N0", "N1")),
    Column("extent.m", "word", ("M0", "M1")),
    Column("extent.liver_mets", "yes_no"),
    Column("extent.liver_count", "number"),
    Column("extent.liver_largest_mm", "number"),
    Column("extent.liver_burden_percent", "number"),
    Column("extent.liver_distribution", "word", ("unilobar", "bilobar", "diffuse")),
    Column("extent.liver_resectable", "yes_no"),
    Column("extent.extrahepatic", "list", DISTANT),
    Column("extent.progression", "word", ("stable", "progressive", "rapid")),
    Column("extent.stable_months", "number"),
    Column("extent.symptomatic_bulk", "yes_no"),
    Column("extent.hormone_controlled", "yes_no"),
    Column("extent.future_liver_remnant_percent", "number"),
    Column("extent.lung_shunt_percent", "number"),
    Column("health.emergency", "list", ("hormone_crisis", "severe_hypoglycaemia", "bleeding", "sepsis", "obstruction")),
    Column("health.age_years", "number"),
    Column("health.sex", "word", ("female", "male")),
    Column("health.weight_kg", "number"),
    Column("health.height_cm", "number"),
    Column("health.ecog", "number"),
    Column("health.fit_for_major_surgery", "yes_no"),
    Column("health.life_expectancy_months", "number"),
    Column("health.pregnant", "yes_no"),
    Column("health.breastfeeding", "yes_no"),
    Column("health.creatinine_umol_l", "number"),
    Column("health.egfr", "number"),
    Column("health.bilirubin_umol_l", "number"),
    Column("health.albumin_g_l", "number"),
    Column("health.inr", "number"),
    Column("health.sodium_mmol_l", "number"),
    Column("health.alt_x_uln", "number"),
    Column("health.haemoglobin_g_l", "number"),
    Column("health.platelets_10e9_l", "number"),
    Column("health.neutrophils_10e9_l", "number"),
    Column("health.leucocytes_10e9_l", "number"),
    Column("health.lvef_percent", "number"),
    Column("health.qtc_ms", "number"),
    Column("health.proteinuria_g_24h", "number"),
    Column("health.dpyd_deficient", "yes_no"),
    Column("health.dpyd_activity_score", "number"),
    Column("health.ascites", "word", ("none", "mild", "severe")),
    Column("health.encephalopathy", "word", ("none", "mild", "severe")),
    Column("health.portal_vein", "word", ("patent", "thrombosed")),
    Column("health.biliary_access", "word", ("none", "stent", "sphincterotomy", "bilioenteric_anastomosis")),
    Column("health.anticoagulated", "yes_no"),
    Column("health.comorbidities", "list", COMORBIDITIES),
    Column("preferences.refuses", "list", REFUSALS),
    Column("preferences.goal", "word", ("cure", "longest_control", "symptom_relief", "quality_of_life", "fewest_visits")),
    Column("preferences.wishes_pregnancy", "yes_no"),
    Column("preferences.accepts_isolation", "yes_no"),
    Column("history", "history", OPTIONS),
)
ASIDE = (
    Column("diagnosis_year", "number"),
    Column("truth_contradiction", "word", CONTRADICTIONS),
    Column("truth_corrected", "text"),
)
REGISTRY_CODES = (Column("icdo_topography", "text"), Column("icdo_morphology", "text"))
TRUTH = ("cells.ki67_percent", "cells.mitoses_per_2mm2", "cells.who_grade", "cells.sstr_result", "extent.size_mm", "extent.progression")


def columns(truth: bool = False, all_cancers: bool = False) -> tuple[Column, ...]:
    """Return the columns of a table, in their order; `id` and `synthetic` come first in every table."""
    by_name = {column.name: column for column in FACTS}
    drawn = tuple(by_name[name]._replace(name=truth_name(name)) for name in TRUTH) if truth else ()
    return (*FACTS, *ASIDE, *drawn, *(REGISTRY_CODES if all_cancers else ()))


def truth_name(fact: str) -> str:
    """Return the column that keeps the value drawn before anything went missing.

    >>> truth_name("cells.ki67_percent")
    'truth_ki67_percent'
    """
    return "truth_" + fact.split(".")[1]
