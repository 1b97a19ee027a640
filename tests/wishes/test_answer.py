"""The answer for real plans: what is read off them, who takes part, what is refused, what would change the order."""

import itertools

import pytest
import yaml

from islet.case.reader import read_case
from islet.errors import InputError
from islet.plan.make import make_plan
from islet.wishes.answer import answer
from islet.wishes.attributes import attributes_of, taking_part
from islet.wishes.model import NoStatedPreference, NotComputable, Tradeoff, Wishes
from islet_testing import cases
from islet_testing.bases import own_base
from islet_testing.places import ROOT
from islet_testing.wishes import GASTRIN, GROWING, HEAD, ORDER, answered, plan


def standing(found, option):
    return next(one for one in found.options if one.option == option)


def test_there_are_seven_attributes_and_hormone_troubles_are_asked_only_where_a_hormone_may_be():
    assert [a.id for a in attributes_of(plan(GASTRIN), own_base())] == [
        "length_of_life", "tumour_control", "hormone_symptoms", "daily_side_effects", "lasting_harm", "burden", "certainty",
    ]
    assert "hormone_symptoms" not in [a.id for a in attributes_of(plan(GROWING), own_base())]
    assert "hormone_symptoms" in [a.id for a in attributes_of(make_plan(cases.read({}, own_base()), own_base()), own_base())]


@pytest.mark.parametrize(
    ("name", "option", "attribute", "interval", "sure"),
    [
        (GROWING, "prrt", "tumour_control", (17.2, 23.7), True),  # OCLURANDOM, as the trial record prints it
        (GROWING, "sunitinib", "tumour_control", (8.8, 12.4), True),  # OCLURANDOM
        (GROWING, "everolimus", "length_of_life", (58.7, 58.7), False),  # COMPETE, no interval read
        (GROWING, "prrt", "daily_side_effects", (28.5, 60.3), True),  # 18 of 41 (Clopper-Pearson)
        (GROWING, "captem", "daily_side_effects", (45, 45), False),  # E2211, no interval read
        (GASTRIN, "ssa", "tumour_control", (5.5, 59.4), True),  # CLARINET 30.9 to 59.4, CLARINET FORTE 5.5 to 8.3
        (HEAD, "enucleation", "lasting_harm", (5.7, 7), True),  # Beger 2022, Jilesen series
        (HEAD, "pancreaticoduodenectomy", "lasting_harm", (14.1, 20.15), True),  # four sources
    ],
)
def test_intervals_are_those_that_the_sources_print(name, option, attribute, interval, sure):
    found = standing(answered(name), option).performances[attribute]
    assert (found.interval, found.sure) == (interval, sure)


def test_diabetes_for_all_after_total_removal_is_known_and_is_no_harm_to_fear_for_a_patient_who_has_it():
    vhl = (ROOT / "examples" / "vhl-36f-lanreotide.yaml").read_text()
    for text, expected in ((vhl, (100, 100)), (with_diabetes(vhl), None)):
        found = answer(make_plan(read_case(text.encode(), "x", own_base().space.dictionary), own_base()), own_base(), ORDER, draws=500)
        assert standing(found, "total_pancreatectomy").performances["lasting_harm"].interval == expected


def with_diabetes(text):
    case = yaml.safe_load(text)
    case["health"]["comorbidities"] = ["diabetes"]
    return yaml.safe_dump(case)


def test_a_figure_of_one_single_effect_is_not_known_as_severe_side_effects_in_all():
    assert not standing(answered(GROWING), "sunitinib").performances["daily_side_effects"].known
    assert not standing(answered(GROWING), "ssa").performances["daily_side_effects"].known


def test_burden_and_certainty_are_levels():
    found = answered(HEAD)
    levels = {one.option: (one.performances["burden"].level, one.performances["certainty"].level) for one in found.options}
    assert levels["surveillance"] == (4, 2)
    assert levels["enucleation"] == (1, 2)
    assert levels["eus_rfa"] == (2, 2)
    assert levels["clinical_trial"] == (None, 0)


def test_every_interval_of_the_trials_lies_on_its_scale():
    scales = {a.id: a.scale for a in attributes_of(plan(GASTRIN), own_base())}
    endpoints = {"survival": "length_of_life", "progression_free": "tumour_control"}
    for trial in own_base().trials.values():
        for figure in trial["figures"]:
            if figure["endpoint"] in endpoints and figure["at_months"] is None and figure["for"] in own_base().options:
                worst, best = scales[endpoints[figure["endpoint"]]]
                ends = [figure["value"], *(end for end in figure["ci"] or () if end is not None)]
                assert all(worst <= end <= best for end in ends), (trial["id"], ends)


def test_hormone_troubles_are_read_only_from_criteria_that_hold():
    found = standing(answered(GASTRIN), "distal_pancreatectomy").performances["hormone_symptoms"]
    assert (found.level, found.indirect) == (2, "from memory, not checked")
    assert not standing(answered(GASTRIN), "sunitinib").performances["hormone_symptoms"].known


def test_care_of_the_hormone_stands_beside_and_is_never_ranked():
    found = answered(GASTRIN)
    assert [entry["option"] for entry in found.beside] == ["hormone_control"]
    assert "hormone_control" not in [one.option for one in found.options]


def test_options_that_need_data_take_part_only_when_asked_and_are_marked():
    assert all(one.verdict in ("recommended", "possible") for one in answered(GASTRIN).options)
    wide = answered(GASTRIN, include_open=True)
    assert "need_data" in standing(wide, "prrt").marks
    assert {one.verdict for one in wide.options} == {"recommended", "possible", "need_data"}


