"""What a rule of safety must not leave out: the hazards H33 and H34."""

from __future__ import annotations

import pytest

from islet.case.reader import read_case
from islet.plan.make import make_plan

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
