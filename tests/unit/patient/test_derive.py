"""Numbers that follow from others: formulas at the corners of what is known, points as sums of bands."""

import pytest

from islet.case.reader import read_case
from islet.patient.state import build_patient

CLEARANCE = "health.creatinine_clearance_ml_min"


@pytest.fixture
def hull(mini):
    def read(name, text):
        patient = build_patient(read_case(text.encode(), "x", mini.space.dictionary), mini.space)
        assert not patient.clashes
        return patient.hulls.get(name)

    return read


def health(**facts):
    return "health: {" + ", ".join(f"{name}: {value}" for name, value in facts.items()) + "}"


# Cockcroft and Gault, Nephron 1976;16:31: (140 - age) x weight / (72 x creatinine in mg/dL), times 0.85 for women; 1 mg/dL is 88.4 umol/L
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"sex": "male", "age_years": 40, "weight_kg": 72, "creatinine_umol_l": 88.4}, (100, 100)),
        ({"sex": "female", "age_years": 40, "weight_kg": 72, "creatinine_umol_l": 88.4}, (85, 85)),
        ({"sex": "male", "age_years": 60, "weight_kg": 90, "creatinine_umol_l": 176.8}, (50, 50)),
        ({"age_years": 40, "weight_kg": 72, "creatinine_umol_l": 88.4}, (85, 100)),  # the sex is not known
        ({"sex": "male", "age_years": "{between: [40, 60]}", "weight_kg": 72, "creatinine_umol_l": 88.4}, (80, 100)),
        ({"sex": "male", "age_years": 40, "weight_kg": "{between: [36, 72]}", "creatinine_umol_l": "{between: [44.2, 88.4]}"}, (50, 200)),
    ],
)
def test_clearance_follows_from_creatinine_age_weight_and_sex(hull, facts, expected):
    assert hull(CLEARANCE, health(**facts)) == pytest.approx(expected)


def test_a_formula_with_an_input_of_which_nothing_is_known_says_nothing(hull):
    assert hull(CLEARANCE, health(sex="male", age_years=40, weight_kg=72)) is None


def test_an_interval_open_to_one_side_is_bounded_by_the_possible(hull):
    low, high = hull(CLEARANCE, health(sex="male", age_years=40, weight_kg=72, creatinine_umol_l="{above: 88.4}"))
    assert (low, high) == pytest.approx((2.9, 100), abs=0.05)  # creatinine is at most 3000


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("{ki67_percent: 1, sstr_krenning: 3}", (1, 1)),
        ("{ki67_percent: 30, sstr_krenning: 1}", (6, 6)),
        ("{ki67_percent: 10}", (2, 4)),
        ("{}", (1, 6)),
        ("{ki67_percent: {at_most: 20}, sstr_krenning: 3}", (1, 2)),
        ("{ki67_percent: {above: 3}, sstr_krenning: 3}", (2, 4)),
    ],
)
def test_points_are_added_over_the_bands_still_open(hull, cells, expected):
    assert hull("cells.risk_points", f"cells: {cells}") == expected
