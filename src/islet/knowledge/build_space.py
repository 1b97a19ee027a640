"""Build the space of patients: cells from every threshold, shared nodes, clauses, derivations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from islet.case.arithmetic import check_formula, compile_formula
from islet.case.cells import number_variable, word_variable
from islet.case.dictionary import Dictionary, Fact, Variable
from islet.errors import InputError
from islet.knowledge.folder import Folder
from islet.knowledge.yaml_data import Checker, Map, Seq
from islet.patient.derive import NumberDerivation
from islet.patient.links import make_network
from islet.patient.space import Definition, Space
from islet.rules.clauses import clauses_of_definition, clauses_of_implication
from islet.rules.form import variables_of
from islet.rules.language import Expression, atoms_of, parse_rule
from islet.rules.lower import Form, whole_facts


@dataclass(slots=True)
class Parsed:
    """Hold every expression of the knowledge, parsed, before the cells are cut."""

    definitions: dict[str, list[tuple[str, Expression]]] = field(default_factory=dict)
    bys: dict[str, list[list[tuple[Expression, dict[str, float]]]]] = field(default_factory=dict)
    bands: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)
    links: list[tuple[str, Expression, Expression, str]] = field(default_factory=list)
    rules: list[Expression] = field(default_factory=list)

    def every(self) -> list[Expression]:
        """Return all expressions."""
        found = [e for cases in self.definitions.values() for _, e in cases]
        found += [e for groups in self.bys.values() for cases in groups for e, _ in cases]
        found += [e for terms in self.bands.values() for kind, content in terms if kind == "bands" for e, _ in content]
        found += [e for _, one, other, _ in self.links for e in (one, other)]
        return found + self.rules


def parse_facts(folder: Folder, dictionary: Dictionary, derived: dict[str, tuple[Map, str]], check: Checker) -> Parsed:
    """Parse the conditions of derived facts and links; faults are collected."""
    parsed = Parsed()

    def rule(text: Any, file: str, line: int, where: str) -> Expression | None:
        try:
            return parse_rule(str(text), dictionary, file, line, where)
        except InputError as error:
            check.errors.append(error)
            return None

    for bare, (entry, file) in derived.items():
        fact = dictionary.facts.get(f"{entry['section']}.{bare}")
        if fact is None:
            continue
        if entry.get("when"):
            expression = rule(entry["when"], file, entry.lines["when"], bare)
            if expression is not None:
                parsed.definitions[fact.name] = [("yes", expression)]
        elif entry.get("values"):
            cases = []
            for word, text in entry["values"].items():
                expression = rule(text, file, entry["values"].lines[word], f"{bare}.{word}")
                if expression is not None:
                    cases.append((str(word), expression))
            parsed.definitions[fact.name] = cases
        elif entry.get("formula"):
            _parse_formula(fact, entry, file, dictionary, rule, parsed, check)
        else:
            parsed.bands[fact.name] = _parse_points(bare, entry, file, dictionary, rule, check)
    for name, data in folder.under("facts").items():
        if isinstance(data, Map) and isinstance(data.get("links"), Seq):
            file = str(folder.path / name)
            for link in data["links"]:
                if check.shape(link, file, "links", {"id": str, "if": str, "then": str, "says": str}, {}):
                    one = rule(link["if"], file, link.line, link["id"])
                    other = rule(link["then"], file, link.line, link["id"])
                    if one is not None and other is not None:
                        parsed.links.append((link["id"], one, other, link["says"]))
    return parsed


def _parse_formula(
    fact: Fact, entry: Map, file: str, dictionary: Dictionary, rule: Any, parsed: Parsed, check: Checker
) -> None:
    groups = []
    constants: set[str] = set()
    for subject, cases in (entry.get("by") or {}).items():
        group = []
        for word, values in cases.items():
            known = dictionary.find(subject)
            if known is not None and known.type == "category":
                text = f"{subject} == {word}"
            else:
                text = subject if word == "yes" else f"not ({subject})"
            expression = rule(text, file, entry["by"].lines[subject], fact.bare)
            if expression is not None:
                group.append((expression, {key: float(value) for key, value in values.items()}))
            constants |= set(values)
        groups.append(group)
    parsed.bys[fact.name] = groups
    let = dict(entry.get("let") or {})
    names = constants | set(let) | {f.bare for f in dictionary.facts.values() if f.type == "number"}
    try:
        for text in (*let.values(), entry["formula"]):
            check_formula(str(text), names, file, entry.line, fact.bare)
    except InputError as error:
        check.errors.append(error)


def _parse_points(
    bare: str, entry: Map, file: str, dictionary: Dictionary, rule: Any, check: Checker
) -> list[tuple[str, Any]]:
    terms: list[tuple[str, Any]] = []
    for term in entry["points"]:
        if not check.shape(term, file, bare, {"of": str}, {"bands": Map, "add": str, "constant": float}):
            continue
        if term.get("bands"):
            bands = []
            for text, points in term["bands"].items():
                expression = rule(text, file, term["bands"].lines[text], bare)
                if expression is not None:
                    bands.append((expression, float(points)))
            terms.append(("bands", bands))
        elif term.get("add"):
            added = dictionary.find(term["add"])
            if added is None:
                check.fault(f'unknown fact "{term["add"]}"', file, term.line, bare)
            else:
                terms.append(("add", added.name))
        else:
            terms.append(("constant", float(term["constant"])))
    return terms


def build_space(
    dictionary: Dictionary, derived: dict[str, tuple[Map, str]], parsed: Parsed, check: Checker
) -> tuple[Space, Form]:
    """Return the space with its cells cut at every threshold of `parsed`, and the form to add rules to."""
    variables = _variables(dictionary, parsed)
    index = {variable.name: variable.number for variable in variables}
    full = [variable.full for variable in variables]
    form = Form(variables, whole_facts(dictionary))
    clauses, labels, says = [], [], {"derived": "a derived fact and a given value of it are one fact",
                                     "several": "several measurements disagree"}
    definitions = []
    for name, cases in parsed.definitions.items():
        variable = variables[index[name]]
        roots = []
        for word, expression in cases:
            root = form.add(expression)
            mask = 1 << variable.words.index(word)
            roots.append((mask, root))
            try:
                found = clauses_of_definition(form.nodes, variable.number, mask, root, full)
            except ValueError as error:
                check.fault(str(error), derived[variable.name.split(".")[1]][1], 0, name)
                found = []
            clauses += found
            labels += [f"definition {name}"] * len(found)
        if variable.kind == "boolean":
            roots.append((1, form.negate(roots[0][1])))
        definitions.append(Definition(variable.number, tuple(roots)))
        says[f"definition {name}"] = dictionary.facts[name].note or f"{name} follows from other facts"
    for link, one, other, words in parsed.links:
        found = clauses_of_implication(form.nodes, form.add(one), form.add(other), full)
        clauses += found
        labels += [link] * len(found)
        says[link] = words
    derivations = _derivations(dictionary, derived, parsed, form)
    ordered = _ordered(definitions, form)
    network = make_network(clauses, labels)
    space = Space(dictionary, variables, form.nodes, form.texts, network, derivations, ordered, index, sorted(index.items()), full, says)
    return space, form


def _variables(dictionary: Dictionary, parsed: Parsed) -> list[Variable]:
    cuts: dict[str, set[float]] = {}
    for expression in parsed.every():
        for atom in atoms_of(expression):
            if isinstance(atom.constant, float):
                cuts.setdefault(atom.variable, set()).add(atom.constant)
    variables: list[Variable] = []
    for fact in dictionary.facts.values():
        if fact.section == "preferences":
            continue
        if fact.type == "number":
            variables.append(number_variable(len(variables), fact, cuts.get(fact.name, set())))
        elif fact.type == "list":
            for member in fact.values:
                variables.append(word_variable(len(variables), fact, member))
        elif fact.type in ("boolean", "category"):
            variables.append(word_variable(len(variables), fact))
    return variables


def _derivations(
    dictionary: Dictionary, derived: dict[str, tuple[Map, str]], parsed: Parsed, form: Form
) -> list[NumberDerivation]:
    found: list[NumberDerivation] = []
    index = {name: number for number, name in enumerate(form.names)}
    for bare, (entry, _) in derived.items():
        name = f"{entry['section']}.{bare}"
        if not (entry.get("formula") or entry.get("points")):
            continue
        written = {key: str(text) for key, text in (entry.get("let") or {}).items()}
        let = tuple((key, compile_formula(text)) for key, text in written.items())
        formula = compile_formula(str(entry["formula"])) if entry.get("formula") else None
        by = tuple(tuple((form.add(e), c) for e, c in group) for group in parsed.bys.get(name, ()))
        terms: tuple[tuple[str, Any], ...] = tuple(
            (kind, tuple((form.add(e), p) for e, p in content) if kind == "bands" else content)
            for kind, content in parsed.bands.get(name, ())
        )
        texts = " ".join([str(entry.get("formula") or ""), *written.values()])
        words = set(texts.replace("(", " ").replace(")", " ").replace(",", " ").replace("*", " ").replace("/", " ").split())
        inputs = tuple(f.name for f in dictionary.facts.values() if f.type == "number" and f.bare in words)
        inputs += tuple(content for kind, content in terms if kind == "add")
        reads = {index[i] for i in inputs}
        for group in by:
            reads |= {v for node, _ in group for v in variables_of(form.nodes, node)}
        for kind, content in terms:
            if kind == "bands":
                reads |= {v for node, _ in content for v in variables_of(form.nodes, node)}
        found.append(
            NumberDerivation(
                name, inputs, tuple(sorted(reads)), let, by, formula, terms,
                int(entry.get("decimals") or 0), float(entry.get("agrees_within") or 0),
            )
        )
    return _after_inputs(found)


def _after_inputs(derivations: list[NumberDerivation]) -> list[NumberDerivation]:
    own = {how.fact for how in derivations}
    done: list[NumberDerivation] = []
    waiting = list(derivations)
    while waiting:
        ready = [how for how in waiting if not any(i in own and i not in {d.fact for d in done} for i in how.inputs)]
        if not ready:
            return done + waiting
        done += ready
        waiting = [how for how in waiting if how not in ready]
    return done


def _ordered(definitions: list[Definition], form: Form) -> list[Definition]:
    own = {definition.variable for definition in definitions}
    needs = {
        d.variable: {v for _, node in d.cases for v in variables_of(form.nodes, node) if v in own and v != d.variable}
        for d in definitions
    }
    done: list[Definition] = []
    finished: set[int] = set()
    waiting = list(definitions)
    while waiting:
        ready = [d for d in waiting if needs[d.variable] <= finished]
        if not ready:
            return done + waiting
        done += ready
        finished |= {d.variable for d in ready}
        waiting = [d for d in waiting if d.variable not in finished]
    return done
