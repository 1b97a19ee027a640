"""Three truth values, and none of them is a Python truth value."""

import pytest

from islet.rules.truth import Truth, all_of, any_of, negation

Y, N, U = Truth.YES, Truth.NO, Truth.UNKNOWN
# Kleene's strong tables, as in CQL appendix and FHIRPath (the external suites run the same tables from the specifications)
AND = {(Y, Y): Y, (Y, N): N, (Y, U): U, (N, Y): N, (N, N): N, (N, U): N, (U, Y): U, (U, N): N, (U, U): U}
OR = {(Y, Y): Y, (Y, N): Y, (Y, U): Y, (N, Y): Y, (N, N): N, (N, U): U, (U, Y): Y, (U, N): U, (U, U): U}


@pytest.mark.parametrize(("pair", "expected"), AND.items())
def test_and(pair, expected):
    assert all_of(list(pair)) is expected


@pytest.mark.parametrize(("pair", "expected"), OR.items())
def test_or(pair, expected):
    assert any_of(list(pair)) is expected


def test_not_turns_yes_and_no_round_and_leaves_unknown():
    assert [negation(value) for value in (Y, N, U)] == [N, Y, U]


def test_of_nothing_all_hold_and_none_holds():
    assert all_of([]) is Y and any_of([]) is N


@pytest.mark.parametrize("value", list(Truth))
def test_a_truth_value_never_becomes_a_python_truth_value(value):
    with pytest.raises(TypeError):
        bool(value)
    with pytest.raises(TypeError):
        if value:
            pass
    with pytest.raises(TypeError):
        not value  # noqa: B018
