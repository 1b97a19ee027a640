"""The plainest reading of the rules: on a whole patient, Python's own comparisons, and, or and not. No cell, no third value.

It is written from the parsed expressions alone and shares nothing with the evaluator, so that the two can be compared.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from islet.case.arithmetic import calculate, compile_formula, round_half_up
from islet.proof.sources import Formula, Written
from islet.rules.language import And, Atom, Expression, Not

Values = dict[str, Any]  # variable -> True/False, a word, or a number


def python_of(expression: Expression) -> str:
    """Return an expression as Python over a mapping `v` of values."""
    if isinstance(expression, Atom):
        value = f"v[{expression.variable!r}]"
        if expression.constant == ("yes",) and isinstance(expression.constant, tuple):
            return value if expression.operator == "in" else f"(not {value})"
        return f"({value} {expression.operator} {expression.constant!r})"
    if isinstance(expression, Not):
        return f"(not {python_of(expression.part)})"
    joint = " and " if isinstance(expression, And) else " or "
    return "(" + joint.join(python_of(part) for part in expression.parts) + ")"


class Reading:
    """Read the whole knowledge on whole patients."""

    def __init__(self, written: Written) -> None:
        self.written = written
        self.criteria = self.together([criterion.expression for criterion in written.criteria])
        self._broken = self.together([And((link.condition, Not(link.consequence))) for link in written.links])
        self.definitions = {
            name: (self.together([condition for _, condition in cases]), [word for word, _ in cases])
            for name, cases in written.definitions.items()
        }
        self._bands: dict[str, list[tuple[str, Any]]] = {
            name: [(kind, ([p for _, p in content], self.together([e for e, _ in content])) if kind == "bands" else content)
                   for kind, content in points.terms]
            for name, points in written.points.items()
        }
        self.formulas = {name: _Arithmetic(formula, self) for name, formula in written.formulas.items()}
        self._order = self._derived_in_order()
        self.places = {criterion.id: number for number, criterion in enumerate(written.criteria)}
        self._roles = {
            option: {role: [number for number, c in enumerate(written.criteria) if c.option == option and (c.role, c.direction) == wanted]
                     for role, wanted in _ROLES.items()}
            for option in written.options
        }

    def broken_links(self, values: Mapping[str, Any]) -> list[int]:
        """Return the numbers of the links that a whole patient breaks."""
        return [number for number, broken in enumerate(self._broken(values)) if broken]

    def derive(self, values: Values, kept: tuple[str, ...] = ()) -> str | None:
        """Fill in what follows; return a fact that no value fits (a category without or with two values), or None.

        Facts in `kept` are measured and stay as they are.
        """
        facts = self.written.dictionary.facts
        for name in self._order:
            if name in kept:
                continue
            if name in self.definitions:
                decide, words = self.definitions[name]
                holding = [word for word, holds in zip(words, decide(values), strict=True) if holds]
                if facts[name].type == "boolean":
                    values[name] = bool(holding)
                elif len(holding) != 1:
                    return name
                else:
                    values[name] = holding[0]
            elif name in self._bands:
                values[name] = self.points(name, values)
            else:
                values[name] = self.formulas[name].value(values)
        return None

    def points(self, name: str, values: Mapping[str, Any]) -> float:
        """Return the sum of a score."""
        total = 0.0
        for kind, content in self._bands[name]:
            if kind == "bands":
                points, decide = content
                total += sum(p for p, holds in zip(points, decide(values), strict=True) if holds)
            else:
                total += values[content] if kind == "add" else content
        return total

    def verdict(self, option: str, answers: tuple[bool, ...]) -> str:
        """Return the verdict of a whole patient from the answers of all criteria."""
        yes = {role: any(answers[number] for number in numbers) for role, numbers in self._roles[option].items()}
        if yes["contraindication"]:
            return "contraindicated"
        if yes["exclusion"] or not yes["indication"]:
            return "not_indicated"
        return "recommended" if yes["recommends"] and not yes["against"] else "possible"

    def together(self, expressions: list[Expression]) -> Callable[[Mapping[str, Any]], tuple[bool, ...]]:
        """Return a function that answers several expressions at once."""
        source = "lambda v: (" + "".join(f"{python_of(expression)}, " for expression in expressions) + ")"
        made: Callable[[Mapping[str, Any]], tuple[bool, ...]] = eval(compile(source, "<rules as written>", "eval"), {"__builtins__": {}})
        return made

    def _derived_in_order(self) -> list[str]:
        needs = self.written.derived_from()
        done: list[str] = []
        while len(done) < len(needs):
            ready = [name for name in needs if name not in done and all(n in done or n not in needs for n in needs[name])]
            if not ready:
                raise ValueError("derived facts rest on each other: " + ", ".join(sorted(set(needs) - set(done))))
            done += ready
        return done


_ROLES = {
    "contraindication": ("contraindication", ""), "exclusion": ("exclusion", ""), "indication": ("indication", ""),
    "recommends": ("position", "recommends"), "against": ("position", "against"),
}


class _Arithmetic:
    """Compute one formula on whole patients, rounded as stated and kept inside what is possible."""

    def __init__(self, formula: Formula, reading: Reading) -> None:
        self.decimals, self.inputs = formula.decimals, [(name, name.split(".", 1)[1]) for name in formula.inputs]
        self.let = [(name, compile_formula(text)) for name, text in formula.let]
        self.formula = compile_formula(formula.text)
        self.by = [(reading.together([e for e, _ in group]), [c for _, c in group]) for group in formula.by]
        possible = reading.written.dictionary.facts[formula.fact].possible
        assert possible is not None
        self.low, self.high = possible

    def value(self, values: Mapping[str, Any]) -> float:
        """Return the value of the formula."""
        numbers = {bare: values[name] for name, bare in self.inputs}
        for decide, constants in self.by:
            numbers.update(next(itertools.compress(constants, decide(values))))
        for name, part in self.let:
            numbers[name] = calculate(part, numbers)
        return min(max(round_half_up(calculate(self.formula, numbers), self.decimals), self.low), self.high)
