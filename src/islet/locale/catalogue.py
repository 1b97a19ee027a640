"""The catalogues that are shipped, by language."""

from __future__ import annotations

from pathlib import Path

from islet.locale.po import Message, read_po

FOLDER = Path(__file__).parent
ORIGINAL = "en"


def languages() -> tuple[str, ...]:
    """Return the languages there are, the original first.

    >>> languages()
    ('en', 'de')
    """
    return (ORIGINAL, *sorted(folder.name for folder in FOLDER.iterdir() if any(folder.glob("*.po"))))


def messages(language: str) -> list[Message]:
    """Return every translated message of a language."""
    return [message for path in sorted((FOLDER / language).glob("*.po")) for message in read_po(path)]
