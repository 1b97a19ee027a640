"""The solver against an oracle that tries every way of filling in by hand, on the small knowledge."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from islet.case.reader import read_case
from islet.proof.encoding import NAMES, VERDICTS, World
from islet.proof.facts_given import given_terms
from islet.proof.session import Session
from islet.proof.sources import read_written
from islet_testing import oracle
from islet_testing.bases import mini_base
from islet_testing.places import MINI
from properties.test_oracle import all_completions, partial_cases


@lru_cache(maxsize=2)
def room(name: str) -> tuple[Session, World]:
    session = Session(name, read_written(MINI))
    world = session.world()
    for option in session.written.options:
        for verdict in VERDICTS:
            world.verdict(option, verdict)
    for name in session.written.definitions:
        world.fact(name)
    return session, world


def reached(name: str, document: dict[str, Any]) -> dict[str, set[str]]:
    session, world = room(name)
    terms = given_terms(session, world, read_case(json.dumps(document).encode(), "x", mini_base().space.dictionary).given)
    found: dict[str, set[str]] = {option: set() for option in session.written.options}
    for option in found:
        for verdict in VERDICTS:
            answer = session.ask([*terms, world.verdict(option, verdict)])
            assert answer != "unknown"
            if answer == "sat":
                found[option].add(verdict)
    return found


@settings(max_examples=250, suppress_health_check=list(HealthCheck))
@given(partial_cases())
def test_the_solver_reaches_exactly_the_verdicts_that_some_way_of_filling_in_gives(drawn):
    document, known = drawn
    whole = all_completions(known, 4000)
    assert reached(NAMES[0], document) == oracle.possible_verdicts(whole)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(partial_cases())
def test_the_second_solver_does_so_too(drawn):
    document, known = drawn
    whole = all_completions(known, 2000)
    assert reached(NAMES[1], document) == oracle.possible_verdicts(whole)


@pytest.mark.parametrize("name", NAMES)
def test_facts_that_no_patient_has_together_have_no_completion(name):
    document = {"id": "x", "extent": {"liver_mets": True, "m": "M0"}}
    assert all(not verdicts for verdicts in reached(name, document).values())
    assert not list(oracle.completions({"liver_mets": (True,), "m": ("M0",), **WHOLE}))


WHOLE = {name: values[:1] for name, values in {**oracle.NUMBERS, **oracle.CATEGORIES}.items() if name not in ("m", "who_grade")}
