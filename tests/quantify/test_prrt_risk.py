"""The kidney limit without risk factors applies only when hypertension of any kind is known to be absent."""

from __future__ import annotations

import pytest

from islet.plan.described import case_of
from islet.quantify.prrt.run import RISKS, _plan


@pytest.mark.parametrize(("hypertension", "wanted"), [(None, None), (False, False), (True, True)])
def test_controlled_hypertension_is_a_risk_and_not_knowing_it_is_not_a_no(base, hypertension, wanted):
    facts = {"comorbidities": {"absent": list(RISKS)}} | ({} if hypertension is None else {"hypertension": hypertension})
    assert _plan(case_of(facts, base, "test", flat=True), base).risk is wanted
