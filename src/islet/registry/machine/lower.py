"""Lower a knowledge base to one program: criteria, the contract's table of verdicts, what each option can still be."""

from __future__ import annotations

from typing import NamedTuple

from islet.knowledge.base import KnowledgeBase, Option
from islet.plan.verdict import applies
from islet.registry.machine.circuit import Circuit, Program
from islet.registry.machine.exact import Walk
from islet.registry.machine.layout import Layout
from islet.registry.machine.rules import Rules
from islet.rules.generate import CONTRAINDICATED, NOT_INDICATED, POSSIBLE, RECOMMENDED

COULD = (RECOMMENDED, POSSIBLE, NOT_INDICATED, CONTRAINDICATED)


class OptionValues(NamedTuple):
    """Hold the values of one option: the verdicts in the order of VERDICTS, what it could be in the order of COULD."""

    verdicts: tuple[int, ...]
    could: tuple[int, ...]
    several: int
    certain: int


class Lowered(NamedTuple):
    """Hold the program and the values that it answers; `criteria` are pairs: can be yes, can be no.

    `somebody` are the rows that some patient can have.
    """

    program: Program
    options: tuple[OptionValues, ...]
    criteria: tuple[tuple[int, int], ...]
    somebody: int


def lower(base: KnowledgeBase, layout: Layout, region: str | None) -> Lowered:
    """Return the program of a knowledge base in a region (None: everywhere): single steps, an exact walk an option, the verdicts."""
    circuit = Circuit(layout.planes)
    rules = Rules(circuit, base.space, layout)
    walk = Walk(circuit, rules, base.space)
    somebody = circuit.place()
    circuit.put(somebody, walk.links())
    criteria = tuple((rules.can(c.node, True), rules.can(c.node, False)) for c in base.criteria)
    stepped = [_steps(option, base, rules, region) for option in base.options.values()]
    settled = [OptionValues(_places(circuit, 5), _places(circuit, 4), circuit.place(), circuit.place()) for _ in stepped]
    for (_, could), into in zip(stepped, settled, strict=True):
        for value, place in zip(could, into.could, strict=True):
            circuit.put(place, value)
        circuit.put(into.several, _several(circuit, could))
    circuit.cut()
    for name, into in zip(base.options, settled, strict=True):
        reached = dict(zip(COULD, _places(circuit, 4), strict=True))
        for place in reached.values():
            circuit.put(place, circuit.none)
        walk.verdicts(base.space.diagrams.root(name, region), reached)
        for place, value in zip(into.could, reached.values(), strict=True):
            circuit.put(place, circuit.both(place, value))
        circuit.cut()
    for (verdict, _), into in zip(stepped, settled, strict=True):
        _settle(circuit, verdict, into)
    circuit.cut()
    kept = [somebody, *walk.kept_links.values(), *(value for pair in criteria for value in pair)]
    kept += [value for (verdict, could) in stepped for value in (*verdict, *could)]
    kept += [value for into in settled for value in (*into.verdicts, *into.could, into.several, into.certain)]
    return Lowered(circuit.program(v for v in kept if v > circuit.every), tuple(settled), criteria, somebody)


def _places(circuit: Circuit, number: int) -> tuple[int, ...]:
    return tuple(circuit.place() for _ in range(number))


def _steps(option: Option, base: KnowledgeBase, rules: Rules, region: str | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the verdicts by single steps and what they leave, as `plan.verdict` has them."""
    circuit = rules.circuit

    def can(role: str, wanted: bool, direction: str = "") -> int:
        own = [base.criteria[index] for index in option.by_role[role]]
        nodes = [c.node for c in own if applies(c, region) and (not direction or c.direction == direction)]
        return (circuit.any_of if wanted else circuit.all_of)(rules.can(node, wanted) for node in nodes)

    stop_yes, stop_no = can("contraindication", True), can("contraindication", False)
    out_yes, out_no = can("exclusion", True), can("exclusion", False)
    for_yes, for_no = can("indication", True), can("indication", False)
    pro_yes, pro_no = can("position", True, "recommends"), can("position", False, "recommends")
    con_yes, con_no = can("position", True, "against"), can("position", False, "against")
    open_way = circuit.both(stop_no, circuit.both(out_no, for_yes))  # no stop is certain, and the indication can hold
    favoured = circuit.without(con_no, pro_no)  # a position recommends for certain, and none against is certain
    sure = circuit.without(open_way, for_no)
    verdicts = (
        circuit.both(sure, favoured), circuit.without(sure, favoured), circuit.both(open_way, for_no),
        circuit.without(stop_no, circuit.both(out_no, for_yes)), circuit.without(circuit.every, stop_no),
    )
    could = (
        circuit.both(open_way, circuit.both(pro_yes, con_no)), circuit.both(open_way, circuit.either(pro_no, con_yes)),
        circuit.both(stop_no, circuit.either(out_yes, for_no)), circuit.either(stop_yes, verdicts[4]),
    )
    return verdicts, could


def _several(circuit: Circuit, values: tuple[int, ...]) -> int:
    seen, twice = circuit.none, circuit.none
    for value in values:
        twice, seen = circuit.either(twice, circuit.both(seen, value)), circuit.either(seen, value)
    return twice


def _settle(circuit: Circuit, verdicts: tuple[int, ...], into: OptionValues) -> None:
    """Keep a verdict while it can still be, else take the first that can, as `plan.verdict.settled` does."""
    several = _several(circuit, into.could)
    stays = circuit.both(verdicts[2], several)
    circuit.put(into.verdicts[2], stays)
    real = (verdicts[0], verdicts[1], verdicts[3], verdicts[4])
    kept = [circuit.both(verdict, could) for verdict, could in zip(real, into.could, strict=True)]
    lost = circuit.without(circuit.every, circuit.either(stays, circuit.any_of(kept)))
    for place, keeps, could in zip((0, 1, 3, 4), kept, into.could, strict=True):
        circuit.put(into.verdicts[place], circuit.either(keeps, circuit.both(lost, could)))
        lost = circuit.without(lost, could)
    circuit.put(into.certain, circuit.without(circuit.every, several))
