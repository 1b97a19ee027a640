"""Criteria as yes, no or unknown, and the verdict table of the contract on top of them."""

from __future__ import annotations

from collections.abc import Sequence

from islet.knowledge.base import KnowledgeBase, Option
from islet.plan.explore import bits_of, verdicts_of
from islet.plan.verdict import applies
from islet.registry.model import VERDICTS
from islet.registry.sql.layers import Layer
from islet.registry.sql.rules import answer
from islet.registry.sql.terms import Term, all_of, any_of, case, chained, column, join
from islet.rules.generate import CONTRAINDICATED, NOT_INDICATED, POSSIBLE, RECOMMENDED

CODE = {verdict: place for place, verdict in enumerate(VERDICTS)}
BIT = {verdict: bits_of((verdict,)) for verdict in VERDICTS if verdict != "need_data"}
CERTAIN = ", ".join(str(bit) for bit in sorted(BIT.values()))


def criterion_name(number: int) -> str:
    """Return the column of the answer of a criterion: 0 no, 1 unknown, 2 yes."""
    return f"k{number}"


def step_name(place: int) -> str:
    """Return the column of the verdict of an option from its criteria alone, as a place in VERDICTS."""
    return f"step{place}"


def could_name(place: int) -> str:
    """Return the column of the verdicts (bits) that the criteria of an option leave."""
    return f"could{place}"


def ruling(base: KnowledgeBase) -> list[int]:
    """Return the criteria that bear on a verdict."""
    return [criterion.number for criterion in base.criteria if criterion.role != "caution"]


def decide(base: KnowledgeBase, numbers: Sequence[int], region: str | None) -> list[Layer]:
    """Return the steps from cells to the answers of some criteria and to what the criteria say of each option."""
    answers = {criterion_name(number): answer(base.criteria[number].node, base.space) for number in numbers}
    roles: Layer = {}
    verdicts: Layer = {}
    for place, option in enumerate(base.options.values()):
        for role, found in _strongest(option, base, region).items():
            roles[f"{role}{place}"] = found
        verdicts |= _verdict(place)
    return [answers, roles, verdicts]


def _strongest(option: Option, base: KnowledgeBase, region: str | None) -> Layer:
    """Return for each role of an option the strongest answer among the criteria that apply."""
    criteria = base.criteria
    groups: dict[str, list[int]] = {"stop": [], "out": [], "indication": [], "recommends": [], "against": []}
    names = {"contraindication": "stop", "exclusion": "out", "indication": "indication"}
    for role, numbers in option.by_role.items():
        for number in numbers:
            name = names.get(role) or criteria[number].direction
            if role != "caution" and name in groups and applies(criteria[number], region):
                groups[name].append(number)
    return {name: _greatest([column(criterion_name(number)) for number in numbers]) for name, numbers in groups.items()}


def _greatest(parts: list[Term]) -> Term:
    if len(parts) < 2:
        return parts[0] if parts else Term("0")
    return join("GREATEST{}", chained(",", parts))


def _verdict(place: int) -> Layer:
    stop, out, indication, recommends, against = (
        column(f"{role}{place}") for role in ("stop", "out", "indication", "recommends", "against")
    )
    stopped, excluded = join("{} = 2", stop), any_of([join("{} = 2", out), join("{} = 0", indication)])
    favoured = all_of([join("{} = 2", recommends), join("{} <> 2", against)])
    open_stop = case((join("{} = 1", stop), CONTRAINDICATED), otherwise=0)
    recommended = case((all_of([join("{} <> 0", recommends), join("{} <> 2", against)]), RECOMMENDED), otherwise=0)
    possible = case((any_of([join("{} <> 2", recommends), join("{} <> 0", against)]), POSSIBLE), otherwise=0)
    not_indicated = case((any_of([join("{} <> 0", out), join("{} <> 2", indication)]), NOT_INDICATED), otherwise=0)
    offered = join("({} + {} + {} + {})", open_stop, recommended, possible, not_indicated)
    return {
        step_name(place): case(
            (stopped, CODE["contraindicated"]), (excluded, CODE["not_indicated"]), (join("{} = 1", indication), CODE["need_data"]),
            (favoured, CODE["recommended"]), otherwise=CODE["possible"],
        ),
        could_name(place): case((stopped, CONTRAINDICATED), (excluded, join("({} + {})", open_stop, NOT_INDICATED)), otherwise=offered),
    }


def settled(step: Term, exact: Term) -> Term:
    """Return the verdict once it is known what some patient can have: the step's own while it can still be, else the first that can."""
    several = join("{} NOT IN ({})", exact, Term(CERTAIN))
    keeps = [(all_of([join("{} = {}", step, CODE["need_data"]), several]), CODE["need_data"])]
    for verdict, bit in BIT.items():
        keeps.append((all_of([join("{} = {}", step, CODE[verdict]), join("({} & {}) <> 0", exact, bit)]), CODE[verdict]))
    order = verdicts_of(sum(BIT.values()))
    firsts = [(join("({} & {}) <> 0", exact, BIT[verdict]), CODE[verdict]) for verdict in order]
    return case(*keeps, *firsts, otherwise=Term("NULL"))
