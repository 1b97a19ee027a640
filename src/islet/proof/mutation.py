"""Mutants: faults seeded in the knowledge on purpose, to see whether a vignette or a property notices.

A mutant changes one rule: a criterion, the definition of a fact, a band of points, a number of a formula, or a link.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from islet.knowledge.build_options import Rule
from islet.knowledge.build_space import Parsed
from islet.knowledge.compile import Read
from islet.proof.mutation_edits import NEVER, Edit, edits_of
from islet.proof.mutation_formulas import entry_with, moved_numbers, number_faults, texts_of
from islet.rules.language import Expression

KILLED, EQUIVALENT, SURVIVED, UNSHOWN = "killed", "equivalent", "survived", "not a verdict"
KINDS = ("threshold", "comparison", "points", "constant", "dropped")


@dataclass(frozen=True, slots=True)
class Mutant:
    """Hold one fault: where it is, what it changes, and the rule with it.

    `part` is criterion, definition, points, formula or link; `owner` the criterion, fact or link; `path` which expression of the
    owner was changed (a case of a definition, a term and band of points, the formula or a name it uses, "if" or "then").
    """

    id: str
    kind: str
    part: str
    owner: str
    file: str
    path: tuple[Any, ...]
    expression: Expression
    points: float | None = None
    text: str = ""


@dataclass(slots=True)
class Outcome:
    """Hold what became of a mutant: `by` names what noticed it or proves it equal; a survivor has a patient and both answers."""

    id: str
    state: str
    by: str = ""
    what: str = ""
    patient: dict[str, Any] = field(default_factory=dict)
    before: str = ""
    after: str = ""


def mutants_of(read: Read) -> list[Mutant]:
    """Return every mutant of a knowledge folder, each with an id of its own that outlives changes elsewhere."""
    taken: dict[str, int] = {}
    found = []
    for mutant in _mutants(read):
        taken[mutant.id] = count = taken.get(mutant.id, 0) + 1
        if count > 1:
            mutant = _renamed(mutant, f"{mutant.id} ({count})")
        found.append(mutant)
    return found


def _mutants(read: Read) -> Iterator[Mutant]:
    dictionary = read.dictionary
    for rule in read.options.rules:
        name, file = rule.data["id"], _relative(rule.data["file"], read)
        for edit in edits_of(rule.expression, dictionary):
            yield _edited(edit, "criterion", name, name, file, ())
        yield Mutant(f"{name}: dropped", "dropped", "criterion", name, file, (), NEVER)
    files = {entry["section"] + "." + bare: _relative(file, read) for bare, (entry, file) in read.derived.items()}
    for fact, cases in read.parsed.definitions.items():
        for place, (word, expression) in enumerate(cases):
            label = fact if len(cases) == 1 else f"{fact} {word}"
            for edit in edits_of(expression, dictionary):
                yield _edited(edit, "definition", fact, label, files[fact], (place,))
    for fact, terms in read.parsed.bands.items():
        for place, (kind, content) in enumerate(terms):
            if kind == "constant":
                words = f"{fact}: {content:g} -> {content + 1:g} points"
                yield Mutant(words, "points", "points", fact, files[fact], (place,), NEVER, content + 1)
            for band, (expression, points) in enumerate(content if kind == "bands" else ()):
                for edit in edits_of(expression, dictionary):
                    yield _edited(edit, "points", fact, fact, files[fact], (place, band))
                more = points + 1
                words = f"{fact}: {expression}: {points:g} -> {more:g} points"
                yield Mutant(words, "points", "points", fact, files[fact], (place, band), expression, more)
    yield from _formulas(read, files)
    places = {link: name for name, data in read.folder.under("facts").items() for link in _links_in(data)}
    for link, one, other, _ in read.parsed.links:
        for side, expression in (("if", one), ("then", other)):
            for edit in edits_of(expression, dictionary):
                yield _edited(edit, "link", link, f"{link} {side}", places[link], (side,))
        yield Mutant(f"{link}: dropped", "dropped", "link", link, places[link], (), NEVER)


def _formulas(read: Read, files: dict[str, str]) -> Iterator[Mutant]:
    for bare, (entry, _) in read.derived.items():
        fact = f"{entry['section']}.{bare}"
        for path, text in texts_of(entry):
            for before, after, changed in number_faults(text):
                words = f"{fact} {' '.join(path)}: {before} -> {after}"
                yield Mutant(words, "constant", "formula", fact, files[fact], path, NEVER, text=changed)
        for group, cases in enumerate(read.parsed.bys.get(fact, ())):
            for case, (expression, numbers) in enumerate(cases):
                for name, value in numbers.items():
                    for after in moved_numbers(f"{value:g}"):
                        words = f"{fact}: {expression}: {name} {value:g} -> {after}"
                        yield Mutant(words, "constant", "formula", fact, files[fact], ("by", group, case, name), NEVER, float(after))
                for edit in edits_of(expression, read.dictionary):
                    yield _edited(edit, "formula", fact, fact, files[fact], ("by", group, case))


def _edited(edit: Edit, part: str, owner: str, label: str, file: str, path: tuple[Any, ...]) -> Mutant:
    return Mutant(f"{label}: {edit.before} -> {edit.after}", edit.kind, part, owner, file, path, edit.expression)


def _renamed(mutant: Mutant, name: str) -> Mutant:
    return replace(mutant, id=name)


def _relative(file: str, read: Read) -> str:
    return Path(file).relative_to(read.folder.path).as_posix()


def _links_in(data: Any) -> list[str]:
    return [link["id"] for link in data.get("links") or ()]


def with_mutant(read: Read, mutant: Mutant) -> tuple[Parsed, list[Rule]]:
    """Return the conditions of facts and the criteria as they stand with the fault."""
    parsed = read.parsed
    definitions, bands, bys = dict(parsed.definitions), dict(parsed.bands), dict(parsed.bys)
    links, rules = list(parsed.links), list(read.options.rules)
    if mutant.part == "criterion":
        rules = [Rule(r.data, mutant.expression, r.option) if r.data["id"] == mutant.owner else r for r in rules]
    elif mutant.part == "definition":
        cases = list(definitions[mutant.owner])
        (place,) = mutant.path
        cases[place] = (cases[place][0], mutant.expression)
        definitions[mutant.owner] = cases
    elif mutant.part == "points":
        bands[mutant.owner] = _with_band(bands[mutant.owner], mutant)
    elif mutant.part == "formula":
        if mutant.path[0] == "by":
            bys[mutant.owner] = _with_case(bys[mutant.owner], mutant)
    elif mutant.kind == "dropped":
        links = [link for link in links if link[0] != mutant.owner]
    else:
        links = [_with_side(link, mutant) if link[0] == mutant.owner else link for link in links]
    return Parsed(definitions, bys, bands, links, parsed.rules), rules


def read_with(read: Read, mutant: Mutant) -> Read:
    """Return the knowledge with the arithmetic text of a formula as it stands with the fault; the rules are those of `with_mutant`."""
    if not mutant.text:
        return read
    bare = mutant.owner.split(".")[1]
    entry, file = read.derived[bare]
    return read._replace(derived={**read.derived, bare: (entry_with(entry, mutant.path, mutant.text), file)})


def _with_band(terms: list[tuple[str, Any]], mutant: Mutant) -> list[tuple[str, Any]]:
    place, *band = mutant.path
    kind, content = terms[place]
    if band:
        changed = list(content)
        points = changed[band[0]][1] if mutant.points is None else mutant.points
        changed[band[0]] = (mutant.expression, points)
        content = changed
    else:
        content = mutant.points
    return [*terms[:place], (kind, content), *terms[place + 1 :]]


def _with_case(groups: Any, mutant: Mutant) -> Any:
    _, group, case, *name = mutant.path
    changed = [list(cases) for cases in groups]
    expression, numbers = changed[group][case]
    changed[group][case] = (expression, {**numbers, name[0]: mutant.points}) if name else (mutant.expression, numbers)
    return changed


def _with_side(link: tuple[str, Expression, Expression, str], mutant: Mutant) -> tuple[str, Expression, Expression, str]:
    name, one, other, says = link
    return (name, mutant.expression, other, says) if mutant.path == ("if",) else (name, one, mutant.expression, says)
