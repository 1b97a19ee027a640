"""The names of the columns between the steps."""

from __future__ import annotations

from islet.registry.sql.terms import Term, column

CLASH, UNSETTLED, REJECTED, EMERGENCY = "clash", "unsettled", "rejected", "emergency"
MARKS = (CLASH, UNSETTLED, REJECTED, EMERGENCY)


def mask_name(variable: int) -> str:
    """Return the column of the cells still possible of a variable."""
    return f"m{variable}"


def mask(variable: int) -> Term:
    """Return the cells still possible of a variable."""
    return column(mask_name(variable))


def low_name(variable: int) -> str:
    """Return the column of the least value known of a number."""
    return f"lo{variable}"


def high_name(variable: int) -> str:
    """Return the column of the greatest value known of a number."""
    return f"hi{variable}"
