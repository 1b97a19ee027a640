"""Evaluator, plain reading and solver agree on generated cases with holes; `make parity` runs 200,000 of them."""

from __future__ import annotations

import pytest

from islet.proof.parity import differences
from islet_testing.places import KNOWLEDGE


@pytest.mark.parametrize("start", range(0, 5000, 500))
def test_evaluator_and_solver_agree(start: int) -> None:
    assert differences(range(start, start + 500), str(KNOWLEDGE)) == []
