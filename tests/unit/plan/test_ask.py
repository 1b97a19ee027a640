"""What to find out next: facts that decide, and only those."""

import json

import pytest

from islet.case.reader import read_case
from islet.plan.make import make_plan
from islet.plan.model import plan_json


@pytest.fixture
def ask(mini):
    def read(text):
        plan = make_plan(read_case(text.encode(), "x", mini.space.dictionary), mini)
        return {entry["facts"][0]: entry for entry in plan.ask}

    return read


def test_what_decides_is_asked_for_in_the_empty_case(ask):
    asked = ask("{}")
    assert "captem" in asked["health.pregnant"]["decides"] and "surveillance" in asked["extent.m"]["decides"]
    assert not any(name.startswith("preferences.") for name in asked)


def test_a_fact_that_is_known_is_not_asked_for(ask):
    assert "extent.m" not in ask("extent: {m: M0}")
    assert "health.pregnant" not in ask("extent: {m: M1}\nhealth: {sex: male}")


def test_a_fact_that_cannot_change_a_verdict_is_not_asked_for(ask):
    asked = ask("extent: {m: M0, primary_site: tail, size_mm: 45}")
    assert "cells.sstr_krenning" not in asked  # only prrt reads it, and prrt is not indicated without metastasis
    assert "cells.ki67_percent" not in asked  # surveillance is excluded above 40 mm, enucleation from 30 mm


def test_an_answer_that_settles_every_way_is_told_apart_from_one_that_may(ask):
    asked = ask("extent: {m: M1, liver_mets: true}\ncells: {ki67_percent: 30}\nhistory: []")
    assert asked["health.pregnant"]["settles"] == ["captem"]
    assert "prrt" in asked["health.pregnant"]["decides"]


def test_the_nothing_to_ask_of_a_whole_patient(ask):
    text = """
cells: {differentiation: well, ki67_percent: 1, mitoses_per_2mm2: 0, hormone: none, sstr_krenning: 3, sstr_result: positive}
extent: {primary_site: tail, size_mm: 12, m: M0, liver_mets: false, liver_count: 0, extrahepatic: [], progression: stable}
health: {age_years: 60, sex: male, weight_kg: 80, ecog: 0, pregnant: false, creatinine_umol_l: 80, egfr: 90, comorbidities: []}
history: []
"""
    assert ask(text) == {}


def test_the_entries_hold_words_and_options(ask):
    for entry in ask("{}").values():
        assert entry["question"].endswith("?") and "?" in entry["plain"]
        assert set(entry["settles"]) <= set(entry["decides"])
        assert not set(entry["narrows"]) & set(entry["decides"])


def test_the_plan_is_plain_json(mini):
    plan = make_plan(read_case(b"extent: {m: M0, liver_mets: true}", "x", mini.space.dictionary), mini)
    assert json.loads(json.dumps(plan_json(plan)))["schema"] == "islet.plan/1"
