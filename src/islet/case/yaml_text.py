"""Read YAML or JSON text into a tree that remembers its lines, within fixed bounds.

Anchors and aliases are refused, so no alias bomb can grow. A plan of a plain JSON case never loads this room, nor PyYAML.
"""

from __future__ import annotations

from typing import Any

import yaml

from islet.case.document import MAX_BYTES, MAX_DEPTH, MAX_NODES, Mapping, Node, Scalar, Sequence
from islet.errors import InputError

_QUOTES = ("'", '"', "|", ">")
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_document(data: bytes, file: str, *, limit: int | None = MAX_BYTES) -> Node:
    """Return the one document of a YAML or JSON text as a tree with lines.

    Raises InputError for text over `limit` bytes, binary data, broken syntax, duplicate keys, anchors or aliases,
    nesting deeper than 24, no document, or more than one document.

    >>> read_document(b"cells: {ki67_percent: 3}", "case.yaml").entries["cells"][1].line
    1
    """
    if limit is not None and len(data) > limit:
        raise InputError(f"the file has {len(data):,} bytes", file, 0, "", f"at most {limit:,} bytes are read")
    text = _decode(data, file)
    try:
        return _Builder(file).build(text)
    except yaml.YAMLError as error:
        raise _syntax_error(error, file) from None


def _decode(data: bytes, file: str) -> str:
    if b"\x00" in data:
        raise InputError("the file is binary (it holds a zero byte)", file, 0, "", "expected YAML or JSON text in UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"byte {data[error.start]:#04x} is not UTF-8", file, line, "", "expected YAML or JSON text in UTF-8"
        ) from None
    if text.lstrip()[:1] in ("{", "["):
        text = text.replace("\t", " ")  # JSON may be indented with tabs; YAML may not
    return text


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.nodes = 0

    def build(self, text: str) -> Node:
        root: Node | None = None
        stack: list[tuple[Node, list[Scalar]]] = []
        next_event = _Parser(text).get_event
        event = next_event()
        while event is not None:
            kind = type(event)
            node: Node
            if kind is yaml.ScalarEvent:
                node = Scalar(event.value, event.style in _QUOTES, event.start_mark.line + 1)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                stack.pop()
                event = next_event()
                continue
            elif kind is yaml.MappingStartEvent:
                node = Mapping({}, event.start_mark.line + 1)
            elif kind is yaml.SequenceStartEvent:
                node = Sequence([], event.start_mark.line + 1)
            elif kind is yaml.AliasEvent:
                raise self._refused(event)
            elif kind is yaml.DocumentStartEvent and root is not None:
                raise InputError("found a second document", self.file, event.start_mark.line + 1, "", "expected one document a file")
            else:
                event = next_event()
                continue
            if event.anchor is not None:
                raise self._refused(event)
            self.nodes += 1
            if self.nodes > MAX_NODES:
                raise InputError(f"more than {MAX_NODES:,} values", self.file, node.line, "", "expected one case a file")
            if stack:
                self._attach(stack, node)
            else:
                root = node
            if kind is not yaml.ScalarEvent:
                if len(stack) >= MAX_DEPTH:
                    raise _too_deep(self.file, node.line)
                stack.append((node, []))
            event = next_event()
        if root is None:
            raise InputError("there is no document in the file", self.file, 0, "", "an empty case is written {}")
        return root

    def _refused(self, event: Any) -> InputError:
        line = event.start_mark.line + 1
        return InputError(f'found the anchor or alias "{event.anchor}"', self.file, line, "", "write the value out where it is used")

    def _attach(self, stack: list[tuple[Node, list[Scalar]]], node: Node) -> None:
        parent, pending = stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        assert isinstance(parent, Mapping)
        if not pending:
            if not isinstance(node, Scalar):
                raise InputError("found a mapping or list used as a key", self.file, node.line, "", "expected a word")
            if node.text in parent.entries:
                first = parent.entries[node.text][0]
                raise InputError(
                    f'the key "{node.text}" stands twice', self.file, node.line, node.text, f"it was first given on line {first}"
                )
            pending.append(node)
            return
        key = pending.pop()
        parent.entries[key.text] = (key.line, node)


def _too_deep(file: str, line: int) -> InputError:
    return InputError(f"nested deeper than {MAX_DEPTH} levels", file, line, "", "expected a flat case")


def _syntax_error(error: yaml.YAMLError, file: str) -> InputError:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 0
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    if "nesting depth" in problem:  # the scanner looks ahead, so its own limit may come before ours
        return _too_deep(file, line)
    return InputError(f"not valid YAML or JSON: {problem}", file, line, "", "check the indentation, brackets and quotes")
