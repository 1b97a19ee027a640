"""Read a catalogue: a PO file as gettext writes it, with contexts and plurals; what is fuzzy or empty counts as not translated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class Message(NamedTuple):
    """Hold one text of a catalogue: its context, the English, the English plural, and the translation (one for each number)."""

    context: str
    text: str
    plural: str
    told: tuple[str, ...]


def read_po(path: Path) -> list[Message]:
    """Return the translated messages of a PO file, in its order.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "one.po"
    ...     _ = file.write_text('msgctxt "spleen"\\nmsgid "the spleen"\\nmsgstr "die Milz"\\n', encoding="utf-8")
    ...     read_po(file)
    [Message(context='spleen', text='the spleen', plural='', told=('die Milz',))]
    """
    return [found for block in path.read_text(encoding="utf-8").split("\n\n") if (found := _message(block)) is not None]


def _message(block: str) -> Message | None:
    parts: dict[str, str] = {}
    current = ""
    for line in block.splitlines():
        if line.startswith("#,") and "fuzzy" in line:
            return None
        if line.startswith("msg"):
            current, _, quoted = line.partition(" ")
            parts[current] = json.loads(quoted)
        elif line.startswith('"'):
            parts[current] += json.loads(line)
    told = tuple(text for key, text in parts.items() if key.startswith("msgstr"))
    if not parts.get("msgid") or not told or not all(told):
        return None
    return Message(parts.get("msgctxt", ""), parts["msgid"], parts.get("msgid_plural", ""), told)
