"""How old an aid may be: fresh, past its review date (a warning), or so far past it that it is not shown any more."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from islet.plan.model import Plan

REFUSED_AFTER = 180  # days past the review date


@dataclass(frozen=True, slots=True)
class Age:
    """Hold the dates of one aid: `state` is fresh, overdue or refused."""

    made: str
    due: str
    state: str
    every_months: int
    last: str


def age_of(plan: Plan, today: datetime.date) -> Age:
    """Return how old the knowledge of a plan is on a day.

    Past the review date a page carries a warning; more than 180 days past it no page is shown or printed.
    """
    made, due = datetime.date.fromisoformat(plan.knowledge_date), datetime.date.fromisoformat(plan.review_due)
    late = (today - due).days
    state = "refused" if late > REFUSED_AFTER else "overdue" if late > 0 else "fresh"
    return Age(plan.knowledge_date, plan.review_due, state, max(1, round((due - made).days / 30.4)),
               (due + datetime.timedelta(days=REFUSED_AFTER)).isoformat())
