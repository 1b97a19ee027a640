"""Say in words where two readings of the same cases differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from islet.knowledge.base import KnowledgeBase
from islet.registry.model import Decided

ANSWERED = ("verdicts", "could", "certain", "criteria", "conflicting")
PLAIN = ("verdicts", "could", "certain")  # what a table of verdicts shows


def differences(
    own: Decided, other: Decided, base: KnowledgeBase, seeds: Sequence[int], fields: tuple[str, ...] = ANSWERED
) -> Iterator[str]:
    """Yield in words where the decisions of another reading are not those of the single case."""
    for field in fields:
        one, two = np.atleast_2d(getattr(own, field)), np.atleast_2d(getattr(other, field))
        names = [c.id for c in base.criteria] if field == "criteria" else list(base.options) if len(one) > 1 else [field]
        for place, row in np.argwhere(one != two).tolist():
            yield f"seed {seeds[row]}, {names[place]}, {field}: {two[place, row]} instead of {one[place, row]}"


def not_everybody(own: Decided, seeds: range) -> Iterator[str]:
    """Yield a complaint where yes, no and unknown of a criterion are not everybody."""
    assert own.criteria is not None
    if (sum((own.criteria == answer).sum(axis=1) for answer in (0, 1, 2)) != len(seeds)).any():
        yield f"seeds {seeds.start} to {seeds.stop}: yes, no and unknown are not everybody"
