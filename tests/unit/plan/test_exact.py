"""Where a formula is open, an answer is called exact only when real measurements show it."""

from islet.case.reader import read_case
from islet.plan.make import make_plan
from islet_testing.bases import own_base

# The vectors of CKD-EPI 2021 in the dictionary: creatinine 100 umol/L at 70 years is 70 in a man and 52 in a woman.
MEASURED = """
cells: {{differentiation: well}}
extent: {{m: M1, liver_mets: true}}
health:
  {{age_years: 70, creatinine_umol_l: 100, egfr: {egfr}, portal_vein: patent, encephalopathy: none, ascites: none,
   child_pugh_points: 5, breastfeeding: false{more}}}
"""


def plan(egfr, more=""):
    base = own_base()
    return make_plan(read_case(MEASURED.format(egfr=egfr, more=more).encode(), "x", base.space.dictionary), base)


def test_an_egfr_never_tells_the_sex_of_a_patient():
    """70 fits a man alone, yet a laboratory may use another equation: pregnancy stays a question, the answer is not called exact."""
    option = plan(70).option("tae")
    assert "contraindicated" in option.could_be
    assert not option.exact and not option.certain


def test_with_the_sex_known_the_same_answer_is_exact():
    assert all(option.exact for option in plan(70, ", sex: male, weight_kg: 80, creatinine_clearance_ml_min: 68").options)


def test_the_empty_case_is_answered_exactly():
    base = own_base()
    assert all(option.exact for option in make_plan(read_case(b"{}", "x", base.space.dictionary), base).options)
