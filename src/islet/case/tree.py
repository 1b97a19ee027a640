"""Read a document, JSON or YAML, into one tree."""

from __future__ import annotations

from islet.case.document import MAX_BYTES, Node
from islet.case.json_text import NotPlainError, read_json


def read_tree(data: bytes, file: str) -> Node:
    r"""Return the tree of a document; raise InputError with the line of a fault.

    JSON is read as JSON, so that whatever its escapes can say is understood; only what is not sound JSON is read as YAML.

    >>> read_tree(rb'{"id": "\ud83d\ude00"}', "x").entries["id"][1].text == chr(0x1F600)
    True
    """
    if data.lstrip()[:1] == b"{" and len(data) <= MAX_BYTES:
        try:
            return read_json(data.decode("utf-8"))
        except (NotPlainError, UnicodeDecodeError):
            pass
    from islet.case.yaml_text import read_document

    return read_document(data, file)
