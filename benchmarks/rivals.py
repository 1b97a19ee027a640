"""Give the same rules to other rule engines, in a form that makes their answers exact when facts are missing.

Neither engine has a third truth value, so every criterion becomes two rules: one that holds when the criterion is surely yes, one
that holds when it is surely no, with a guard against a missing fact at every comparison. If neither holds, it is unknown.
"""

from __future__ import annotations

import importlib.metadata
import json
import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from islet.case.dictionary import Variable
from islet.case.reader import read_case
from islet.knowledge.base import KnowledgeBase
from islet.patient.state import build_patient
from islet.plan.verdict import decide_option
from islet.rules.generate import VERDICT_CODES
from islet.rules.language import And, Atom, Expression, Not, parse_rule

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==", "in": "not in", "not in": "in"}
State = list[int]


def plain_state(data: bytes, base: KnowledgeBase) -> State:
    """Return the state of a case in which each fact is known to its class or not at all (the engines know no half-known facts)."""
    state = build_patient(read_case(data, "case.json", base.space.dictionary), base.space).state
    return [mask if not mask & (mask - 1) else full for mask, full in zip(state, base.space.full, strict=True)]


def facts_of_state(state: State, base: KnowledgeBase) -> dict[str, Any]:
    """Return plain values for a state: a number inside its class, a word, true or false; what is open is left out."""
    found: dict[str, Any] = {}
    for variable, mask in zip(base.space.variables, state, strict=True):
        if mask == variable.full and mask & (mask - 1):
            continue
        if variable.kind == "number":
            found[key(variable.name)] = _number_in(variable, mask, base)
        elif variable.kind == "boolean":
            found[key(variable.name)] = mask == 2
        else:
            found[key(variable.name)] = variable.words[mask.bit_length() - 1]
    return found


def key(name: str) -> str:
    """Return the name of a fact as one word.

    >>> key("health.comorbidities.diabetes")
    'health_comorbidities_diabetes'
    """
    return name.replace(".", "_")


