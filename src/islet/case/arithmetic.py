"""The arithmetic of derived facts: formulas over numbers, read once, evaluated at the corners of what is known."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import CodeType
from typing import Any

from islet.errors import InputError


def check_formula(text: str, names: set[str], file: str, line: int, field: str) -> None:
    """Raise InputError when a formula holds anything but arithmetic over the given names."""
    import ast

    operators = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)
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
            if not isinstance(node.op, operators):
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


_FUNCTIONS: dict[str, Callable[..., float]] = {
    "ln": math.log, "log10": math.log10, "exp": math.exp, "sqrt": math.sqrt, "min": min, "max": max, "round": round_half_up,
}
_SCOPE: dict[str, Any] = {"__builtins__": {}, **_FUNCTIONS}


def compile_formula(text: str) -> CodeType:
    """Return a checked formula as code that reads only the numbers it is given."""
    return compile(text, "<formula>", "eval")


def calculate(formula: CodeType, values: dict[str, float]) -> float:
    """Return the value of a compiled formula.

    >>> calculate(compile_formula("sqrt(height * weight / 3600)"), {"height": 180, "weight": 80})
    2.0
    """
    return float(eval(formula, _SCOPE, values))
