"""Turn a document of the knowledge into plain data that still knows its lines."""

from __future__ import annotations

import re
from collections.abc import Mapping as Mapped
from typing import Any

from islet.case.document import Mapping, Node, Scalar, Sequence
from islet.errors import InputError, nearest

_INT = re.compile(r"[-+]?\d+$")
_FLOAT = re.compile(r"[-+]?(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d+)?$")


class Map(dict[str, Any]):
    """A mapping with the line it starts on and the line of each key."""

    line: int
    lines: dict[str, int]


class Seq(list[Any]):
    """A list with the line of each item."""

    line: int
    lines: list[int]


def plain(node: Node) -> Any:
    """Return plain data: unquoted null, true, false and numbers are read as such, all else is text.

    >>> plain(Scalar("38", False, 1)), plain(Scalar("38", True, 1)), plain(Scalar("yes", False, 1))
    (38, '38', 'yes')
    """
    if isinstance(node, Scalar):
        return _scalar(node)
    if isinstance(node, Mapping):
        result = Map((key, plain(value)) for key, (_, value) in node.entries.items())
        result.line = node.line
        result.lines = {key: line for key, (line, _) in node.entries.items()}
        return result
    assert isinstance(node, Sequence)
    items = Seq(plain(item) for item in node.items)
    items.line = node.line
    items.lines = [item.line for item in node.items]
    return items


def _scalar(node: Scalar) -> Any:
    if node.quoted:
        return node.text
    text = node.text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text


class Checker:
    """Check the shape of data and collect every fault instead of stopping at the first."""

    def __init__(self) -> None:
        self.errors: list[InputError] = []

    def fault(self, found: str, file: str, line: int, field: str = "", expected: str = "") -> None:
        """Note one fault."""
        self.errors.append(InputError(found, file, line, field, expected))

    def shape(self, data: Any, file: str, field: str, required: Mapped[str, Any], optional: Mapped[str, Any]) -> bool:
        """Check that a mapping has its required keys, no unknown ones, and values of the right type."""
        if not isinstance(data, Map):
            self.fault("found no mapping", file, getattr(data, "line", 0), field, "expected " + ", ".join(required))
            return False
        good = True
        kinds: dict[str, Any] = {**required, **optional}
        for key, value in data.items():
            line = data.lines[key]
            if key not in kinds:
                self.fault(f'found the unknown key "{key}"', file, line, field, nearest(key, kinds))
                good = False
            elif value is not None and not _is_kind(value, kinds[key]):
                self.fault(f"found {_found(value)}", file, line, f"{field}.{key}", f"expected {_kind_name(kinds[key])}")
                good = False
            elif value is None and key in required:
                self.fault("found nothing", file, line, f"{field}.{key}", f"expected {_kind_name(kinds[key])}")
                good = False
        for key in required:
            if key not in data:
                self.fault(f'the key "{key}" is missing', file, data.line, field)
                good = False
        return good


def _is_kind(value: Any, kind: Any) -> bool:
    if kind is str:
        return isinstance(value, str)
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if isinstance(kind, tuple) and kind and isinstance(kind[0], str):
        return value in kind
    return isinstance(value, kind)


def _kind_name(kind: Any) -> str:
    if isinstance(kind, tuple) and kind and isinstance(kind[0], str):
        return "one of " + ", ".join(kind)
    names = {str: "text", float: "a number", int: "a whole number", bool: "true or false", Map: "a mapping", Seq: "a list"}
    return names.get(kind, "another type")


def _found(value: Any) -> str:
    if isinstance(value, Map):
        return "a mapping"
    if isinstance(value, Seq):
        return "a list"
    return f'"{value}"'
