"""Count the patients on whom guidelines disagree: one recommends an option, another is against it, and both conditions hold."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.knowledge.base import KnowledgeBase
from islet.plan.verdict import applies
from islet.registry.model import VERDICTS

UNKNOWN, YES = 1, 2
_OUT = (VERDICTS.index("not_indicated"), VERDICTS.index("contraindicated"))


class Disagreement(NamedTuple):
    """Hold for one option how many patients the guidelines disagree on, for how many they might, and who against whom."""

    option: str
    disagree: int
    might: int
    others: int
    pairs: tuple[tuple[str, str, int], ...]


class Disagreements:
    """Count batch by batch; an option that is out for a patient counts as no disagreement."""

    def __init__(self, base: KnowledgeBase, region: str | None) -> None:
        self.rows = 0
        self._positions: dict[str, tuple[dict[str, list[int]], dict[str, list[int]]]] = {}
        self._counts: dict[str, list[int]] = {}
        self._pairs: dict[tuple[str, str, str], int] = {}
        for option in base.options.values():
            sides: tuple[dict[str, list[int]], dict[str, list[int]]] = ({}, {})
            for index in option.by_role["position"]:
                criterion = base.criteria[index]
                side = {"recommends": 0, "against": 1}.get(criterion.direction)
                if side is not None and applies(criterion, region):
                    name = str(base.guidelines[criterion.guideline].get("name") or criterion.guideline)
                    sides[side].setdefault(name, []).append(index)
            if all(sides):
                self._positions[option.id] = sides
                self._counts[option.id] = [0, 0]

    @property
    def criteria(self) -> list[int]:
        """Return the numbers of the positions that are read."""
        return sorted({index for sides in self._positions.values() for side in sides for own in side.values() for index in own})

    def add(self, criteria: NDArray[np.uint8], verdicts: dict[str, NDArray[np.uint8]]) -> None:
        """Count a batch: the answers of all criteria (places in ANSWERS), and the verdicts of each option."""
        self.rows += criteria.shape[1]
        for option, sides in self._positions.items():
            offered = ~np.isin(verdicts[option], (*_OUT, 255))
            pro, contra = ({name: criteria[own].max(axis=0) for name, own in side.items()} for side in sides)
            both = np.minimum(np.max(list(pro.values()), axis=0), np.max(list(contra.values()), axis=0))
            self._counts[option][0] += int((offered & (both == YES)).sum())
            self._counts[option][1] += int((offered & (both == UNKNOWN)).sum())
            for one, yes in pro.items():
                for other, no in contra.items():
                    count = int((offered & (yes == YES) & (no == YES)).sum())
                    if count:
                        key = option, one, other
                        self._pairs[key] = self._pairs.get(key, 0) + count

    def found(self) -> tuple[Disagreement, ...]:
        """Return the counts of every option with positions both ways, the most patients first."""
        found = [
            Disagreement(option, yes, might, self.rows - yes - might,
                         tuple((one, other, n) for (name, one, other), n in self._pairs.items() if name == option))
            for option, (yes, might) in self._counts.items()
        ]
        return tuple(sorted(found, key=lambda d: (-d.disagree, -d.might, d.option)))
