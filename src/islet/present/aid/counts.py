"""Which estimates of a plan become pictures of 100 people: shares of people in a study, over the time they were in it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from islet.estimate.formula import rounded
from islet.plan.model import OptionPlan
from islet.present.icon_array import icon_array

SPAN = (
    "All pictures count people out of 100. A full square is a person for whom it was so. An empty circle is a person for whom it was not. "
    "One time is the same for all choices: one year after the start. Other pictures count what happened at any time in a study. "
    "Studies last for different times, and the people in them differ. So a fuller picture does not mean that one treatment is better "
    "than another."
)
ONE_YEAR = "alive without growth one year after the start"
_GOOD = {"shrinkage": "the tumour shrank clearly", "eus_rfa_by_size": "the heat worked"}
_HAD = re.compile(r"about (\d+)(?: out)? of 100 people had this[^:.]*: ([^;,.(]+)")


@dataclass(frozen=True, slots=True)
class Count:
    """Hold one share of 100 people: what happened, the sentence of the plan, to how many, to how many not, and how exact that is.

    `at_one_year` marks the one time that all choices share; `counted` is false where the share was worked out from other numbers.
    """

    what: str
    told: str
    kind: str
    yes: int
    no: int
    sure: str
    key: str
    sources: tuple[dict[str, Any], ...]
    at_one_year: bool = False
    counted: bool = True

    def drawn(self, say: Callable[[str], str] = str) -> str:
        """Return the picture of 100 people; `say` puts its words into the language of the page."""
        yes, no, what = self.yes, self.no, self.what
        says = f"{yes} squares are filled: {what}. {no} circles are empty: not so."
        return icon_array(yes, say(f"{yes} out of 100 people: {what}"), say(says), self.key)


def counts(option: OptionPlan) -> list[Count]:
    """Return the shares that can be drawn; a word, or a share below 1 out of 100, stays in words."""
    found = []
    for estimate in option.estimates:
        found += _at_one_year(option.id, estimate) if estimate["id"].endswith(".one_year") else _count(option.id, estimate)
    return found


def between(interval: Any) -> str:
    """Return how exact a share of 100 is, in words; ends are rounded outwards.

    >>> between([35.0, 51.3]), between(None)
    ('It may be anything between 35 and 52 out of 100.', 'We do not know how exact this number is.')
    """
    if interval is None:
        return "We do not know how exact this number is."
    low, high = max(0, math.floor(interval[0])), min(100, math.ceil(interval[1]))
    return f"It may be anything between {low} and {high} out of 100."


def _at_one_year(option: str, estimate: dict[str, Any]) -> list[Count]:
    """Return one share for each study that stands equally near; they are not merged, and the first carries the sentence of all."""
    found = []
    for number, row in enumerate(estimate.get("rows") or (), 1):
        yes = int(rounded(row["value"], 0))
        key = f"icons-{option}-one-year-{number}".replace("_", "-")
        told = estimate["plain"] if number == 1 else ""
        found.append(Count(ONE_YEAR, told, "good", yes, 100 - yes, between(row["interval"]), key, tuple(row["sources"]),
                           at_one_year=True, counted=row["counted"]))
    return found


def _count(option: str, estimate: dict[str, Any]) -> list[Count]:
    value = estimate["value"]
    if estimate["status"] != "given" or estimate["unit"] != "%" or not estimate["plain"] or isinstance(value, (str, bool, type(None))):
        return []
    name, yes = estimate["id"].rpartition(".")[2], int(rounded(value, 0))
    what, kind = _GOOD.get(name), "good"
    if name == "severe_toxicity":
        told = _HAD.search(estimate["plain"])
        what, kind = (told[2].strip(), "harm") if told and int(told[1]) == yes else (None, "harm")
    if what is None or not 1 <= yes <= 100:
        return []
    key = f"icons-{option}-{name}".replace("_", "-")
    return [Count(what, estimate["plain"], kind, yes, 100 - yes, between(estimate["interval"]), key, tuple(estimate["sources"]))]