def test_a_declined_option_takes_part_and_is_marked():
    pieces = cases.pieces_of({"cells": {"differentiation": "well", "who_grade": "G2", "hormone": "none"}, "extent": {
        "m": "M1", "liver_mets": True, "progression": "progressive"}, "preferences": {"refuses": ["everolimus"]}})
    found = answer(make_plan(cases.read(pieces, own_base()), own_base()), own_base(), ("burden",), draws=500)
    assert isinstance(found, Wishes)
    assert "declined" in standing(found, "everolimus").marks


@pytest.mark.parametrize("ranking", [None, (), [[]]])
def test_skipping_is_no_stated_preference_and_no_zero_weights(ranking):
    assert isinstance(answer(plan(GROWING), own_base(), ranking), NoStatedPreference)


def test_fewer_than_two_options_of_which_anything_is_known_cannot_be_computed():
    found = answer(make_plan(cases.read({}, own_base()), own_base()), own_base(), ("burden",))
    assert isinstance(found, NotComputable)
    assert found.because == "of 0 offered options 0 have anything known on any attribute; two are needed"


def test_a_plan_with_open_problems_cannot_be_computed():
    pieces = cases.pieces_of({"cells": {"differentiation": "poor", "who_grade": "G1"}})
    found = answer(make_plan(cases.read(pieces, own_base()), own_base()), own_base(), ("burden",))
    assert isinstance(found, NotComputable)
    assert found.because == "the plan has open problems: conflict"


@pytest.mark.parametrize(
    ("ranking", "words"),
    [(("burdn",), 'did you mean "burden"'), (("burden", ("certainty", "burden")), '"burden" stands twice'),
     (("hormone_symptoms",), 'found "hormone_symptoms"')],
)
def test_a_ranking_that_cannot_be_read_is_an_error_with_the_nearest_word(ranking, words):
    with pytest.raises(InputError, match=words):
        answer(plan(GROWING), own_base(), ranking)


@pytest.mark.parametrize(
    ("cut", "words"),
    [(Tradeoff("burden", "burden"), "against itself"), (Tradeoff("burden", "certainty", 0), "above 0"),
     (Tradeoff("burden", "certainty", float("nan")), "above 0"), (Tradeoff("x", "burden"), "found")],
)
def test_a_trade_off_that_cannot_be_read_is_an_error(cut, words):
    with pytest.raises(InputError, match=words):
        answer(plan(GROWING), own_base(), ("burden",), [cut])


def test_the_same_wishes_give_the_same_answer_and_the_shares_add_up():
    again = answer(plan(GROWING), own_base(), ORDER, draws=4000)
    assert again == answered(GROWING)
    assert sum(one.first.value for one in again.options) == pytest.approx(1)
    for one in again.options:
        assert sum(share.value for share in one.places) == pytest.approx(1)
        assert one.between[0].value <= one.first.value <= one.between[1].value


def test_a_trade_off_moves_the_weights_it_names():
    cut = answer(plan(GROWING), own_base(), ORDER, [Tradeoff("tumour_control", "length_of_life", 3)], draws=4000)
    assert cut.mean_weights["tumour_control"] >= 3 * cut.mean_weights["length_of_life"]
    assert cut.mean_weights["tumour_control"] > answered(GROWING).mean_weights["tumour_control"]


def test_a_change_that_is_named_puts_others_ahead_when_the_patient_makes_it():
    """Draws are seeded by the knowledge, so that a change near the edge may be named for one version of it and not for another."""
    looked_at = 0
    for name in (GROWING, HEAD, GASTRIN):
        found = answer(plan(name), own_base(), ORDER, draws=20_000)
        assert found.changes, "no change to look at"
        for change in (one for one in found.changes if one.kind == "swap"):
            order = list(ORDER)
            one, other = (order.index(moved) for moved in change.moved)
            order[one], order[other] = order[other], order[one]
            changed = answer(plan(name), own_base(), order, draws=20_000)
            assert abs(one - other) == 1
            assert set(changed.ahead) & set(change.ahead)
            assert not set(changed.ahead) & set(found.ahead)
            looked_at += 1
    assert looked_at >= 2


def test_changes_are_named_from_the_smallest_up():
    for name in (GROWING, HEAD, GASTRIN):
        kinds = [(change.kind, -max(ORDER.index(moved) for moved in change.moved)) for change in answered(name).changes]
        assert kinds == sorted(kinds, key=lambda pair: (pair[0] != "swap", pair[1]))


def test_an_answer_is_settled_only_when_no_unknown_can_put_another_ahead():
    for name, order in itertools.product((GROWING, HEAD, GASTRIN), (("certainty",), ORDER)):
        found = answered(name, order)
        if found.settled:
            least = standing(found, found.ahead[0]).between[0].value
            assert least > 0.5 or least > max(one.between[1].value for one in found.options if one.option != found.ahead[0])


def test_on_certainty_alone_the_best_known_option_is_ahead_for_sure():
    """Everolimus is the only offered option of this plan whose evidence is of high certainty, and nothing of it is unknown."""
    certainty = [entry for entry in own_base().wishes["attributes"] if entry["id"] == "certainty"]
    base = own_base()._replace(wishes={**own_base().wishes, "attributes": certainty})
    found = answer(plan(GROWING), base, ("certainty",), draws=500)
    assert (found.ahead, found.settled) == (("everolimus",), True)
    assert standing(found, "everolimus").first.value == 1


def test_values_of_several_trials_are_named_as_such():
    assert "tumour_control" in answered(GROWING).across_trials


def test_the_options_that_take_part_stand_in_the_order_of_the_plan():
    found = [one.option for one in answered(GROWING).options]
    assert found == [option.id for option in taking_part(plan(GROWING), own_base(), False)]
    assert found == [option.id for option in plan(GROWING).options if option.id in found]
