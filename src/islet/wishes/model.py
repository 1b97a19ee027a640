"""What the wishes exercise asks and answers, as frozen objects; every face renders them."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

SCHEMA = "islet.wishes/1"
_NORMAL_975 = 1.959963984540054
Ranking = tuple[tuple[str, ...], ...]


class Attribute(NamedTuple):
    """Hold one thing to wish for: its words, and its scale (worst and best end, in `unit`) or its levels (worst first)."""

    id: str
    name: str
    ask: str
    worst: str
    best: str
    reads: str
    cannot_say: str
    scale: tuple[float, float] | None
    unit: str
    levels: tuple[str, ...]
    sources: tuple[dict[str, Any], ...]


class Performance(NamedTuple):
    """Hold what a plan says of one option on one attribute: an interval in its unit, a level, or neither (not known).

    `sure` is False where a figure has no interval: it then enters as it stands, and the bounds treat it as not known.
    `because` says where it was read or why it is not known; `indirect` is why it may not hold for this patient, or "".
    """

    interval: tuple[float, float] | None = None
    level: int | None = None
    sure: bool = True
    because: str = ""
    indirect: str = ""
    trials: tuple[str, ...] = ()
    sources: tuple[dict[str, Any], ...] = ()

    @property
    def known(self) -> bool:
        """Tell whether the plan says anything of it."""
        return self.interval is not None or self.level is not None


class Tradeoff(NamedTuple):
    """Hold one answer to a trade-off: going from worst to best in `first` counts at least `times` as much as in `second`."""

    first: str
    second: str
    times: float = 1.0


class Share(NamedTuple):
    """Hold a share between 0 and 1 of `draws` ways to weigh, with its Monte Carlo standard error and 95 % interval.

    The interval is Wilson's (1927), which stays inside 0 to 1 and is not empty at either end.

    >>> share = share_of(50, 100)
    >>> share.value, round(share.error, 3), round(share.low, 3), round(share.high, 3), share.of_100
    (0.5, 0.05, 0.404, 0.596, '50')
    """

    value: float
    error: float
    low: float
    high: float

    @property
    def of_100(self) -> str:
        """Return the share as a count out of 100, in whole numbers."""
        if self.value < 0.01:
            return "fewer than 1"
        return "more than 99" if self.value > 0.99 else f"{self.value * 100:.0f}"


class Standing(NamedTuple):
    """Hold how one option stands: the share of ways to weigh in which it is first, and in each place.

    `between` are the lowest and the highest share of first places over everything that is not known or has no interval.
    `central` are the mean weights of the ways in which it is first (None when there is none), `confidence` the share of
    outcomes for which it is first at these weights. `marks`: declined, need_data, conditional, recall. `unknown`, `unsure` (one
    figure without interval) and `indirect` name attributes.
    """

    option: str
    name: str
    verdict: str
    first: Share
    between: tuple[Share, Share]
    places: tuple[Share, ...]
    central: dict[str, float] | None
    confidence: Share | None
    marks: tuple[str, ...]
    performances: dict[str, Performance]
    unknown: tuple[str, ...]
    unsure: tuple[str, ...]
    indirect: tuple[str, ...]


class Change(NamedTuple):
    """Hold one change of the ranking (`swap` of two neighbours, `leave_out` of one) after which other options are ahead."""

    kind: str
    moved: tuple[str, ...]
    ahead: tuple[str, ...]


class Wishes(NamedTuple):
    """Hold the answer: every option that took part in the order of the plan, who is ahead, and what would change that.

    `ahead` holds one option, or several that the draws cannot tell apart; `settled` tells whether nothing that is not known can
    put another one ahead. `changes` are sorted, the smallest first.
    `across_trials` and `nothing_known` name attributes.
    """

    ranking: Ranking
    tradeoffs: tuple[Tradeoff, ...]
    attributes: tuple[Attribute, ...]
    options: tuple[Standing, ...]
    ahead: tuple[str, ...]
    settled: bool
    changes: tuple[Change, ...]
    beside: tuple[dict[str, Any], ...]
    limits: tuple[dict[str, Any], ...]
    across_trials: tuple[str, ...]
    nothing_known: tuple[str, ...]
    mean_weights: dict[str, float]
    draws: int
    seed: str


class NoStatedPreference(NamedTuple):
    """Say that the exercise was skipped: no wish was stated. It is not a wish for nothing."""

    says: str = "You did not say which wishes matter most to you. That is fine. No order of the options is made from it."


class NotComputable(NamedTuple):
    """Say why no answer can be computed."""

    because: str
    plain: str


def share_of(count: float, draws: int) -> Share:
    """Return the share `count` of `draws` with standard error sqrt(p(1-p)/n) and Wilson's 95 % interval.

    Source: Wilson, J Am Stat Assoc 1927;22:209.
    """
    share, square = count / draws, _NORMAL_975**2 / draws
    middle = (share + square / 2) / (1 + square)
    half = math.sqrt(max(share * (1 - share), 0.0) * square + square**2 / 4) / (1 + square)
    return Share(share, math.sqrt(max(share * (1 - share), 0.0) / draws), max(0.0, middle - half), min(1.0, middle + half))