def _number_in(variable: Variable, mask: int, base: KnowledgeBase) -> float:
    bit = mask.bit_length() - 1
    if bit % 2:
        return variable.cuts[bit // 2]
    fact = base.space.dictionary.facts[variable.fact]
    assert fact.possible is not None
    low = variable.cuts[bit // 2 - 1] if bit else fact.possible[0] - 1
    high = variable.cuts[bit // 2] if bit // 2 < len(variable.cuts) else fact.possible[1] + 1
    return float(math.floor(low) + 1) if fact.whole else (low + high) / 2


def sure(expression: Expression, wanted: bool, write: Callable[[str, str, Any], Any], joined: Callable[[str, list[Any]], Any]) -> Any:
    """Return the rule that holds when an expression surely is (or is not) true; `write` makes a comparison, `joined` an and / or."""
    if isinstance(expression, Atom):
        operator = expression.operator if wanted else OPPOSITE[expression.operator]
        return write(key(expression.variable), operator, expression.constant)
    if isinstance(expression, Not):
        return sure(expression.part, not wanted, write, joined)
    parts = [sure(part, wanted, write, joined) for part in expression.parts]
    return joined("and" if isinstance(expression, And) is wanted else "or", parts)


def own_decisions(base: KnowledgeBase) -> Callable[[State], Any]:
    """Return Islet's way: the answer of every criterion and the verdict of every option from one state."""
    deciders = list(base.decide_one.values())

    def decide(state: State) -> Any:
        return base.decide(state), [one(state) for one in deciders]

    return decide


class Engine(ABC):
    """Hold one other engine with the rules compiled for it."""

    way = ""

    def __init__(self, package: str, base: KnowledgeBase) -> None:
        self.name = f"{package} {importlib.metadata.version(package)}, {self.way}"
        self.base = base
        dictionary = base.space.dictionary
        parsed = [parse_rule(criterion.when, dictionary, criterion.file, criterion.line, criterion.id) for criterion in base.criteria]
        rules = [sure(expression, wanted, self.write, self.joined) for expression in parsed for wanted in (True, False)]
        self.compile(rules)

    @abstractmethod
    def write(self, name: str, operator: str, constant: Any) -> Any:
        """Return a guarded comparison."""

    @abstractmethod
    def joined(self, word: str, parts: list[Any]) -> Any:
        """Return an and or an or."""

    @abstractmethod
    def compile(self, rules: list[Any]) -> None:
        """Compile every rule once."""

    @abstractmethod
    def answers(self, facts: Any) -> list[bool]:
        """Return the answer of every rule."""

    def prepare(self, state: State) -> Any:
        """Return a state in the form the engine reads."""
        return facts_of_state(state, self.base)

    def decide(self, facts: Any) -> Any:
        """Return the answer of every criterion and the verdict of every option."""
        answers = self.answers(facts)
        values = [2 if answers[i] else 0 if answers[i + 1] else 1 for i in range(0, len(answers), 2)]
        return values, [decide_option(option, self.base, values, None).verdict for option in self.base.options.values()]


class ZenDecision(Engine):
    """zen-engine as it is documented: a decision, loaded once, whose expression node gives every answer a name."""

    way = "a decision"

    def write(self, name: str, operator: str, constant: Any) -> str:
        if operator in ("in", "not in"):
            if constant == ("yes",):
                return f"{name} == {'true' if operator == 'in' else 'false'}"
            return f"({name} != null and {name} {operator} {json.dumps(list(constant))})"
        return f"({name} != null and {name} {operator} {constant!r})"

    def joined(self, word: str, parts: list[str]) -> str:
        return "(" + f" {word} ".join(parts) + ")"

    def compile(self, rules: list[str]) -> None:
        import zen

        self.names = [f"r{number}" for number in range(len(rules))]
        expressions = [{"id": name, "key": name, "value": rule} for name, rule in zip(self.names, rules, strict=True)]
        nodes = [("in", "inputNode", {}), ("rules", "expressionNode", {"expressions": expressions}), ("out", "outputNode", {})]
        graph = {
            "nodes": [{"id": i, "name": i, "type": kind, "content": content, "position": {"x": 0, "y": 0}} for i, kind, content in nodes],
            "edges": [{"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b} for a, b in (("in", "rules"), ("rules", "out"))],
        }
        self.decision = zen.ZenEngine().create_decision(json.dumps(graph))

    def answers(self, facts: dict[str, Any]) -> list[bool]:
        found = self.decision.evaluate(facts)["result"]
        return [found[name] for name in self.names]


class ZenExpression(ZenDecision):
    """zen-engine at its fastest: one compiled expression that gives the list of all answers, without the decision around it."""

    way = "one compiled expression"

    def compile(self, rules: list[str]) -> None:
        import zen

        self.compiled = zen.compile_expression("[" + ", ".join(rules) + "]")

    def answers(self, facts: dict[str, Any]) -> list[bool]:
        found: list[bool] = self.compiled.evaluate(facts)
        return found


class Datalogic(Engine):
    """datalogic-py at its fastest: one compiled rule that gives the list of all answers, on data parsed beforehand."""

    way = "one compiled rule"

    def write(self, name: str, operator: str, constant: Any) -> Any:
        value = {"var": name}
        if operator in ("in", "not in"):
            if constant == ("yes",):
                return {"===": [value, operator == "in"]}
            held: Any = {"in": [value, list(constant)]}
            return {"and": [{"!==": [value, None]}, held if operator == "in" else {"!": held}]}
        return {"and": [{"!==": [value, None]}, {operator: [value, constant]}]}

    def joined(self, word: str, parts: list[Any]) -> Any:
        return {word: parts}

    def compile(self, rules: list[Any]) -> None:
        import datalogic_py

        engine = datalogic_py.Engine()
        self.session = engine.session()
        self.handle = datalogic_py.DataHandle
        self.rule = engine.compile(rules)

    def prepare(self, state: State) -> Any:
        return self.handle(facts_of_state(state, self.base))

    def answers(self, facts: Any) -> list[bool]:
        found: list[bool] = self.session.evaluate_data(self.rule, facts)
        return found


def engines(base: KnowledgeBase) -> list[Engine]:
    """Return the engines; raise ImportError naming the first that is not installed."""
    try:
        return [ZenDecision("zen-engine", base), ZenExpression("zen-engine", base), Datalogic("datalogic-py", base)]
    except importlib.metadata.PackageNotFoundError as error:
        raise ImportError(name=error.name) from None


def check_agreement(engine: Engine, states: list[State], base: KnowledgeBase) -> None:
    """Raise AssertionError where an engine and Islet differ on a criterion or a verdict."""
    for state in states:
        values, verdicts = engine.decide(engine.prepare(state))
        ours = base.decide(state)
        for criterion in base.criteria:
            assert values[criterion.number] == ours[criterion.number], f"{engine.name} differs on {criterion.id}"
        assert verdicts == [VERDICT_CODES[one(state) >> 4] for one in base.decide_one.values()], f"{engine.name} differs on a verdict"
