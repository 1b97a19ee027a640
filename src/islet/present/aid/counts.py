"""Which estimates of a plan become pictures of 100 people: shares of people in a study, over the time they were in it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from islet.plan.model import OptionPlan
from islet.present.icon_array import icon_array

SPAN = (
    "All pictures count people out of 100, while they were in a study. A full square is a person for whom it was so. An empty circle is "
    "a person for whom it was not. Studies last for different times, and the people in them differ. So a fuller picture does not mean "
    "that one treatment is better than another."
)
_GOOD = {"shrinkage": "the tumour shrank clearly", "eus_rfa_by_size": "the heat worked"}
_HAD = re.compile(r"about (\d+)(?: out)? of 100 people had this[^:.]*: ([^;,.(]+)")


@dataclass(frozen=True, slots=True)
class Count:
    """Hold one share of 100 people: what happened, the sentence of the plan, to how many, to how many not, and how exact that is."""

    what: str
    told: str
    kind: str
    yes: int
    no: int
    sure: str
    key: str
    sources: tuple[dict[str, Any], ...]

    def drawn(self, say: Callable[[str], str] = str) -> str:
        """Return the picture of 100 people; `say` puts its words into the language of the page."""
        yes, no, what = self.yes, self.no, self.what
        says = f"{yes} squares are filled: {what}. {no} circles are empty: not so."
        return icon_array(yes, say(f"{yes} out of 100 people: {what}"), say(says), self.key)


def counts(option: OptionPlan) -> list[Count]:
    """Return the shares that can be drawn; a word, a share below 1 out of 100 or one over another span stays in words."""
    return [found for estimate in option.estimates if (found := _count(option.id, estimate)) is not None]


def between(interval: Any) -> str:
    """Return how exact a share of 100 is, in words; ends are rounded outwards.

    >>> between([35.0, 51.3]), between(None)
    ('It may be anything between 35 and 52 out of 100.', 'We do not know how exact this number is.')
    """
    if interval is None:
        return "We do not know how exact this number is."
    low, high = max(0, math.floor(interval[0])), min(100, math.ceil(interval[1]))
    return f"It may be anything between {low} and {high} out of 100."


def _count(option: str, estimate: dict[str, Any]) -> Count | None:
    value = estimate["value"]
    if estimate["status"] != "given" or estimate["unit"] != "%" or not estimate["plain"] or isinstance(value, (str, bool, type(None))):
        return None
    name, yes = estimate["id"].rpartition(".")[2], round(value)
    what, kind = _GOOD.get(name), "good"
    if name == "severe_toxicity":
        told = _HAD.search(estimate["plain"])
        what, kind = (told[2].strip(), "harm") if told and int(told[1]) == yes else (None, "harm")
    if what is None or not 1 <= yes <= 100:
        return None
    key = f"icons-{option}-{name}".replace("_", "-")
    return Count(what, estimate["plain"], kind, yes, 100 - yes, between(estimate["interval"]), key, tuple(estimate["sources"]))
