"""Formulas as SQL: a compiled formula is run over columns in place of numbers, and writes itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import CodeType
from typing import Any

from islet.registry.sql.dialect import Dialect
from islet.registry.sql.terms import Term, chained, join


class Number:
    """Stand for a number in a formula: every sum, product or function of it is a piece of SQL."""

    def __init__(self, term: Term, dialect: Dialect) -> None:
        self.term, self.dialect = term, dialect

    def _with(self, pattern: str, *others: Number | float) -> Number:
        terms = [other.term if isinstance(other, Number) else Term(self.dialect.number(float(other))) for other in others]
        return Number(join(pattern, *terms), self.dialect)

    def __add__(self, other: Number | float) -> Number:
        return self._with("({} + {})", self, other)

    def __radd__(self, other: float) -> Number:
        return self._with("({} + {})", other, self)

    def __sub__(self, other: Number | float) -> Number:
        return self._with("({} - {})", self, other)

    def __rsub__(self, other: float) -> Number:
        return self._with("({} - {})", other, self)

    def __mul__(self, other: Number | float) -> Number:
        return self._with("({} * {})", self, other)

    def __rmul__(self, other: float) -> Number:
        return self._with("({} * {})", other, self)

    def __truediv__(self, other: Number | float) -> Number:
        return self._with("({} / {})", self, other)

    def __rtruediv__(self, other: float) -> Number:
        return self._with("({} / {})", other, self)

    def __pow__(self, other: Number | float) -> Number:
        return self._with("POWER({}, {})", self, other)

    def __rpow__(self, other: float) -> Number:
        return self._with("POWER({}, {})", other, self)

    def __neg__(self) -> Number:
        return self._with("(- {})", self)

    def __pos__(self) -> Number:
        return self


def formula_term(formula: CodeType, values: Mapping[str, Number | float], dialect: Dialect) -> Number:
    """Return a compiled formula over columns and constants as SQL; the operations and their order are the formula's own.

    >>> from islet.case.arithmetic import compile_formula
    >>> from islet.registry.sql.dialect import DIALECTS
    >>> from islet.registry.sql.terms import column
    >>> duckdb = DIALECTS["duckdb"]
    >>> formula_term(compile_formula("sqrt(height * 4)"), {"height": Number(column("h"), duckdb)}, duckdb).term.text
    "SQRT((h * CAST('4.0' AS DOUBLE)))"
    """
    scope: dict[str, Any] = {"__builtins__": {}, "round": lambda value, decimals=0: rounded(value, decimals)}
    for name, sign in {"ln": "LN", "log10": "LOG10", "exp": "EXP", "sqrt": "SQRT"}.items():
        scope[name] = lambda value, sign=sign: _called(sign, [value], dialect)
    for name, sign in {"min": "LEAST", "max": "GREATEST"}.items():
        scope[name] = lambda *values, sign=sign: _called(sign, values, dialect)
    found = eval(formula, scope, dict(values))
    return found if isinstance(found, Number) else Number(Term(dialect.number(float(found))), dialect)


def rounded(value: Number, decimals: int) -> Number:
    """Return a number rounded half away from zero, with the guard of `case.arithmetic.round_half_up`."""
    dialect = value.dialect
    scaled = join("ABS({})", value.term)
    if decimals:
        scaled = join("({} * {})", scaled, Term(dialect.number(float(10**decimals))))
    half, guard = Term(dialect.number(0.5)), Term(dialect.number(1e-9))
    whole = join("FLOOR((({} + {}) + {}))", scaled, half, guard)
    if decimals:
        whole = join("({} / {})", whole, Term(dialect.number(float(10**decimals))))
    return Number(join("(SIGN({}) * {})", value.term, whole), dialect)


def _called(function: str, values: Any, dialect: Dialect) -> Number:
    terms = [value.term if isinstance(value, Number) else Term(dialect.number(float(value))) for value in values]
    listed = chained(",", terms) if len(terms) > 1 else join("({})", terms[0])
    return Number(join("{}{}", Term(function), listed), dialect)
