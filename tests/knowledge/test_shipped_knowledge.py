"""The knowledge as shipped: it passes its own check, it is described by whole patients, and it does not offer everything to everybody."""

from __future__ import annotations

from collections import Counter

import pytest

from islet.case.yaml_text import read_document
from islet.knowledge.yaml_data import plain
from islet.plan.described import case_of
from islet.plan.make import make_plan
from islet.plan.vignettes import Report, Vignette, read_vignettes, run_vignette
from islet_testing.command import run_islet
from islet_testing.places import KNOWLEDGE

OPTIONS = {  # the contract, section 2
    "watch": ["surveillance"],
    "surgery": ["enucleation", "distal_pancreatectomy", "central_pancreatectomy", "pancreaticoduodenectomy", "total_pancreatectomy"],
    "ablation": ["eus_rfa", "percutaneous_ablation"],
    "radionuclide": ["prrt"],
    "targeted": ["everolimus", "sunitinib", "cabozantinib", "surufatinib", "belzutifan"],
    "liver": ["tae", "tace", "tare", "liver_resection", "liver_ablation", "liver_transplant"],
    "chemotherapy": ["captem", "stz_5fu", "folfox", "folfiri", "platinum_etoposide"],
    "hormone": ["ssa", "hormone_control"],
    "other": ["immunotherapy", "best_supportive_care", "clinical_trial"],
}
FACTS = """
cells: differentiation ki67_percent mitoses_per_2mm2 who_grade hormone sstr_krenning sstr_result fdg_discordant hereditary vhl_exon3
  msi_high tmb_high mgmt_deficient
extent: primary_site lesion_sites primary_in_situ size_mm growth_mm_per_year doubling_time_days duct_distance_mm
  main_duct_dilated bile_duct_obstructed vascular adjacent_organ_invasion primary_resectable t n m liver_mets liver_count liver_largest_mm
  liver_burden_percent liver_distribution liver_resectable extrahepatic progression stable_months symptomatic_bulk
  hormone_controlled future_liver_remnant_percent
  lung_shunt_percent
health: age_years sex weight_kg height_cm ecog fit_for_major_surgery life_expectancy_months pregnant breastfeeding creatinine_umol_l egfr
  creatinine_clearance_ml_min bilirubin_umol_l albumin_g_l inr sodium_mmol_l alt_x_uln haemoglobin_g_l platelets_10e9_l neutrophils_10e9_l
  leucocytes_10e9_l lvef_percent qtc_ms proteinuria_g_24h ascites encephalopathy portal_vein biliary_access anticoagulated dpyd_deficient
  comorbidities
preferences: refuses goal weights wishes_pregnancy accepts_isolation
"""
WORDS = {
    "differentiation": "well poor",
    "who_grade": "G1 G2 G3 NEC",
    "hormone": "none insulin gastrin glucagon vip somatostatin acth serotonin other",
    "sstr_result": "positive negative heterogeneous",
    "hereditary": "none men1 vhl nf1 tsc",
    "primary_site": "head uncinate neck body tail multifocal",
    "vascular": "none abutment encasement occlusion",
    "t": "T0 T1 T2 T3 T4",
    "n": "N0 N1",
    "m": "M0 M1",
    "liver_distribution": "unilobar bilobar diffuse",
    "extrahepatic": "node bone lung peritoneum brain other",
    "progression": "stable progressive rapid",
    "sex": "female male",
    "ascites": "none mild severe",
    "encephalopathy": "none mild severe",
    "portal_vein": "patent thrombosed",
    "biliary_access": "none stent sphincterotomy bilioenteric_anastomosis",
    "goal": "cure longest_control symptom_relief quality_of_life fewest_visits",
}


@pytest.fixture(scope="module")
def vignettes():
    return list(read_vignettes(KNOWLEDGE))


@pytest.fixture(scope="module")
def plans(base, vignettes):
    """The plan of every whole patient."""
    return {v.title: (v, make_plan(case_of(v.case, base, "vignette"), base, v.region)) for v in vignettes if v.kind == "patient"}


def test_knowledge_check_passes():
    done = run_islet("knowledge", "check", timeout=300)
    assert (done.code, done.err) == (0, ""), done.err[-3000:]


def test_the_options_are_those_of_the_contract_in_its_order(base):
    assert {group: [o.id for o in base.options.values() if o.group == group] for group in OPTIONS} == OPTIONS
    assert [option for options in OPTIONS.values() for option in options] == list(base.options)


def test_every_fact_and_word_of_the_contract_is_in_the_dictionary(base):
    text = " ".join(FACTS.split())
    for section in ("cells", "extent", "health", "preferences"):
        names = text.split(f"{section}: ")[1].split(": ")[0].split()
        for name in names:
            if name not in ("extent", "health", "preferences"):
                assert f"{section}.{name}" in base.space.dictionary.facts, name
    for name, words in WORDS.items():
        assert set(words.split()) <= set(base.space.dictionary.by_bare[name].values), name
    illnesses = "diabetes heart_failure coronary_disease uncontrolled_hypertension interstitial_lung_disease copd recent_bleeding"
    illnesses += " hepatitis_b cirrhosis dialysis"
    assert set(illnesses.split()) <= set(base.space.dictionary.by_bare["comorbidities"].values)


def test_plain_lists_are_complete_or_open_as_the_contract_says(base):
    assert base.space.dictionary.by_bare["extrahepatic"].plain_list == "complete"
    assert base.space.dictionary.by_bare["comorbidities"].plain_list == "open"


