"""Lower checked expressions to the shared nodes of the intermediate form."""

from __future__ import annotations

from islet.case.cells import mask_of_test
from islet.case.dictionary import Dictionary, Variable
from islet.rules.form import NodeTuple
from islet.rules.language import And, Atom, Expression, Not


class Form:
    """Collect expressions as shared nodes, begun with those there are.

    >>> Form([], {}).nodes
    []
    """

    def __init__(self, variables: list[Variable], wholes: dict[str, bool], nodes: list[NodeTuple] | None = None) -> None:
        self.nodes: list[NodeTuple] = [] if nodes is None else nodes
        self.texts: dict[int, str] = {}
        self._known: dict[NodeTuple, int] = {node: number for number, node in enumerate(self.nodes)}
        self._variables = {variable.name: variable for variable in variables}
        self._wholes = wholes

    def add(self, expression: Expression) -> int:
        """Return the number of the node that stands for an expression."""
        if isinstance(expression, Atom):
            variable = self._variables[expression.variable]
            whole = self._wholes.get(variable.fact, False)
            mask = mask_of_test(variable, expression.operator, expression.constant, whole)
            number = self._share(("atom", variable.number, mask))
            self.texts.setdefault(number, str(expression))
            return number
        if isinstance(expression, Not):
            return self._share(("not", self.add(expression.part)))
        kind = "and" if isinstance(expression, And) else "or"
        return self._share((kind, *(self.add(part) for part in expression.parts)))

    def negate(self, number: int) -> int:
        """Return the node that holds when another does not."""
        return self._share(("not", number))

    @property
    def names(self) -> list[str]:
        """Return the names of the variables in the order of their index."""
        return list(self._variables)

    def _share(self, node: NodeTuple) -> int:
        number = self._known.get(node)
        if number is None:
            number = self._known[node] = len(self.nodes)
            self.nodes.append(node)
        return number


def whole_facts(dictionary: Dictionary) -> dict[str, bool]:
    """Return for every fact whether its values are whole numbers."""
    return {name: fact.whole for name, fact in dictionary.facts.items()}
