"""Facts that are easily mistaken for each other: the hazards H01, H03, H04, H05 and H77."""

from __future__ import annotations

import pytest

from islet.case.reader import read_case
from islet.errors import InputError
from islet.plan.make import make_plan

STAGES = {"stage_ajcc8": "AJCC 8", "stage_ajcc9": "AJCC version 9", "stage_enets": "ENETS"}


def plan_of(base, text):
    return make_plan(read_case(text.encode(), "case.yaml", base.space.dictionary), base)


def test_every_number_says_its_unit_where_it_is_asked_for(base):
    numbers = [fact for fact in base.space.dictionary.facts.values() if fact.type == "number"]
    assert len(numbers) > 40
    assert [fact.name for fact in numbers if not fact.unit] == []


@pytest.mark.parametrize(("fact", "ends"), [
    ("creatinine_umol_l", (0.6, 1.3)), ("albumin_g_l", (3.5, 5.0)), ("haemoglobin_g_l", (12, 17)), ("platelets_10e9_l", (150000, 400000)),
    ("neutrophils_10e9_l", (1800, 7500)), ("leucocytes_10e9_l", (4000, 11000)), ("qtc_ms", (0.36, 0.46)), ("lvef_percent", (0.5, 0.7)),
    ("height_cm", (1.5, 1.95)),
])
def test_a_usual_value_in_the_other_unit_is_refused_or_questioned(base, fact, ends):
    """The ends of the usual adult range in the other common unit: mg/dL, g/dL, per µL, seconds, share, metres."""
    for value in ends:
        try:
            plan = plan_of(base, f"health: {{{fact}: {value}}}")
        except InputError as error:
            assert "possible are" in str(error)
        else:
            assert [(p["kind"], p["facts"]) for p in plan.problems] == [("implausible", [f"health.{fact}"])]


@pytest.mark.parametrize("cells", ["who_grade: {one_of: [G3, NEC]}", "who_grade: {one_of: [G3, NEC]}, ki67_percent: 40"])
def test_an_older_g3_leaves_net_and_carcinoma_open(base, cells):
    """WHO 2017 and later part the older G3 in two: G3 is well differentiated, NEC poorly (contract, section 4)."""
    older = plan_of(base, f"{{cells: {{{cells}}}, extent: {{m: M1, liver_mets: true}}}}")
    net = plan_of(base, f"{{cells: {{{cells}, differentiation: well}}, extent: {{m: M1, liver_mets: true}}}}")
    carcinoma = plan_of(base, f"{{cells: {{{cells}, differentiation: poor}}, extent: {{m: M1, liver_mets: true}}}}")
    for option in older.options:
        either = set(net.option(option.id).could_be) | set(carcinoma.option(option.id).could_be)
        assert set(option.could_be) == either, option.id
        assert not option.certain or len(either) == 1
    for name in ("ssa", "liver_resection"):
        assert carcinoma.option(name).verdict == "not_indicated" and "possible" in older.option(name).could_be


@pytest.mark.parametrize("ki67", [21, 40, 55, 56, 90])
def test_ki67_alone_never_tells_net_from_carcinoma(base, ki67):
    facts = plan_of(base, f"cells: {{ki67_percent: {ki67}}}").facts
    grade = facts.get("cells.who_grade", {}).get("value")
    assert grade not in ("G3", "NEC")
    assert facts.get("cells.differentiation", {}).get("value") not in ("well", "poor")


def test_every_stage_names_its_system(base):
    facts = base.space.dictionary.facts
    assert {name.split(".")[1] for name in facts if ".stage_" in name} == set(STAGES)
    for name, system in STAGES.items():
        assert system in facts[f"extent.{name}"].question


def test_no_criterion_compares_a_stage_without_its_system(base):
    """A rule reads T, N and M, or a stage by the name of its system; there is no fact that is called stage alone."""
    assert not any(fact.bare in ("stage", "tnm_stage", "stage_group") for fact in base.space.dictionary.facts.values())
