"""Certified bounds of formulas: the published vectors lie inside, and no random input escapes its piece."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from functools import lru_cache

import pytest
import yaml

from islet.proof.bounds import certified, pieces
from islet.proof.formulas import agreed, agreed_pieces
from islet.proof.reading import Reading
from islet.proof.sources import Written, read_written
from islet_testing.places import KNOWLEDGE

VECTORS = yaml.safe_load((KNOWLEDGE / "facts" / "derived_health.yaml").read_text())["derived"]


@lru_cache(maxsize=1)
def written() -> Written:
    return read_written(KNOWLEDGE)


@pytest.mark.parametrize("name", ["bsa_m2", "egfr", "creatinine_clearance_ml_min", "albi"])
def test_a_published_result_lies_within_the_bounds_of_its_inputs(name):
    formula = written().formulas[f"health.{name}"]
    for vector in VECTORS[name]["vectors"]:
        given = vector["given"]
        constants = {
            key: value for group in (VECTORS[name].get("by") or {}).values() for key, value in group[given["sex"]].items()
        }
        box = {fact: (value, value) for fact, value in given.items() if fact != "sex"}
        low, high = certified(formula.text, formula.let, constants, box, formula.decimals)
        step = Fraction(1, 2 * 10 ** vector.get("decimals", formula.decimals))
        assert low - step <= Fraction(repr(float(vector["result"]))) <= high + step
        assert high - low <= Fraction(1, 10**formula.decimals)


@pytest.mark.parametrize("name", ["health.egfr", "health.creatinine_clearance_ml_min", "health.albi"])
def test_no_patient_escapes_the_pieces(name):
    formula, reading, rng = written().formulas[name], Reading(written()), random.Random(3)
    facts = written().dictionary.facts
    for _ in range(400):
        values = {item: round(rng.uniform(*facts[item].possible), 2) for item in formula.inputs}
        values["health.sex"] = rng.choice(("female", "male"))
        constants = {}
        for group in formula.by:
            constants.update(next(c for e, c in group if values["health.sex"] in str(e).split()))
        result = Fraction(repr(reading.formulas[name].value(values)))
        inside = [
            piece for piece in agreed_pieces(written(), formula, constants)
            if all(low <= values[item] <= high for item, (low, high) in piece.box.items())
        ]
        assert inside
        assert all(piece.low <= result <= piece.high for piece in inside)


def test_pieces_cover_the_box_and_are_no_more_than_allowed():
    found = pieces(lambda box: (Fraction(box["x"][0]), Fraction(box["x"][1])), {"x": (0, 16)}, (4, 8), {"x": tuple(range(1, 16))}, 6)
    assert len(found) <= 6
    spans = sorted(piece.box["x"] for piece in found)
    assert spans[0][0] == 0 and spans[-1][1] == 16
    assert all(one[1] == other[0] for one, other in itertools.pairwise(spans))


def test_a_measured_value_agrees_but_never_across_a_threshold():
    formula = written().formulas["health.egfr"]  # agrees within 5
    found = agreed({}, Fraction(42), Fraction(44), formula, (0, 250), (40.0, 60.0))
    assert (found.low, found.low_open, found.high, found.high_open) == (40, True, 49, False)
    on_threshold = agreed({}, Fraction(40), Fraction(40), formula, (0, 250), (40.0, 60.0))
    assert (on_threshold.low, on_threshold.high, on_threshold.low_open, on_threshold.high_open) == (40, 40, False, False)


@pytest.mark.parametrize(
    ("text", "box"), [("1 / x", {"x": (0, 1)}), ("ln(x)", {"x": (0, 1)}), ("x ** 0.5", {"x": (-1, 1)})]
)
def test_where_a_formula_has_no_bounds_none_are_made_up(text, box):
    with pytest.raises((ZeroDivisionError, ValueError)):
        certified(text, (), {}, box, 0)
