"""A value that names every word says nothing: the plan is the one without it, contraindications as given included."""

import json

from islet.case.reader import read_case
from islet.patient.state import build_patient
from islet.plan.decide import all_standing

LIVER = {
    "bilirubin_umol_l": {"values": [20, 100]}, "albumin_g_l": 20, "inr": 3, "ascites": "severe", "encephalopathy": "severe",
}


def test_a_score_of_any_class_does_not_keep_away_the_class_that_follows(base):
    found = []
    for health in (LIVER, LIVER | {"child_pugh_class": {"one_of": ["A", "B", "C"]}}):
        case = read_case(json.dumps({"health": health}).encode(), "x.json", base.space.dictionary)
        patient = build_patient(case, base.space)
        standing = {name: [c.id for c in criteria] for name, criteria in all_standing(patient, base, None).items()}
        found.append((patient.state, patient.as_given, standing))
    assert found[0] == found[1]
    assert any(found[0][2].values())
