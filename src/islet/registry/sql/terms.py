"""Pieces of SQL that know which columns they read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Term(NamedTuple):
    """Hold an expression as text, and the columns it reads."""

    text: str
    reads: frozenset[str] = frozenset()


NOTHING = Term("0")
HOLDS, FAILS = Term("TRUE"), Term("FALSE")


def column(name: str) -> Term:
    """Return a column."""
    return Term(name, frozenset((name,)))


def join(pattern: str, *parts: Term | int) -> Term:
    """Return a pattern with its places filled.

    >>> join("({} & {}) <> 0", column("m3"), 5).text
    '(m3 & 5) <> 0'
    """
    terms = [part if isinstance(part, Term) else Term(str(part)) for part in parts]
    return Term(pattern.format(*(term.text for term in terms)), frozenset().union(*(term.reads for term in terms)))


def chained(sign: str, parts: Iterable[Term]) -> Term:
    """Return parts with a sign between them, in brackets where there are several."""
    terms = list(parts)
    if len(terms) == 1:
        return terms[0]
    return Term("(" + f" {sign} ".join(term.text for term in terms) + ")", frozenset().union(*(term.reads for term in terms)))


def any_of(parts: Iterable[Term]) -> Term:
    """Return whether one part holds; none of no parts does."""
    terms = [term for term in parts if term != FAILS]
    if HOLDS in terms:
        return HOLDS
    return chained("OR", terms) if terms else FAILS


def all_of(parts: Iterable[Term]) -> Term:
    """Return whether every part holds; of no parts every one does."""
    terms = [term for term in parts if term != HOLDS]
    if FAILS in terms:
        return FAILS
    return chained("AND", terms) if terms else HOLDS


def case(*choices: tuple[Term, Term | int], otherwise: Term | int) -> Term:
    """Return the value of the first condition that holds, else another.

    >>> case((column("a"), 1), (column("b"), 2), otherwise=0).text
    'CASE WHEN a THEN 1 WHEN b THEN 2 ELSE 0 END'
    """
    parts: list[Term | int] = [part for choice in choices for part in choice]
    return join("CASE " + "WHEN {} THEN {} " * len(choices) + "ELSE {} END", *parts, otherwise)
