"""Derived numbers on columns: formulas at the corners of what is known, points as sums of bands, rounded as stated.

The same derivations as `patient.derive`, on whole columns at once; NaN stands where nothing is known.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from islet.case.cells import single_cells
from islet.patient.derive import NumberDerivation
from islet.patient.space import Space
from islet.registry.machine.layout import Planes, unpack

Column = NDArray[np.float64]
Span = tuple[Column, Column]
Can = Callable[[int, bool], Planes]  # the words of rows in which a node can be yes, or no


def wanted_derivations(space: Space, given: set[str]) -> list[NumberDerivation]:
    """Return the derivations that can matter: some rule cuts the number, the table gives it, or a later one reads it."""
    found: list[NumberDerivation] = []
    read: set[str] = set()
    for how in reversed(space.derivations):
        several = len(single_cells(space.full[space.place[how.fact]])) > 1
        if several or how.fact in given or how.fact in read:
            found.append(how)
            read |= {*how.inputs, *(content for kind, content in how.terms if kind == "add")}
    return found[::-1]


def derive_columns(how: NumberDerivation, spans: dict[str, Span], can: Can, rows: int) -> Span | None:
    """Return the least and the greatest value a row allows, rounded as stated; None where no row has the inputs."""
    with np.errstate(all="ignore"):
        return _points(how, spans, can, rows) if how.terms else _formula(how, spans, can, rows)


def cells_between(cuts: Sequence[float], low: Column, high: Column) -> NDArray[np.uint64]:
    """Return for each row the cells between two values, as bits; what a variable cannot have is for the caller to take away.

    >>> cells_between((3.0, 20.0), np.array([2.0, 3.0]), np.array([4.0, 3.0])).tolist()
    [7, 2]
    """
    edges = np.asarray(cuts, np.float64)
    first = _cell(edges, low)
    last = first if np.array_equal(low, high) else _cell(edges, high)
    one = np.uint64(1)
    return ((one << (last + 1).astype(np.uint64)) - one) & ~((one << first.astype(np.uint64)) - one)


def _cell(edges: Column, values: Column) -> NDArray[np.int64]:
    left = np.searchsorted(edges, values, "left")
    return left + np.searchsorted(edges, values, "right")


def rounded(values: Column, decimals: int = 0) -> Column:
    """Round half away from zero, after a guard against the last binary digit, as `case.arithmetic.round_half_up` does.

    >>> rounded(np.array([2.5, -2.5, 1.005]), 2).tolist()
    [2.5, -2.5, 1.01]
    """
    scale = float(10**decimals)
    return np.copysign(np.floor(np.abs(values) * scale + 0.5 + 1e-9) / scale, values)


def _fold(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def fold(first: Any, *more: Any) -> Any:
        for other in more:
            first = function(first, other)
        return first

    return fold


_SCOPE: dict[str, Any] = {
    "__builtins__": {}, "ln": np.log, "log10": np.log10, "exp": np.exp, "sqrt": np.sqrt, "min": _fold(np.minimum),
    "max": _fold(np.maximum), "round": rounded,
}


def _calculate(formula: CodeType, values: dict[str, Any]) -> Any:
    return eval(formula, _SCOPE, values)  # made from checked formulas of the knowledge, never from text of a case


def _formula(how: NumberDerivation, spans: dict[str, Span], can: Can, rows: int) -> Span | None:
    if any(name not in spans for name in how.inputs):
        return None
    known = np.ones(rows, np.bool_)
    for name in how.inputs:
        known &= ~np.isnan(spans[name][0])
    if not known.any():
        return None
    low, high = np.full(rows, np.inf), np.full(rows, -np.inf)
    exact = known.copy()
    for name in how.inputs:
        exact &= spans[name][0] == spans[name][1]
    corners = list(itertools.product((0, 1), repeat=len(how.inputs)))
    for chosen in itertools.product(*how.by):
        open_rows = known.copy()
        constants: dict[str, float] = {}
        for node, values in chosen:
            open_rows &= unpack(can(node, True), rows)
            constants.update(values)
        for corner in corners:
            here = np.flatnonzero(open_rows if not any(corner) else open_rows & ~exact)
            if len(here):
                scope: dict[str, Any] = {
                    name.split(".", 1)[1]: spans[name][end][here] for name, end in zip(how.inputs, corner, strict=True)
                }
                scope.update(constants)
                for name, text in how.let:
                    scope[name] = _calculate(text, scope)
                assert how.formula is not None
                result = _calculate(how.formula, scope)
                low[here], high[here] = np.minimum(low[here], result), np.maximum(high[here], result)
    nothing = low > high
    low, high = rounded(low, how.decimals), rounded(high, how.decimals)
    low[nothing], high[nothing] = np.nan, np.nan
    return low, high


def _points(how: NumberDerivation, spans: dict[str, Span], can: Can, rows: int) -> Span | None:
    low, high = np.zeros(rows), np.zeros(rows)
    for kind, content in how.terms:
        if kind == "constant":
            low += content
            high += content
        elif kind == "add":
            if content not in spans:
                return None
            low += spans[content][0]
            high += spans[content][1]
        else:
            _add_bands(content, can, low, high)
    return low, high


def _add_bands(bands: Sequence[tuple[int, float]], can: Can, low: Column, high: Column) -> None:
    """Add the least and the most points of the bands that hold for certain, else of those that can hold, else of all."""
    yes = [can(node, True) for node, _ in bands]
    sure = [here & ~can(node, False) for here, (node, _) in zip(yes, bands, strict=True)]
    some_sure, some = np.bitwise_or.reduce(sure), np.bitwise_or.reduce(yes)
    held = [(one & some_sure) | ((here | ~some) & ~some_sure) for one, here in zip(sure, yes, strict=True)]
    ranked = sorted(zip((points for _, points in bands), held, strict=True), key=lambda pair: pair[0])
    for total, order in ((low, ranked), (high, ranked[::-1])):
        taken = np.zeros_like(some)
        for points, here in order:
            if points:
                np.add(total, points, out=total, where=unpack(here & ~taken, len(total)))
            taken |= here
