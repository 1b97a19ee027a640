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


def propagate(network: Network, state: list[int], start: Iterable[int], trail: dict[int, list[Narrowing]]) -> int | None:
    """Narrow `state` in place as far as single steps carry; return the number of a clause that fails, or None.

    Only what no patient can have is taken away, so every answer stays sound. `trail` records why.
    """
    steps: list[tuple[int, int, int]] = []
    failed = narrow(network.clauses, network.reading, state, start, steps)
    for variable, _, number in steps:
        because = tuple(v for v, _ in network.clauses[number] if v != variable)
        trail.setdefault(variable, []).append(Narrowing(number, because))
    return failed


def narrow(
    clauses: list[Clause], reading: dict[int, list[int]], state: list[int], start: Iterable[int], steps: list[tuple[int, int, int]]
) -> int | None:
    """Do the narrowing; `steps` gets (variable, cells before, clause) for each step, so that it can be undone."""
    queue = list(start)
    while queue:
        number = queue.pop()
        open_variable = -1
        open_mask = 0
        for variable, mask in clauses[number]:
            known = state[variable]
            if known & mask:
                if open_variable >= 0 or not known & ~mask:
                    break
                open_variable, open_mask = variable, mask
        else:
            if open_variable < 0:
                return number
            before = state[open_variable]
            state[open_variable] = before & open_mask
            steps.append((open_variable, before, number))
            queue.extend(reading.get(open_variable, ()))
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


def broken_links(network: Network, full: Sequence[int], known: dict[int, int]) -> tuple[str, ...]:
    """Return the names of links that break together on these cells, none of which can be left out; none where they hold."""
    state = list(full)
    for variable, mask in known.items():
        state[variable] &= mask
    kept = list(dict.fromkeys(network.labels))
    if _holds(_named(network, kept), state):
        return ()
    for label in list(kept):
        rest = [other for other in kept if other != label]
        if not _holds(_named(network, rest), state):
            kept = rest
    return tuple(kept)


def _named(network: Network, labels: Sequence[str]) -> Network:
    wanted = set(labels)
    pairs = [(clause, label) for clause, label in zip(network.clauses, network.labels, strict=True) if label in wanted]
    return make_network([clause for clause, _ in pairs], [label for _, label in pairs])


def _holds(network: Network, state: list[int]) -> bool:
    """Tell whether some patient of the state keeps every link: single steps, then one open link after the other by cases."""
    tried = list(state)
    if narrow(network.clauses, network.reading, tried, range(len(network.clauses)), []) is not None:
        return False
    for clause in network.clauses:
        if all(tried[variable] & ~mask for variable, mask in clause):
            for variable, mask in clause:
                if tried[variable] & mask:
                    inside = list(tried)
                    inside[variable] &= mask
                    if _holds(network, inside):
                        return True
                    tried[variable] &= ~mask
            return False
    return True
