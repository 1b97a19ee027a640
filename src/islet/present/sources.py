"""Number the sources of a page as they come up; locator and verification mark stand beside every statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from islet.present.words import mark_words


class References:
    """Give each source a number at its first citation and keep the list for the end of the page."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.cited: list[dict[str, Any]] = []

    def number(self, source: dict[str, Any]) -> int:
        """Return the number of a source."""
        found = self.numbers.get(source["id"])
        if found is None:
            found = self.numbers[source["id"]] = len(self.numbers) + 1
            self.cited.append(source)
        return found

    def cite(self, sources: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return number, locator, mark in words and whether it rests on memory, for each source.

        >>> References().cite([{"id": "a", "locator": "table 2", "verification": "recall"}])
        [{'number': 1, 'locator': 'table 2', 'mark': 'from memory, not checked', 'recall': True}]
        """
        found = []
        for source in sources:
            mark = source["verification"]
            found.append({
                "number": self.number(source), "locator": source["locator"], "mark": mark_words(mark), "recall": mark == "recall",
            })
        return found

    def words(self, sources: Iterable[dict[str, Any]], say: Callable[[str], str] = str) -> str:
        """Return the citation in one line of text; `say` puts its mark into the language of the page."""
        return "; ".join(f"[{c['number']}] {c['locator']}, {say(c['mark'])}" for c in self.cite(sources))

    def listed(self) -> list[dict[str, Any]]:
        """Return the sources cited so far with their numbers, for the end of the page; only web addresses become links."""
        return [{**s, "number": self.numbers[s["id"]], "link": _link(s.get("url"))} for s in self.cited]


def _link(url: Any) -> str | None:
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else None


def merged(groups: Iterable[Sequence[dict[str, Any]]]) -> tuple[dict[str, Any], ...]:
    """Return the sources of several statements once each."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for sources in groups:
        for source in sources:
            found.setdefault((source["id"], source["locator"]), source)
    return tuple(found.values())
