"""Options that one trial compared: its own two numbers, never those of two trials, and what chance may have done."""

from __future__ import annotations

import pytest

from islet.present.aid.compared import CHANCE, compared
from islet_testing.aids import aid, aid_body
from islet_testing.bases import own_base
from islet_testing.marked import marks_of

OFFERED = ("prrt", "everolimus", "sunitinib", "captem", "stz_5fu")


def pairs(name: str, options: tuple[str, ...] = OFFERED) -> dict:
    found = compared(options, aid(name).plan, own_base())
    return {tuple(side.option for side in one.sides): one for one in found}


def test_compete_and_seqtor_give_their_own_numbers() -> None:
    """COMPETE, pancreas: 24.5 against 14.7 months (HR 0.45 to 1.09); SEQTOR at 12 months: 71.4 against 61.8 % (HR 0.77 to 1.75)."""
    found = pairs("systemic-doses")
    radionuclide = found["prrt", "everolimus"]
    assert [(side.yes, side.no) for side in radionuclide.sides] == [(71, 29), (57, 43)] and not radionuclide.counted
    chemotherapy = found["everolimus", "stz_5fu"]
    assert [(side.yes, side.no) for side in chemotherapy.sides] == [(71, 29), (62, 38)] and chemotherapy.counted
    assert radionuclide.chance == chemotherapy.chance == CHANCE[True]


def test_each_number_says_how_exact_it_is() -> None:
    """SEQTOR at 12 months: 71.4 % (59.4 to 81.6) and 61.8 % (49.2 to 73.3), the ends rounded outwards."""
    sides = pairs("systemic-doses")["everolimus", "stz_5fu"].sides
    assert [side.sure for side in sides] == [
        "It may be anything between 59 and 82 out of 100.", "It may be anything between 49 and 74 out of 100.",
    ]


def test_what_chance_did_not_decide_is_not_compared() -> None:
    base = own_base()
    looked_back = {name: {**trial, "design": "retrospective, two treatments"} for name, trial in base.trials.items()}
    assert not compared(OFFERED, aid("systemic-doses").plan, base._replace(trials=looked_back))


def test_a_trial_that_was_not_built_to_compare_compares_nothing() -> None:
    assert ("prrt", "sunitinib") not in pairs("systemic-doses")  # OCLURANDOM had both arms and says that it is not comparative


def test_options_of_different_trials_are_never_paired() -> None:
    assert set(pairs("systemic-doses")) == {("prrt", "everolimus"), ("everolimus", "stz_5fu")}
    assert not pairs("systemic-doses", ("captem", "sunitinib")) and not pairs("local-01-nf-8mm-head")


def test_a_trial_that_is_not_the_nearest_of_either_option_is_not_used() -> None:
    plan = aid("systemic-doses").plan
    far = [option._replace(estimates=[e for e in option.estimates if not e["id"].endswith(".one_year")]) for option in plan.options]
    assert not compared(OFFERED, plan._replace(options=far), own_base())


@pytest.mark.parametrize("name", ["systemic-doses"])
def test_the_page_says_which_numbers_can_be_compared(name: str) -> None:
    told = marks_of(aid_body(name))["S6"][0]
    compared_told = told.partition("Only the two numbers of one study can be compared:")[2]
    assert "Radionuclide treatment (lutetium) Alive without growth: 71 Growth or death: 29 It may be anything between 58" in compared_told
    assert "Everolimus tablets Alive without growth: 57 Growth or death: 43 It may be anything between 23" in compared_told
    assert "They do not show which choice is better." in told and "The difference can be chance." in told
