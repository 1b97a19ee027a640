"""What if: a case with some facts changed, and what that changes in the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from islet.case.dictionary import Dictionary
from islet.case.model import Case, fingerprint
from islet.case.reader import read_case
from islet.errors import InputError, nearest
from islet.plan.model import OptionPlan, Plan


@dataclass(frozen=True, slots=True)
class Change:
    """Hold one option before and after."""

    before: OptionPlan
    after: OptionPlan

    @property
    def gained(self) -> list[str]:
        """Return the criteria that hold after and did not before."""
        return sorted(_holding(self.after) - _holding(self.before))

    @property
    def lost(self) -> list[str]:
        """Return the criteria that held before and no longer do."""
        return sorted(_holding(self.before) - _holding(self.after))


def _holding(option: OptionPlan) -> set[str]:
    entries = (*option.in_favour, *option.against, *option.cautions)
    return {entry.criterion for entry in entries if entry.holds == "yes"}


def change_case(case: Case, changes: list[str], dictionary: Dictionary) -> Case:
    """Return the case with `fact=value` changes made; an empty value takes the fact away.

    Raises InputError naming the change that cannot be read.
    """
    changed = case.copy()
    seen: set[str] = set()
    for text in changes:
        name, sign, value = text.partition("=")
        name = name.strip()
        if not sign:
            raise InputError(f'found "{text}"', "whatif", 0, "", "expected fact=value, for example cells.ki67_percent=12")
        if name == "history":
            section, bare, kept_names = "history", "history", [f.name for f in dictionary.by_section["history"] if f.from_history]
        else:
            fact = dictionary.find(name)
            if fact is None:
                raise InputError(f'unknown fact "{name}"', "whatif", 0, text, nearest(name.split(".")[-1], dictionary.names()))
            section, bare, kept_names = fact.section, fact.bare, [fact.name]
        if bare in seen:
            raise InputError(f'found "{bare}" twice', "whatif", 0, text, "expected one change a fact")
        seen.add(bare)
        changed.given = {k: g for k, g in changed.given.items() if not any(k == n or k.startswith(n + ".") for n in kept_names)}
        for kept in kept_names:
            changed.lists.pop(kept, None)
        if name == "history":
            changed.history = None
            changed.lists.pop("history", None)
        if section == "preferences":
            changed.refuses = () if bare == "refuses" else changed.refuses
            changed.goal = None if bare == "goal" else changed.goal
        if not value.strip() or value.strip() in ("null", "~", "unknown"):
            continue
        document = f"history: {value}" if name == "history" else f"{section}:\n  {bare}: {value}"
        try:
            read = read_case(document.encode(), "whatif", dictionary)
        except InputError as error:
            raise InputError(error.found, "whatif", 0, text, error.expected) from None
        changed.given.update(read.given)
        changed.lists.update(read.lists)
        if name == "history":
            changed.history = read.history
        if section == "preferences":
            changed.refuses, changed.goal = read.refuses or changed.refuses, read.goal or changed.goal
    changed.sha256 = fingerprint(changed)
    return changed


def compare_plans(before: Plan, after: Plan) -> list[Change]:
    """Return the options whose verdict, certainty or open conditions differ."""
    found = []
    for one, other in zip(before.options, after.options, strict=True):
        same = (one.verdict, one.certain, one.could_be, [e.criterion for e in one.provided]) == (
            other.verdict, other.certain, other.could_be, [e.criterion for e in other.provided])
        if not same:
            found.append(Change(one, other))
    return found


def changes_json(changes: list[Change]) -> list[dict[str, Any]]:
    """Return the changes for JSON."""
    return [
        {"option": c.before.id, "before": c.before.verdict, "after": c.after.verdict, "certain_before": c.before.certain,
         "certain_after": c.after.certain, "gained": c.gained, "lost": c.lost}
        for c in changes
    ]
