"""Conditions of estimates and rules of verdicts are one language: both readings agree on every rule of the knowledge."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from hypothesis import HealthCheck, given, settings

from islet.estimate.known import Known
from islet.knowledge.build_estimates import tree_of
from islet.knowledge.compile import read_rules
from islet.patient.state import build_patient
from islet.rules.evaluate import evaluate
from islet.rules.truth import Truth
from islet_testing import cases
from islet_testing.bases import own_base
from islet_testing.effort import examples
from islet_testing.places import KNOWLEDGE


@lru_cache(maxsize=1)
def trees() -> dict[str, Any]:
    return {rule.data["id"]: tree_of(rule.expression) for rule in read_rules(KNOWLEDGE).options.rules}


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(cases.patients())
def test_what_the_estimates_know_for_sure_the_rules_know_too(pieces):
    base = own_base()
    patient = build_patient(cases.read(pieces, base), base.space)
    if patient.clashes:
        return
    known, sure = Known(patient, base), 0
    for criterion in base.criteria:
        ours = known.holds(trees()[criterion.id])
        if ours is not Truth.UNKNOWN:
            sure += 1
            assert evaluate(base.space.nodes, criterion.node, patient.state) is ours, criterion.id
    assert sure or not pieces


@settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(cases.patients())
def test_a_name_that_is_missing_is_one_the_case_leaves_open(pieces):
    base = own_base()
    patient = build_patient(cases.read(pieces, base), base.space)
    known = Known(patient, base)
    for criterion in base.criteria:
        tree = trees()[criterion.id]
        missing = known.missing(tree)
        assert bool(missing) == (known.holds(tree) is Truth.UNKNOWN)
