"""Parse an expression of the rule language, checked against the dictionary of facts.

The language is small and closed: and, or, not, comparison of one fact with a constant, membership in a list of constants
or in a list fact. There is no arithmetic, no if/else, no catch-all and no negation by absence.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Union

from islet.case.dictionary import Dictionary, Fact
from islet.case.values import plain_number
from islet.errors import InputError, nearest


@dataclass(frozen=True, slots=True)
class Atom:
    """Compare one variable with a constant; `operator` is in, not in, or an order sign for numbers."""

    variable: str
    operator: str
    constant: object

    def __str__(self) -> str:
        bare = self.variable.split(".", 1)[1]
        if isinstance(self.constant, tuple):
            if self.constant == ("yes",) and "." in bare:
                listed, member = bare.split(".", 1)
                return f"{member} {self.operator} {listed}"
            if self.constant == ("yes",):
                return bare if self.operator == "in" else f"not {bare}"
            words = ", ".join(str(word) for word in self.constant)
            if len(self.constant) == 1:
                return f"{bare} {'==' if self.operator == 'in' else '!='} {words}"
            return f"{bare} {self.operator} [{words}]"
        return f"{bare} {self.operator} {plain_number(float(str(self.constant)))}"


@dataclass(frozen=True, slots=True)
class And:
    """Hold when every part holds."""

    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """Hold when at least one part holds."""

    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        return " or ".join(f"({part})" if isinstance(part, And) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """Hold when the part does not; unknown stays unknown."""

    part: Expression

    def __str__(self) -> str:
        return f"not {self.part}" if isinstance(self.part, Atom) else f"not ({self.part})"


Expression = Union[Atom, And, Or, Not]

_SIGNS: dict[type, str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def parse_rule(text: str, dictionary: Dictionary, file: str, line: int, field: str) -> Expression:
    """Return the checked expression, or raise InputError naming file, line, what was found and the nearest valid name.

    No rule may read the section `preferences`.
    """
    if len(text) > 4000:
        raise InputError(f"the rule has {len(text)} characters", file, line, field, "at most 4000 are read")
    try:
        tree = ast.parse(" ".join(text.split()), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        problem = getattr(error, "msg", None) or "it cannot be read"
        raise InputError(f'the rule "{_short(text)}" is not an expression: {problem}', file, line, field) from None
    return _Parser(dictionary, file, line, field).expression(tree.body)


def facts_of(expression: Expression) -> list[str]:
    """Return the variables an expression reads, each once, in order."""
    found: dict[str, None] = {}

    def walk(node: Expression) -> None:
        if isinstance(node, Atom):
            found[node.variable] = None
        elif isinstance(node, Not):
            walk(node.part)
        else:
            for part in node.parts:
                walk(part)

    walk(expression)
    return list(found)


def atoms_of(expression: Expression) -> list[Atom]:
    """Return the comparisons of an expression, in order."""
    if isinstance(expression, Atom):
        return [expression]
    if isinstance(expression, Not):
        return atoms_of(expression.part)
    return [atom for part in expression.parts for atom in atoms_of(part)]


class _Parser:
    def __init__(self, dictionary: Dictionary, file: str, line: int, field: str) -> None:
        self.dictionary, self.file, self.line, self.field = dictionary, file, line, field

    def fault(self, found: str, expected: str = "") -> InputError:
        return InputError(found, self.file, self.line, self.field, expected)

    def expression(self, node: ast.expr) -> Expression:
        if isinstance(node, ast.BoolOp):
            parts = tuple(self.expression(value) for value in node.values)
            return And(parts) if isinstance(node.op, ast.And) else Or(parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return Not(self.expression(node.operand))
        if isinstance(node, ast.Compare):
            return self.comparison(node)
        if isinstance(node, (ast.Name, ast.Attribute)):
            fact = self.fact(node)
            if fact.type != "boolean":
                raise self.fault(f'"{fact.bare}" is a {fact.type} and stands alone', "compare it with a value")
            return Atom(fact.name, "in", ("yes",))
        raise self.fault(
            f'found "{ast.unparse(node)}"', "allowed are and, or, not, a comparison with a constant, and membership"
        )

    def comparison(self, node: ast.Compare) -> Expression:
        terms = [node.left, *node.comparators]
        parts = [self.pair(terms[i], node.ops[i], terms[i + 1]) for i in range(len(node.ops))]
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def pair(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Expression:
        if isinstance(operator, (ast.In, ast.NotIn)):
            word = "in" if isinstance(operator, ast.In) else "not in"
            return self.membership(left, word, right)
        sign = _SIGNS.get(type(operator))
        if sign is None:
            raise self.fault(f'found "{ast.unparse(ast.Compare(left, [operator], [right]))}"', "use ==, !=, <, <=, > or >=")
        if self.is_fact(left) and self.is_fact(right):
            shown = f'found "{ast.unparse(left)} {sign} {ast.unparse(right)}"'
            raise self.fault(shown, "a fact is compared with a constant; fact with fact is a derived fact")
        if self.is_fact(right) and not self.is_fact(left):
            left, right, sign = right, left, _MIRROR[sign]
        fact = self.fact(left)
        if fact.type == "number":
            return Atom(fact.name, sign, self.number(fact, right, sign))
        if sign in ("==", "!=") and fact.type == "category":
            return Atom(fact.name, "in" if sign == "==" else "not in", (self.word(fact, right),))
        if fact.type == "category" and fact.ordered:
            order = list(fact.values)
            at = order.index(self.word(fact, right))
            kept = {"<": order[:at], "<=": order[: at + 1], ">": order[at + 1 :], ">=": order[at:]}[sign]
            if not kept or len(kept) == len(order):
                raise self.fault(f'"{fact.bare} {sign} {order[at]}" is always the same', "move the threshold")
            return Atom(fact.name, "in", tuple(kept))
        raise self.fault(f'found "{fact.bare} {sign} {ast.unparse(right)}"', f'"{fact.bare}" is a {fact.type}')

    def membership(self, left: ast.expr, word: str, right: ast.expr) -> Expression:
        if isinstance(right, (ast.List, ast.Tuple, ast.Set)):
            fact = self.fact(left)
            if fact.type != "category":
                raise self.fault(f'"{fact.bare}" is a {fact.type}', "membership in a list of words is for categories")
            words = tuple(dict.fromkeys(self.word(fact, item) for item in right.elts))
            if not words or len(words) == len(fact.values):
                raise self.fault(f'"{fact.bare} {word} [{", ".join(words)}]" is always the same', "name some of the values")
            return Atom(fact.name, word, words)
        fact = self.fact(right)
        if fact.type != "list":
            raise self.fault(f'"{fact.bare}" is a {fact.type}, not a list', "membership reads a list fact")
        member = self.constant(left)
        if member not in fact.values:
            raise self.fault(f'"{member}" is no member of "{fact.bare}"', nearest(member, fact.values))
        return Atom(f"{fact.name}.{member}", word, ("yes",))

    def is_fact(self, node: ast.expr) -> bool:
        return isinstance(node, (ast.Name, ast.Attribute)) and self.dictionary.find(ast.unparse(node)) is not None

    def fact(self, node: ast.expr) -> Fact:
        if not isinstance(node, (ast.Name, ast.Attribute)):
            raise self.fault(f'found "{ast.unparse(node)}"', "expected the name of a fact")
        name = ast.unparse(node)
        fact = self.dictionary.find(name)
        if fact is None:
            raise self.fault(f'unknown fact "{name}"', nearest(name.split(".")[-1], self.dictionary.names()))
        if fact.section == "preferences":
            raise self.fault(f'the rule reads "{fact.name}"', "no criterion reads preferences")
        return fact

    def constant(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise self.fault(f'found "{ast.unparse(node)}"', "expected a word")

    def word(self, fact: Fact, node: ast.expr) -> str:
        word = self.constant(node)
        if word not in fact.values:
            raise self.fault(f'"{word}" is no value of "{fact.bare}"', nearest(word, fact.values))
        return word

    def number(self, fact: Fact, node: ast.expr, sign: str) -> float:
        value: object = None
        if isinstance(node, ast.Constant):
            value = node.value
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            value = node.operand.value
            value = -value if isinstance(value, (int, float)) else value
        assert fact.possible is not None
        low, high = fact.possible
        span = f"{plain_number(low)} to {plain_number(high)} {fact.unit}"
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.fault(f'"{fact.bare}" is compared with "{ast.unparse(node)}"', f"expected a number, {span}, without the unit")
        if not low <= value <= high:
            raise self.fault(f'"{fact.bare} {sign} {plain_number(value)}" can never matter', f"possible are {span}")
        if (sign in ("<", ">=") and value == low) or (sign in (">", "<=") and value == high):
            raise self.fault(f'"{fact.bare} {sign} {plain_number(value)}" is always the same', f"possible are {span}")
        if fact.whole and not float(value).is_integer():
            raise self.fault(f'"{fact.bare}" is a whole number and is compared with {plain_number(value)}', "write a whole number")
        return float(value)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:77] + "..."
