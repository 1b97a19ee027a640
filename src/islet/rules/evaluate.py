"""The definitional evaluator: what a rule means on one patient, with the proof. Everything else is compared with it.

A state holds for every variable the cells that are still possible. A comparison is yes when all of them lie inside it, no
when none does, and unknown otherwise; and, or and not follow Kleene.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from islet.rules.form import NodeTuple
from islet.rules.truth import Truth, all_of, any_of, negation

State = Sequence[int]


@dataclass(frozen=True, slots=True)
class Proof:
    """Hold the answer of one node and the answers of its parts."""

    node: int
    truth: Truth
    parts: tuple[Proof, ...] = ()


def evaluate(nodes: list[NodeTuple], root: int, state: State) -> Truth:
    """Return yes, no or unknown for a node in a state.

    >>> evaluate([("atom", 0, 0b01)], 0, [0b11]).word
    'unknown'
    """
    node = nodes[root]
    kind = node[0]
    if kind == "atom":
        return _atom(state[node[1]], node[2])
    if kind == "not":
        return negation(evaluate(nodes, node[1], state))
    truths = [evaluate(nodes, part, state) for part in node[1:]]
    return all_of(truths) if kind == "and" else any_of(truths)


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


def reasons(nodes: list[NodeTuple], proof: Proof) -> list[int]:
    """Return the variables on which an answer rests: for a yes or no those that make it so, for an unknown the open ones."""
    node = nodes[proof.node]
    if node[0] == "atom":
        return [node[1]]
    kind = node[0]
    wanted = [part for part in proof.parts if part.truth is proof.truth] if kind != "not" else list(proof.parts)
    if kind != "not" and proof.truth is not Truth.UNKNOWN:
        decisive = Truth.NO if kind == "and" else Truth.YES
        if proof.truth is decisive:
            wanted = wanted[:1] if not wanted else wanted
    found: dict[int, None] = {}
    for part in wanted:
        found.update(dict.fromkeys(reasons(nodes, part)))
    return list(found)


def _atom(known: int, mask: int) -> Truth:
    if not known & ~mask:
        return Truth.YES
    return Truth.UNKNOWN if known & mask else Truth.NO
