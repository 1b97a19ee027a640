"""A patient that a solver found is a case file that reads back the same, and as short as it can be."""

from __future__ import annotations

from fractions import Fraction

import pytest

from islet.case.dictionary import Fact
from islet.proof.case_text import case_document, neat_number
from islet.proof.prover import Prover
from islet.proof.witness import replay, search, shrink
from islet_testing.places import KNOWLEDGE


@pytest.fixture(scope="module")
def prover():
    return Prover(str(KNOWLEDGE))


@pytest.mark.parametrize(
    "value", [0, Fraction(1, 1000), 3, Fraction(3001, 1000), Fraction(199999, 10000), 20, 55, Fraction(9999, 100), 100]
)
def test_a_neat_number_stays_on_the_same_side_of_every_threshold(value):
    cuts = (3.0, 20.0, 55.0)
    fact = Fact("cells.ki67_percent", "ki67_percent", "cells", "number", "", "", possible=(0, 100), plausible=(0, 98))
    neat = neat_number(Fraction(value), fact, cuts)
    for cut in (Fraction(3), Fraction(20), Fraction(55)):
        assert (neat < cut) == (value < cut) and (neat > cut) == (value > cut)


def test_a_history_reads_back_to_the_same_facts(prover):
    values = {
        "history.tried.everolimus": True, "history.progressed_on.everolimus": True, "history.not_tolerated.everolimus": True,
        "history.tried.prrt": True, "history.progressed_on.prrt": False, "history.controlled_by.prrt": True,
        "history.not_tolerated.prrt": False, "history.prrt_cycles": Fraction(5), "history.prrt_control_months": Fraction(20),
        "history.prrt_months_since": Fraction(1), "history.tried.captem": False, "history.systemic_lines": Fraction(2),
    }
    document = next(case_document(values, prover.written, "x", True))
    state, place = replay(document, prover.base).patient.state, prover.base.space.place
    for name, value in values.items():
        if isinstance(value, bool):
            assert state[place[name]] == (2 if value else 1), name
    case = replay(document, prover.base).case
    assert case.given["history.systemic_lines"].ranges[0][:2] == (2, 2)
    assert case.given["history.prrt_cycles"].ranges[0].low > 4  # its cell: above the threshold 4


def test_nothing_can_be_left_out_of_a_short_patient(prover):
    session, (world,) = prover.room("z3")

    def shows(found):
        return found.verdict("prrt") == "contraindicated"

    found = search(session, world, [world.verdict("prrt", "contraindicated")], shows, prover.base, "x")
    assert found.answer == "sat" and not found.alarm
    assert replay(found.document, prover.base).plan.option("prrt").verdict == "contraindicated"
    assert shrink(found.document, shows, prover.base) == found.document
    facts = [value for section, value in found.document.items() if section != "id"]
    assert len(facts) == 1 and len(facts[0]) <= 3  # at most the inputs of one formula


def test_a_patient_the_evaluator_does_not_show_is_an_alarm(prover):
    session, (world,) = prover.room("z3")
    found = search(session, world, [world.fact("health.pregnant")], lambda found: False, prover.base, "x")
    assert found.document is None and "evaluator" in found.alarm
