"""Trade-offs are asked from the top of the ranking, and only while a small change would put another option ahead."""

import pytest

from islet.wishes.answer import answer
from islet.wishes.model import Change
from islet.wishes.tradeoffs import MOST, next_question, reply
from islet_testing.bases import own_base
from islet_testing.wishes import GROWING, ORDER, answered, plan


def test_the_first_question_is_about_the_two_highest_wishes_and_the_next_about_the_next():
    found = answered(GROWING)
    assert found.changes
    assert next_question(found) == ORDER[:2]
    asked = found._replace(tradeoffs=(reply(*ORDER[:2], yes=False),))
    assert next_question(asked) == ORDER[1:3]


@pytest.mark.parametrize("yes", [True, False])
def test_each_answer_agrees_with_the_ranking_and_splits_its_weights(yes):
    found = answer(plan(GROWING), own_base(), ORDER, [reply(*ORDER[:2], yes=yes)], draws=2000)
    times = found.mean_weights[ORDER[0]] / found.mean_weights[ORDER[1]]
    assert times > 2 if yes else 1 < times < 2


def test_nothing_is_asked_once_the_answer_is_settled_or_nothing_would_change_it_or_six_were_answered():
    found = answered(GROWING)
    assert next_question(found._replace(settled=True)) is None
    assert next_question(found._replace(changes=())) is None
    assert next_question(found._replace(tradeoffs=(reply("a", "b", True),) * MOST)) is None


def test_wishes_in_one_tier_are_not_weighed_against_others():
    found = answered(GROWING)._replace(ranking=(("burden", "certainty"), ("length_of_life",)), changes=(Change("swap", (), ()),))
    assert next_question(found) is None
