"""What a plan must not leave out or lean on: the hazards H10, H24, H33, H34 and H67."""

from __future__ import annotations

import ast

import pytest

from islet.case.reader import read_case
from islet.estimate.known import Known
from islet.estimate.nearest import nearest_estimates
from islet.patient.state import build_patient
from islet.plan.described import case_of
from islet.plan.make import make_plan
from islet.present.html import plan_html
from islet_testing.places import ROOT

HARMFUL_GROUPS = ("radionuclide", "chemotherapy", "targeted")
CHEMOTHERAPY = ("captem", "stz_5fu", "folfox", "folfiri", "platinum_etoposide")


def plan_of(base, text):
    return make_plan(read_case(text.encode(), "case.yaml", base.space.dictionary), base)


def test_pregnancy_stands_open_beside_every_harmful_option_until_it_is_known(base):
    """A woman of 30 of whom nobody asked: the stop is named beside the option, whatever else is known."""
    plan = plan_of(base, "health: {age_years: 30, sex: female}")
    options = [option for option in plan.options if option.group in HARMFUL_GROUPS]
    assert len(options) == 11
    for option in options:
        assert "contraindicated" in option.could_be, option.id
        assert any("health.pregnant" in entry.facts or "pregnan" in entry.text.lower() for entry in option.provided), option.id


@pytest.mark.parametrize("option", [*CHEMOTHERAPY, "prrt"])
def test_every_chemotherapy_speaks_of_fertility(base, option):
    texts = [criterion.text for criterion in base.criteria if criterion.id.startswith(f"{option}.")]
    assert any("fertility" in text for text in [*texts, str(base.options[option].data["monitoring"])])


@pytest.mark.parametrize("size", [12, 22, 28])
def test_a_hereditary_syndrome_that_is_not_known_is_asked_for(base, size):
    """MEN1 watches below 20 mm, VHL below 30 mm: who has a small confined tumour must be asked (dossier of local treatment)."""
    plan = plan_of(base, f"{{cells: {{differentiation: well, hormone: none}}, extent: {{primary_in_situ: true, m: M0, size_mm: {size}}}}}")
    asked = [fact for question in plan.ask for fact in question["facts"]]
    assert "cells.hereditary" in asked


@pytest.mark.parametrize("reader", ["clinician", "patient"])
@pytest.mark.parametrize("facts", ["", "extent: {m: M1}\n", "health: {emergency: [sepsis]}\n", "extent: {liver_mets: true, m: M0}\n"])
def test_every_page_names_its_case_at_its_head_and_its_foot(base, reader, facts):
    page = plan_html(plan_of(base, f"id: ward-7-bed-2\n{facts}"), base, reader)
    body = page[page.index("<body"):]
    assert "ward-7-bed-2" in body[: len(body) // 2] and "ward-7-bed-2" in body[len(body) // 2:]


@pytest.mark.parametrize("cells", [
    {"who_grade": "G2", "ki67_percent": 8, "sstr_krenning": 3}, {"who_grade": "G3", "ki67_percent": 40, "sstr_krenning": 3},
    {"differentiation": "poor", "ki67_percent": 80, "msi_high": True},
])
def test_evidence_from_another_organ_says_so_to_both_readers(base, cells):
    """A figure of a trial marked as indirect in `knowledge/trials/` never stands without whose it is."""
    facts = {**cells, "m": "M1", "progression": "progressive", "history": [{"option": "ssa", "response": "progression"}]}
    known = Known(build_patient(case_of(facts, base, "x", flat=True), base.space), base)
    shown = 0
    for option in base.options.values():
        for made in nearest_estimates(option, known, base):
            for row in made.rows:
                trial = base.trials[row["trial"]]
                if trial["indirect_population"]:
                    shown += 1
                    assert row["direct"] is False, made.id
                    assert trial["indirect_because"] in made.text and trial["indirect_plain"].lower() in made.plain.lower(), made.id
    assert shown


def test_no_room_of_a_plan_reads_the_clock():
    for room in ("case", "rules", "patient", "knowledge", "estimate", "plan", "present"):
        for file in (ROOT / "src" / "islet" / room).glob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    assert node.func.attr not in ("now", "utcnow", "today", "time", "localtime", "gmtime"), f"{file.name}:{node.lineno}"