def test_there_are_at_least_200_vignettes_each_with_a_title_of_its_own(vignettes):
    assert len(vignettes) >= 200
    assert not [vignette.title for vignette in vignettes if len(vignette.title.split()) < 2]
    twice = [title for title, count in Counter(vignette.title for vignette in vignettes).items() if count > 1]
    assert not twice


def test_at_least_40_whole_patients_state_all_30_verdicts(vignettes, base):
    whole = [vignette for vignette in vignettes if vignette.kind == "patient"]
    assert len(whole) >= 40
    for vignette in whole:
        assert set(vignette.expect) == set(base.options), f"{vignette.title}: {set(base.options) ^ set(vignette.expect)}"


def test_every_option_is_offered_to_someone_and_not_offered_to_someone_and_every_verdict_is_reached(base, vignettes):
    reached: dict[str, set[str]] = {name: set() for name in base.options}
    for vignette in vignettes:
        for option in make_plan(case_of(vignette.case, base, "vignette"), base, vignette.region).options:
            reached[option.id].add(option.verdict)
    assert set().union(*reached.values()) == {"recommended", "possible", "need_data", "not_indicated", "contraindicated"}
    assert not [name for name, words in reached.items() if not words & {"recommended", "possible"}], "never offered"
    assert not [name for name, words in reached.items() if not words & {"not_indicated", "contraindicated"}], "never out"


def test_over_the_whole_patients_at_most_15_options_are_offered_on_average(plans):
    offered = [sum(option.offered for option in plan.options) for _, plan in plans.values()]
    assert sum(offered) / len(offered) <= 15


def test_a_whole_patient_is_offered_something_unless_it_is_an_emergency_or_a_letter_full_of_holes(plans):
    for title, (_, plan) in plans.items():
        if not plan.emergency:
            assert any(option.offered for option in plan.options), title


def test_every_criterion_has_an_example_that_makes_it_yes_no_and_unknown(base):
    from islet.knowledge.compile import compile_folder

    _, options = compile_folder(KNOWLEDGE)
    assert {criterion.id for criterion in base.criteria} == set(options.examples)
    for name, (examples, _, _) in options.examples.items():
        assert set(examples) == {"yes", "no", "unknown"}, name


def test_every_option_says_in_words_what_it_is_and_has_an_indication_and_a_source_for_every_criterion(base):
    for option in base.options.values():
        assert option.by_role["indication"], option.id
        for key in ("plain_name", "what_it_is", "when_it_applies", "living_with_it", "how_sure"):
            assert len(option.data[key]) >= 15 or key == "plain_name", (option.id, key)
    for criterion in base.criteria:
        assert criterion.sources and all(source["locator"].strip() for source in criterion.sources), criterion.id


def test_no_contraindication_rests_on_recall_alone_but_those_signed_off(base):
    unsigned = [c.id for c in base.criteria if c.role == "contraindication" and c.recall_only and c.id not in base.signoff]
    assert not unsigned
    stale = [name for name in base.signoff if (criterion := base.criterion(name)) is None or criterion.role != "contraindication"]
    assert not stale, f"signed off and no contraindication: {stale}"


def test_kidney_stops_read_every_measure_there_is(base):
    """Contract, section 3: creatinine clearance, eGFR given or derived, dialysis; an unknown measure never cancels a known bad one."""
    measures = {"health.creatinine_clearance_ml_min", "health.egfr", "health.comorbidities.dialysis"}
    partly = []
    for criterion in base.criteria:
        if criterion.role in ("contraindication", "exclusion"):
            read = {base.space.variables[v].name for v in criterion.reads} & measures
            if read and read != measures:
                partly.append((criterion.id, sorted(read)))
    assert not partly, f"kidney stops that do not read every measure: {partly}"


def test_age_alone_excludes_nothing_under_18(base):
    for criterion in base.criteria:
        if criterion.role in ("contraindication", "exclusion"):
            names = {base.space.variables[v].name for v in criterion.reads}
            assert names != {"health.age_years"} or "age_years < 18" not in criterion.when, criterion.id


def test_every_position_names_a_guideline_and_no_two_of_one_guideline_contradict_each_other_on_a_whole_patient(base, plans):
    for criterion in base.criteria:
        assert (criterion.role == "position") == bool(criterion.guideline) == bool(criterion.direction), criterion.id
    for title, (_, plan) in plans.items():
        for option in plan.options:
            sure = [g for g in option.guidelines if g["holds"] == "yes"]
            pro = {g["guideline"] for g in sure if g["direction"] == "recommends"}
            contra = {g["guideline"] for g in sure if g["direction"] == "against"}
            assert not pro & contra, (title, option.id, pro & contra)


def test_every_source_cited_is_used_and_every_number_of_a_trial_has_its_locator(base):
    for trial in base.trials.values():
        for result in (*trial["results"], *(trial.get("harms") or ())):
            assert result["sources"] and all(source["locator"].strip() for source in result["sources"]), trial["id"]


def test_a_vignette_that_says_impossible_fails_when_its_facts_can_be_true(base):
    def failures(size):
        case = plain(read_document(f"{{extent: {{t: T1, size_mm: {size}}}}}".encode(), "case", limit=None))
        report = Report()
        run_vignette(Vignette("T1", "situation", case, {}, {}, [], [], "file", 1, impossible=True), base, report)
        return [failure.found for failure in report.failures]

    assert failures(21) == []
    assert failures(20) == ["the facts can be true together, expected that they cannot"]
