"""The patient: age, sex, what they can go through, the laboratory, what they wish."""

from __future__ import annotations

import numpy as np

from islet.registry.synth.block import Block
from islet.registry.synth.columns import COMORBIDITIES, REFUSALS
from islet.registry.synth.data import Profile, load_yaml

FERTILE = (15, 50)


def draw_body(block: Block, profile: Profile) -> None:
    """Put health and preferences in the block; the median age and the share of women are those of the profile."""
    _person(block, profile)
    _illnesses(block)
    _laboratory(block)
    _wishes(block)


def _person(block: Block, profile: Profile) -> None:
    points = load_yaml("values")["numbers"]["age_years"]["points"]
    shift = profile.margins["median_age"].shares["value"] - points[len(points) // 2]
    earlier = block.number("age_earlier_years", block.kinds["hereditary"])
    age = np.clip(np.round(block.number("age_years") + shift + _make_up(profile) - earlier), 12, 95)
    female = block.draws.chance(profile.margins["female"].shares["yes"])
    block.kinds["age"], block.kinds["male"] = age.astype(np.int64), (~female).astype(np.int64)
    block["health.age_years"], block["health.sex"] = age, block.kinds["male"]
    height = block.number("height_cm", block.kinds["male"])
    block["health.height_cm"] = height
    block["health.weight_kg"] = np.round(block.number("bmi") * (height / 100) ** 2)
    weights = block.weights("ecog")
    block["health.ecog"] = block.draws.pick(weights["by_age"], np.digitize(age, weights["ages"])).astype(float)
    fertile = female & (age >= FERTILE[0]) & (age < FERTILE[1])
    for fact in ("pregnant", "breastfeeding"):
        met = block.draws.chance(block.share(fact)) & fertile
        block[f"health.{fact}"] = np.where(female, met, -1)
    block["preferences.wishes_pregnancy"] = np.where(age < FERTILE[1], block.draws.chance(block.share("wishes_pregnancy_young")), 0)


def _make_up(profile: Profile) -> float:
    """Return by how many years the others are older, so that the younger patients with a syndrome leave the median where it is."""
    shares = profile.margins["men1"].shares["yes"] + sum(profile.margins["other_syndromes"].shares.values())
    return round(10 * shares, 6)


def _illnesses(block: Block) -> None:
    band = np.digitize(block["health.age_years"], [55, 75])
    told = np.zeros(len(band), np.int64)
    for place, name in enumerate(COMORBIDITIES):
        told |= block.draws.chance(np.array(load_yaml("values")["comorbidities"][name])[band]).astype(np.int64) << place
    block.kinds["illnesses"] = told
    block["health.comorbidities"] = told
    hazard = 0.02 * np.array([1, 2, 4])[band] * (1 + block["health.ecog"])
    frail = block["health.ecog"] + _has(block, "heart_failure") + _has(block, "cirrhosis") + _has(block, "dialysis") >= 3
    block["health.fit_for_major_surgery"] = ~(frail | block.draws.chance(hazard))


def _has(block: Block, name: str) -> np.ndarray:
    return block.kinds["illnesses"] >> COMORBIDITIES.index(name) & 1


def _laboratory(block: Block) -> None:
    draws = block.draws
    full = (np.nan_to_num(block["extent.liver_burden_percent"]) > 40).astype(np.int64)
    obstructed = block["extent.bile_duct_obstructed"] == 1
    ill = ((block["health.ecog"] >= 2) | (full == 1)).astype(np.int64)
    kidneys = np.where(_has(block, "dialysis") == 1, 2, _has(block, "chronic_kidney_disease"))
    block["health.creatinine_umol_l"] = block.number("creatinine_umol_l", kidneys)
    block["health.egfr"] = np.full(len(full), np.nan)
    block["health.bilirubin_umol_l"] = block.number("bilirubin_umol_l", np.where(obstructed, 2, full))
    anticoagulated = draws.chance(block.share("anticoagulated"))
    block["health.anticoagulated"] = anticoagulated
    block["health.inr"] = block.number("inr", (anticoagulated & draws.chance(0.4)).astype(np.int64))
    for fact, kinds in (("albumin_g_l", ill), ("sodium_mmol_l", None), ("alt_x_uln", full), ("haemoglobin_g_l", ill),
                        ("platelets_10e9_l", ill), ("leucocytes_10e9_l", ill), ("qtc_ms", None),
                        ("lvef_percent", _has(block, "heart_failure"))):
        block[f"health.{fact}"] = block.number(fact, kinds)
    block["health.neutrophils_10e9_l"] = np.round(block["health.leucocytes_10e9_l"] * block.number("neutrophil_share"), 1)
    score = draws.pick(block.weights("dpyd_activity_score")["weights"]) / 2
    block["health.dpyd_activity_score"], block["health.dpyd_deficient"] = score, score == 0
    block["health.proteinuria_g_24h"] = block.number("proteinuria_g_24h")
    block["health.life_expectancy_months"] = block.number("life_expectancy_months", block["health.ecog"].astype(np.int64))
    cirrhotic = (full == 1) | (_has(block, "cirrhosis") == 1)
    block["health.ascites"] = np.where(cirrhotic, draws.pick(block.share("ascites_liver_full")), 0)
    block["health.encephalopathy"] = np.where(cirrhotic, draws.pick([96, 3, 1]), 0)
    block["health.portal_vein"] = draws.chance(block.share("portal_vein_thrombosed"))
    tables = block.weights("biliary_access")
    block["health.biliary_access"] = draws.pick([tables["usual"], tables["obstructed"]], obstructed.astype(np.int64))
    block["health.emergency"] = np.where(draws.chance(block.share("emergency")), 1 << draws.pick([1, 1, 2, 2, 2]), 0)


def _wishes(block: Block) -> None:
    draws = block.draws
    refusing = draws.chance(block.share("refuses_something"))
    block["preferences.refuses"] = np.where(refusing, 1 << draws.pick([1] * len(REFUSALS)), 0)
    goals = block.weights("goal")
    block["preferences.goal"] = draws.pick([goals["M0"], goals["M1"]], block.kinds["spread"])
    block["preferences.accepts_isolation"] = draws.chance(block.share("accepts_isolation"))
