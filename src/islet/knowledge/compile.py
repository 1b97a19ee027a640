"""Check a knowledge folder and compile it to plain data that can be stored and loaded quickly."""

from __future__ import annotations

import marshal
from pathlib import Path
from types import CodeType
from typing import Any

from islet.case.dictionary import Dictionary, Fact, Variable
from islet.errors import KnowledgeErrors
from islet.knowledge.base import Criterion, KnowledgeBase, Option
from islet.knowledge.build_facts import build_dictionary
from islet.knowledge.build_options import ROLES, Options, build_options
from islet.knowledge.build_space import build_space, parse_facts
from islet.knowledge.folder import Folder, read_folder
from islet.knowledge.yaml_data import Checker, Map
from islet.patient.derive import NumberDerivation
from islet.patient.links import Network
from islet.patient.space import Definition, Space
from islet.rules.form import variables_of
from islet.rules.generate import generate, generate_option


def compile_folder(path: Path) -> tuple[dict[str, Any], Options]:
    """Return the compiled data of a folder and its checked options; raise KnowledgeErrors naming every fault."""
    folder = read_folder(path)
    check = Checker()
    check.errors += folder.errors
    dictionary, derived = build_dictionary(folder, check)
    parsed = parse_facts(folder, dictionary, derived, check)
    options = build_options(folder, dictionary, check)
    _fact_sources(derived, options, check)
    if check.errors:
        raise KnowledgeErrors(check.errors)
    parsed.rules = options.expressions()
    space, form = build_space(dictionary, derived, parsed, check)
    if check.errors:
        raise KnowledgeErrors(check.errors)
    criteria = []
    for rule in options.rules:
        node = form.add(rule.expression)
        data = _bare(rule.data)
        data.update(option=rule.option, node=node, reads=variables_of(form.nodes, node), when=" ".join(str(data["when"]).split()))
        data["file"] = Path(data["file"]).relative_to(path).as_posix()
        criteria.append(data)
    labels = [(option, _bare(label), form.add(expression)) for option, label, expression in options.labels]
    combinations = [(_bare(entry), form.add(expression)) for entry, expression in options.combinations]
    source = generate(form.nodes, [criterion["node"] for criterion in criteria], space.full)
    names = [name for name in dictionary.options if name in options.options]
    for number, name in enumerate(names):
        source += generate_option(f"o{number}", form.nodes, _roots(name, criteria), space.full)
    source += f"options = ({''.join(f'o{number}, ' for number in range(len(names)))})\n"
    version = folder.documents.get("version.yaml") or {}
    return {
        "version": str(version.get("version", "")),
        "date": str(version.get("date", "")),
        "review_due": str(version.get("review_due", "")),
        "sha256": folder.sha256,
        "groups": _bare(folder.documents["groups.yaml"]["groups"]),
        "terms": _bare((folder.documents.get("terms.yaml") or {}).get("terms") or {}),
        "space": _space_data(space),
        "criteria": criteria,
        "options": {name: _bare(options.options[name]) for name in dictionary.options if name in options.options},
        "labels": labels,
        "combinations": combinations,
        "guidelines": _bare(options.guidelines),
        "sources": _bare(options.sources),
        "trials": _bare(options.trials),
        "signoff": dict(options.signoff),
        "code": compile(source, "<rules>", "exec"),
    }, options


def _roots(option: str, criteria: list[dict[str, Any]]) -> dict[str, list[int]]:
    own = [c for c in criteria if c["option"] == option]
    found = {role: [c["node"] for c in own if c["role"] == role] for role in ("contraindication", "exclusion", "indication")}
    for direction in ("recommends", "against"):
        found[direction] = [c["node"] for c in own if c["role"] == "position" and c.get("direction") == direction]
    return found


def _fact_sources(derived: dict[str, tuple[Map, str]], options: Options, check: Checker) -> None:
    from islet.knowledge.build_options import _sources

    for bare, (entry, file) in derived.items():
        _sources(entry.get("sources"), file, entry.line, bare, options, check)


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_bare(item) for item in value]
    return value


def _slots(thing: Any) -> dict[str, Any]:
    return {slot: _bare(getattr(thing, slot)) for slot in type(thing).__slots__}


def _space_data(space: Space) -> dict[str, Any]:
    return {
        "facts": [_slots(fact) for fact in space.dictionary.facts.values()],
        "options": dict(space.dictionary.options),
        "groups": {group: list(options) for group, options in space.dictionary.groups.items()},
        "variables": [tuple(getattr(v, slot) for slot in Variable.__slots__) for v in space.variables],
        "nodes": list(space.nodes),
        "texts": dict(space.texts),
        "clauses": list(space.network.clauses),
        "labels": list(space.network.labels),
        "derivations": [tuple(getattr(d, slot) for slot in NumberDerivation.__slots__) for d in space.derivations],
        "definitions": [(d.variable, d.cases) for d in space.definitions],
        "full": list(space.full),
        "says": dict(space.says),
    }


def open_base(data: dict[str, Any]) -> KnowledgeBase:
    """Return the knowledge base of compiled data."""
    space = _open_space(data["space"])
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
        by_role = {role: tuple(c.index for c in own if c.role == role) for role in ROLES}
        labels = tuple((label, node) for option, label, node in data["labels"] if option == name)
        options[name] = Option(name, content["group"], content["name"], content, tuple(c.index for c in own), by_role, labels)
    scope: dict[str, Any] = {}
    code: CodeType = data["code"]
    exec(code, scope)  # made by `generate` from the checked rules, never from text of a case
    return KnowledgeBase(
        data["version"], data["date"], data["review_due"], data["sha256"], space, criteria, options, data["groups"],
        data["guidelines"], data["sources"], data["trials"], tuple((e, n) for e, n in data["combinations"]), data["signoff"],
        scope["decide"], dict(zip(options, scope["options"], strict=True)), data["terms"],
    )


def _open_space(data: dict[str, Any]) -> Space:
    facts = []
    for content in data["facts"]:
        content = dict(content)
        for key in ("possible", "plausible", "sources"):
            if content[key] is not None:
                content[key] = tuple(content[key])
        facts.append(Fact(**content))
    dictionary = Dictionary(facts, data["options"], {group: tuple(o) for group, o in data["groups"].items()})
    variables = [Variable(*v) for v in data["variables"]]
    derivations = [NumberDerivation(*d) for d in data["derivations"]]
    definitions = [Definition(variable, cases) for variable, cases in data["definitions"]]
    index = {variable.name: variable.index for variable in variables}
    network = Network(data["clauses"], data["labels"])
    return Space(
        dictionary, variables, data["nodes"], data["texts"], network, derivations, definitions, index, data["full"], data["says"]
    )


def dump(data: dict[str, Any]) -> bytes:
    """Return compiled data as bytes for the store."""
    return marshal.dumps(data)


def undump(content: bytes) -> dict[str, Any]:
    """Return compiled data from bytes of the store."""
    found: dict[str, Any] = marshal.loads(content)
    return found


__all__ = ["Folder", "compile_folder", "dump", "open_base", "undump"]
