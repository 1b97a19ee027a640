"""The small knowledge against an oracle that tries every way of filling in by hand."""

from __future__ import annotations

import itertools
import json
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from islet.case.reader import read_case
from islet.patient.state import build_patient
from islet.plan.make import make_plan
from islet_testing import oracle
from islet_testing.bases import mini_base
from islet_testing.effort import examples

OPEN = 5  # facts left open, besides those a whole patient fixes by links


@st.composite
def partial_cases(draw) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw a patient, then forget some facts wholly or in part; return the case file and what is still possible."""
    known: dict[str, Any] = {}
    case: dict[str, dict[str, Any]] = {"cells": {}, "extent": {}, "health": {}}
    metastatic = draw(st.booleans())
    liver = metastatic and draw(st.booleans())
    site = draw(st.sampled_from(["node", "bone", "lung"])) if metastatic and not liver else None
    sex = draw(st.sampled_from(["female", "male"]))
    krenning = draw(st.sampled_from(oracle.NUMBERS["sstr_krenning"]))
    fixed: dict[str, Any] = {
        "m": "M1" if metastatic else "M0",
        "liver_mets": liver,
        "liver_count": draw(st.sampled_from((1, 5, 10, 11))) if liver else 0,
        "sex": sex,
        "pregnant": sex == "female" and draw(st.booleans()),
        "sstr_krenning": krenning,
        "sstr_result": draw(st.sampled_from(["heterogeneous", "positive" if krenning >= 2 else "negative"])),
    }
    for name, values in {**oracle.NUMBERS, **oracle.CATEGORIES}.items():
        if name not in fixed and name not in ("prrt_cycles", "who_grade"):
            fixed[name] = draw(st.sampled_from(values))
    lists = {"extrahepatic": {site} if site else set(), "comorbidities": {"dialysis"} if draw(st.booleans()) else set()}
    if draw(st.booleans()):
        inputs = {
            "age_years": draw(st.sampled_from((40, 75))),
            "weight_kg": draw(st.sampled_from((50, 72))),
            "creatinine_umol_l": draw(st.sampled_from((60, 88.4, 200))),
        }
        fixed["creatinine_clearance_ml_min"] = oracle.clearance(sex, *inputs.values())
        if (near := fixed["creatinine_clearance_ml_min"] + draw(st.sampled_from((-4, 0, 4)))) // 40 == fixed[
            "creatinine_clearance_ml_min"
        ] // 40:
            fixed["creatinine_clearance_ml_min"] = near
        for name, value in inputs.items():
            known[name] = (value,)
            case["health"][name] = value
    whole = oracle.derive({**fixed, **lists, "progressed_on": set(), "not_tolerated": set(), "prrt_cycles": 0})
    fixed["who_grade"] = whole["who_grade"]

    names = [*fixed, *(f"{name}.{member}" for name, members in lists.items() for member in oracle.LISTS[name])]
    forgotten = set(draw(st.lists(st.sampled_from(names), max_size=OPEN, unique=True)))
    for name, value in fixed.items():
        section = oracle.FACTS[name]["section"]
        if name in forgotten:
            how = draw(st.sampled_from(["nothing", "part"]))
            domain = oracle.NUMBERS.get(name) or oracle.CATEGORIES.get(name)
            if how == "nothing" or domain is None or name == "creatinine_clearance_ml_min":
                continue
            written, left = draw(parts(value, domain, name in oracle.NUMBERS))
            case[section][name], known[name] = written, left
        else:
            case[section][name], known[name] = value, (value,)
    for name, members in lists.items():
        present = [m for m in oracle.LISTS[name] if m in members and f"{name}.{m}" not in forgotten]
        absent = [m for m in oracle.LISTS[name] if m not in members and f"{name}.{m}" not in forgotten]
        case[oracle.FACTS[name]["section"]][name] = {"present": present, "absent": absent}
        known.update({f"{name}.{m}": (True,) for m in present} | {f"{name}.{m}": (False,) for m in absent})
    history = draw(st.sampled_from(["unknown", "none", "progression", "exposed", "intolerance"]))
    document: dict[str, Any] = {"id": "x", **case}
    if history == "none":
        document["history"] = []
        known.update({"progressed_on.prrt": (False,), "not_tolerated.captem": (False,), "prrt_cycles": (0,)})
    elif history == "progression":
        document["history"] = [{"option": "prrt", "response": "progression", "cycles": 9}]
        known.update({"progressed_on.prrt": (True,), "not_tolerated.captem": (False,), "prrt_cycles": (9,)})
    elif history == "exposed":
        document["history"] = [{"option": "prrt", "response": "unknown", "cycles": 4}]
        known.update({"not_tolerated.captem": (False,), "prrt_cycles": (4,)})
    elif history == "intolerance":
        document["history"] = [{"option": "captem", "response": "intolerance"}]
        known.update({"progressed_on.prrt": (False,), "not_tolerated.captem": (True,), "prrt_cycles": (0,)})
    return document, known


@st.composite
def parts(draw, value: Any, domain: tuple, number: bool) -> tuple[Any, tuple]:
    """Draw a partial value that still allows `value`, as written and as the values left."""
    if not number or draw(st.booleans()):
        other = draw(st.sampled_from(domain))
        return {"one_of": sorted({value, other}, key=str)}, tuple(dict.fromkeys((value, other)))
    bound = draw(st.sampled_from(domain))
    key = draw(st.sampled_from(["at_most", "below"] if value <= bound else ["at_least", "above"]))
    if bound == value:
        key = {"below": "at_most", "above": "at_least"}.get(key, key)
    test = {"at_most": lambda v: v <= bound, "below": lambda v: v < bound, "at_least": lambda v: v >= bound, "above": lambda v: v > bound}[
        key
    ]
    return {key: bound}, tuple(v for v in domain if test(v)) or (value,)


def test_the_oracle_knows_a_value_in_every_class_the_small_knowledge_tells_apart(mini):
    """Otherwise its list of ways would have a hole."""
    for variable in mini.space.variables:
        bare = variable.fact.split(".")[1]
        if variable.kind == "number" and variable.cuts and bare not in (*oracle.INPUTS, "risk_points"):
            fact = mini.space.dictionary.facts[variable.fact]
            edges = (float("-inf"), *variable.cuts, float("inf"))
            for low, high in itertools.pairwise(edges):
                inside = [v for v in oracle.NUMBERS[bare] if low < v < high]
                reachable = max(low, fact.possible[0] - 1) + (1 if fact.whole else 0) < min(high, fact.possible[1] + 1)
                assert inside or not reachable, (bare, low, high)
            assert set(variable.cuts) <= set(oracle.NUMBERS[bare]), bare


def test_the_oracle_reads_every_rule_of_the_small_knowledge(mini):
    assert {option["id"] for option in oracle.OPTIONS} == set(mini.options)
    assert sum(len(option["criteria"]) for option in oracle.OPTIONS) == len(mini.criteria)
    assert len(oracle.LINKS) == sum(1 for name in mini.space.says if name in {link["id"] for link in oracle.LINKS})


def all_completions(known: Any, most: int) -> list[Any]:
    """Return every way of filling in; a drawn case with none, or with more than `most`, is passed over."""
    whole = list(itertools.islice(oracle.completions(known), most + 1))
    assume(0 < len(whole) <= most)
    return whole


@settings(max_examples=examples(250), suppress_health_check=list(HealthCheck))
@given(partial_cases())
def test_every_verdict_a_way_of_filling_in_gives_is_in_could_be_and_certain_is_never_wrong(drawn):
    mini, (document, known) = mini_base(), drawn
    whole = all_completions(known, 4000)
    case = read_case(json.dumps(document).encode(), "x", mini.space.dictionary)
    plan = make_plan(case, mini)
    assert not plan.problems, "a patient exists, so nothing clashes"

    verdicts = oracle.possible_verdicts(whole)
    for option in plan.options:
        true, said = verdicts[option.id], set(option.could_be)
        assert true <= said, (option.id, true, said)
        assert "need_data" not in said
        if option.certain:
            assert true == said == {option.verdict}
        if option.exact:
            assert true == said
        if option.certainly_not_offered:
            assert not true & {"recommended", "possible"}
        if option.verdict not in ("need_data",):
            assert option.verdict in said

    values = mini.decide(build_patient(case, mini.space).state)[: len(mini.criteria)]
    rules = {criterion["id"]: criterion["when"] for option in oracle.OPTIONS for criterion in option["criteria"]}
    for criterion, value in zip(mini.criteria, values, strict=True):
        if value != 1:
            assert {oracle.holds(rules[criterion.id], patient) for patient in whole} == {value == 2}, criterion.id


@settings(max_examples=examples(120), suppress_health_check=list(HealthCheck))
@given(partial_cases())
def test_a_fact_that_is_said_to_settle_an_option_settles_it_in_every_way_of_filling_in(drawn):
    mini, (document, known) = mini_base(), drawn
    whole = all_completions(known, 4000)
    plan = make_plan(read_case(json.dumps(document).encode(), "x", mini.space.dictionary), mini)
    for entry in plan.ask:
        assert len(entry["facts"]) == 1
        parts = entry["facts"][0].split(".")
        if parts[1] in ("tried", "systemic_lines", *oracle.INPUTS):
            continue
        groups: dict[Any, list] = {}
        for patient in whole:
            value = parts[2] in patient[parts[1]] if len(parts) == 3 else patient[parts[1]]
            groups.setdefault(value, []).append(patient)
        assert len(groups) > 1, f"{entry['facts']} has one value in every way of filling in and is asked for"
        for option in entry["settles"]:
            assert all(len(oracle.possible_verdicts(group)[option]) == 1 for group in groups.values()), (entry, option)
        for option in entry["decides"]:
            assert any(len(oracle.possible_verdicts(group)[option]) == 1 for group in groups.values()), (entry, option)


@settings(max_examples=examples(100), suppress_health_check=list(HealthCheck))
@given(partial_cases())
def test_an_option_whose_verdict_is_open_in_truth_is_not_left_without_a_question(drawn):
    """If one fact alone splits the verdicts of an option that could be offered, something is asked about that option."""
    mini, (document, known) = mini_base(), drawn
    whole = all_completions(known, 2000)
    plan = make_plan(read_case(json.dumps(document).encode(), "x", mini.space.dictionary), mini)
    asked = {name for entry in plan.ask for name in (*entry["decides"], *entry["narrows"], *entry["settles"])}
    for name, verdicts in oracle.possible_verdicts(whole).items():
        if len(verdicts) > 1 and verdicts & {"recommended", "possible"}:
            assert name in asked, (name, verdicts)
