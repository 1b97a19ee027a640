"""Read JSON text quickly into the same tree as a YAML document, without lines.

Only sound text passes: for anything else the caller reads again by the way that knows the lines of a fault.
"""

from __future__ import annotations

import json
from typing import Any

from islet.case.document import MAX_DEPTH, MAX_NODES, Mapping, Node, Scalar, Sequence


class NotPlainError(Exception):
    """Say that the text needs the careful reader."""


def read_json(text: str) -> Node:
    """Return the tree of a JSON text; raise NotPlainError for broken, deep or huge text and for keys that stand twice.

    >>> read_json('{"a": [1, "b", null]}').entries["a"][1].items[0].text
    '1'
    """
    try:
        data = json.loads(text, object_pairs_hook=_Pairs, parse_int=_number, parse_float=_number, parse_constant=_number)
    except (ValueError, RecursionError):
        raise NotPlainError from None
    budget = [MAX_NODES]
    return _node(data, 0, budget)


class _Pairs(list[tuple[str, Any]]):
    """The entries of one JSON object, before it is known that no key stands twice."""


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


def _number(text: str) -> _Number:
    return _Number(text)


def _sound(text: str) -> bool:
    """Tell whether text can be written as UTF-8: half of a surrogate pair, which JSON can escape, cannot."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _node(data: Any, depth: int, budget: list[int]) -> Node:
    budget[0] -= 1
    if depth > MAX_DEPTH or budget[0] < 0:
        raise NotPlainError
    if isinstance(data, _Pairs):
        entries: dict[str, tuple[int, Node]] = {key: (0, _node(value, depth + 1, budget)) for key, value in data}
        if len(entries) != len(data) or not all(map(_sound, entries)):
            raise NotPlainError
        return Mapping(entries, 0)
    if isinstance(data, list):
        return Sequence([_node(item, depth + 1, budget) for item in data], 0)
    if isinstance(data, _Number):
        return Scalar(str(data), False, 0)
    if isinstance(data, str):
        if not _sound(data):
            raise NotPlainError
        return Scalar(data, True, 0)
    return Scalar({True: "true", False: "false", None: "null"}[data], False, 0)
