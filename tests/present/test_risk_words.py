"""How a risk is told to patients: rules R1 to R12, each able to fail, and no finding over real, shipped and generated patients."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from islet.case.reader import read_case
from islet.errors import InputError
from islet.plan.described import case_of
from islet.plan.make import make_plan
from islet.plan.vignettes import read_vignettes
from islet.present.html import plan_html
from islet.present.patient import Line, both_sides
from islet_testing.bases import own_base
from islet_testing.cases import patients, read
from islet_testing.effort import examples
from islet_testing.places import KNOWLEDGE, ROOT
from islet_testing.reading.blocks import risk_rows, shown_blocks
from islet_testing.reading.limits import too_hard
from islet_testing.reading.risk_rules import HOW_SURE, MAY_DO, MAY_GO_WRONG, NUMBERS, RULES, Row, findings, pictures_told

SOURCE = ({"source": "x"},)
AXES = {"certainty": "low", "applicability": "direct"}
BAD = [
    ("R1", MAY_GO_WRONG, "This medicine makes a clot three times as likely, in 3 out of 100 people."),
    ("R1", MAY_GO_WRONG, "About 40 % had a side effect."),
    ("R1", MAY_DO, "The hazard ratio was 0.5."),
    ("R2", MAY_GO_WRONG, "It happens to 8 out of 40 people."),
    ("R2", MAY_GO_WRONG, "It happens to 4 of 100 people."),
    ("R2", MAY_GO_WRONG, "It happens to 120 out of 1000 people."),
    ("R3", MAY_GO_WRONG, "It happens to 1 in 20."),
    ("R3", MAY_GO_WRONG, "Bleeding is rare."),
    ("R3", "What living with it is like", "Hair loss is uncommon."),
    ("R4", MAY_DO, "It shrank in 30 out of 100 people. With a dummy tablet it was 2 out of 100."),
    ("R6", MAY_DO, "It shrank in 30 out of 100 people within the trial."),
    ("R8", MAY_DO, "It worked in 30 out of 100 people (20 to 40)."),
    ("R8", MAY_DO, "It took 12 ± 3 months."),
    ("R8", HOW_SURE, "We think so."),
    ("R9", MAY_DO, "It shrank in 30.5 out of 100 people."),
    ("R10", MAY_DO, "None"),
    ("R10", NUMBERS, "about {value} days"),
    ("R10", "What is still missing", "Which treatments have you had? We need to know about: stz_5fu."),
    ("R12", MAY_DO, "The median was 11 months."),
    ("R12", MAY_DO, "Half of the people had no growth for 11 months or longer."),
]


def row(title, text, sources=SOURCE, axes=AXES):
    return Row("x", title, (Line(text, sources),), axes)


@pytest.mark.parametrize(("rule", "title", "text"), BAD)
def test_each_rule_finds_its_fault(rule, title, text):
    assert list(RULES[rule](row(title, text)))


def test_a_number_without_its_source_is_found():
    assert list(RULES["R5"](row(MAY_DO, "It shrank in 30 out of 100 people.", ())))


def test_an_other_side_that_does_not_add_up_is_found():
    lines = both_sides([Line("It shrank in 30 out of 100 people.", SOURCE)])
    assert list(RULES["R6"](Row("x", MAY_DO, lines, AXES))) == []
    wrong = (lines[0], replace(lines[1], text=lines[1].text.replace("70", "60")))
    assert list(RULES["R6"](Row("x", MAY_DO, wrong, AXES)))


def test_indirect_evidence_without_a_word_is_found():
    text = "On a scale of none, very low, low, moderate and high: low. New studies are likely to change this."
    assert list(RULES["R11"](row(HOW_SURE, text, axes={"certainty": "low", "applicability": "indirect"})))


def test_an_empty_row_is_found():
    assert list(RULES["R10"](Row("x", MAY_DO, (), AXES)))


def test_a_picture_without_words_is_found():
    assert list(pictures_told('<p><svg viewBox="0 0 1 1"><path fill="red"/></svg></p>'))


@pytest.mark.parametrize("text", [
    "Within the trial the tumour shrank in about 30 out of 100 people. With a dummy tablet it was 2 out of 100.",
    "After such an operation the tumour came back within two years in 3 of 9 people like you.",
    "Very rarely a blood cancer appears years later. We have no number out of 100 for it.",
    "Between 1 and 2 out of 1000 people die of the heat.",
    "None of the 10 with a strong antibiotic cover had one.",
])
def test_a_good_text_breaks_no_rule_but_the_other_side(text):
    assert [found for found in findings([row(MAY_GO_WRONG, text)]) if not found.startswith("R6")] == []


@pytest.mark.parametrize(("text", "other"), [
    ("About 0 out of 100 people had it.", "Where it is 0 out of 100 people, for the other 100 it was not so."),
    ("In 46 to 86 out of 100 people.", "Where it is 46 to 86 out of 100 people, for the other 14 to 54 it was not so."),
    ("In 2 out of 1000 people.", "Where it is 2 out of 1000 people, for the other 998 it was not so."),
    ("Half of the people lived at least 58.7 months.", "for the other half the time was shorter."),
])
def test_the_other_side_of_a_number_is_told(text, other):
    assert both_sides([Line(text)])[-1].text.endswith(other)


@pytest.mark.parametrize("text", ["About half of them had a tumour of the pancreas.", "We do not know.", "In 3 of 9 people."])
def test_no_other_side_is_told_where_no_share_of_people_stands(text):
    assert len(both_sides([Line(text)])) == 1


def test_no_finding_in_any_whole_patient_or_example():
    base = own_base()
    cases = [case_of(v.case, base, "patient") for v in read_vignettes(KNOWLEDGE) if v.kind == "patient"]
    for file in sorted((ROOT / "examples").glob("*.yaml")):
        try:
            cases.append(read_case(file.read_bytes(), file.name, base.space.dictionary))
        except InputError:
            assert file.name == "published.yaml"
    assert len(cases) >= 54 + 8
    for case in cases:
        plan = make_plan(case, base, None)
        assert findings(risk_rows(plan, base)) == []
        assert list(pictures_told(plan_html(plan, base, "patient"))) == []


@settings(max_examples=examples(500))
@given(patients())
def test_no_finding_and_no_hard_block_in_generated_patients(pieces):
    base = own_base()
    plan = make_plan(read(pieces, base), base, None)
    assert findings(risk_rows(plan, base)) == []
    assert [(place, why) for place, lines in shown_blocks(plan, base) if lines for why in [too_hard(lines)] if why] == []
