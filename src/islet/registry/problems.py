"""What a board should look at twice in a record: the kinds of problems a plan names, for a whole batch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from islet.case.cells import YES
from islet.patient.space import Space
from islet.patient.state import build_patient
from islet.plan.facts import problems_of
from islet.registry.by_case import case_of
from islet.registry.model import Coded

KINDS = ("emergency", "conflict", "outside_intended_use", "implausible", "date")
EMERGENCY, CONFLICT, OUTSIDE, IMPLAUSIBLE, DATED = (1 << place for place in range(len(KINDS)))
AS_TOLD = IMPLAUSIBLE | DATED  # seen in the values as they were told, not in cells
ADULT = 18
AGE, URGENT = "health.age_years", "health.emergency"


def flags_of(coded: Coded, space: Space) -> NDArray[np.uint8]:
    """Return for each row the problems that cells and ends tell, as bits of KINDS."""
    flags = np.zeros(coded.rows, np.uint8)
    for number, masks in coded.masks.items():
        if space.variables[number].fact == URGENT:
            flags[masks == YES] |= EMERGENCY
    if AGE in coded.numbers:
        flags[coded.numbers[AGE][0] < ADULT] |= OUTSIDE
    return flags


def flag_alone(flags: NDArray[np.uint8], rows: Iterable[int], coded: Coded, space: Space) -> None:
    """Flag rows whose facts clash, or that cells cannot tell, as the plan of the patient does, in place."""
    for row in rows:
        patient = build_patient(case_of(coded, row, space), space)
        kinds = {problem["kind"] for problem in problems_of(patient, space)}
        found = sum(1 << place for place, kind in enumerate(KINDS) if kind in kinds)
        flags[row] = int(flags[row]) & AS_TOLD | found & ~AS_TOLD


def problem_lists(flags: NDArray[np.uint8]) -> Any:
    """Return the kinds of problems of each row as a list of words."""
    sets = [[kind for place, kind in enumerate(KINDS) if bits >> place & 1] for bits in range(1 << len(KINDS))]
    return pa.array(sets, pa.list_(pa.string())).take(pa.array(flags))
