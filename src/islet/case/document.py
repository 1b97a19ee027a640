"""The tree of a document that remembers its lines, and the bounds within which one is read.

Scalars stay as written: what they mean is decided by the type of the fact they are given for, so that the key `on` never
turns into a yes and a quoted "38" never turns into a number.
"""

from __future__ import annotations

from typing import NamedTuple, Union

MAX_BYTES = 1_048_576
MAX_DEPTH = 24
MAX_NODES = 200_000


class Scalar(NamedTuple):
    """Hold one written value; `quoted` tells text in quotes from a plain word."""

    text: str
    quoted: bool
    line: int


class Mapping(NamedTuple):
    """Hold the entries of a mapping in the order written: key -> (line of the key, value)."""

    entries: dict[str, tuple[int, Node]]
    line: int


class Sequence(NamedTuple):
    """Hold the items of a list in the order written."""

    items: list[Node]
    line: int


Node = Union[Scalar, Mapping, Sequence]


def is_null(node: Node) -> bool:
    """Tell whether a node is written as null, ~ or nothing."""
    return isinstance(node, Scalar) and not node.quoted and node.text in ("", "~", "null", "Null", "NULL")


def describe(node: Node) -> str:
    """Name what was found in a few words, for a message.

    >>> describe(Scalar("38 mm", False, 1))
    'found "38 mm"'
    """
    if isinstance(node, Scalar):
        shown = node.text if len(node.text) <= 60 else node.text[:57] + "..."
        return f'found the text "{shown}"' if node.quoted else f'found "{shown}"'
    return "found a mapping" if isinstance(node, Mapping) else "found a list"
