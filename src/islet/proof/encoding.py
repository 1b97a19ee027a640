"""The one rule representation, read for a solver: a world is one patient as terms of an SMT module.

The module is a parameter (`z3` or `cvc5.pythonic`), so that the same code drives both solvers. Expressions are translated as
written; no cell and no mask of the evaluator is used. Facts are made when a rule first reads them, each with what bounds it.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from islet.case.dictionary import Fact
from islet.proof.formulas import Agreed, agreed_pieces
from islet.proof.sources import Written, WrittenCriterion
from islet.rules.language import And, Atom, Expression, Not

VERDICTS = ("recommended", "possible", "not_indicated", "contraindicated")
NAMES = ("z3", "cvc5.pythonic")


def solver_module(name: str) -> Any:
    """Return an SMT module by name."""
    return importlib.import_module(name)


class World:
    """Hold one patient as terms; `fresh` lists what must hold of it and was not yet handed to a solver.

    `suffix` marks the facts that are this world's own: those in `own` and all that follows from them. Beside a world of another
    version of the knowledge (`beside`) they are all that is derived, save the results of formulas that both versions have: these
    may be measured. Two worlds with one fact apart, or with the same patient in two versions, so fit in one solver.
    `exclusive` says that a derived category has exactly one value; without it, that can be put to the proof.
    """

    def __init__(self, smt: Any, written: Written, suffix: str = "", own: Iterable[str] = (), exclusive: bool = True,
                 beside: Written | None = None) -> None:
        self.smt, self.written, self.suffix, self.exclusive = smt, written, suffix, exclusive
        self.own = _with_what_follows(written, {*own, *(_versioned(written, beside) if beside else ())}) if suffix else frozenset()
        self.fresh: list[Any] = []
        self.facts: dict[str, Any] = {}
        self._terms: dict[Expression, Any] = {}
        self._criteria: dict[str, Any] = {}
        self._named: dict[str, Any] = {}
        self.kept: dict[Any, Any] = {}

    def take(self) -> list[Any]:
        """Return what must hold and was not handed out before."""
        fresh, self.fresh = self.fresh, []
        return fresh

    def add_links(self) -> None:
        """Demand every link."""
        for link in self.written.links:
            self.fresh.append(self.smt.Implies(self.term(link.condition), self.term(link.consequence)))

    def criterion(self, criterion: WrittenCriterion) -> Any:
        """Return the name of a criterion's answer."""
        if criterion.id not in self._criteria:
            self._criteria[criterion.id] = self.named(f"criterion {criterion.id}", self.term(criterion.expression))
        return self._criteria[criterion.id]

    def any_of(self, option: str, role: str, direction: str = "") -> Any:
        """Tell whether some criterion of an option with this role (and direction) is yes; every region counts."""
        key = f"{role}{direction} of {option}"
        if key not in self._named:
            found = [self.criterion(c) for c in self.written.of(option, role) if c.direction == direction or role != "position"]
            self._named[key] = self.named(key, self._or(found))
        return self._named[key]

    def verdict(self, option: str, verdict: str) -> Any:
        """Tell whether a whole patient gets a verdict for an option, as the contract's table says."""
        key = f"{option} is {verdict}"
        if key not in self._named:
            smt = self.smt
            stopped = self.any_of(option, "contraindication")
            out = smt.Or(self.any_of(option, "exclusion"), smt.Not(self.any_of(option, "indication")))
            best = smt.And(self.any_of(option, "position", "recommends"), smt.Not(self.any_of(option, "position", "against")))
            term = {
                "contraindicated": stopped,
                "not_indicated": smt.And(smt.Not(stopped), out),
                "recommended": smt.And(smt.Not(stopped), smt.Not(out), best),
                "possible": smt.And(smt.Not(stopped), smt.Not(out), smt.Not(best)),
            }[verdict]
            self._named[key] = self.named(key, term)
        return self._named[key]

    def offered(self, option: str) -> Any:
        """Tell whether an option is recommended or possible."""
        key = f"{option} is offered"
        if key not in self._named:
            self._named[key] = self.named(key, self.smt.Or(self.verdict(option, "recommended"), self.verdict(option, "possible")))
        return self._named[key]

    def named(self, name: str, term: Any) -> Any:
        """Return a Boolean of its own for a term."""
        boolean = self.smt.Bool(f"{name}{self.suffix}")
        self.fresh.append(boolean == term)
        return boolean

    def term(self, expression: Expression) -> Any:
        """Return an expression as a term."""
        found = self._terms.get(expression)
        if found is None:
            found = self._terms[expression] = self._translate(expression)
        return found

    def fact(self, name: str) -> Any:
        """Return a fact: a Boolean, a number, or the Booleans of a category's words; "list.member" is a Boolean."""
        if name not in self.facts:
            self._make(name)
        return self.facts[name]

    def is_shared(self, name: str) -> bool:
        """Tell whether a fact has the same name in every world."""
        return name not in self.own

    def _translate(self, expression: Expression) -> Any:
        smt = self.smt
        if isinstance(expression, Atom):
            return self._compare(expression)
        if isinstance(expression, Not):
            return smt.Not(self.term(expression.part))
        parts = [self.term(part) for part in expression.parts]
        return smt.And(*parts) if isinstance(expression, And) else smt.Or(*parts)

    def _compare(self, atom: Atom) -> Any:
        fact = self.fact(atom.variable)
        if isinstance(fact, dict):
            assert isinstance(atom.constant, tuple)
            term = self._or([fact[word] for word in atom.constant])
            return term if atom.operator == "in" else self.smt.Not(term)
        if isinstance(atom.constant, tuple):
            return fact if atom.operator == "in" else self.smt.Not(fact)
        limit = self._number(Fraction(repr(atom.constant)), self._dictionary(atom.variable).whole)
        if atom.operator == "<":
            return fact < limit
        if atom.operator == "<=":
            return fact <= limit
        if atom.operator == ">":
            return fact > limit
        if atom.operator == ">=":
            return fact >= limit
        return fact == limit if atom.operator == "==" else fact != limit

    def _dictionary(self, name: str) -> Fact:
        facts = self.written.dictionary.facts
        return facts[name] if name in facts else facts[name.rsplit(".", 1)[0]]

    def _make(self, name: str) -> None:
        smt, fact = self.smt, self._dictionary(name)
        label = name if self.is_shared(name) else f"{name}{self.suffix}"
        if fact.type == "number":
            number = self.facts[name] = smt.Int(label) if fact.whole else smt.Real(label)
            assert fact.possible is not None
            low, high = (Fraction(repr(end)) for end in fact.possible)
            self.fresh += [number >= self._number(low, fact.whole), number <= self._number(high, fact.whole)]
            if name in self.written.points:
                self.fresh.append(number == self._points(name, fact.whole))
            elif name in self.written.formulas:
                self._add_formula(name)
        elif fact.type == "category":
            words = self.facts[name] = {word: smt.Bool(f"{label} = {word}") for word in fact.values}
            if name in self.written.definitions:
                for word, condition in self.written.definitions[name]:
                    self.fresh.append(words[word] == self.term(condition))
            if self.exclusive or name not in self.written.definitions:
                self.fresh.append(self.exactly_one(list(words.values())))
        else:
            boolean = self.facts[name] = smt.Bool(label)
            if name in self.written.definitions:
                self.fresh.append(boolean == self.term(self.written.definitions[name][0][1]))

    def _points(self, name: str, whole: bool) -> Any:
        smt = self.smt
        zero = self._number(Fraction(0), whole)
        total = zero
        for kind, content in self.written.points[name].terms:
            if kind == "constant":
                total = total + self._number(Fraction(repr(content)), whole)
            elif kind == "add":
                total = total + self.fact(content)
            else:
                for condition, points in content:
                    total = total + smt.If(self.term(condition), self._number(Fraction(repr(points)), whole), zero)
        return total

    def _add_formula(self, name: str) -> None:
        formula = self.written.formulas[name]
        whole = self._dictionary(name).whole
        for chosen in itertools.product(*formula.by):
            constants: dict[str, float] = {}
            for _, given in chosen:
                constants.update(given)
            case = [self.term(condition) for condition, _ in chosen]
            for piece in agreed_pieces(self.written, formula, constants):
                inside = list(case)
                for fact, (low, high) in piece.box.items():
                    least, most = self._dictionary(fact).possible or (low, high)
                    value, unit = self.fact(fact), self._dictionary(fact).whole
                    inside += [value >= self._number(Fraction(repr(low)), unit)] if low > least else []
                    inside += [value <= self._number(Fraction(repr(high)), unit)] if high < most else []
                self.fresh.append(self.smt.Or(*(self.smt.Not(part) for part in inside), self.between(name, piece, whole)))

    def between(self, name: str, bounds: Agreed, whole: bool) -> Any:
        """Tell whether a number lies within bounds."""
        number, low, high = self.fact(name), self._number(bounds.low, whole), self._number(bounds.high, whole)
        return self.smt.And(number > low if bounds.low_open else number >= low, number < high if bounds.high_open else number <= high)

    def _number(self, value: Fraction, whole: bool) -> Any:
        if whole and value.denominator == 1:
            return self.smt.IntVal(value.numerator)
        return self.smt.RealVal(f"{value.numerator}/{value.denominator}")

    def exactly_one(self, terms: list[Any]) -> Any:
        """Demand that exactly one of several terms holds."""
        smt = self.smt
        apart = [smt.Or(smt.Not(one), smt.Not(other)) for one, other in itertools.combinations(terms, 2)]
        return smt.And(smt.Or(*terms), *apart) if apart else terms[0]

    def _or(self, terms: list[Any]) -> Any:
        if not terms:
            return self.smt.BoolVal(False)
        return terms[0] if len(terms) == 1 else self.smt.Or(*terms)


def _with_what_follows(written: Written, own: Iterable[str]) -> frozenset[str]:
    needs = written.derived_from()
    found = set(own)
    size = -1
    while len(found) != size:
        size = len(found)
        found |= {name for name, reads in needs.items() if reads & found}
    return frozenset(found)


def _versioned(written: Written, beside: Written) -> list[str]:
    """Return the derived facts that may differ between two versions for one patient."""
    changed = [name for name, formula in written.formulas.items() if beside.formulas.get(name) != formula]
    return [*written.definitions, *written.points, *changed]
