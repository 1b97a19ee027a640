"""The one intermediate form: a table of shared nodes over cells, which can be stored and from which all else is made.

A node is a tuple: ("atom", variable index, mask), ("and", part, ...), ("or", part, ...) or ("not", part), where a part is
the number of another node. Equal expressions share a node.
"""

from __future__ import annotations

from typing import Any

NodeTuple = tuple[Any, ...]  # ("atom", int, int) | ("and" | "or", int, ...) | ("not", int)


def variables_of(nodes: list[NodeTuple], root: int) -> tuple[int, ...]:
    """Return the variables a node reads, each once, in order of first reading."""
    found: dict[int, None] = {}
    stack = [root]
    while stack:
        node = nodes[stack.pop()]
        if node[0] == "atom":
            found[node[1]] = None
        else:
            stack.extend(reversed(node[1:]))
    return tuple(found)
