"""Which attributes are asked of this patient, and which options take part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from islet.errors import InputError, nearest
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.citing import sources_json
from islet.plan.model import OptionPlan, Plan
from islet.wishes.model import Attribute, Ranking, Tradeoff


def attributes_of(plan: Plan, base: KnowledgeBase) -> tuple[Attribute, ...]:
    """Return the attributes to ask of this patient, at most seven; one that is known not to concern the patient is left out."""
    return tuple(_attribute(entry, base) for entry in base.wishes["attributes"] if not holds(entry.get("unless"), plan))


def taking_part(plan: Plan, base: KnowledgeBase, include_open: bool) -> tuple[OptionPlan, ...]:
    """Return the options that are offered, and with `include_open` those that need data, in the order of the plan.

    What is not indicated or contraindicated never takes part, whatever the wishes are; what the patient declined does.
    """
    beside = {entry["option"] for entry in base.wishes["beside"]}
    return tuple(
        option for option in plan.options
        if option.id not in beside and (option.offered or (include_open and option.verdict == "need_data" and option.offered_still))
    )


def given_beside(plan: Plan, base: KnowledgeBase) -> tuple[dict[str, Any], ...]:
    """Return the offered options that are given beside the others, each with the reason; they are never ranked."""
    offered = {option.id for option in plan.options if option.offered}
    told = [entry for entry in base.wishes["beside"] if entry["option"] in offered]
    return tuple({**entry, "sources": sources_json(entry["sources"], base)} for entry in told)


def read_ranking(tiers: Iterable[str | Sequence[str]], asked: Sequence[Attribute]) -> Ranking:
    """Return a ranking, the most important first; attributes in one tier are in no order, those not named are placed nowhere.

    Raises InputError when an attribute is not asked of this patient or stands twice.
    """
    ranking = tuple(tier for tier in ((one,) if isinstance(one, str) else tuple(one) for one in tiers) if tier)
    seen: list[str] = []
    for name in (name for tier in ranking for name in tier):
        _check_asked(name, asked, "ranking")
        if name in seen:
            raise InputError(f'"{name}" stands twice', field="ranking", expected="each attribute at most once")
        seen.append(name)
    return ranking


def check_tradeoffs(tradeoffs: Iterable[Tradeoff], asked: Sequence[Attribute]) -> tuple[Tradeoff, ...]:
    """Return the trade-offs; raise InputError for an attribute that is not asked, one against itself, or a factor not above 0."""
    found = tuple(tradeoffs)
    for one in found:
        _check_asked(one.first, asked, "tradeoffs")
        _check_asked(one.second, asked, "tradeoffs")
        if one.first == one.second:
            raise InputError(f'"{one.first}" is weighed against itself', field="tradeoffs", expected="two attributes")
        if not 0 < one.times < float("inf"):
            raise InputError(f"found the factor {one.times:g}", field="tradeoffs", expected="a number above 0")
    return found


def _check_asked(name: str, asked: Sequence[Attribute], field: str) -> None:
    names = [attribute.id for attribute in asked]
    if name not in names:
        raise InputError(f'found "{name}"', field=field, expected=nearest(name, names) or "an attribute that is asked of this patient")


def holds(condition: dict[str, Any] | None, plan: Plan) -> bool:
    """Tell whether a fact of the plan is known to be a word, or to hold it when it is a list; no condition does not hold."""
    if condition is None:
        return False
    value = plan.facts.get(condition["fact"], {}).get("value")
    known = value.get("present", ()) if isinstance(value, dict) else (value,)
    return condition["is"] in known


def _attribute(entry: dict[str, Any], base: KnowledgeBase) -> Attribute:
    scale = entry.get("scale")
    return Attribute(
        entry["id"], entry["name"], entry["ask"], entry["worst"], entry["best"], entry["reads"], entry["cannot_say"],
        (float(scale["worst"]), float(scale["best"])) if scale else None, scale["unit"] if scale else "",
        tuple(level["id"] for level in entry.get("levels") or ()), tuple(sources_json(entry["sources"], base)),
    )
