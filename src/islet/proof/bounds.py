"""Certified bounds of formulas: interval arithmetic rounded outward, so that no power or logarithm enters a solver.

The box of inputs is split where that tells more about the result; every piece carries the least and the greatest value the
formula can have there, after its rounding.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from mpmath import iv

Box = dict[str, tuple[float, float]]


class Piece(NamedTuple):
    """Hold a part of the box (closed) and certified bounds of the formula in it."""

    box: Box
    low: Fraction
    high: Fraction


Bounds = tuple[Fraction, Fraction]


def certified(text: str, let: tuple[tuple[str, str], ...], constants: Mapping[str, float], box: Box, decimals: int) -> Bounds:
    """Return bounds of a rounded formula over a closed box of its inputs.

    Raises ZeroDivisionError or ValueError where the formula has no bounds there.

    >>> low, high = certified("2 * x", (), {}, {"x": (1, 3)}, 0)
    >>> low <= 2 and 6 <= high and high - low < 7
    True
    """
    values: dict[str, Any] = {name: _number(value) for name, value in constants.items()}
    values.update({name: _interval(*ends) for name, ends in box.items()})
    for name, part in let:
        values[name] = _evaluate(ast.parse(part, mode="eval").body, values)
    result = _evaluate(ast.parse(text, mode="eval").body, values)
    low, high = _exact(result.a), _exact(result.b)
    if low is None or high is None:
        raise ValueError("the formula has no bounds on this box")
    return _round(low, decimals, up=False), _round(high, decimals, up=True)


def pieces(
    bounds: Callable[[Box], Bounds], box: Box, cuts: tuple[float, ...], grids: Mapping[str, tuple[float, ...]], most: int
) -> list[Piece]:
    """Return at most `most` pieces that cover the box, split first where the bounds leave most cells of `cuts` open.

    `grids` gives for each input the places where it may be cut.
    """
    found = [_piece(bounds, box)]
    finished: list[Piece] = []
    while found and len(found) + len(finished) < most:
        found.sort(key=lambda piece: _open(piece, cuts))
        worst = found.pop()
        if _open(worst, cuts) <= 1:
            found.append(worst)
            break
        choices = []
        for name, grid in grids.items():
            low, high = worst.box[name]
            inside = [cut for cut in grid if low < cut < high]
            if inside:
                cut = inside[len(inside) // 2]
                parts = [_piece(bounds, {**worst.box, name: (low, cut)}), _piece(bounds, {**worst.box, name: (cut, high)})]
                choices.append((sum(_open(part, cuts) for part in parts), name, parts))
        if choices:
            found += min(choices, key=lambda choice: choice[:2])[2]
        else:
            finished.append(worst)
    return found + finished


def _piece(bounds: Callable[[Box], Bounds], box: Box) -> Piece:
    return Piece(box, *bounds(box))


def _open(piece: Piece, cuts: tuple[float, ...]) -> int:
    """Return how many cells of the result a piece leaves open."""
    return 1 + sum(piece.low <= cut <= piece.high for cut in cuts)


def _number(value: float) -> Any:
    return iv.mpf(repr(float(value)))


def _interval(low: float, high: float) -> Any:
    return iv.mpf([repr(float(low)), repr(float(high))])


def _exact(end: Any) -> Fraction | None:
    """Return an end of an interval as an exact fraction; None when it is infinite."""
    sign, man, exponent, _ = end._mpi_[0] if hasattr(end, "_mpi_") else end._mpf_
    if not man and exponent:
        return None
    value = Fraction(int(man)) * (Fraction(2) ** int(exponent))
    return -value if sign else value


def _round(value: Fraction, decimals: int, up: bool) -> Fraction:
    """Return the outermost number that half-away rounding, with the evaluator's guard of 1e-9 and binary noise, can give."""
    slack = Fraction(1, 10**8)
    scaled = value * 10**decimals
    nearest = math.floor(scaled + Fraction(1, 2) + slack) if up else math.ceil(scaled - Fraction(1, 2) - slack)
    return Fraction(nearest, 10**decimals)


def _evaluate(node: ast.expr, values: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Constant):
        return _number(float(str(node.value)))
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.UnaryOp):
        inner = _evaluate(node.operand, values)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        return _operate(node, values)
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return _call(node.func.id, node, values)


def _operate(node: ast.BinOp, values: Mapping[str, Any]) -> Any:
    left, right = _evaluate(node.left, values), _evaluate(node.right, values)
    if isinstance(node.op, ast.Add):
        return left + right
    if isinstance(node.op, ast.Sub):
        return left - right
    if isinstance(node.op, ast.Mult):
        return left * right
    if isinstance(node.op, ast.Div):
        if right.a <= 0 <= right.b:
            raise ZeroDivisionError("the formula divides by an interval around 0")
        return left / right
    if left.a <= 0:
        raise ValueError("a power of a number that may be 0 or less")
    return iv.exp(right * iv.log(left))


def _call(name: str, node: ast.Call, values: Mapping[str, Any]) -> Any:
    arguments = [_evaluate(argument, values) for argument in node.args]
    first = arguments[0]
    if name in ("min", "max"):
        choose = min if name == "min" else max
        for other in arguments[1:]:
            first = iv.mpf([choose(first.a, other.a), choose(first.b, other.b)])
        return first
    if name == "round":
        half = Fraction(1, 2) / 10 ** int(float(ast.unparse(node.args[1])) if len(node.args) > 1 else 0) + Fraction(1, 10**8)
        return first + iv.mpf([-1, 1]) * iv.mpf(half.numerator) / iv.mpf(half.denominator)
    if name == "sqrt":
        return iv.sqrt(first)
    if name == "exp":
        return iv.exp(first)
    if first.a <= 0:
        raise ValueError("a logarithm of a number that may be 0 or less")
    return iv.log(first) if name == "ln" else iv.log(first) / iv.log(iv.mpf(10))
