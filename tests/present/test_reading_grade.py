"""Every block a patient reads has a reading grade of at most 8, no sentence over 25 words and no mean over 15.

The formula is unsteady on one short sentence: a block counts from two sentences or more than 20 words on. What is one block is said in
`docs/reading-grade.md`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from islet.case.reader import read_case
from islet.errors import InputError
from islet.plan.described import case_of
from islet.plan.make import make_plan
from islet.plan.vignettes import read_vignettes
from islet.present.html import plan_html
from islet_testing.bases import own_base
from islet_testing.places import KNOWLEDGE, ROOT
from islet_testing.reading.blocks import fixed_paragraphs, knowledge_texts, shown_blocks
from islet_testing.reading.counter import read
from islet_testing.reading.limits import too_hard

EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


def whole_patients():
    return [vignette for vignette in read_vignettes(KNOWLEDGE) if vignette.kind == "patient"]


def hard(blocks):
    return [f"{place}: {', '.join(why)}: {' '.join(lines)}" for place, lines in blocks if lines for why in [too_hard(lines)] if why]


def test_every_text_of_the_knowledge_for_patients_is_easy_by_itself():
    texts = list(knowledge_texts(KNOWLEDGE))
    assert len(texts) > 1500
    assert hard((place, (text,)) for place, text in texts) == []


@pytest.mark.parametrize("name", ["", *(file.name for file in EXAMPLES)])
def test_every_block_of_an_example_is_easy(name):
    base = own_base()
    data = (ROOT / "examples" / name).read_bytes() if name else b"{}"
    try:
        case = read_case(data, name, base.space.dictionary)
    except InputError:
        pytest.skip("a list of published patients, not one case")
    plan = make_plan(case, base, None)
    assert hard(shown_blocks(plan, base)) == []
    page = plan_html(plan, base, "patient").split('<h2 id="sources"')[0]
    assert hard(("page", (text,)) for text in fixed_paragraphs(page)) == []


def test_every_block_of_every_whole_patient_is_easy():
    base = own_base()
    patients = whole_patients()
    assert len(patients) >= 54
    found = {}
    for patient in patients:
        found.update({lines: place for place, lines in shown_blocks(make_plan(case_of(patient.case, base, "patient"), base, None), base)})
    assert hard((place, lines) for lines, place in found.items()) == []


@pytest.mark.parametrize("data", [b"extent: {liver_mets: true, m: M0}", b"health: {emergency: [bleeding]}"])
def test_the_pages_that_only_warn_are_easy(data):
    base = own_base()
    page = plan_html(make_plan(read_case(data, "x", base.space.dictionary), base, None), base, "patient")
    assert hard(("page", (text,)) for text in fixed_paragraphs(page)) == []


@pytest.mark.parametrize(("text", "why"), [
    ("Neuroendocrine carcinoma needs chemotherapy. Radionuclide treatment needs haemoglobin and creatinine.", "grade"),
    ("You go to the day unit and get a drip and then you go home and then you come back and get a drip and you go home.", "sentence"),
    ("You go to the day unit in the hospital and you get a drip there and then you go home. "
     "You go to the day unit in the hospital and you get a drip there and then you go home.", "mean"),
])
def test_a_hard_text_is_found(text, why):
    assert any(found.startswith(why) for found in too_hard((text,)))


def test_one_short_sentence_is_not_judged_by_the_formula():
    assert read(["Chemotherapy is recommended."]).grade > 8
    assert too_hard(("Chemotherapy is recommended.",)) == []


def test_the_page_says_what_a_block_is():
    text = (Path(ROOT) / "docs" / "reading-grade.md").read_text(encoding="utf-8")
    assert "two sentences" in text and "20 words" in text
