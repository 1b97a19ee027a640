"""A case kept with facts that are not known today opens with what has to be mended, and no page of it breaks."""

from __future__ import annotations

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
