"""A text that stays English in a page of another language: marked where a page holds marks, bare where none can stand."""

from __future__ import annotations


class English(str):
    """Hold a text that stays English in a page of another language; a template marks it as English."""

    english: str

    @classmethod
    def of(cls, text: str) -> English:
        """Return the text with its mark."""
        from markupsafe import escape

        made = cls(f'<span lang="en">{escape(text)}</span>')
        made.english = text
        return made

    def __html__(self) -> str:
        return str(self)


def unmarked(said: str) -> str:
    """Return what was said without its mark, for an attribute, a title or a screen.

    >>> unmarked(English.of("a < b")), unmarked("eins")
    ('a < b', 'eins')
    """
    return said.english if isinstance(said, English) else said
