"""Patients who once broke a promise: each stays here, and the promise must hold for each of them."""

import pytest

from islet.case.reader import read_case
from islet.plan.make import make_plan
from islet_testing.bases import own_base
from islet_testing.places import ROOT

FOUND = sorted((ROOT / "tests" / "proof" / "found").glob("*.yaml"))


def test_there_are_such_patients():
    assert FOUND


@pytest.mark.parametrize("file", FOUND, ids=lambda file: file.stem)
def test_a_patient_once_left_without_an_option_has_one(file):
    base = own_base()
    plan = make_plan(read_case(file.read_bytes(), str(file), base.space.dictionary), base)
    assert not plan.problems
    assert any(set(option.could_be) & {"recommended", "possible"} for option in plan.options)
