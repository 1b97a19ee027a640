"""Three truth values. None of them is a Python truth value, so an unknown can never slip into an `if`."""

from __future__ import annotations

from enum import Enum


class Truth(Enum):
    """Name what is known of a statement: yes, no or unknown."""

    NO = 0
    UNKNOWN = 1
    YES = 2

    def __bool__(self) -> bool:
        raise TypeError("a truth value is yes, no or unknown: compare it with Truth.YES, Truth.NO or Truth.UNKNOWN")

    @property
    def word(self) -> str:
        """Return yes, no or unknown."""
        return self.name.lower()


def all_of(values: list[Truth]) -> Truth:
    """Return the Kleene conjunction: no if one is no, yes if all are yes, unknown otherwise.

    >>> all_of([Truth.YES, Truth.UNKNOWN]).word, all_of([Truth.NO, Truth.UNKNOWN]).word
    ('unknown', 'no')
    """
    return min(values, key=lambda value: value.value, default=Truth.YES)


def any_of(values: list[Truth]) -> Truth:
    """Return the Kleene disjunction: yes if one is yes, no if all are no, unknown otherwise.

    >>> any_of([Truth.YES, Truth.UNKNOWN]).word, any_of([Truth.NO, Truth.UNKNOWN]).word
    ('yes', 'unknown')
    """
    return max(values, key=lambda value: value.value, default=Truth.NO)


def negation(value: Truth) -> Truth:
    """Return the Kleene negation; the negation of unknown is unknown.

    >>> negation(Truth.UNKNOWN).word
    'unknown'
    """
    return Truth(2 - value.value)
