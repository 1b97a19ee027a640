"""The nearest trial: an independent reading of its order, and that more facts never turn a known difference into a likeness."""

from __future__ import annotations

import random
import re

import pytest

from islet.estimate.known import Known
from islet.estimate.nearest import nearest_estimates
from islet.estimate.standing import standings
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge
from islet.patient.state import build_patient
from islet.plan.described import case_of
from islet_testing.patients import G2_AFTER_SSA

SYSTEMIC = ("ssa", "everolimus", "sunitinib", "cabozantinib", "surufatinib", "belzutifan", "captem", "stz_5fu", "folfox", "folfiri",
            "platinum_etoposide", "prrt", "immunotherapy")
PALETTE = {
    "who_grade": ["G1", "G2", "G3", "NEC"], "ki67_percent": [1, 2, 8, 10, 15, 20, 40, 55, 60], "m": ["M0", "M1"],
    "hormone": ["none", "insulin"],
    "sstr_krenning": [0, 1, 2, 3, 4], "progression": ["stable", "progressive", "rapid"], "ecog": [0, 1, 2, 3], "age_years": [30, 60, 80],
    "hereditary": ["none", "men1", "vhl"], "size_mm": [12, 30, 45],
    "history": [[], [{"option": "ssa", "response": "progression"}], [{"option": "prrt", "response": "progression", "months": 24}],
                [{"option": "everolimus", "response": "progression"}, {"option": "captem", "response": "progression"}]],
}


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load_knowledge()


def known_of(facts: dict, base: KnowledgeBase) -> Known:
    return Known(build_patient(case_of(facts, base, "x", flat=True), base.space), base)


def by_id(option: str, facts: dict, base: KnowledgeBase) -> dict:
    return {made.id: made for made in nearest_estimates(base.options[option], known_of(facts, base), base)}


def test_more_facts_never_turn_a_difference_into_a_likeness(base):
    chance = random.Random(4)
    for _ in range(60):
        whole = {name: chance.choice(values) for name, values in PALETTE.items()}
        if whole["who_grade"] == "NEC":
            whole["ki67_percent"] = 60
        part = {name: value for name, value in whole.items() if chance.random() < 0.5}
        few, more = known_of(part, base), known_of(whole, base)
        if few.patient.conflicting or more.patient.conflicting:
            continue
        for option in SYSTEMIC:
            before = {s.trial["id"]: s for s in standings(base.options[option], few, base)}
            for after in standings(base.options[option], more, base):
                first = before[after.trial["id"]]
                assert set(first.met) <= set(after.met) and set(first.not_met) <= set(after.not_met)
                assert set(after.unknown) <= set(first.unknown)


def test_the_order_is_the_one_that_is_written(base):
    chance = random.Random(5)
    for _ in range(30):
        known = known_of({name: chance.choice(values) for name, values in PALETTE.items() if chance.random() < 0.7}, base)
        for option in SYSTEMIC:
            stood = standings(base.options[option], known, base)
            for made in nearest_estimates(base.options[option], known, base):
                shown = {row["trial"] for row in made.rows}
                if not shown:
                    continue
                endpoint = made.id.split(".")[1].replace("one_year", "progression_free")
                able = [s for s in stood if not s.excluded and any(
                    f["for"] == option and f["endpoint"] == endpoint and (f["tree"] is None or known.holds(f["tree"]).word == "yes")
                    for f in s.trial["figures"])]
                fewest = min(len(s.not_met) + s.trial["indirect_population"] for s in able)
                level = [s for s in able if len(s.not_met) + s.trial["indirect_population"] == fewest]
                most = max(len(s.met) for s in level)
                level = [s for s in level if len(s.met) == most]
                direct = [s for s in level if not s.trial["indirect_population"]] or level
                at_most = {s.trial["id"] for s in direct}
                assert shown <= at_most if made.id.endswith("one_year") else shown == at_most


