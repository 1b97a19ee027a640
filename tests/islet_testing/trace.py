"""The trace from requirement to code, test and hazard, made from `safety/requirements.yaml` and the hazard log; and its orphans."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from islet.about.controls import Control
from islet.about.hazards import Hazard, read_hazards
from islet.about.places import read_safety
from islet.about.threats import read_threats
from islet_testing.places import ROOT, TESTS

HEAD = ("requirement", "text", "code", "test", "hazards", "state")


class Requirement(NamedTuple):
    """Hold one requirement; `planned` while the room that fulfils it is being built."""

    id: str
    text: str
    code: tuple[str, ...]
    tests: tuple[str, ...]
    planned: bool


def read_requirements() -> tuple[Requirement, ...]:
    """Return what Islet must do."""
    return tuple(
        Requirement(e["id"], e["text"], tuple(e["code"]), tuple(e["tests"]), e.get("planned", False))
        for e in read_safety("requirements.yaml")["requirements"]
    )


def trace_table() -> str:
    """Return the trace as CSV: a row for each requirement and each test named for it, by itself or by a hazard."""
    hazards = read_hazards()[1]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEAD)
    for requirement in read_requirements():
        mine = [hazard for hazard in hazards if requirement.id in hazard.requirements]
        for test, held in _tests(requirement, mine).items():
            state = "planned" if requirement.planned or (held and all(c.planned for c in held.values())) else "in place"
            writer.writerow((requirement.id, requirement.text, " ".join(requirement.code), test, " ".join(held), state))
    return stream.getvalue()


def _tests(requirement: Requirement, hazards: list[Hazard]) -> dict[str, dict[str, Control]]:
    found: dict[str, dict[str, Control]] = {test: {} for test in requirement.tests}
    for hazard in hazards:
        for control in hazard.controls:
            found.setdefault(control.words, {})[hazard.id] = control
    return found


@cache
def names_in(file: str) -> frozenset[str]:
    """Return the tests of a file of this repository, read and not run; without those always skipped or expected to fail."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if _runs(node))


def _runs(node: ast.AST) -> bool:
    if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
        return False
    return not any(re.search(r"mark\.(skip|xfail)\b", ast.unparse(mark)) for mark in node.decorator_list)


def all_controls() -> Iterator[tuple[str, Control]]:
    """Yield every control of the hazards and the threats with the id of its entry."""
    entries: list[Any] = [*read_hazards()[1], *read_threats()[1]]
    for entry in entries:
        for control in entry.controls:
            yield entry.id, control


def is_there(control: Control) -> bool:
    """Tell whether a control exists: its test in its file, its case among the fixtures, its promise in the page of promises."""
    if control.promise:
        return f"\n| {control.promise} | " in (ROOT / "docs" / "properties.md").read_text(encoding="utf-8")
    if control.name not in names_in(control.file):
        return False
    return not control.case or any((ROOT / control.file).parent.rglob(f"{control.case}*"))


def orphans(requirements: tuple[Requirement, ...], hazards: tuple[Hazard, ...]) -> list[str]:
    """Return what the trace leaves hanging: a requirement without code, test or hazard; a room or a test file of no requirement."""
    found = [f"{requirement.id}: is built; take `planned` away" for requirement in requirements
             if requirement.planned and all((ROOT / path).exists() for path in (*requirement.code, *requirement.tests))]
    found += [f"{h.id}: unknown requirement {name}" for h in hazards for name in h.requirements if name not in {r.id for r in requirements}]
    for requirement in requirements:
        if not requirement.code or not requirement.tests:
            found.append(f"{requirement.id}: no code or no test")
        if not any(requirement.id in hazard.requirements for hazard in hazards):
            found.append(f"{requirement.id}: no hazard")
        if not requirement.planned:
            paths = (*requirement.code, *requirement.tests)
            found += [f"{requirement.id}: {path} is not there" for path in paths if not (ROOT / path).exists()]
    code = {path for requirement in requirements for path in requirement.code}
    found += [f"src/islet/{room.name}/: a room of no requirement" for room in sorted((ROOT / "src" / "islet").iterdir())
              if (room / "__init__.py").is_file() and f"src/islet/{room.name}/" not in code]
    named = tuple(path for requirement in requirements for path in requirement.tests)
    files = sorted(str(path.relative_to(ROOT)) for path in TESTS.rglob("test_*.py"))
    return found + [f"{file}: a test file of no requirement" for file in files if not file.startswith(named)]

