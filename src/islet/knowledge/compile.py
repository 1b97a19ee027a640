"""Check a knowledge folder and compile it to plain data that can be stored and loaded quickly."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from islet.case.dictionary import Dictionary, Measure
from islet.errors import KnowledgeErrors
from islet.knowledge.build_diagrams import build_diagrams
from islet.knowledge.build_estimates import build_estimates
from islet.knowledge.build_facts import build_dictionary
from islet.knowledge.build_measures import build_constants, build_measures
from islet.knowledge.build_options import Options, Rule, build_options
from islet.knowledge.build_space import Parsed, build_space, parse_facts
from islet.knowledge.build_trials import build_trials
from islet.knowledge.build_wishes import build_wishes
from islet.knowledge.folder import Folder, read_folder
from islet.knowledge.yaml_data import Checker, Map
from islet.patient.space import Space
from islet.rules.diagram import OUT, DiagramTooLarge
from islet.rules.form import variables_of
from islet.rules.generate import generate, generate_option


def compile_folder(path: Path) -> tuple[dict[str, Any], Options]:
    """Return the compiled data of a folder and its checked options; raise KnowledgeErrors naming every fault."""
    read = read_rules(path)
    return compile_rules(read, read.parsed, read.options.rules), read.options


class Read(NamedTuple):
    """Hold a knowledge folder read and checked, every rule an expression, before any cell is cut."""

    folder: Folder
    dictionary: Dictionary
    derived: dict[str, tuple[Map, str]]
    parsed: Parsed
    options: Options
    constants: dict[str, dict[str, Any]]
    estimates: list[dict[str, Any]]
    wishes: dict[str, Any]


def read_rules(path: Path) -> Read:
    """Return what a folder says, read and checked; raise KnowledgeErrors naming every fault."""
    folder = read_folder(path)
    check = Checker()
    check.errors += folder.errors
    dictionary, derived = build_dictionary(folder, check)
    parsed = parse_facts(folder, dictionary, derived, check)
    options = build_options(folder, dictionary, check)
    _fact_sources(derived, options, check)
    dictionary.measures.update(build_measures(folder, dictionary, check))
    constants = build_constants(folder, options, check)
    build_trials(folder, dictionary, options, check)
    estimates = build_estimates(folder, dictionary, constants, options, check)
    wishes = build_wishes(folder, dictionary, estimates, options, check)
    if check.errors:
        raise KnowledgeErrors(check.errors)
    parsed.rules = options.expressions()
    return Read(folder, dictionary, derived, parsed, options, constants, estimates, wishes)


def compile_rules(read: Read, parsed: Parsed, rules: list[Rule]) -> dict[str, Any]:
    """Return the compiled data of these conditions of facts and these criteria; all else is as read."""
    folder, dictionary, derived, options = read.folder, read.dictionary, read.derived, read.options
    path, check = folder.path, Checker()
    space, form = build_space(dictionary, derived, parsed, check)
    if check.errors:
        raise KnowledgeErrors(check.errors)
    criteria = []
    for rule in rules:
        node = form.add(rule.expression)
        data = _bare(rule.data)
        data.update(option=rule.option, node=node, reads=variables_of(form.nodes, node), when=" ".join(str(data["when"]).split()))
        data["file"] = Path(data["file"]).relative_to(path).as_posix()
        criteria.append(data)
    labels = [(option, _bare(label), form.add(expression)) for option, label, expression in options.labels]
    combinations = [(_bare(entry), form.add(expression)) for entry, expression in options.combinations]
    names = [name for name in dictionary.options if name in options.options]
    try:
        diagrams = build_diagrams(space, criteria, names)
    except DiagramTooLarge as error:
        check.fault(str(error), str(path), 0, "options", "name parts of the rules as derived facts, or take links away")
        raise KnowledgeErrors(check.errors) from None
    if diagrams["links"] == OUT:
        check.fault("the links and definitions leave no patient", str(path), 0, "facts", "take away the link that contradicts the others")
        raise KnowledgeErrors(check.errors)
    source = generate(form.nodes, [criterion["node"] for criterion in criteria], space.full)
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
        "diagrams": diagrams,
        "criteria": criteria,
        "options": {name: _bare(options.options[name]) for name in names},
        "labels": labels,
        "combinations": combinations,
        "guidelines": _bare(options.guidelines),
        "sources": _bare(options.sources),
        "trials": _bare(options.trials),
        "signoff": dict(options.signoff),
        "constants": _bare(read.constants),
        "estimates": _bare(read.estimates),
        "wishes": _bare(read.wishes),
        "measures": {name: _measure(measure) for name, measure in dictionary.measures.items()},
        "code": compile(source, "<rules>", "exec"),
    }


def _roots(option: str, criteria: list[dict[str, Any]]) -> dict[str, list[int]]:
    own = [c for c in criteria if c["option"] == option]
    found = {role: [c["node"] for c in own if c["role"] == role] for role in ("contraindication", "exclusion", "indication")}
    for direction in ("recommends", "against"):
        found[direction] = [c["node"] for c in own if c["role"] == "position" and c.get("direction") == direction]
    return found


def _fact_sources(derived: dict[str, tuple[Map, str]], options: Options, check: Checker) -> None:
    from islet.knowledge.build_options import check_sources

    for bare, (entry, file) in derived.items():
        check_sources(entry.get("sources"), file, entry.line, bare, options, check)


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _bare(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_bare(item) for item in value]
    return value


def _slots(thing: Any) -> dict[str, Any]:
    return {name: _bare(value) for name, value in thing._asdict().items()}


def _measure(measure: Measure) -> dict[str, Any]:
    columns = {name: _slots(column) for name, column in measure.columns.items()}
    return {"fact": _slots(measure.fact), "columns": columns, "required": list(measure.required)}


def _space_data(space: Space) -> dict[str, Any]:
    return {
        "facts": [_slots(fact) for fact in space.dictionary.facts.values()],
        "options": dict(space.dictionary.options),
        "groups": {group: list(options) for group, options in space.dictionary.groups.items()},
        "variables": [tuple(variable) for variable in space.variables],
        "nodes": list(space.nodes),
        "texts": dict(space.texts),
        "clauses": list(space.network.clauses),
        "labels": list(space.network.labels),
        "derivations": [tuple(how) for how in space.derivations],
        "definitions": [(d.variable, d.cases) for d in space.definitions],
        "full": list(space.full),
        "says": dict(space.says),
    }
