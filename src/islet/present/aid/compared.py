"""Open options that one trial gave by chance, at one year: the only numbers of different options that may be compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from islet.estimate.formula import rounded
from islet.estimate.one_year import Limits, OneYear, of_one_group, one_year
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.plan.model import Plan
from islet.present.aid.counts import between

CHANCE = {
    True: "The difference can be chance.", False: "Chance alone does not explain the difference.",
    None: "We do not know whether the difference is chance.",
}


class Side(NamedTuple):
    """Hold one option of a trial: to how many of 100 it was so, to how many not, and how exact that is."""

    option: str
    yes: int
    no: int
    sure: str


class Compared(NamedTuple):
    """Hold two options of one trial at one year, whether both shares were counted, what chance may have done, and the sources."""

    sides: tuple[Side, Side]
    counted: bool
    chance: str
    sources: tuple[dict[str, Any], ...]


def compared(options: Sequence[str], plan: Plan, base: KnowledgeBase) -> tuple[Compared, ...]:
    """Return every pair of options that a trial compared, of the trials that stand nearest to the patient for one of the two."""
    near = {name: {row["trial"] for estimate in plan.option(name).estimates if estimate["id"] == f"{name}.one_year"
                   for row in estimate.get("rows") or ()} for name in options}
    found = []
    for trial in base.trials.values():
        if "randomised" not in trial["design"] or "not comparative" in trial["design"]:
            continue
        arms = [name for name in options if _arm(trial, name)]
        for number, one in enumerate(arms):
            for two in arms[number + 1:]:
                pair = _pair(trial, one, two, base) if trial["id"] in near[one] | near[two] else None
                found += [pair] if pair is not None else []
    return tuple(found)


def _arm(trial: dict[str, Any], option: str) -> list[dict[str, Any]]:
    """Return the figures of the time without growth of one arm that are meant for everybody in the trial, or in one group of it."""
    own = [f for f in trial["figures"] if f["for"] == option and f["endpoint"] == "progression_free" and f["tree"] is None]
    return of_one_group(own) if own else []


def _pair(trial: dict[str, Any], one: str, two: str, base: KnowledgeBase) -> Compared | None:
    arms = [_arm(trial, name) for name in (one, two)]
    shared = [f for f in arms[0] if f["row"] in {other["row"] for other in arms[1]}]
    shares = [one_year(arm, Limits.of(base)) for arm in arms]
    if not shared or shares[0] is None or shares[1] is None:
        return None
    ratio = next((f["hr_ci"] for f in shared if f["hr_ci"]), None)
    sources = {(x["id"], x["locator"]): x for f in shared for x in sources_json(f["sources"], base)}
    return Compared(
        (_side(one, shares[0]), _side(two, shares[1])), shares[0].counted and shares[1].counted,
        CHANCE[None if ratio is None else ratio[0] <= 1 <= ratio[1]], tuple(sources.values()),
    )


def _side(option: str, share: OneYear) -> Side:
    people = int(rounded(share.percent, 0))
    return Side(option, people, 100 - people, between(share.interval))
