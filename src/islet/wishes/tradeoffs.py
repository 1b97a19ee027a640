"""Which trade-off to ask next, and what an answer to it says of the weights."""

from __future__ import annotations

import itertools

from islet.wishes.model import Tradeoff, Wishes

MOST = 6
TIMES = 2.0


def next_question(found: Wishes) -> tuple[str, str] | None:
    """Return the highest pair of neighbours in the ranking that was not weighed yet: does the first count at least twice the second?

    None when no small change of the ranking puts another option ahead, after six answers, or when every pair was weighed.
    """
    if found.settled or not found.changes or len(found.tradeoffs) >= MOST:
        return None
    weighed = {frozenset((one.first, one.second)) for one in found.tradeoffs}
    for upper, lower in itertools.pairwise(found.ranking):
        if len(upper) == len(lower) == 1 and frozenset((upper[0], lower[0])) not in weighed:
            return upper[0], lower[0]
    return None


def reply(first: str, second: str, yes: bool) -> Tradeoff:
    """Return what the answer says: with yes the first counts at least twice the second, with no the second at least half the first.

    >>> reply("burden", "certainty", True), reply("burden", "certainty", False)
    (Tradeoff(first='burden', second='certainty', times=2.0), Tradeoff(first='certainty', second='burden', times=0.5))
    """
    return Tradeoff(first, second, TIMES) if yes else Tradeoff(second, first, 1 / TIMES)
