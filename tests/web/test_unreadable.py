"""A case kept with facts that are not known today opens with what has to be mended, and no page of it breaks."""

from __future__ import annotations

import html
import re

import pytest

OLD = b"id: old\nextent: {size_cm: 3}\nhealth: {ecog: 9}\n"


def test_the_case_opens_with_its_faults_and_without_a_plan(site):
    case = site.record.cases.create(OLD, "an old one", site.ada.person).case
    shown = site.ada.get(f"/cases/{case}")
    assert shown.status_code == 200
    assert "cannot be read with the facts known today" in shown.text
    assert "possible are 0 to 4" in shown.text and "size_cm" in shown.text
    assert 'id="option-prrt"' not in shown.text


@pytest.mark.parametrize("page", ["whole", "numbers", "what-if", "decision", "release", "options/prrt"])
def test_every_other_page_says_so_in_words(site, page):
    case = site.record.cases.create(OLD, "an old one", site.ada.person).case
    shown = site.ada.get(f"/cases/{case}/{page}")
    assert shown.status_code == 422
    assert "cannot be read" in shown.text
    assert "size_cm" not in shown.text


def test_once_mended_the_plan_answers(site):
    case = site.record.cases.create(b"id: old\nhealth: {ecog: 9}\n", "an old one", site.ada.person).case
    saved = site.ada.post(f"/cases/{case}", {"case": case, "expected": "1", "health.ecog": "1"})
    assert saved.status_code == 303
    assert 'id="option-prrt"' in site.ada.get(f"/cases/{case}").text


def test_a_name_that_is_no_fact_today_is_left_out_by_the_form_and_stays_in_the_version_before(site):
    case = site.record.cases.create(OLD, "an old one", site.ada.person).case
    shown = site.ada.get(f"/cases/{case}").text
    assert 'name="out" value="extent.size_cm"' in shown and "Leave out extent.size_cm: 3" in shown
    form = {"case": case, "expected": "1", "health.ecog": "1"}
    still = site.ada.post(f"/cases/{case}", form)
    assert still.status_code == 422 and "size_cm" in still.text
    half = site.ada.post(f"/cases/{case}", {**form, "health.ecog": "9", "out": "extent.size_cm"})
    assert half.status_code == 422 and 'value="extent.size_cm" checked' in half.text
    assert site.ada.post(f"/cases/{case}", {**form, "out": "extent.size_cm"}).status_code == 303
    assert 'id="option-prrt"' in site.ada.get(f"/cases/{case}").text
    assert b"size_cm" not in site.record.cases.read(case, site.ada.person).document
    assert b"size_cm" in site.record.cases.read(case, site.ada.person, 1).document


def test_a_fact_that_has_a_field_is_not_left_out_behind_it(site):
    case = site.ada.begin()
    site.ada.post(f"/cases/{case}", {"case": case, "expected": "1", "out": "extent.size_mm"})
    assert b"size_mm" in site.record.cases.read(case, site.ada.person).document


@pytest.mark.parametrize("document", [b"id: x\nextent: 5\n", b'id: x\n"a.b<c>": {d: 1}\n', b"id: x\nextent: {a.b: {c: 1}}\n"])
def test_whatever_stands_there_it_can_be_left_out(site, document):
    case = site.record.cases.create(document, "odd", site.ada.person).case
    shown = site.ada.get(f"/cases/{case}")
    assert shown.status_code == 200 and "<c>" not in shown.text
    place = html.unescape(re.search(r'name="out" value="([^"]*)"', shown.text)[1])
    assert site.ada.post(f"/cases/{case}", {"case": case, "expected": "1", "out": place}).status_code == 303
