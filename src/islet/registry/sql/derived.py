"""Derived numbers in the stated order: the least and the greatest value at the corners of what is known, then what follows from it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from islet.patient.derive import NumberDerivation
from islet.patient.space import Space
from islet.registry.sql.arithmetic import Number, formula_term, rounded
from islet.registry.sql.carry import carry
from islet.registry.sql.columns import CLASH, high_name, low_name, mask, mask_name
from islet.registry.sql.dialect import Dialect
from islet.registry.sql.intervals import cells_between
from islet.registry.sql.layers import Layer
from islet.registry.sql.rules import can
from islet.registry.sql.terms import Term, all_of, any_of, case, chained, column, join

FAR = 1.7e308  # beyond every value; stands where a case is ruled out
LOW, HIGH, CELLS = column("derived_low"), column("derived_high"), column("derived_cells")


def derive(space: Space, given: Iterable[int], dialect: Dialect) -> list[Layer]:
    """Return the steps that derive every number some rule may read, and hold those given as well against their formula."""
    given = set(given)
    layers: list[Layer] = []
    for how in _wanted(space, given):
        only_held = _only_held(how, space)
        layers += _points(how, space, dialect) if how.terms else _formula(how, only_held, space, dialect)
        layers += _taken_over(how, space, dialect)
        layers += carry(space, [space.place[how.fact]])
    return layers


def read_numbers(space: Space) -> list[int]:
    """Return the numbers whose least and greatest value some derivation reads or gives."""
    names = {name for how in space.derivations for name in (*how.inputs, how.fact, *_added(how))}
    return sorted(space.place[name] for name in names)


def _wanted(space: Space, given: set[int]) -> list[NumberDerivation]:
    wanted: list[NumberDerivation] = []
    read: set[str] = set()
    for how in reversed(space.derivations):
        if how.fact in read or not _only_held(how, space) or space.place[how.fact] in given:
            wanted.append(how)
            read |= {*how.inputs, *_added(how)}
    return wanted[::-1]


def _only_held(how: NumberDerivation, space: Space) -> bool:
    """Tell whether no rule and no other derivation reads a number: then only a given value of it matters."""
    full = space.full[space.place[how.fact]]
    feeds = any(how.fact in (*other.inputs, *_added(other)) for other in space.derivations)
    return full & (full - 1) == 0 and not feeds


def _added(how: NumberDerivation) -> list[str]:
    return [content for kind, content in how.terms if kind == "add"]


def _formula(how: NumberDerivation, only_held: bool, space: Space, dialect: Dialect) -> list[Layer]:
    """Return the steps to the extremes of a formula: its parts, its value in every corner and case, the extremes of those."""
    places = [space.place[name] for name in how.inputs]
    ends = [(column(low_name(place)), column(high_name(place))) for place in places]
    known = [join("{} IS NOT NULL", low) for low, _ in ends]
    if only_held:
        known.append(join("{} IS NOT NULL", column(low_name(space.place[how.fact]))))
    ready, unknown, far = all_of(known), Term(f"CAST(NULL AS {dialect.double})"), Term(dialect.number(FAR))
    parts: list[Layer] = [{} for _ in how.let]
    values: Layer = {}
    least, most, possible = [], [], []
    for number, cases in enumerate(itertools.product(*how.by)):
        corners: list[Term] = []
        for corner in itertools.product(*ends):
            result = _at_corner(how, corner, [constants for _, constants in cases], parts, dialect)
            corners.append(column(f"corner{number}_{len(corners)}"))
            values[corners[-1].text] = case((ready, result), otherwise=unknown)
        open_case = all_of(can(node, True, space) for node, _ in cases)
        possible.append(open_case)
        least.append(case((open_case, _extreme("LEAST", corners)), otherwise=far))
        most.append(case((open_case, _extreme("GREATEST", corners)), otherwise=join("(- {})", far)))
    some = all_of([ready, any_of(possible)])
    return [*parts, values, {
        end.text: case((some, rounded(Number(_extreme(function, found), dialect), how.decimals).term), otherwise=unknown)
        for end, function, found in ((LOW, "LEAST", least), (HIGH, "GREATEST", most))
    }]


def _at_corner(
    how: NumberDerivation, corner: Sequence[Term], constants: list[dict[str, float]], parts: list[Layer], dialect: Dialect
) -> Term:
    """Return a formula at one corner; `parts` gathers its named parts, each text once, as the columns of a step of their own."""
    values: dict[str, Number | float] = {
        name.split(".", 1)[1]: Number(end, dialect) for name, end in zip(how.inputs, corner, strict=True)
    }
    for chosen in constants:
        values.update(chosen)
    for place, (name, text) in enumerate(how.let):
        term = formula_term(text, values, dialect).term
        made = parts[place]
        found = next((key for key, other in made.items() if other == term), f"part{place}_{len(made)}")
        made[found] = term
        values[name] = Number(column(found), dialect)
    assert how.formula is not None
    return formula_term(how.formula, values, dialect).term


def _extreme(function: str, parts: Sequence[Term]) -> Term:
    return parts[0] if len(parts) == 1 else join("{}{}", Term(function), chained(",", parts))


def _points(how: NumberDerivation, space: Space, dialect: Dialect) -> list[Layer]:
    lows, highs, known = [], [], []
    for kind, content in how.terms:
        if kind == "constant":
            lows.append(Term(dialect.number(float(content))))
            highs.append(lows[-1])
        elif kind == "add":
            place = space.place[content]
            lows.append(column(low_name(place)))
            highs.append(column(high_name(place)))
            known.append(join("{} IS NOT NULL", lows[-1]))
        else:
            lows.append(_band(content, False, space, dialect))
            highs.append(_band(content, True, space, dialect))
    ready, unknown = all_of(known), Term(f"CAST(NULL AS {dialect.double})")
    return [{end.text: case((ready, chained("+", parts)), otherwise=unknown) for end, parts in ((LOW, lows), (HIGH, highs))}]


def _band(bands: Sequence[tuple[int, float]], most: bool, space: Space, dialect: Dialect) -> Term:
    """Return the least or most points: of the bands that hold, else of those that still can, else of all."""
    ordered = sorted(bands, key=lambda band: band[1], reverse=most)
    points = [Term(dialect.number(float(value))) for _, value in ordered]
    sure = [(join("NOT ({})", can(node, False, space)), value) for (node, _), value in zip(ordered, points, strict=True)]
    still = [(can(node, True, space), value) for (node, _), value in zip(ordered, points, strict=True)]
    return case(*sure, *still, otherwise=points[0])


def _taken_over(how: NumberDerivation, space: Space, dialect: Dialect) -> list[Layer]:
    """Return the steps that narrow the number to what was derived; a given value stays, and clashes where it lies too far away."""
    place = space.place[how.fact]
    variable = space.variables[place]
    low, high = column(low_name(place)), column(high_name(place))
    cells = cells_between(variable, LOW, HIGH, space.whole(variable), dialect)
    open_result, given = join("{} IS NULL", LOW), join("{} IS NOT NULL", low)
    within = Term(dialect.number(how.agrees_within))
    apart = any_of([
        join("{} > ({} + {})", low, HIGH, within), join("{} < ({} - {})", high, LOW, within), join("({} & {}) = 0", mask(place), CELLS),
    ])
    return [
        {CELLS.text: case((open_result, variable.full), otherwise=cells)},
        {
            CLASH: case((all_of([join("{} IS NOT NULL", LOW), given, apart]), 1), otherwise=column(CLASH)),
            mask_name(place): case((any_of([open_result, given]), mask(place)), otherwise=join("({} & {})", mask(place), CELLS)),
            low_name(place): join("COALESCE({}, {})", low, LOW),
            high_name(place): join("COALESCE({}, {})", high, HIGH),
        },
    ]
