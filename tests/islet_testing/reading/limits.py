"""The limits of what a patient reads, and what of a block is beyond them."""

from __future__ import annotations

from collections.abc import Sequence

from islet_testing.reading.counter import read

GRADE = 8.0
LONGEST = 25
MEAN = 15.0
SHORT = 20  # one sentence up to here is too short for the formula


def too_hard(lines: Sequence[str]) -> list[str]:
    """Return what is beyond the limits: the grade, a sentence, the mean of the sentences.

    >>> too_hard(("The tumour grew.", "We do not know why."))
    []
    """
    found = read(lines)
    several = len(found.sentences) > 1
    why = []
    if (several or found.words > SHORT) and found.grade > GRADE:
        why.append(f"grade {found.grade:.1f} ({found.grade_without_names:.1f} without names)")
    if max(found.sentences) > LONGEST:
        why.append(f"sentence of {max(found.sentences)} words")
    if several and found.words / len(found.sentences) > MEAN:
        why.append(f"mean of {found.words / len(found.sentences):.1f} words")
    return why
