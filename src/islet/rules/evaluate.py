"""The definitional evaluator: what a rule means on one patient, with the proof. Everything else is compared with it.

A state holds for every variable the cells that are still possible. A comparison is yes when all of them lie inside it, no
when none does, and unknown otherwise; and, or and not follow Kleene.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from islet.rules.form import NodeTuple
from islet.rules.truth import Truth, all_of, any_of, negation

State = Sequence[int]
TRUTHS = (Truth.NO, Truth.UNKNOWN, Truth.YES)


class Proof(NamedTuple):
    """Hold the answer of one node and the answers of its parts."""

    node: int
    truth: Truth
    parts: tuple[Proof, ...] = ()


def evaluate(nodes: list[NodeTuple], root: int, state: State) -> Truth:
    """Return yes, no or unknown for a node in a state.

    >>> evaluate([("atom", 0, 0b01)], 0, [0b11]).word
    'unknown'
    """
    return TRUTHS[answer(nodes, root, state)]


def answer(nodes: list[NodeTuple], root: int, state: State) -> int:
    """Return the same as a number, for rooms that only count: 0 no, 1 unknown, 2 yes.

    >>> answer([("atom", 0, 0b01)], 0, [0b01])
    2
    """
    node = nodes[root]
    kind = node[0]
    if kind == "atom":
        known, mask = state[node[1]], node[2]
        return (1 if known & ~mask else 2) if known & mask else 0
    if kind == "not":
        return 2 - answer(nodes, node[1], state)
    strongest = 0 if kind == "and" else 2
    found = 2 - strongest
    for part in node[1:]:
        value = answer(nodes, part, state)
        if value == strongest:
            return value
        if value == 1:
            found = 1
    return found


def prove(nodes: list[NodeTuple], root: int, state: State) -> Proof:
    """Return the answer of a node together with the whole tree of answers behind it."""
    node = nodes[root]
    kind = node[0]
    if kind == "atom":
        return Proof(root, _atom(state[node[1]], node[2]))
    parts = tuple(prove(nodes, part, state) for part in node[1:])
    truths = [part.truth for part in parts]
    if kind == "not":
        return Proof(root, negation(truths[0]), parts)
    return Proof(root, all_of(truths) if kind == "and" else any_of(truths), parts)


def reasons(nodes: list[NodeTuple], root: int, state: State) -> tuple[int, tuple[int, ...]]:
    """Return the answer of a node (0 no, 1 unknown, 2 yes) and the variables it rests on.

    For a yes or a no these are the variables of the parts that make it so, for an unknown those of the open parts.
    """
    node = nodes[root]
    kind = node[0]
    if kind == "atom":
        known, mask = state[node[1]], node[2]
        return (2 if not known & ~mask else 1 if known & mask else 0), (node[1],)
    if kind == "not":
        value, variables = reasons(nodes, node[1], state)
        return 2 - value, variables
    wanted = 0 if kind == "and" else 2
    value = 2 - wanted
    found: dict[int, None] = {}
    for part in node[1:]:
        inner = nodes[part]
        if inner[0] == "atom":
            known, mask = state[inner[1]], inner[2]
            answer = 2 if not known & ~mask else 1 if known & mask else 0
            variables = (inner[1],)
        else:
            answer, variables = reasons(nodes, part, state)
        if answer != value and (answer == wanted or value == 2 - wanted):
            value, found = answer, {}
        if answer == value:
            found.update(dict.fromkeys(variables))
    return value, tuple(found)


def _atom(known: int, mask: int) -> Truth:
    if not known & ~mask:
        return Truth.YES
    return Truth.UNKNOWN if known & mask else Truth.NO
