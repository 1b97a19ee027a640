"""The verdict table of the contract, row by row, and the verdicts still possible."""

import itertools
from types import SimpleNamespace

import pytest

from islet.plan.verdict import decide_option

NO, UNKNOWN, YES = 0, 1, 2
ROLES = ("contraindication", "exclusion", "indication", "recommends", "against")


def decide(region=None, stands=False, regions=None, **answers):
    """Decide one option with one criterion for each role and direction; a role left out is no (an indication: yes)."""
    answers = {"contraindication": NO, "exclusion": NO, "indication": YES, "recommends": NO, "against": NO, **answers}
    criteria, by_role = [], {role: [] for role in ("contraindication", "exclusion", "indication", "position", "caution")}
    for index, role in enumerate(ROLES):
        place = role if role in by_role else "position"
        criteria.append(SimpleNamespace(role=place, direction=role if place == "position" else "", region=(regions or {}).get(role, ())))
        by_role[place].append(index)
    decision = decide_option(
        SimpleNamespace(by_role=by_role), SimpleNamespace(criteria=criteria), [answers[role] for role in ROLES], region, stands
    )
    return decision.verdict, set(decision.could_be)


def table(stop, out, indication, recommends, against):
    """Return the verdict of a whole patient, as the contract's five lines say."""
    if stop == YES:
        return "contraindicated"
    if out == YES or indication == NO:
        return "not_indicated"
    return "recommended" if recommends == YES and against == NO else "possible"


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ({"contraindication": YES}, "contraindicated"),
        ({"contraindication": YES, "indication": NO}, "contraindicated"),  # even when the option is not indicated
        ({"contraindication": YES, "exclusion": YES, "recommends": YES}, "contraindicated"),
        ({"contraindication": YES, "indication": UNKNOWN}, "contraindicated"),
        ({"exclusion": YES}, "not_indicated"),
        ({"exclusion": YES, "recommends": YES}, "not_indicated"),
        ({"exclusion": YES, "indication": UNKNOWN}, "not_indicated"),
        ({"indication": NO}, "not_indicated"),
        ({"indication": NO, "recommends": YES}, "not_indicated"),
        ({"indication": NO, "contraindication": UNKNOWN}, "not_indicated"),
        ({"indication": UNKNOWN}, "need_data"),
        ({"indication": UNKNOWN, "recommends": YES}, "need_data"),
        ({"recommends": YES}, "recommended"),
        ({"recommends": YES, "contraindication": UNKNOWN}, "recommended"),  # an unknown stop does not hide an option
        ({"recommends": YES, "exclusion": UNKNOWN}, "recommended"),
        ({"recommends": YES, "against": UNKNOWN}, "recommended"),  # none against is yes
        ({"recommends": YES, "against": YES}, "possible"),
        ({}, "possible"),
        ({"recommends": UNKNOWN}, "possible"),  # an unknown position leaves possible
        ({"against": YES}, "possible"),
    ],
)
def test_the_first_line_that_applies_is_the_verdict(answers, verdict):
    assert decide(**answers)[0] == verdict


@pytest.mark.parametrize("answers", list(itertools.product((NO, UNKNOWN, YES), repeat=5)))
def test_could_be_is_what_the_ways_of_filling_in_give(answers):
    ways = itertools.product(*((NO, YES) if answer == UNKNOWN else (answer,) for answer in answers))
    verdict, could_be = decide(**dict(zip(ROLES, answers, strict=True)))
    assert could_be == {table(*way) for way in ways}
    assert "need_data" not in could_be
    assert verdict in could_be or verdict == "need_data"


def test_allows_is_no_disagreement():
    criteria = [
        SimpleNamespace(role="indication", direction="", region=()),
        SimpleNamespace(role="position", direction="recommends", region=()),
        SimpleNamespace(role="position", direction="allows", region=()),
    ]
    by_role = {"contraindication": (), "exclusion": (), "indication": (0,), "position": (1, 2), "caution": ()}
    for allows in (NO, UNKNOWN, YES):
        decision = decide_option(SimpleNamespace(by_role=by_role), SimpleNamespace(criteria=criteria), [YES, YES, allows], None)
        assert decision.verdict == "recommended" and decision.could_be == ("recommended",)


def test_one_indication_of_several_is_enough():
    criteria = [SimpleNamespace(role="indication", direction="", region=()) for _ in range(2)]
    by_role = {"contraindication": (), "exclusion": (), "indication": (0, 1), "position": (), "caution": ()}
    for one, other, verdict in ((YES, NO, "possible"), (UNKNOWN, NO, "need_data"), (NO, NO, "not_indicated"), (UNKNOWN, YES, "possible")):
        assert decide_option(SimpleNamespace(by_role=by_role), SimpleNamespace(criteria=criteria), [one, other], None).verdict == verdict


def test_a_contraindication_that_stands_as_given_beats_everything():
    assert decide(stands=True, recommends=YES) == ("contraindicated", {"contraindicated"})


@pytest.mark.parametrize(("region", "verdict"), [(None, "not_indicated"), ("eu", "not_indicated"), ("us", "possible")])
def test_a_stop_of_another_region_does_not_count_there(region, verdict):
    assert decide(region=region, exclusion=YES, regions={"exclusion": ("eu",)})[0] == verdict
