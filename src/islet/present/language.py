"""Say a page in the language of its reader: each English sentence is looked up; what has no translation stays English, marked.

A plan, its record and its replay hold English sentences, some with numbers filled in. The catalogue holds each sentence as a template, so
that the English stands in one place only, and a changed sentence loses its translation instead of keeping an old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from islet.locale.catalogue import languages, messages
from islet.locale.po import Message
from islet.present.marked import English, unmarked

TAGS = {"en": "en-GB", "de": "de"}
NAMES = {"en": "English", "de": "Deutsch"}
_HOLE = re.compile(r"\{(\w+)\}")
_MEASURED = re.compile(r"(-?\d[\d.]*)(?: to (-?\d[\d.]*))?(?: (.+))?")
_ENDS = re.compile(r"(?<=[.?!:…]) (?=[A-Z“0-9])")
_ASIDE = re.compile(r"(.+) \(([^()]+)\)")
_DATE = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?")
_NAME = re.compile(r"[A-Z][A-Z0-9-]*\d*|[A-Z]\d[a-z]?|%")
_RANGE = "{low} to {high}"
_JOINS = ("{one}; {other}", "{one} or {other}", "{one} and {other}", "{one}, {other}")


class Template(NamedTuple):
    """Hold a sentence with holes: what it looks like in English, the names of its holes, and its translation."""

    pattern: re.Pattern[str]
    holes: tuple[str, ...]
    told: str


class Catalogue:
    """Find the translation of an English text: whole, by template, or sentence by sentence."""

    def __init__(self, found: Iterable[Message]) -> None:
        self.exact: dict[str, str] = {}
        self.plurals: dict[tuple[str, str], tuple[str, ...]] = {}
        templates = []
        for message in found:
            if message.plural:
                self.plurals[message.text, message.plural] = message.told
            elif _HOLE.search(message.text):
                self.exact.setdefault(message.text, message.told[0])
                if message.text not in _JOINS:
                    templates.append((message.text, message.told[0]))
            else:
                self.exact.setdefault(_bare(message.text), message.told[0])
        templates.sort(key=lambda one: -len(_HOLE.sub("", one[0])))
        self.templates = [_template(*one) for one in templates]
        self.find = lru_cache(maxsize=50_000)(self._find)

    def _find(self, text: str, part: bool) -> str | None:
        """Return the translation of a text or None; `part` says that it fills a hole, where numbers, names and lists may stand."""
        told = self.exact.get(_bare(text))
        if told is not None:
            return _fitted(told, text)
        if part and (said := self._part(text)) is not None:
            return said
        return self._by_template(text) or self._piecewise(_ENDS.split(text), " ", " ") or self._aside(text) or (
            self._listed(text) if part else None
        )

    def _part(self, text: str) -> str | None:
        measured = _MEASURED.fullmatch(text)
        if measured and (not measured[3] or measured[3] in self.exact):
            low, high, unit = measured.groups()
            number = self.exact[_RANGE].format(low=decimal(low), high=decimal(high)) if high else decimal(low)
            return f"{number} {self.exact[unit]}" if unit else number
        if _DATE.fullmatch(text):
            return date(text)
        if _NAME.fullmatch(text):
            return text
        return None

    def _by_template(self, text: str) -> str | None:
        bare = _bare(text)
        for template in self.templates:
            match = template.pattern.fullmatch(bare)
            if match is None:
                continue
            values = {hole: self.find(value, True) for hole, value in zip(template.holes, match.groups(), strict=True)}
            if None not in values.values():
                return _fitted(template.told.format(**values), text)
        return None

    def _piecewise(self, pieces: list[str], between: str, said_between: str, part: bool = False) -> str | None:
        """Return the translation of a text made of two that are found, the first as long as can be."""
        for end in range(len(pieces) - 1, 0, -1):
            first = self.find(between.join(pieces[:end]), part)
            rest = None if first is None else self.find(between.join(pieces[end:]), part)
            if rest is not None:
                return f"{first}{said_between}{rest}"
        return None

    def _aside(self, text: str) -> str | None:
        match = _ASIDE.fullmatch(text)
        if match is None:
            return None
        said, aside = self.find(match[1], True), self.find(match[2], True)
        return None if said is None or aside is None else f"{said} ({aside})"

    def _listed(self, text: str) -> str | None:
        for join in _JOINS:
            between, said_between = (_HOLE.sub("", form) for form in (join, self.exact.get(join, join)))
            said = self._piecewise(text.split(between), between, said_between, part=True)
            if said is not None:
                return said
        return None


class Language:
    """Say the texts of one page; `missing` holds those that had to stay English."""

    def __init__(self, code: str = "en", catalogue: Catalogue | None = None) -> None:
        self.code, self.tag = code, TAGS.get(code, code)
        self.catalogue = catalogue or (None if code == "en" else catalogue_of(code))
        self.missing: dict[str, None] = {}

    def said(self, text: str, part: bool = False) -> str:
        """Return a sentence of the plan or of the knowledge in this language; in English, marked, where there is none.

        >>> Language().said("We do not know."), Language("de").said("We do not know.")
        ('We do not know.', 'Wir wissen es nicht.')
        """
        return self._marked(text, self._told(text, part))

    def part(self, text: str) -> str:
        """Return a name, an answer or a list of them."""
        return self.said(text, True)

    def bare(self, text: str, part: bool = True) -> str:
        """Return a text for a place that holds no mark: an attribute, a title, a picture."""
        told = self._told(text, part)
        if told is None:
            self.missing[text] = None
        return text if told is None else told

    def text(self, text: str, **values: Any) -> str:
        """Return a text of a template, its holes filled with values that are shown as they are."""
        told = text if self.catalogue is None else self.catalogue.exact.get(text) or self.catalogue.exact.get(_bare(text))
        filled = text.format(**values) if values else text
        if told is not None and told is not text:
            told = _fitted(told.format(**values) if values else told, text)
        return self._marked(filled, filled if told is text else told)

    def attribute(self, text: str, **values: Any) -> str:
        """Return a text of a template for an attribute or a title."""
        return unmarked(self.text(text, **values))

    def many(self, one: str, several: str, count: int, **values: Any) -> str:
        """Return the form of a text for a count.

        >>> Language().many("{count} page", "{count} pages", 2)
        '2 pages'
        """
        forms = (one, several) if self.catalogue is None else self.catalogue.plurals.get((one, several))
        filled = (one if count == 1 else several).format(count=count, **values)
        return self._marked(filled, None if forms is None else forms[count != 1].format(count=count, **values))

    def date(self, text: str) -> str:
        """Return a date as it is written in this language.

        >>> Language().date("2026-11-29"), Language("de").date("2026-11-29")
        ('2026-11-29', '29.11.2026')
        """
        return text if self.code == "en" else date(text)

    def _told(self, text: str, part: bool) -> str | None:
        return text if self.catalogue is None or not text.strip() else self.catalogue.find(text, part)

    def _marked(self, text: str, told: str | None) -> str:
        if told is not None:
            return told
        self.missing[text] = None
        return English.of(text)


def words_of(language: Language) -> dict[str, Any]:
    """Return the functions by which a template says its texts, and the language it declares."""
    return {
        "_": language.text, "_n": language.many, "_a": language.attribute, "say": language.said, "part": language.part,
        "bare": language.bare, "day": language.date, "language": language, "lang": language.tag,
    }


@lru_cache(maxsize=4)
def catalogue_of(code: str) -> Catalogue:
    """Return the catalogue of a language; raise KeyError where there is none."""
    if code not in languages():
        raise KeyError(code)
    return Catalogue(messages(code))


def decimal(text: str) -> str:
    """Return a number with a decimal comma.

    >>> decimal("17.8")
    '17,8'
    """
    return text.replace(".", ",")


def date(text: str) -> str:
    """Return an ISO date as day.month.year, or month/year where there is no day.

    >>> date("2026-11-29"), date("2026-11")
    ('29.11.2026', '11/2026')
    """
    found = _DATE.fullmatch(text)
    if found is None:
        return text
    return f"{found[3]}.{found[2]}.{found[1]}" if found[3] else f"{found[2]}/{found[1]}"


def _bare(text: str) -> str:
    """Return a text as it is looked up: without its last full stop, with a small first letter."""
    text = text.strip().removesuffix(".")
    return text[:1].lower() + text[1:]


def _fitted(told: str, text: str) -> str:
    """Return a translation with a full stop and a large first letter where the English has them."""
    if text.endswith(".") and told[-1:] not in ".!?:…":
        told += "."
    elif not text.endswith(".") and told.endswith("."):
        told = told[:-1]
    return told[:1].upper() + told[1:] if text[:1].isupper() else told


def _template(text: str, told: str) -> Template:
    parts = _HOLE.split(_bare(text))
    pattern = "".join(re.escape(part) if number % 2 == 0 else "(.+?)" for number, part in enumerate(parts))
    return Template(re.compile(pattern), tuple(parts[1::2]), told)
