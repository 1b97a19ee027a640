"""How text is set on a screen: width, colour, wrapping; plain for pipes and where NO_COLOR asks for it."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from dataclasses import dataclass

_COLOURS = {
    "recommended": "32;1", "possible": "36", "need_data": "33", "not_indicated": "2", "contraindicated": "31;1",
    "warning": "33;1", "emergency": "97;41;1",
}
MARKS = {"recommended": "●", "possible": "○", "need_data": "?", "not_indicated": "–", "contraindicated": "✕"}
PLAIN_MARKS = {"recommended": "+", "possible": "o", "need_data": "?", "not_indicated": "-", "contraindicated": "x"}


@dataclass(frozen=True, slots=True)
class Screen:
    """Hold what the place of the text can show."""

    width: int = 100
    plain: bool = False
    colours: bool = True

    @staticmethod
    def choose(plain: bool, width: int | None, to_file: bool) -> Screen:
        """Return the screen for standard output: colour only on a terminal without NO_COLOR, at most 100 columns."""
        terminal = sys.stdout.isatty() and not to_file
        columns = width or (shutil.get_terminal_size((100, 24)).columns if terminal else 100)
        colours = terminal and not plain and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return Screen(max(40, min(columns, width or 100)), plain, colours)

    def _style(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.colours and text else text

    def bold(self, text: str) -> str:
        """Return text that stands out."""
        return self._style("1", text)

    def dim(self, text: str) -> str:
        """Return text that stands back."""
        return self._style("2", text)

    def colour(self, kind: str, text: str) -> str:
        """Return text in the colour of a verdict or warning; the words carry the meaning, never the colour alone."""
        return self._style(_COLOURS.get(kind, "0"), text)

    def mark(self, verdict: str) -> str:
        """Return the sign of a verdict."""
        return (PLAIN_MARKS if self.plain else MARKS)[verdict]

    def dot(self) -> str:
        """Return the sign before an item of a list."""
        return "-" if self.plain else "·"

    def wrap(self, text: str, indent: int = 0, first: str = "") -> str:
        """Return text broken at the width, indented; `first` stands before the first line.

        >>> Screen(40).wrap("one two", 2, "- ")
        '- one two'
        """
        lead = first if first else " " * indent
        lines = textwrap.wrap(
            " ".join(text.split()), self.width, initial_indent=lead, subsequent_indent=" " * indent, break_long_words=False,
            break_on_hyphens=False,
        )
        return "\n".join(lines)

    def rule(self, title: str = "") -> str:
        """Return a line across the screen with a title."""
        dash = "-" if self.plain else "─"
        if not title:
            return self.dim(dash * self.width)
        return self.bold(title) + " " + self.dim(dash * max(2, self.width - len(title) - 1))
