"""The arithmetic of derived facts: formulas over numbers, read once, evaluated at the corners of what is known."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping

from islet.errors import InputError

_FUNCTIONS: dict[str, Callable[..., float]] = {"ln": math.log, "log10": math.log10, "exp": math.exp, "sqrt": math.sqrt, "min": min, "max": max}
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)


def check_formula(text: str, names: set[str], file: str, line: int, field: str) -> None:
    """Raise InputError when a formula holds anything but arithmetic over the given names."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise InputError(f'the formula "{text}" is not arithmetic: {error.msg}', file, line, field) from None
    called = {node.func for node in ast.walk(tree.body) if isinstance(node, ast.Call)}
    for node in ast.walk(tree.body):
        if isinstance(node, ast.Name):
            if node.id not in ((*_FUNCTIONS, "round") if node in called else names):
                raise InputError(f'the formula reads the unknown name "{node.id}"', file, line, field)
        elif isinstance(node, ast.Call):
            if not isinstance(node.func, ast.Name) or node.keywords:
                raise InputError(f'the formula calls "{ast.unparse(node.func)}"', file, line, field)
        elif isinstance(node, ast.BinOp):
            if not isinstance(node.op, _OPERATORS):
                raise InputError(f'the formula uses "{ast.unparse(node)}"', file, line, field)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
                raise InputError(f"the formula holds {node.value!r}", file, line, field)
        elif not isinstance(node, (ast.UnaryOp, ast.USub, ast.UAdd, ast.operator, ast.expr_context)):
            raise InputError(f'the formula holds "{ast.unparse(node)}"', file, line, field)


def round_half_up(value: float, decimals: int = 0) -> float:
    """Round half away from zero, after a guard against the last binary digit.

    >>> round_half_up(2.5), round_half_up(-2.5), round_half_up(1.005, 2)
    (3.0, -3.0, 1.01)
    """
    scaled = abs(value) * 10**decimals
    return math.copysign(math.floor(scaled + 0.5 + 1e-9) / 10**decimals, value)


def calculate(text: str, values: Mapping[str, float]) -> float:
    """Return the value of a checked formula.

    >>> calculate("sqrt(height * weight / 3600)", {"height": 180, "weight": 80})
    2.0
    """
    return _value(_parsed(text), values)


_trees: dict[str, ast.expr] = {}


def _parsed(text: str) -> ast.expr:
    tree = _trees.get(text)
    if tree is None:
        tree = _trees[text] = ast.parse(text, mode="eval").body
    return tree


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant):
        return node.value  # type: ignore[return-value]
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.UnaryOp):
        inner = _value(node.operand, values)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, values), _value(node.right, values)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Div):
            return left / right
        return float(left**right)
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    arguments = [_value(argument, values) for argument in node.args]
    if node.func.id == "round":
        return round_half_up(arguments[0], int(arguments[1]) if len(arguments) > 1 else 0)
    return float(_FUNCTIONS[node.func.id](*arguments))
