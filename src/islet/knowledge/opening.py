"""Open compiled knowledge: from plain stored data to the knowledge base that every room uses."""

from __future__ import annotations

import marshal
from types import CodeType
from typing import Any

from islet.case.dictionary import Dictionary, Fact, Measure, Variable
from islet.knowledge.base import Constant, Criterion, KnowledgeBase, Option
from islet.patient.completions import Diagrams
from islet.patient.derive import NumberDerivation
from islet.patient.links import make_network
from islet.patient.space import Definition, Space

ROLES = ("indication", "exclusion", "contraindication", "position", "caution")


def open_base(data: dict[str, Any]) -> KnowledgeBase:
    """Return the knowledge base of compiled data."""
    space = _open_space(data["space"], data["measures"])._replace(diagrams=Diagrams(**data["diagrams"]))
    criteria = [
        Criterion(
            number, c["id"], c["option"], c["role"], c["node"], tuple(c["reads"]), c["text"], c["plain"], tuple(c["sources"]),
            c["when"], c["recall_only"], c.get("guideline") or "", c.get("direction") or "", c.get("strength") or "",
            tuple(c.get("region") or ()), c["file"], c["line"],
        )
        for number, c in enumerate(data["criteria"])
    ]
    options = {}
    for name, content in data["options"].items():
        own = [c for c in criteria if c.option == name]
        by_role = {role: tuple(c.number for c in own if c.role == role) for role in ROLES}
        labels = tuple((label, node) for option, label, node in data["labels"] if option == name)
        options[name] = Option(name, content["group"], content["name"], content, tuple(c.number for c in own), by_role, labels,
                               any(c.recall_only for c in own))
    combinations = tuple((entry, node) for entry, node in data["combinations"])
    combined = {name: [pair for pair in combinations if name in pair[0]["options"]] for name in options}
    constants = {
        name: Constant(float(c["value"]), (c["range"][0], c["range"][1]) if c.get("range") else None, c["unit"], tuple(c["sources"]))
        for name, c in data["constants"].items()
    }
    estimates: dict[str, list[dict[str, Any]]] = {}
    for calculator in data["estimates"]:
        for option in calculator["options"]:
            estimates.setdefault(option, []).append(calculator)
    scope: dict[str, Any] = {}
    code: CodeType = data["code"]
    exec(code, scope)  # made by `generate` from the checked rules, never from text of a case
    return KnowledgeBase(
        data["version"], data["date"], data["review_due"], data["sha256"], space, criteria, options, data["groups"],
        data["guidelines"], data["sources"], data["trials"], combinations, combined, data["signoff"],
        scope["decide"], dict(zip(options, scope["options"], strict=True)), data["terms"], {}, {}, {}, {}, constants, estimates,
        data["wishes"],
    )


def _open_space(data: dict[str, Any], measures: dict[str, Any]) -> Space:
    facts = [_fact(content) for content in data["facts"]]
    groups = {group: tuple(options) for group, options in data["groups"].items()}
    dictionary = Dictionary(facts, data["options"], groups, {name: _measure(content) for name, content in measures.items()})
    variables = [Variable(*v) for v in data["variables"]]
    derivations = [NumberDerivation(*d) for d in data["derivations"]]
    definitions = [Definition(variable, cases) for variable, cases in data["definitions"]]
    index = {variable.name: variable.number for variable in variables}
    network = make_network(data["clauses"], data["labels"])
    return Space(
        dictionary,
        variables,
        data["nodes"],
        data["texts"],
        network,
        derivations,
        definitions,
        index,
        sorted(index.items()),
        data["full"],
        data["says"],
    )


def _fact(content: dict[str, Any]) -> Fact:
    content = dict(content)
    for key in ("possible", "plausible", "sources"):
        if content[key] is not None:
            content[key] = tuple(content[key])
    return Fact(**content)


def _measure(content: dict[str, Any]) -> Measure:
    columns = {name: _fact(column) for name, column in content["columns"].items()}
    return Measure(_fact(content["fact"]), columns, tuple(content["required"]))


def dump(data: dict[str, Any]) -> bytes:
    """Return compiled data as bytes for the store."""
    return marshal.dumps(data)


def undump(content: bytes) -> dict[str, Any]:
    """Return compiled data from bytes of the store."""
    found: dict[str, Any] = marshal.loads(content)
    return found