def test_nothing_known_is_nothing_claimed(base):
    for option in SYSTEMIC:
        for standing in standings(base.options[option], known_of({}, base), base):
            assert not standing.met and not standing.not_met and not standing.excluded
        for made in nearest_estimates(base.options[option], known_of({}, base), base):
            if made.status == "outside":
                assert made.id.endswith("one_year") and made.value is None and not made.rows and not made.sources
                continue
            assert made.status in ("given", "needs")
            assert (made.needs and not made.rows) or all(row["not_known"] for row in made.rows if base.trials[row["trial"]]["matches"])


def test_equally_near_trials_stand_together_without_one_number(base):
    made = by_id("sunitinib", G2_AFTER_SSA, base)["sunitinib.shrinkage"]
    assert [row["trial"] for row in made.rows] == ["sunitinib-a6181111", "sunitinib-phase4"]
    assert made.value == "9.3 % or 24.5 %" and made.interval is None and "not merged" in made.text
    assert [row["value"] for row in made.rows] == [9.3, 24.5]


def test_another_kind_of_tumour_gets_no_number(base):
    nec = {"differentiation": "poor", "ki67_percent": 80, "m": "M1"}
    for option in ("everolimus", "sunitinib", "surufatinib", "cabozantinib"):
        for made in by_id(option, nec, base).values():
            assert made.status == "outside" and made.value is None and not made.rows
    g3 = {**G2_AFTER_SSA, "ki67_percent": 40}
    assert by_id("everolimus", g3, base)["everolimus.progression_free"].status == "outside"
    assert by_id("cabozantinib", g3, base)["cabozantinib.progression_free"].value == 7.9


def test_after_prrt_the_trial_of_retreatment_is_used(base):
    again = {**G2_AFTER_SSA, "history": [{"option": "prrt", "response": "progression", "months": 24, "cycles": 4}]}
    made = by_id("prrt", again, base)["prrt.progression_free"]
    assert [row["trial"] for row in made.rows] == ["salvage-prrt"] and made.value == 14.6 and made.interval == (12.4, 16.9)
    assert made.rows[0]["different"] == ["mixed origins; the Munich series had no pancreatic tumours"]


def test_differences_are_named_item_by_item(base):
    made = by_id("cabozantinib", {**G2_AFTER_SSA, "ecog": 3}, base)["cabozantinib.progression_free"]
    assert made.rows[0]["different"] == ["after PRRT, everolimus or sunitinib", "ECOG 0 to 2"]
    assert made.value == 13.8 and made.interval == (9.2, 18.5) and "ECOG 0 to 2" in made.text
    assert "up for more than half of the day" in made.plain and "ECOG" not in made.plain


def test_an_open_end_of_an_interval_is_no_interval(base):
    made = by_id("everolimus", G2_AFTER_SSA, base)["everolimus.progression_free"]
    assert made.value == 14.7 and made.interval is None and "upper end was not reached" in made.rows[0]["interval_is"]


def test_recalled_figures_say_so(base):
    for option in SYSTEMIC:
        for made in nearest_estimates(base.options[option], known_of(G2_AFTER_SSA, base), base):
            if any(row["recalled"] for row in made.rows):
                assert "recalled, to be confirmed" in made.text and "from memory" in made.plain


def test_an_exact_interval_says_that_it_was_worked_out(base):
    made = by_id("prrt", {**G2_AFTER_SSA, "ki67_percent": 15, "progression": "stable", "history": []}, base)["prrt.shrinkage"]
    assert made.value == 43.0 and made.interval_is == "exact 95 % interval (Clopper-Pearson) worked out from 65 of 151"


def test_every_figure_stands_in_a_row_of_its_trial(base):
    for trial in base.trials.values():
        for figure in trial["figures"]:
            row = [*trial["results"], *(trial.get("harms") or ())][figure["row"]]
            assert figure["value"] == (row if figure["side"] == "value" else row["versus"])["value"]
            assert figure["sources"] and not re.search(r"\bmedian\b.*%", figure["unit"])


def test_the_same_answers_give_the_same_estimates(base):
    first = nearest_estimates(base.options["prrt"], known_of(G2_AFTER_SSA, base), base)
    assert first == nearest_estimates(base.options["prrt"], known_of(dict(reversed(G2_AFTER_SSA.items())), base), base)
    assert first[0].inputs["cells.sstr_krenning"] == 3
