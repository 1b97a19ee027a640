"""Walk a joint diagram with its nodes as bits of a few whole numbers: one step for each variable, for many nodes at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from islet.registry.sql.product import Edge, Product
from islet.rules.diagram import LEAVES

BITS = 62  # of a signed number of 64 bits, so that no shift leaves it

Slot = tuple[int, int]  # a word and a bit in it


class Move(NamedTuple):
    """Hold nodes that lead on alike: bits of a word, shifted (negative: to the right) into a word where the cells are possible."""

    cells: int | None
    source: int
    target: int
    shift: int
    bits: int


class Step(NamedTuple):
    """Hold what one variable does: the bits of each word that stay, and the moves."""

    level: int
    kept: dict[int, int]
    moves: tuple[Move, ...]
    living: frozenset[int]


class Packed(NamedTuple):
    """Hold a walk: the word and bit it begins with, its steps, and where the answers stand at the end."""

    root: Slot
    steps: tuple[Step, ...]
    answers: dict[int, Slot]


def pack(product: Product) -> Packed:
    """Return the walk of a joint diagram whose root is no answer.

    A node has its bit from the step at which it is first reached to the one that asks it. Bits are chosen so that many nodes move
    by the same distance: the fewer moves, the less work for each row.
    """
    slots: dict[int, Slot] = {product.root: (0, 0)}
    taken = [1]
    steps = []
    for level, edges in product.levels:
        before = {edge.start: slots.pop(edge.start) for edge in edges if edge.start in slots}
        kept = list(taken)
        for word, bit in before.values():
            kept[word] &= ~(1 << bit)
        new = _place(edges, before, slots, kept)
        slots.update(new)
        living = list(kept) + [0] * (1 + max((word for word, _ in new.values()), default=0) - len(kept))
        for word, bit in new.values():
            living[word] |= 1 << bit
        changed = {word: kept[word] for word in range(len(taken)) if kept[word] != taken[word]}
        moves = _moves(edges, before, slots)
        steps.append(Step(level, changed, moves, frozenset(word for word, bits in enumerate(living) if bits)))
        taken = living
    return Packed((0, 0), tuple(steps), {node: slot for node, slot in slots.items() if node < LEAVES})


def _moves(edges: tuple[Edge, ...], before: dict[int, Slot], slots: dict[int, Slot]) -> tuple[Move, ...]:
    found: dict[tuple[int, int, int, int], int] = {}
    for edge in edges:
        (source, bit), (target, place) = before[edge.start], slots[edge.end]
        key = (-1 if edge.cells is None else edge.cells, source, target, place - bit)
        found[key] = found.get(key, 0) | 1 << bit
    return tuple(
        Move(None if cells < 0 else cells, source, target, shift, bits) for (cells, source, target, shift), bits in sorted(found.items())
    )


def _place(edges: tuple[Edge, ...], before: dict[int, Slot], slots: dict[int, Slot], kept: list[int]) -> dict[int, Slot]:
    """Return bits for the nodes first reached, as many at a time as one move can bring there."""
    free = [~bits & ((1 << BITS) - 1) for bits in kept]
    waiting = {edge.end for edge in edges if edge.end not in slots}
    placed: dict[int, Slot] = {}
    while waiting:
        groups = _groups(edges, before, waiting)
        found = _best(groups, free)
        if found is None:
            free.append((1 << BITS) - 1)
            continue
        group, target, shift = found
        for bit, node in group.items():
            place = bit + shift
            if 0 <= place < BITS and free[target] >> place & 1:
                placed[node] = (target, place)
                free[target] &= ~(1 << place)
                waiting.discard(node)
    return placed


def _groups(edges: tuple[Edge, ...], before: dict[int, Slot], waiting: set[int]) -> list[tuple[int, dict[int, int]]]:
    """Return for each word and cells the bits that lead to nodes still waiting, largest group first."""
    groups: dict[tuple[int, int | None], dict[int, int]] = {}
    for edge in edges:
        if edge.end in waiting:
            word, bit = before[edge.start]
            group = groups.setdefault((word, edge.cells), {})
            if edge.end not in group.values():
                group[bit] = edge.end
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0][0], item[0][1] or 0))
    return [(word, group) for (word, _), group in ordered]


def _best(groups: list[tuple[int, dict[int, int]]], free: list[int]) -> tuple[dict[int, int], int, int] | None:
    best, most = None, 0
    for word, group in groups:
        if len(group) <= most:
            break
        bits = sum(1 << bit for bit in group)
        for target, shift in _targets(word, len(free)):
            count = ((bits << shift if shift >= 0 else bits >> -shift) & free[target]).bit_count()
            if count > most:
                best, most = (group, target, shift), count
                if most == len(group):
                    break
    return best


def _targets(word: int, words: int) -> Iterator[tuple[int, int]]:
    """Return every word and shift, the nearest first."""
    for target in sorted(range(words), key=lambda other: (other != word, other)):
        yield target, 0
        for shift in range(1, BITS):
            yield target, shift
            yield target, -shift
