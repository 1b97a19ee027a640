"""One cell of a table as the node a case file would have there."""

from __future__ import annotations

from islet.case.document import Mapping, Node, Scalar, Sequence
from islet.case.json_text import NotPlainError, read_json
from islet.errors import InputError

BETWEEN = "\x1f"  # stands between the members of a list that came as a list


def node_of_text(text: str, listed: bool) -> Node:
    """Return the node of a text cell: JSON as a case file allows it, `a|b` for a list or some possible values, else the plain word.

    `listed` says that the fact is a list. Raises InputError for text that begins like JSON and is none.

    >>> node_of_text("G1|G2", False).entries["one_of"][1].items[1].text
    'G2'
    """
    text = text.strip()
    if text[:1] in ("{", "["):
        try:
            node = read_json(text)
        except NotPlainError:
            raise InputError(f"found {text[:60]}", "", 0, "", "expected JSON as in a case file") from None
        return one_of(node) if isinstance(node, Sequence) and not listed else node
    if "|" in text:
        return node_of_members([part.strip() for part in text.split("|")], listed)
    word = Scalar(text, False, 0)
    return Sequence([word], 0) if listed and text not in ("", "~", "null", "Null", "NULL") else word


def node_of_list(joined: str, listed: bool) -> Node:
    """Return the node of a cell that came as a list."""
    return node_of_members(joined.split(BETWEEN) if joined else [], listed)


def node_of_members(words: list[str], listed: bool) -> Node:
    """Return the members of a list fact, or the possible values of another."""
    items: list[Node] = [Scalar(word, False, 0) for word in words]
    return Sequence(items, 0) if listed else one_of(Sequence(items, 0))


def one_of(values: Sequence) -> Node:
    """Return possible values as a case file writes them."""
    return Mapping({"one_of": (0, values)}, 0)
