"""Answer for one plan: for which wishes does which option come first, and what would change that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.plan.model import OptionPlan, Plan
from islet.wishes.attributes import attributes_of, check_tradeoffs, given_beside, read_ranking, taking_part
from islet.wishes.model import (
    Attribute,
    Change,
    NoStatedPreference,
    NotComputable,
    Performance,
    Ranking,
    Standing,
    Tradeoff,
    Wishes,
    share_of,
)
from islet.wishes.performance import performance
from islet.wishes.smaa import Acceptability, accept, ahead, draw_values, first_between, first_counts
from islet.wishes.weights import Array, draw_weights

DRAWS = 20_000
METHOD = "islet.wishes/1"


class _Drawn(NamedTuple):
    options: tuple[OptionPlan, ...]
    attributes: tuple[Attribute, ...]
    values: Array
    seed: str


def answer(
    plan: Plan, base: KnowledgeBase, ranking: Iterable[str | Sequence[str]] | None, tradeoffs: Iterable[Tradeoff] = (),
    include_open: bool = False, draws: int = DRAWS,
) -> Wishes | NoStatedPreference | NotComputable:
    """Return for which share of the ways to weigh each option comes first.

    `ranking` names attributes, the most important first; a tier of several is in no order; None (or nothing ranked and no trade-off)
    is no stated preference. `include_open` lets options that need data take part, marked. Same inputs, same answer.
    Raises InputError for an attribute that is not asked, and for answers that contradict each other.
    """
    asked = attributes_of(plan, base)
    order = read_ranking(ranking or (), asked)
    cuts = check_tradeoffs(tradeoffs, asked)
    if not order and not cuts:
        return NoStatedPreference()
    options = taking_part(plan, base, include_open)
    table = [[performance(option, attribute, plan, base) for attribute in asked] for option in options]
    refused = _refused(plan, table)
    if refused is not None:
        return refused
    seed = _seed(plan, order, cuts, include_open, draws)
    weights = draw_weights([a.id for a in asked], order, cuts, draws, seed)
    values = draw_values([o.id for o in options], asked, table, len(weights), seed)
    drawn = _Drawn(options, asked, values, seed)
    found = accept(weights, values)
    between = first_between(weights, values, np.array([[not (one.known and one.sure) for one in row] for row in table]))
    leading = _leading(found.places[:, 0], found.draws, options)
    standings = tuple(_standing(number, drawn, table, found, between[number]) for number in range(len(options)))
    return Wishes(
        order, cuts, asked, standings, leading, _settled(standings, leading),
        _changes(drawn, order, cuts, draws, leading), given_beside(plan, base), tuple(base.wishes["limits"]),
        tuple(a.id for c, a in enumerate(asked) if len({trial for row in table for trial in row[c].trials}) > 1),
        tuple(a.id for c, a in enumerate(asked) if not any(row[c].known for row in table)),
        {a.id: float(w) for a, w in zip(asked, weights.mean(axis=0), strict=True)}, len(weights), seed,
    )


def _refused(plan: Plan, table: Sequence[Sequence[Performance]]) -> NotComputable | None:
    if plan.emergency:
        return NotComputable("an emergency is not a plan", "This is an emergency. Get help now. Your wishes can wait.")
    if plan.problems:
        kinds = ", ".join(dict.fromkeys(problem["kind"] for problem in plan.problems))
        return NotComputable(f"the plan has open problems: {kinds}", "Your team must look at some points about you first.")
    known = sum(any(one.known for one in row) for row in table)
    if known < 2:
        return NotComputable(
            f"of {len(table)} offered options {known} have anything known on any attribute; two are needed",
            "There are not two choices of which we know enough. So we cannot put them in an order.",
        )
    return None


def _seed(plan: Plan, order: Ranking, cuts: Sequence[Tradeoff], include_open: bool, draws: int) -> str:
    inputs = [METHOD, plan.case_sha256, plan.knowledge_sha256, plan.region, order, [list(one) for one in cuts], include_open, draws]
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()


def _leading(first: Array, draws: int, options: Sequence[OptionPlan]) -> tuple[str, ...]:
    return tuple(options[number].id for number in ahead(first, draws))


def _standing(number: int, drawn: _Drawn, table: Sequence[Sequence[Performance]], found: Acceptability, between: Array) -> Standing:
    option, row = drawn.options[number], table[number]
    names = [attribute.id for attribute in drawn.attributes]
    places = tuple(share_of(float(count), found.draws) for count in found.places[number])
    least, most = (share_of(float(count), found.draws) for count in between)
    central, confidence = None, None
    if found.places[number, 0] > 0:
        weights = found.central[number]
        central = {name: float(weight) for name, weight in zip(names, weights, strict=True)}
        confidence = share_of(float(first_counts(weights[None, :], drawn.values)[number]), found.draws)
    marks = {"declined": option.declined_by_patient, "need_data": option.verdict == "need_data", "conditional": option.conditional,
             "recall": option.rests_on_recall}
    return Standing(
        option.id, str(option.data["plain_name"]), option.verdict, places[0], (least, most), places, central, confidence,
        tuple(mark for mark, holds in marks.items() if holds), dict(zip(names, row, strict=True)),
        tuple(name for name, one in zip(names, row, strict=True) if not one.known),
        tuple(name for name, one in zip(names, row, strict=True) if one.known and not one.sure),
        tuple(name for name, one in zip(names, row, strict=True) if one.known and one.indirect),
    )


def _settled(standings: Sequence[Standing], leading: tuple[str, ...]) -> bool:
    """Tell whether one option is ahead however the unknown is filled in: first in most, or above the most that any other can reach."""
    if len(leading) > 1:
        return False
    least = next(one.between[0].value for one in standings if one.option == leading[0])
    return least > 0.5 or least > max((one.between[1].value for one in standings if one.option != leading[0]), default=0.0)


def _changes(drawn: _Drawn, order: Ranking, cuts: Sequence[Tradeoff], draws: int, leading: tuple[str, ...]) -> tuple[Change, ...]:
    """Return every swap of neighbours and every leaving out after which none of those ahead is ahead, from the last place up."""
    found = []
    for place in reversed(range(len(order) - 1)):
        swapped = (*order[:place], order[place + 1], order[place], *order[place + 2:])
        found.append(("swap", order[place] + order[place + 1], swapped, drawn.attributes, tuple(cuts)))
    ranked = [name for tier in order for name in tier]
    for name in reversed(ranked):
        rest = tuple(kept for tier in order if (kept := tuple(other for other in tier if other != name)))
        left = tuple(attribute for attribute in drawn.attributes if attribute.id != name)
        still = tuple(one for one in cuts if name not in (one.first, one.second))
        if rest or still:
            found.append(("leave_out", (name,), rest, left, still))
    changes = []
    for kind, moved, ranking, attributes, still in found:
        now = _ahead_after(drawn, ranking, attributes, still, draws)
        if now and not set(now) & set(leading):
            changes.append(Change(kind, moved, now))
    return tuple(changes)


def _ahead_after(
    drawn: _Drawn, ranking: Ranking, attributes: Sequence[Attribute], cuts: Sequence[Tradeoff], draws: int
) -> tuple[str, ...]:
    """Return who is ahead under another ranking, on the same draws; nobody when the trade-offs contradict it."""
    try:
        weights = draw_weights([attribute.id for attribute in attributes], ranking, cuts, draws, drawn.seed)
    except InputError:
        return ()
    count = min(len(weights), len(drawn.values))
    columns = [drawn.attributes.index(attribute) for attribute in attributes]
    return _leading(first_counts(weights[:count], drawn.values[:count][:, :, columns]), count, drawn.options)
