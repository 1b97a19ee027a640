"""Carry knowledge along the links that every patient obeys, and find what cannot be true together.

Links and logical definitions are clauses: at least one of several (variable, cells) pairs must hold. When all pairs but
one are ruled out, the last one must hold, which narrows its variable. When all are ruled out, the facts clash.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from islet.rules.clauses import Clause


class Narrowing(NamedTuple):
    """Hold why a variable was narrowed: by which clause, from which other variables."""

    clause: int
    because: tuple[int, ...]


class Network(NamedTuple):
    """Hold the clauses, the name of the link or definition each comes from, and for each variable the clauses that read it."""

    clauses: list[Clause]
    labels: list[str]
    reading: dict[int, list[int]]


def make_network(clauses: list[Clause], labels: list[str]) -> Network:
    """Return the network of clauses."""
    reading: dict[int, list[int]] = {}
    for number, clause in enumerate(clauses):
        for variable, _ in clause:
            reading.setdefault(variable, []).append(number)
    return Network(clauses, labels, reading)


def live_part(network: Network, state: Sequence[int]) -> dict[int, list[int]]:
    """Return for each variable the clauses that are not yet satisfied in a state; only these can still narrow anything."""
    live: dict[int, list[int]] = {}
    for number, clause in enumerate(network.clauses):
        if all(state[variable] & ~mask for variable, mask in clause):
            for variable, _ in clause:
                live.setdefault(variable, []).append(number)
    return live


def propagate(
    network: Network,
    state: list[int],
    start: Iterable[int],
    trail: dict[int, list[Narrowing]],
    reading: dict[int, list[int]] | None = None,
) -> int | None:
    """Narrow `state` in place as far as single steps carry; return the number of a clause that fails, or None.

    Only what no patient can have is taken away, so every answer stays sound. `trail` records why. `reading` may name the
    clauses that still matter.
    """
    queue = list(dict.fromkeys(start))
    queued = set(queue)
    clauses = network.clauses
    if reading is None:
        reading = network.reading
    while queue:
        number = queue.pop()
        queued.discard(number)
        open_pair: tuple[int, int] | None = None
        several = False
        for variable, mask in clauses[number]:
            known = state[variable]
            if known & mask:
                if not known & ~mask or open_pair is not None:
                    several = True
                    break
                open_pair = (variable, mask)
        if several:
            continue
        if open_pair is None:
            return number
        variable, mask = open_pair
        narrowed = state[variable] & mask
        if narrowed != state[variable]:
            state[variable] = narrowed
            because = tuple(v for v, _ in clauses[number] if v != variable)
            trail.setdefault(variable, []).append(Narrowing(number, because))
            for next_number in reading.get(variable, ()):
                if next_number not in queued:
                    queued.add(next_number)
                    queue.append(next_number)
    return None


def sources_of(variables: Iterable[int], trail: dict[int, list[Narrowing]]) -> set[int]:
    """Return every variable that had a part in narrowing the given ones, themselves included."""
    found: set[int] = set()
    stack = list(variables)
    while stack:
        variable = stack.pop()
        if variable in found:
            continue
        found.add(variable)
        for narrowing in trail.get(variable, ()):
            stack.extend(narrowing.because)
    return found


def clashes(network: Network, full: Sequence[int], known: dict[int, int]) -> bool:
    """Tell whether single steps show that these known cells cannot be true together."""
    state = list(full)
    for variable, mask in known.items():
        state[variable] &= mask
        if not state[variable]:
            return True
    start = [number for variable in known for number in network.reading.get(variable, ())]
    return propagate(network, state, start, {}) is not None


def smallest_clash(network: Network, full: Sequence[int], known: dict[int, int]) -> dict[int, int]:
    """Return a clash from which no fact can be left out."""
    kept = dict(known)
    for variable in sorted(known):
        tried = {v: mask for v, mask in kept.items() if v != variable}
        if clashes(network, full, tried):
            kept = tried
    return kept
