"""Errors that people read: what was found, where, what was expected, the nearest valid value."""

from __future__ import annotations

from collections.abc import Iterable


class InputError(Exception):
    """Say what is wrong with a case or a knowledge file, and where.

    >>> print(InputError('found "headd"', "case.yaml", 4, "extent.primary_site", 'did you mean "head"?'))
    case.yaml:4: extent.primary_site: found "headd"; did you mean "head"?
    """

    def __init__(self, found: str, file: str = "", line: int = 0, field: str = "", expected: str = "") -> None:
        self.found, self.file, self.line, self.field, self.expected = found, file, line, field, expected
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        parts = [part for part in (place, self.field) if part]
        text = f"{self.found}; {self.expected}" if self.expected else self.found
        return printable(": ".join([*parts, text]))


def printable(text: str) -> str:
    r"""Return text in which control characters are written out, so that none reaches a terminal.

    >>> printable("we" + chr(27) + "[31mll") == "we" + chr(92) + "x1b[31mll"
    True
    """
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


class KnowledgeErrors(Exception):
    """Carry every fault found in a knowledge folder, so that one run names them all."""

    def __init__(self, errors: list[InputError]) -> None:
        self.errors = errors
        super().__init__("\n".join(str(error) for error in errors))


def nearest(word: str, valid: Iterable[str]) -> str:
    """Return 'did you mean "x"?' for the closest valid word, or the list of valid words if it is short, or ''.

    >>> nearest("ki67_percnt", ["ki67_percent", "size_mm"])
    'did you mean "ki67_percent"?'
    """
    from difflib import get_close_matches

    choices = list(valid)
    close = get_close_matches(word, choices, n=1, cutoff=0.6) or get_close_matches(
        word.lower(), choices, n=1, cutoff=0.5
    )
    if close:
        return f'did you mean "{close[0]}"?'
    if len(choices) <= 12:
        return "expected one of " + ", ".join(choices)
    return ""
