"""Formulas are arithmetic and nothing else."""

import math

import pytest

from islet.case.arithmetic import calculate, check_formula, round_half_up
from islet.errors import InputError

NAMES = {"a", "b"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b", 5),
        ("a - b", -1),
        ("a * b", 6),
        ("a / b", 2 / 3),
        ("a ** b", 8),
        ("-a", -2),
        ("+a", 2),
        ("2 * (a + b)", 10),
        ("min(a, b)", 2),
        ("max(a, b, 7)", 7),
        ("ln(1)", 0),
        ("log10(100)", 2),
        ("exp(0)", 1),
        ("sqrt(16)", 4),
        ("round(2.5)", 3),
        ("round(a / b, 2)", 0.67),
        ("a ** -1", 0.5),
    ],
)
def test_a_formula_is_calculated(text, expected):
    check_formula(text, NAMES, "f", 1, "x")
    assert calculate(text, {"a": 2, "b": 3}) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    [
        "a +",
        "c + 1",
        "open('x')",
        "a.real",
        "a if b else 1",
        "[a]",
        "a < b",
        "a and b",
        "lambda: a",
        "'a'",
        "True",
        "a // b",
        "a % b",
        "__import__('os')",
        "sqrt(x=4)",
        "(sqrt)(4)(1)",
        "a @ b",
        "a[0]",
        "f'{a}'",
        "ln",
        "sum(a)",
    ],
)
def test_anything_else_in_a_formula_is_refused(text):
    with pytest.raises(InputError):
        check_formula(text, NAMES, "f", 1, "x")


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0.5, 0, 1),
        (1.5, 0, 2),
        (2.5, 0, 3),
        (-0.5, 0, -1),
        (2.4999, 0, 2),
        (1.005, 2, 1.01),
        (0.285, 2, 0.29),
        (59.5, 0, 60),
        (59.49, 0, 59),
        (0, 1, 0),
    ],
)
def test_halves_are_rounded_away_from_zero(value, decimals, expected):
    assert round_half_up(value, decimals) == expected


def test_body_surface_after_mosteller():
    # Mosteller, N Engl J Med 1987;317:1098: the root of height (cm) times weight (kg) over 3600
    assert calculate("sqrt(h * w / 3600)", {"h": 160, "w": 90}) == 2


def test_meld_of_normal_values_is_six():
    # creatinine, bilirubin and INR of 1 each give the lower end of the score, 6.43
    text = "9.57 * ln(c) + 3.78 * ln(b) + 11.2 * ln(i) + 6.43"
    assert math.isclose(calculate(text, {"c": 1, "b": 1, "i": 1}), 6.43)
