"""Small faults in one rule: a threshold moved by one step, a comparison turned round."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from islet.case.dictionary import Dictionary, Fact
from islet.rules.language import And, Atom, Expression, Not, Or

NEVER = Or(())  # what is left of a rule that is taken away: it holds for nobody

_BOUNDARY = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==", "in": "not in", "not in": "in"}


class Edit(NamedTuple):
    """Hold one fault: its kind (threshold or comparison), the comparison before and after, and the whole rule with it."""

    kind: str
    before: str
    after: str
    expression: Expression


def edits_of(expression: Expression, dictionary: Dictionary) -> Iterator[Edit]:
    """Yield every fault of one comparison of a rule."""
    if isinstance(expression, Atom):
        for kind, changed in _faults(expression, dictionary):
            yield Edit(kind, str(expression), str(changed), changed)
    elif isinstance(expression, Not):
        for edit in edits_of(expression.part, dictionary):
            yield edit._replace(expression=Not(edit.expression))
    else:
        for place, part in enumerate(expression.parts):
            for edit in edits_of(part, dictionary):
                parts = (*expression.parts[:place], edit.expression, *expression.parts[place + 1 :])
                yield edit._replace(expression=And(parts) if isinstance(expression, And) else Or(parts))


def step_of(value: float, fact: Fact) -> float:
    """Return the smallest step that a reader of the rule would see: 1 in the last decimal written; 1 for whole numbers.

    A greater step (10 %, say) would leave a slip of one unit unnoticed, and a cut-off is copied digit by digit.

    >>> step_of(176.8, Fact("a.b", "b", "a", "number", "", "")), step_of(20, Fact("a.b", "b", "a", "number", "", ""))
    (0.1, 1.0)
    """
    if fact.whole or float(value).is_integer():
        return 1.0
    exponent = Decimal(repr(value)).as_tuple().exponent
    assert isinstance(exponent, int)
    return float(Decimal(1).scaleb(exponent))


def _faults(atom: Atom, dictionary: Dictionary) -> Iterator[tuple[str, Atom]]:
    fact = dictionary.facts.get(atom.variable)
    if isinstance(atom.constant, float) and fact is not None:
        step = step_of(atom.constant, fact)
        for moved in (atom.constant - step, atom.constant + step):
            constant = float(round(Decimal(repr(moved)), 9))
            if _can_matter(fact, atom.operator, constant):
                yield "threshold", Atom(atom.variable, atom.operator, constant)
        for signs in (_BOUNDARY, _OPPOSITE):
            sign = signs.get(atom.operator)
            if sign is not None and _can_matter(fact, sign, atom.constant):
                yield "comparison", Atom(atom.variable, sign, atom.constant)
        return
    yield "comparison", Atom(atom.variable, _OPPOSITE[atom.operator], atom.constant)
    if fact is not None and fact.ordered and isinstance(atom.constant, tuple):
        for words in _moved(atom.constant, list(fact.values)):
            yield "threshold", Atom(atom.variable, atom.operator, words)


def _can_matter(fact: Fact, sign: str, value: float) -> bool:
    """Tell whether the language would take the comparison: one that is always the same is refused when the knowledge is read."""
    assert fact.possible is not None
    low, high = fact.possible
    return low <= value <= high and not (sign in ("<", ">=") and value == low) and not (sign in (">", "<=") and value == high)


def _moved(words: tuple[str, ...], order: list[str]) -> Iterator[tuple[str, ...]]:
    """Yield the words of an ordered category with the border between in and out moved by one."""
    count = len(words)
    if set(words) == set(order[:count]):
        sizes, last = (count - 1, count + 1), False
    elif set(words) == set(order[-count:]):
        sizes, last = (count - 1, count + 1), True
    else:
        return
    for size in sizes:
        if 0 < size < len(order):
            yield tuple(order[-size:] if last else order[:size])
