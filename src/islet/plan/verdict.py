"""From the answers of an option's criteria to its verdict, as the contract's table says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from islet.knowledge.base import Criterion, KnowledgeBase, Option

CONTRAINDICATED, NOT_INDICATED, NEED_DATA, RECOMMENDED, POSSIBLE = (
    "contraindicated", "not_indicated", "need_data", "recommended", "possible",
)
OFFERED = (RECOMMENDED, POSSIBLE)
NO, UNKNOWN, YES = 0, 1, 2


class Decision(NamedTuple):
    """Hold the verdict of one option and the verdicts that are still possible over all ways of filling in."""

    verdict: str
    could_be: tuple[str, ...]


def applies(criterion: Criterion, region: str | None) -> bool:
    """Tell whether a criterion keeps its role in a region; a stop of other regions is shown as a caution there."""
    return region is None or not criterion.region or region in criterion.region


def decide_option(option: Option, base: KnowledgeBase, values: Sequence[int], region: str | None, stands: bool = False) -> Decision:
    """Return the decision on one option from the answers (0 no, 1 unknown, 2 yes) of all criteria.

    `stands` says that a contraindication holds as given although its facts clash with others.
    """
    criteria = base.criteria
    stop = _strongest(option.by_role["contraindication"], values, criteria, region)
    out = _strongest(option.by_role["exclusion"], values, criteria, region)
    indication = _strongest(option.by_role["indication"], values, criteria, region)
    recommends = against = NO
    for index in option.by_role["position"]:
        value = values[index]
        if value and applies(criteria[index], region):
            direction = criteria[index].direction
            if direction == "recommends":
                recommends = max(recommends, value)
            elif direction == "against":
                against = max(against, value)
    verdict = _verdict(stop, out, indication, recommends, against, stands)
    return Decision(verdict, _could_be(stop, out, indication, recommends, against, stands))


def settled(verdict: str, could_be: tuple[str, ...]) -> Decision:
    """Return the decision once more is known of what is possible: the verdict itself while it can still be, else the first that can.

    >>> settled("possible", ("not_indicated", "contraindicated")).verdict
    'not_indicated'
    """
    keeps = verdict in could_be or (verdict == NEED_DATA and len(could_be) > 1)
    return Decision(verdict if keeps else could_be[0], could_be)


def _strongest(indices: Sequence[int], values: Sequence[int], criteria: list[Criterion], region: str | None) -> int:
    if region is None:
        return max([values[index] for index in indices], default=NO)
    return max([values[index] for index in indices if applies(criteria[index], region)], default=NO)


def _verdict(stop: int, out: int, indication: int, recommends: int, against: int, stands: bool) -> str:
    if stands or stop == YES:
        return CONTRAINDICATED
    if out == YES or indication == NO:
        return NOT_INDICATED
    if indication == UNKNOWN:
        return NEED_DATA
    return RECOMMENDED if recommends == YES and against != YES else POSSIBLE


def _could_be(stop: int, out: int, indication: int, recommends: int, against: int, stands: bool) -> tuple[str, ...]:
    if stands or stop == YES:
        return (CONTRAINDICATED,)
    found = []
    if out != YES and indication != NO:
        if recommends != NO and against != YES:
            found.append(RECOMMENDED)
        if recommends != YES or against != NO:
            found.append(POSSIBLE)
    if out != NO or indication != YES:
        found.append(NOT_INDICATED)
    if stop == UNKNOWN:
        found.append(CONTRAINDICATED)
    return tuple(found)
