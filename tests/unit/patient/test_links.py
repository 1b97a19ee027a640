"""What every patient obeys carries knowledge along, and finds what cannot be true together."""

import pytest

from islet.case.reader import read_case
from islet.patient.links import make_network, propagate, smallest_clash
from islet.patient.state import build_patient


@pytest.fixture
def patient(mini):
    return lambda text: build_patient(read_case(text.encode(), "x", mini.space.dictionary), mini.space)


@pytest.fixture
def words(mini, patient):
    def read(text, name):
        index = mini.space.place[name]
        state = patient(text).state[index]
        return [word for bit, word in enumerate(mini.space.variables[index].words) if state >> bit & 1]

    return read


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("extent: {liver_mets: true}", "extent.m", ["M1"]),
        ("extent: {m: M0}", "extent.liver_mets", ["no"]),
        ("extent: {m: M0}", "extent.extrahepatic.bone", ["no"]),
        ("extent: {extrahepatic: [lung]}", "extent.m", ["M1"]),
        ("extent: {m: M1, extrahepatic: []}", "extent.liver_mets", ["yes"]),
        ("extent: {liver_mets: false, extrahepatic: []}", "extent.m", ["M0"]),
        ("extent: {liver_count: 3}", "extent.liver_mets", ["yes"]),
        ("extent: {liver_count: 0}", "extent.liver_mets", ["no"]),
        ("extent: {liver_count: 3}", "extent.metastatic", ["yes"]),
        ("health: {sex: male}", "health.pregnant", ["no"]),
        ("health: {pregnant: true}", "health.sex", ["female"]),
        ("cells: {sstr_krenning: 1}", "cells.sstr_result", ["negative", "heterogeneous"]),
        # WHO 2019: the higher of the two counts decides, so more than 20 mitoses fix the grade without a Ki-67
        ("cells: {differentiation: well, mitoses_per_2mm2: 25}", "cells.who_grade", ["G3"]),
        ("cells: {differentiation: well, ki67_percent: 30}", "cells.who_grade", ["G3"]),
        ("cells: {differentiation: well, ki67_percent: 2}", "cells.who_grade", ["G1", "G2", "G3"]),
        ("cells: {differentiation: well, ki67_percent: 2, mitoses_per_2mm2: 1}", "cells.who_grade", ["G1"]),
        ("cells: {differentiation: well, ki67_percent: 3, mitoses_per_2mm2: 0}", "cells.who_grade", ["G2"]),
        ("cells: {differentiation: well, ki67_percent: 20, mitoses_per_2mm2: 20}", "cells.who_grade", ["G2"]),
        ("cells: {differentiation: well, ki67_percent: 20.1, mitoses_per_2mm2: 0}", "cells.who_grade", ["G3"]),
        ("cells: {differentiation: poor}", "cells.who_grade", ["NEC"]),
        ("cells: {who_grade: G2}", "cells.differentiation", ["well"]),
        ("cells: {who_grade: {one_of: [G3, NEC]}, differentiation: well}", "cells.who_grade", ["G3"]),
    ],
)
def test_a_link_carries_what_is_known(words, text, name, expected):
    assert words(text, name) == expected


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("extent: {m: M0, liver_mets: true}", {"extent.m", "extent.liver_mets"}),
        ("extent: {m: M0, extrahepatic: [bone]}", {"extent.m", "extent.extrahepatic.bone"}),
        ("health: {sex: male, pregnant: true}", {"health.sex", "health.pregnant"}),
        ("cells: {who_grade: G1, ki67_percent: 30}", {"cells.who_grade", "cells.ki67_percent"}),
        ("cells: {who_grade: G1, differentiation: poor}", {"cells.who_grade", "cells.differentiation"}),
        ("extent: {liver_mets: false, liver_count: 4}", {"extent.liver_mets", "extent.liver_count"}),
        ("cells: {ki67_percent: {values: [2, 30]}}", {"cells.ki67_percent"}),
        (
            "health: {sex: male, age_years: 40, weight_kg: 72, creatinine_umol_l: 88.4, creatinine_clearance_ml_min: 30}",
            # with either sex the formula gives 85 or more, so the sex is no part of the smallest clash
            {"health.age_years", "health.weight_kg", "health.creatinine_umol_l", "health.creatinine_clearance_ml_min"},
        ),
    ],
)
def test_facts_that_no_patient_can_have_together_are_the_smallest_clash(patient, mini, text, facts):
    found = patient(text)
    assert [{mini.space.variables[i].name for i in clash.variables} for clash in found.clashes] == [facts]
    places = [mini.space.place[name] for name in facts]
    assert all(found.state[place] == mini.space.full[place] for place in places), "they count as unknown"
    assert set(places) <= found.conflicting


def test_what_clashes_does_not_take_other_facts_with_it(patient, mini):
    found = patient("extent: {m: M0, liver_mets: true, size_mm: 12}\nhealth: {ecog: 1}")
    size = mini.space.place["extent.size_mm"]
    assert found.state[size] != mini.space.full[size] and size not in found.conflicting


def test_a_given_clearance_near_its_formula_is_no_clash(patient):
    # the small knowledge lets a measured value differ by 5 ml/min
    text = "health: {{sex: male, age_years: 40, weight_kg: 72, creatinine_umol_l: 88.4, creatinine_clearance_ml_min: {}}}"
    assert not patient(text.format(104)).clashes and patient(text.format(106)).clashes


def test_propagation_stops_at_a_clause_that_fails():
    network = make_network([((0, 0b01), (1, 0b01))], ["either"])
    state = [0b10, 0b10]
    assert propagate(network, state, [0], {}) == 0


def test_a_clash_is_smallest_when_no_fact_of_it_can_be_left_out():
    network = make_network([((0, 0b01), (1, 0b01)), ((2, 0b01), (1, 0b01))], ["one", "two"])
    assert smallest_clash(network, [0b11] * 3, {0: 0b10, 1: 0b10, 2: 0b10}).keys() in ({0, 1}, {1, 2})
