"""The knowledge as it is written: parsed expressions, before any cell is cut, for readings that do not use the cells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from islet.case.dictionary import Dictionary
from islet.knowledge.compile import read_rules
from islet.rules.language import Expression, atoms_of, facts_of


@dataclass(frozen=True, slots=True)
class Link:
    """Hold an implication that every patient obeys."""

    id: str
    condition: Expression
    consequence: Expression
    says: str


@dataclass(frozen=True, slots=True)
class Formula:
    """Hold a number that follows from others by arithmetic: `by` gives constants for each case, `let` names for parts."""

    fact: str
    text: str
    let: tuple[tuple[str, str], ...]
    by: tuple[tuple[tuple[Expression, dict[str, float]], ...], ...]
    inputs: tuple[str, ...]
    decimals: int
    agrees_within: float


@dataclass(frozen=True, slots=True)
class Points:
    """Hold a score: terms are ("bands", [(condition, points)]), ("add", fact) or ("constant", points)."""

    fact: str
    terms: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class WrittenCriterion:
    """Hold one criterion of an option as its file says."""

    id: str
    option: str
    role: str
    direction: str
    guideline: str
    region: tuple[str, ...]
    expression: Expression
    recall_only: bool
    text: str
    sources: tuple[str, ...]
    file: str
    line: int

    def reads(self) -> list[str]:
        """Return the variables it reads."""
        return facts_of(self.expression)


@dataclass(frozen=True, slots=True)
class Written:
    """Hold a whole knowledge folder as written; `cuts` are the thresholds of every number."""

    dictionary: Dictionary
    definitions: dict[str, tuple[tuple[str, Expression], ...]]
    links: tuple[Link, ...]
    formulas: dict[str, Formula]
    points: dict[str, Points]
    criteria: tuple[WrittenCriterion, ...]
    options: tuple[str, ...]
    guidelines: dict[str, dict[str, Any]]
    cuts: dict[str, tuple[float, ...]]
    sha256: str

    def of(self, option: str, *roles: str) -> list[WrittenCriterion]:
        """Return the criteria of an option that have one of these roles."""
        return [criterion for criterion in self.criteria if criterion.option == option and criterion.role in roles]

    def derived_from(self) -> dict[str, set[str]]:
        """Return for each derived fact the variables it is derived from."""
        found = {name: {v for _, condition in cases for v in facts_of(condition)} for name, cases in self.definitions.items()}
        for name, points in self.points.items():
            found[name] = {v for kind, content in points.terms if kind == "bands" for e, _ in content for v in facts_of(e)}
            found[name] |= {content for kind, content in points.terms if kind == "add"}
        for name, formula in self.formulas.items():
            found[name] = set(formula.inputs) | {v for group in formula.by for e, _ in group for v in facts_of(e)}
        return found

    def has(self, name: str) -> bool:
        """Tell whether the dictionary has a fact, or a member of a list."""
        listed, _, member = name.rpartition(".")
        facts = self.dictionary.facts
        return name in facts or (listed in facts and member in facts[listed].values)

    def criterion(self, name: str) -> WrittenCriterion:
        """Return the criterion with this id."""
        return next(criterion for criterion in self.criteria if criterion.id == name)


def read_written(path: Path) -> Written:
    """Return the knowledge of a folder as written; raise InputError or KnowledgeErrors naming every fault."""
    read = read_rules(path)
    folder, dictionary, derived, parsed, options = read.folder, read.dictionary, read.derived, read.parsed, read.options
    formulas = {}
    for bare, (entry, _) in derived.items():
        if entry.get("formula"):
            name = f"{entry['section']}.{bare}"
            let = tuple((str(key), str(text)) for key, text in (entry.get("let") or {}).items())
            words = _words(" ".join([str(entry["formula"]), *(text for _, text in let)]))
            inputs = tuple(fact.name for fact in dictionary.facts.values() if fact.type == "number" and fact.bare in words)
            by = tuple(tuple(group) for group in parsed.bys.get(name, ()))
            formulas[name] = Formula(name, str(entry["formula"]), let, by, inputs, int(entry.get("decimals") or 0),
                                     float(entry.get("agrees_within") or 0))
    cuts: dict[str, set[float]] = {}
    for atom in (atom for expression in parsed.every() for atom in atoms_of(expression)):
        if isinstance(atom.constant, float):
            cuts.setdefault(atom.variable, set()).add(atom.constant)
    criteria = tuple(
        WrittenCriterion(
            id=rule.data["id"], option=rule.option, role=rule.data["role"], direction=rule.data.get("direction") or "",
            guideline=rule.data.get("guideline") or "", region=tuple(str(part) for part in rule.data.get("region") or ()),
            expression=rule.expression, recall_only=rule.data["recall_only"], text=str(rule.data["text"]),
            sources=tuple(str(source["source"]) for source in rule.data["sources"]),
            file=Path(rule.data["file"]).relative_to(path).as_posix(), line=rule.data["line"],
        )
        for rule in options.rules
    )
    return Written(
        dictionary=dictionary,
        definitions={name: tuple(cases) for name, cases in parsed.definitions.items()},
        links=tuple(Link(*link) for link in parsed.links),
        formulas=formulas,
        points={name: Points(name, tuple(terms)) for name, terms in parsed.bands.items()},
        criteria=criteria,
        options=tuple(name for name in dictionary.options if name in options.options),
        guidelines=options.guidelines,
        cuts={name: tuple(sorted(found)) for name, found in cuts.items()},
        sha256=folder.sha256,
    )


def _words(text: str) -> set[str]:
    for sign in "(),*/+-":
        text = text.replace(sign, " ")
    return set(text.split())
