"""What the patient reads of it: short sentences, counts out of 100, both sides, what is not known, and JSON without holes."""

import json
import re

import pytest

from islet.wishes.model import NoStatedPreference, NotComputable
from islet.wishes.words import as_json, question_words, told
from islet_testing.wishes import GASTRIN, GROWING, HEAD, answered


@pytest.mark.parametrize("name", [GROWING, HEAD, GASTRIN])
def test_every_option_that_takes_part_is_told_with_both_sides(name):
    found = answered(name)
    lines = told(found)
    for one in found.options:
        line = next(line for line in lines if line.startswith(f"{one.name}: first in "))
        often, other = re.match(r".*: first in (.*) of 100 ways to weigh your wishes, not first in ([^.]*)\.", line).groups()
        if often.isdigit():
            assert int(often) + int(other) == 100
        else:
            assert {often, other} == {"fewer than 1", "more than 99"}


@pytest.mark.parametrize("name", [GROWING, HEAD, GASTRIN])
def test_no_percent_sign_no_bare_ratio_and_no_long_sentence(name):
    for line in told(answered(name)):
        assert "%" not in line
        assert not re.search(r"\b1 in \d", line)
        for sentence in re.split(r"(?<=[.:]) ", re.sub(r"“[^”]*”", "it", line)):
            assert len(sentence.split()) <= 25, sentence


def test_the_limits_are_told_with_every_answer():
    lines = told(answered(GROWING))
    for entry in answered(GROWING).limits:
        assert entry["plain"] in lines


def test_who_comes_first_is_said_with_the_unknown_that_decides_it():
    assert not answered(GROWING).settled
    assert "What we do not know decides which comes first." in " ".join(told(answered(GROWING)))


def test_skipping_is_told_as_no_wish_and_a_refusal_with_its_reason():
    assert told(NoStatedPreference()) == [NoStatedPreference().says]
    assert told(NotComputable("x", "The reason."))[1] == "The reason."


@pytest.mark.parametrize("found", [NoStatedPreference(), NotComputable("x", "y")])
def test_answers_without_an_order_hold_no_weights(found):
    assert "mean_weights" not in as_json(found)


@pytest.mark.parametrize("name", [GROWING, HEAD, GASTRIN])
def test_the_answer_as_json_holds_no_number_that_is_none(name):
    assert json.loads(json.dumps(as_json(answered(name)), allow_nan=False))["schema"] == "islet.wishes/1"


def test_a_trade_off_is_asked_in_one_short_question():
    assert question_words("burden", "certainty", answered(HEAD)) == (
        "Think of both at their worst. Is putting “Less time in hospital” right worth at least twice as much to you as “More certainty”?"
    )
