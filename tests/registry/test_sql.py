"""The printed SQL, run in DuckDB, says of every patient what a plan says."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pytest

from islet.case.reader import read_case
from islet.registry.by_case import decide_by_case
from islet.registry.generated import coded_of, generated_cases
from islet.registry.model import Coded, Decided
from islet.registry.sql.run_duckdb import decide_duckdb
from islet_testing.bases import mini_base, own_base
from islet_testing.places import MINI

ROWS = 200
TWO_GRADES = b'{"cells": {"ki67_percent": {"values": [1, 30]}, "differentiation": "well"}}'
EMERGENCY = b'{"health": {"emergency": ["hormone_crisis"]}}'
BODY = {"weight_kg": 80, "height_cm": 180}
BLOOD = {"creatinine_umol_l": 150, "bilirubin_umol_l": 60, "albumin_g_l": 30, "inr": 1.6, "sodium_mmol_l": 130, "sex": "female"}
HELD = [  # values of derived numbers beside what they are derived from, near and far
    *({**BODY, "bsa_m2": value} for value in (1.9, 1.95, 2.1, 1.5, 2.5, {"between": [1.0, 1.9]}, {"between": [1.0, 1.8]})),
    *({**BLOOD, name: value} for name in ("meld", "meld_na", "meld_3_0") for value in (6, 20, 22, 24, 26, 28, 30, {"between": [10, 25]})),
    *({**BLOOD, "sex": None, "sodium_mmol_l": {"between": [125, 140]}, "meld_3_0": value} for value in (6, 24, 26, 28, 40)),
    *({"comorbidities": ["diabetes"], "charlson_comorbidity": value} for value in (0, 1, 2, 30)),
    *({"age_years": 65, "comorbidities": ["copd"], "charlson_with_age": value} for value in (0, 2, 3, 4, 45)),
    *({"bilirubin_umol_l": 20, "albumin_g_l": 40, "albi": value} for value in (-2.7, -2.6, -1.0)),
]


class Run(NamedTuple):
    coded: Coded
    plan: Decided
    sql: Decided
    marks: dict[str, Any]


def run_both(cases: list[Any], base: Any, region: str | None = None) -> Run:
    coded = coded_of(cases, base.space)
    connection = duckdb.connect()
    sql = decide_duckdb(coded, base, region, criteria=True, connection=connection)
    marks = connection.execute("SELECT clash, unsettled, rejected FROM islet_codes ORDER BY id").fetchnumpy()
    return Run(coded, decide_by_case(coded, base, region, criteria=True), sql, marks)


@pytest.fixture(scope="module")
def own() -> Run:
    base = own_base()
    cases = generated_cases(range(ROWS), base, clashing=0.2)
    cases += [read_case(text, "case.json", base.space.dictionary) for text in (b"{}", TWO_GRADES, EMERGENCY)]
    cases += [read_case(json.dumps({"health": health}).encode(), "case.json", base.space.dictionary) for health in HELD]
    return run_both(cases, base)


def small(region: str | None) -> Run:
    """Compare on the small knowledge, which is quick to plan: there every region."""
    base = mini_base()
    return run_both(generated_cases(range(300), base, str(MINI), clashing=0.3), base, region)


@pytest.fixture(scope="module", params=["own", "small", "small in eu", "small in us"])
def found(request: pytest.FixtureRequest, own: Run) -> Run:
    return own if request.param == "own" else small({"small in eu": "eu", "small in us": "us"}.get(request.param))


def test_every_verdict_is_the_plans(found: Run) -> None:
    for field in ("verdicts", "could", "certain", "criteria"):
        assert np.array_equal(getattr(found.sql, field), getattr(found.plan, field)), field


def test_the_rows_whose_facts_clash_are_those_of_the_plan(found: Run) -> None:
    told = np.array([row in found.coded.cases for row in range(found.coded.rows)])
    assert np.array_equal((found.marks["clash"] == 1) | told, found.plan.conflicting)
    assert found.plan.conflicting.sum() > 3


def test_carrying_comes_to_rest_wherever_facts_do_not_clash(found: Run) -> None:
    assert not found.marks["rejected"].any()
    assert not found.marks["unsettled"][~found.plan.conflicting].any()


def test_yes_and_no_and_unknown_are_all_rows(own: Run) -> None:
    assert own.sql.criteria is not None
    counts = [(own.sql.criteria == answer).sum(axis=1) for answer in range(3)]
    assert (sum(counts) == own.coded.rows).all()


def test_the_generated_rows_hold_every_verdict_and_answer(own: Run) -> None:
    assert own.plan.criteria is not None
    good = ~own.plan.conflicting
    assert set(np.unique(own.plan.verdicts[:, good])) == {0, 1, 2, 3, 4, 255}
    assert set(np.unique(own.plan.criteria[:, good])) == {0, 1, 2}
    assert own.plan.certain[:, good].any()
    assert not own.plan.certain[:, good].all()


def test_held_values_near_their_formula_stand_and_far_ones_clash(own: Run) -> None:
    held = own.plan.conflicting[-len(HELD):]
    assert held[:7].tolist() == [False, False, False, True, True, False, True]
    assert held.any()
    assert not held.all()
