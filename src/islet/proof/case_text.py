"""Write a patient that a solver found as a case document: numbers that read back on the same side of every threshold."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from islet.case.dictionary import Fact
from islet.proof.sources import Written

RESPONSES = {"progressed": "progression", "not_tolerated": "intolerance", "controlled": "stable"}


def case_document(values: dict[str, Any], written: Written, id: str, neat: bool) -> Iterator[dict[str, Any]]:
    """Yield documents of one patient; they differ in what is given of numbers that a formula links.

    First the inputs alone are given, then the results as measured beside them, then the results without one input.
    With `neat`, numbers become round ones of the same cell.
    """
    derived = [name for name in written.formulas if name in values]
    inputs = {name: [i for i in written.formulas[name].inputs if i in values] for name in derived}
    measured = {name: values[name] for name in derived}
    yield _document(values, written, id, neat, frozenset(derived))
    if measured:
        yield _document(values, written, id, neat, frozenset())
        for left_out in sorted({i for names in inputs.values() for i in names}):
            yield _document(values, written, id, neat, frozenset([left_out]))
        yield _document(values, written, id, neat, frozenset(i for names in inputs.values() for i in names))


def _document(values: dict[str, Any], written: Written, id: str, neat: bool, left_out: frozenset[str]) -> dict[str, Any]:
    document: dict[str, Any] = {"id": id}
    for fact in written.dictionary.facts.values():
        if fact.section in ("history", "preferences") or fact.name in left_out:
            continue
        if fact.name in written.definitions or fact.name in written.points:
            continue
        value: Any = None
        if fact.type == "list":
            present = [m for m in fact.values if values.get(f"{fact.name}.{m}") is True]
            absent = [m for m in fact.values if values.get(f"{fact.name}.{m}") is False]
            value = {"present": present, "absent": absent} if present or absent else None
        elif values.get(fact.name) is not None:
            value = values[fact.name]
            if fact.type == "number":
                value = _plain(neat_number(value, fact, written.cuts.get(fact.name, ())) if neat else value, fact)
        if value is not None:
            document.setdefault(fact.section, {})[fact.bare] = value
    history = _history(values, written)
    if history is not None:
        document["history"] = history
    return document


def _history(values: dict[str, Any], written: Written) -> dict[str, Any] | None:
    facts = [fact for fact in written.dictionary.by_section["history"] if fact.from_history is not None]
    if not any(name.startswith(tuple(fact.name for fact in facts)) for name in values):
        return None
    by_source = {str(fact.from_history): fact for fact in facts}
    exposed = by_source["exposed"]
    entries: list[dict[str, Any]] = []
    for option in exposed.values:
        if not values.get(f"{exposed.name}.{option}"):
            continue
        found = [word for how, word in RESPONSES.items() if values.get(f"{by_source[how].name}.{option}")]
        open_answers = [word for how, word in RESPONSES.items() if f"{by_source[how].name}.{option}" not in values]
        own: list[dict[str, Any]] = [{"option": option, "response": word} for word in found or open_answers[:1] or ["unknown"]]
        for fact in facts:
            if isinstance(fact.from_history, dict) and option in fact.from_history.values() and fact.name in values:
                (what, _), = fact.from_history.items()
                amount = _plain(neat_number(values[fact.name], fact, written.cuts.get(fact.name, ())), fact)
                for number, entry in enumerate(own):
                    entry[what] = amount if what != "cycles" or number == 0 else 0
        entries += own
    return {"present": entries, "absent": [], "others": "none"}


def neat_number(value: Fraction, fact: Fact, cuts: tuple[float, ...]) -> Fraction:
    """Return a round number of the same cell: the threshold itself, or one between its neighbours, met in practice if there is one.

    >>> neat_number(Fraction(7, 3), Fact("a.b", "b", "a", "number", "", "", possible=(0, 6)), (1.0,))
    Fraction(5, 1)
    """
    edges = [Fraction(repr(cut)) for cut in cuts]
    if value in edges:
        return value
    possible = fact.possible or (0.0, 0.0)
    low, high = (Fraction(repr(end)) for end in possible)
    under = max((edge for edge in edges if edge < value), default=None)
    over = min((edge for edge in edges if edge > value), default=None)
    least, most = under if under is not None else low, over if over is not None else high
    usual = [Fraction(repr(end)) for end in fact.plausible or possible]
    inner_low, inner_high = max(least, usual[0]), min(most, usual[1])
    if inner_low < inner_high:
        least, most = inner_low, inner_high
    middle = (least + most) / 2
    if least <= value <= most and most - least > 60:
        middle = value
    for scale in (Fraction(10), Fraction(5), Fraction(1), Fraction(1, 2), Fraction(1, 10), Fraction(1, 100)):
        rounded = Fraction(math.floor(middle / scale + Fraction(1, 2))) * scale
        inside = (rounded > under if under is not None else rounded >= low) and (rounded < over if over is not None else rounded <= high)
        if inside and least <= rounded <= most:
            return rounded
    return value


def _plain(value: Fraction, fact: Fact) -> int | float:
    if value.denominator == 1:
        return int(value)
    return float(value) if not fact.whole else int(value)
