"""Exact answers under missing data: against brute force on the small knowledge, against the evaluator on the shipped one."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from islet.case.cells import single_cells
from islet.case.reader import read_case
from islet.patient.state import build_patient
from islet.plan.make import make_plan
from islet.plan.reasons import smallest_reasons
from islet.plan.settling import settle_plan
from islet.plan.why import smallest_flips
from islet.rules.diagram import LEAVES
from islet.rules.generate import VERDICT_CODES
from islet_testing import cases, oracle
from islet_testing.bases import mini_base, own_base
from islet_testing.effort import examples

from .test_oracle import all_completions, partial_cases

OFFERED = {"recommended", "possible"}
LEAF = {"recommended": 1, "possible": 2, "not_indicated": 4, "contraindicated": 8}


def _value(patient: dict[str, Any], name: str) -> Any:
    parts = name.split(".")
    return parts[2] in patient[parts[1]] if len(parts) == 3 else patient[parts[1]]


def _brute(name: str) -> bool:
    """Tell whether the oracle knows every value of a fact (formula inputs it only knows together)."""
    return name.split(".")[1] not in ("tried", "systemic_lines", *oracle.INPUTS)


@settings(max_examples=examples(150), suppress_health_check=list(HealthCheck))
@given(partial_cases())
def test_without_an_open_formula_every_answer_is_exact(drawn):
    mini, (document, known) = mini_base(), drawn
    all_completions(known, 4000)
    plan = make_plan(read_case(json.dumps(document).encode(), "x", mini.space.dictionary), mini)
    if "creatinine_clearance_ml_min" in known and not set(known) & set(oracle.INPUTS):
        assert all(option.exact for option in plan.options)


@settings(max_examples=examples(120), suppress_health_check=list(HealthCheck))
@given(partial_cases())
def test_a_settling_set_settles_its_options_and_none_of_its_facts_can_be_left_out(drawn):
    mini, (document, known) = mini_base(), drawn
    whole = all_completions(known, 2000)
    case = read_case(json.dumps(document).encode(), "x", mini.space.dictionary)
    entries = settle_plan(make_plan(case, mini), case, mini)
    for entry in entries:
        if not all(map(_brute, entry["facts"])):
            continue
        smaller = {name for other in entries if set(other["facts"]) < set(entry["facts"]) for name in other["settles"]}
        for option in entry["settles"]:
            assert _settles(entry["facts"], option, whole), (entry, option)
            if option not in smaller and len(entry["settles"]) == 1:
                for left_out in entry["facts"]:
                    rest = [fact for fact in entry["facts"] if fact != left_out]
                    assert not _settles(rest, option, whole), f"{left_out} is asked for and decides nothing about {option}"


def _settles(facts: list[str], option: str, whole: list[Any]) -> bool:
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for patient in whole:
        groups.setdefault(tuple(_value(patient, fact) for fact in facts), []).append(patient)
    return all(len(oracle.possible_verdicts(group)[option]) == 1 for group in groups.values())


@settings(max_examples=examples(100), suppress_health_check=list(HealthCheck))
@given(partial_cases())
def test_no_fact_is_asked_for_that_cannot_change_anything(drawn):
    mini, (document, known) = mini_base(), drawn
    whole = all_completions(known, 2000)
    plan = make_plan(read_case(json.dumps(document).encode(), "x", mini.space.dictionary), mini)
    exact = {option.id for option in plan.options if option.exact}
    every = oracle.possible_verdicts(whole)
    for entry in plan.ask:
        if len(entry["facts"]) > 1 or not _brute(entry["facts"][0]):
            continue
        groups: dict[Any, list[Any]] = {}
        for patient in whole:
            groups.setdefault(_value(patient, entry["facts"][0]), []).append(patient)
        told = [oracle.possible_verdicts(group) for group in groups.values()]
        for option in {*entry["settles"], *entry["decides"], *entry["narrows"]} & exact:
            assert any(verdicts[option] != every[option] for verdicts in told), (entry, option)


def test_the_diagram_of_every_option_says_what_the_evaluator_says_of_whole_patients():
    """Any cells will do here, also such as no patient has: the diagrams of the options know no links."""
    base, rng = own_base(), random.Random(3)
    diagrams = base.space.diagrams
    choices = [single_cells(mask) for mask in base.space.full]
    for _ in range(300):
        state = [rng.choice(cells) for cells in choices]
        for name in base.options:
            node = diagrams.root(name, None)
            while node >= LEAVES:
                cell = state[diagrams.order[diagrams.reads[node]]]
                node = next(child for mask, child in diagrams.edges[node] if mask & cell)
            assert node == LEAF[VERDICT_CODES[base.decide_one[name](state) >> 4]], name


@pytest.mark.parametrize("region", ["eu", "us", "jp", "ch"])
def test_the_diagram_of_a_region_says_what_the_table_says_there(region):
    base = own_base()
    for pieces in cases.shipped()[:40]:
        plan = make_plan(cases.read(pieces, base), base, region)
        for option in plan.options:
            assert option.verdict in option.could_be or option.verdict == "need_data"


@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(cases.patients())
def test_the_facts_that_keep_an_option_out_keep_it_out_by_themselves(pieces):
    base = own_base()
    case = cases.read(pieces, base)
    patient = build_patient(case, base.space)
    for option in make_plan(case, base).options:
        if not option.certainly_not_offered or patient.conflicting:
            continue
        reasons = smallest_reasons(patient, option.id, base, None)
        assert reasons is not None and reasons.criteria, option.id
        state = list(base.space.full)
        for name in reasons.facts:
            state[base.space.place[name]] = patient.state[base.space.place[name]]
        for left_out in (None, *reasons.facts):
            tried = list(state)
            if left_out is not None:
                tried[base.space.place[left_out]] = base.space.full[base.space.place[left_out]]
            completions = type(patient.completions)(base.space.diagrams, tried, base.space.full)
            offered = completions.reach(base.space.diagrams.root(option.id, None), 3) & 3
            assert bool(offered) is (left_out is not None), (option.id, reasons.facts, left_out)


def test_no_smaller_set_of_facts_keeps_an_option_out():
    """Every set of fewer known facts is tried, on options that a few facts keep out."""
    base = own_base()
    tried = 0
    for pieces in cases.shipped()[::60]:
        patient = build_patient(cases.read(pieces, base), base.space)
        known = [v for v in base.space.diagrams.order if v in patient.masks]
        for name in list(base.options)[::4]:
            root = base.space.diagrams.root(name, None)
            reasons = smallest_reasons(patient, name, base, None)
            if reasons is None or len(reasons.facts) != 2:
                continue
            for fewer in itertools.chain([()], itertools.combinations(known, 1)):
                state = list(base.space.full)
                for variable in fewer:
                    state[variable] = patient.state[variable]
                assert type(patient.completions)(base.space.diagrams, state, base.space.full).reach(root, 3) & 3, (name, fewer)
            tried += 1
    assert tried


@settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
@given(cases.patients(), st.sampled_from(["prrt", "captem", "liver_transplant", "everolimus", "enucleation", "tace"]))
def test_a_flip_names_facts_that_the_case_can_have(pieces, option):
    base = own_base()
    names = set(base.space.place)
    for flip in smallest_flips(cases.read(pieces, base), option, base):
        assert flip.changes and {name for name, _ in flip.changes} <= names
        assert flip.verdict in LEAF
