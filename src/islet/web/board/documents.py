"""Case documents as plain data, whatever they were written in."""

from __future__ import annotations

from typing import Any

from islet.case.document import Mapping, Node, Scalar, Sequence, is_null
from islet.case.tree import read_tree


def plain_document(data: bytes) -> dict[str, Any]:
    """Return a case file that was read before as plain data: numbers, truths, texts, lists and mappings.

    >>> plain_document(b"extent: {size_mm: 38, on: 2026-03-02}")
    {'extent': {'size_mm': 38, 'on': '2026-03-02'}}
    """
    found = _plain(read_tree(data, "the case"))
    return found if isinstance(found, dict) else {}


def _plain(node: Node) -> Any:
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, (_, value) in node.entries.items()}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return _value(node)


def _value(node: Scalar) -> Any:
    if is_null(node):
        return None
    if node.quoted:
        return node.text
    if node.text.lower() in ("true", "false"):
        return node.text.lower() == "true"
    try:
        number = float(node.text)
    except ValueError:
        return node.text
    return int(number) if number.is_integer() and "." not in node.text and "e" not in node.text.lower() else number
