"""What a patient reads: the same rows for every option, no ranking, absolute numbers, the same verdict as the clinician's."""

from __future__ import annotations

import re

import pytest

from islet.case.reader import read_case
from islet.plan.make import make_plan
from islet.present.html import plan_html
from islet.present.patient import PLAIN_VERDICT, ROWS, UNKNOWN, Glossary, patient_groups, verdict_words
from islet.present.patient_text import patient_text
from islet.present.screen import Screen

CASE = b"""
id: tail
cells: {differentiation: well, ki67_percent: 8, sstr_krenning: 4, hormone: none}
extent: {primary_site: tail, size_mm: 38, liver_mets: true, progression: progressive}
health: {age_years: 61, sex: male, ecog: 1}
preferences: {refuses: [prrt]}
history: [{option: ssa, response: progression, months: 14}]
"""
PLAIN = Screen(width=90, plain=True, colours=False)


def plan_of(base, data: bytes):
    return make_plan(read_case(data, "case.yaml", base.space.dictionary), base, None)


def shown(plan, base):
    return [option for _, options in patient_groups(plan, base) for option in options]


@pytest.mark.parametrize("data", [CASE, b"{}"])
def test_every_option_stands_in_the_same_rows_in_the_order_of_the_knowledge(base, data):
    options = shown(plan_of(base, data), base)
    assert [option.id for option in options] == [name for group in base.groups.values() for name in group["options"]]
    for option in options:
        assert tuple(title for title, _ in option.rows) == ROWS
        assert all(lines and all(line.text for line in lines) for _, lines in option.rows)


def test_the_verdict_is_the_clinicians_in_plain_words(base):
    plan = plan_of(base, CASE)
    for option, told in zip(plan.options, shown(plan, base), strict=True):
        assert told.id == option.id and told.verdict == option.verdict
        assert told.words.startswith(PLAIN_VERDICT[option.verdict])
        assert ("if …" in told.words) == option.conditional
        meaning = " ".join(line.text for line in told.rows[2][1])
        assert ("none of the open points" in meaning) == option.conditional
        missing = [line.text for line in told.rows[-1][1]]
        assert all(entry.plain in missing for entry in option.provided)
        assert ("You said that you do not want this" in meaning) == option.declined_by_patient


def test_what_rests_on_memory_says_so(base):
    plan = plan_of(base, CASE)
    changed = plan._replace(options=tuple(o._replace(rests_on_recall=True) for o in plan.options))
    for option, told in zip(changed.options, shown(changed, base), strict=True):
        assert "from memory, not checked" in verdict_words(option)
        assert any("written from memory" in line.text for line in told.rows[2][1])


def test_where_nothing_is_known_it_says_so(base):
    plan = plan_of(base, CASE)
    bare = plan.options[0]._replace(data={**plan.options[0].data, "benefits": [], "harms": []})
    first = shown(plan._replace(options=(bare,)), base)[0]
    assert first.rows[3][1][0].text == first.rows[4][1][0].text == UNKNOWN


def test_no_relative_effect_reaches_a_patient(base):
    for text in (plan_html(plan_of(base, CASE), base, "patient"), patient_text(plan_of(base, CASE), base, PLAIN)):
        assert not re.search(r"\bHR\b|hazard ratio|odds ratio|relative risk|risk ratio", text)


def test_order_release_and_open_questions_are_told_on_both_faces(base):
    plan = plan_of(base, CASE)
    for text in (plan_html(plan, base, "patient"), " ".join(patient_text(plan, base, PLAIN).split())):
        for words in ("It is not a ranking.", "Released by", "Open questions", "checked again by", "Who paid for this page"):
            assert words in text


def test_both_faces_say_the_same(base):
    import html

    plan = plan_of(base, CASE)
    page = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", plan_html(plan, base, "patient"))).split())
    text = " ".join(patient_text(plan, base, PLAIN).split())
    for option in shown(plan, base):
        for _, lines in option.rows:
            for line in lines:
                words = " ".join(line.text.split())
                assert words in page and words in text.replace(" - ", " ")


def test_while_problems_are_open_only_a_notice_is_shown(base):
    plan = plan_of(base, b"extent: {liver_mets: true, m: M0}")
    for text in (plan_html(plan, base, "patient"), patient_text(plan, base, PLAIN)):
        assert "Your record has to be checked first" in text
        assert not any(option.data["plain_name"] in text for option in base.options.values())


def test_text_keeps_to_the_width_and_to_plain_signs(base):
    text = patient_text(plan_of(base, CASE), base, Screen(width=60, plain=True, colours=False))
    assert not [line for line in text.splitlines() if len(line) > 60 and "http" not in line]
    assert "\033" not in text


def test_a_term_is_explained_once_and_the_longest_wins():
    glossary = Glossary({"receptor": "a dock", "receptor scan": "a picture", "NET": "a tumour"})
    assert glossary.first_used(["The receptor scan of a net."]) == [("receptor scan", "a picture")]
    assert glossary.first_used(["Receptors on a NET."]) == [("receptor", "a dock"), ("NET", "a tumour")]
    assert glossary.first_used(["A receptor."]) == []


def test_every_word_in_the_glossary_is_explained_in_few_plain_words(base):
    for word, meaning in base.terms.items():
        assert 2 <= len(meaning.split()) <= 20, word
        assert not meaning.endswith("."), word


def test_every_drug_named_to_patients_is_explained(base):
    plain = " ".join(str(option.data["plain_name"]) for option in base.options.values())
    drugs = re.findall(r"\b\w+(?:nib|limus|zutifan|tide|platin|tecan|zocin|citabine|zolomide|tinium|toposide)\b", plain.lower())
    assert drugs and set(drugs) <= {word.lower() for word in base.terms}
