"""What stands on a page under each `data-ipdas` mark, and the words of a page, as a browser would show them."""

from __future__ import annotations

from html.parser import HTMLParser

_EMPTY = frozenset({"br", "hr", "img", "input", "link", "meta", "path", "rect", "circle", "line"})
_BLOCKS = frozenset({"p", "li", "td", "th", "div", "dt", "dd", "caption", "summary", "h2", "h3", "legend", "figure", "label"})
_SILENT = frozenset({"style", "script", "head"})


class _Marks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self.words: list[str] = []
        self.ids: list[str] = []
        self._open: list[tuple[str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag in _EMPTY:
            return
        marks = (given.get("data-ipdas") or "").split()
        for mark in marks:
            self.found.setdefault(mark, []).append("")
        self._open.append((tag, marks))
        if tag in _BLOCKS:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _EMPTY:
            return
        assert self._open and self._open[-1][0] == tag, f"</{tag}> closes {self._open[-1:]}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if any(tag in _SILENT for tag, _ in self._open):
            return
        self.words.append(data)
        for _, marks in self._open:
            for mark in marks:
                self.found[mark][-1] += data


def marks_of(page: str) -> dict[str, list[str]]:
    """Return item -> the words under each of its marks; fail where elements do not close in order."""
    return {mark: [" ".join(text.split()) for text in texts] for mark, texts in _read(page).found.items()}


def words_of_page(page: str) -> str:
    """Return the words of a page in one line."""
    return " ".join(" ".join(_read(page).words).split())


def ids_of(page: str) -> list[str]:
    """Return every id of a page."""
    return _read(page).ids


def _read(page: str) -> _Marks:
    reader = _Marks()
    reader.feed(page)
    assert not reader._open, reader._open
    return reader
