"""Every row of the evidence dossiers is cited somewhere in the knowledge, or left out with a reason; no citation is a misprint."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest
import yaml

from islet_testing import evidence_rows
from islet_testing.places import EVIDENCE, KNOWLEDGE

needs_dossiers = pytest.mark.skipif(
    not EVIDENCE.is_dir(), reason=f"the evidence dossiers are missing: there is no folder {EVIDENCE} (set ISLET_EVIDENCE)"
)


@lru_cache(maxsize=1)
def cited() -> dict[str, set[str]]:
    """Return every citation in an `evidence:` entry, with the files that hold it."""
    found: dict[str, set[str]] = {}
    for file in sorted(KNOWLEDGE.rglob("*.yaml")):
        if file.parent.name == "evidence":
            continue
        for entry in _entries(yaml.load(file.read_text(), Loader=yaml.CSafeLoader)):
            found.setdefault(str(entry), set()).add(file.relative_to(KNOWLEDGE).as_posix())
    return found


def _entries(data: Any) -> Iterator[Any]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "evidence" and isinstance(value, list):
                yield from value
            else:
                yield from _entries(value)
    elif isinstance(data, list):
        for item in data:
            yield from _entries(item)


@lru_cache(maxsize=1)
def left_out() -> dict[str, str]:
    """Return what is left out (row or section) with its reason."""
    found: dict[str, str] = {}
    for file in sorted((KNOWLEDGE / "evidence").glob("left_out*.yaml")):
        for entry in yaml.safe_load(file.read_text())["left_out"]:
            found[str(entry.get("row") or entry.get("section"))] = str(entry.get("because") or "")
    return found


def place(entry: str) -> str:
    """Return a citation without the words after it: "local:1.2 BOUNDARY WARNING" is local:1.2."""
    return entry.split(" ")[0].rstrip(",;")


@lru_cache(maxsize=1)
def known() -> set[str]:
    """Return every id a citation may name: rows of tables, and ids that stand in the running text."""
    ids = {row.id for row in evidence_rows.read_all(EVIDENCE) if row.id}
    for dossier in evidence_rows.DOSSIERS:
        text = (EVIDENCE / f"{dossier}.md").read_text()
        ids |= set(re.findall(r"\b[A-Z]{2,4}-\d{2}[a-z]?\b", text)) if dossier == "local" else set()
        if dossier == "liver":
            ids |= {f"liver:{found}" for found in re.findall(r"^\s*(?:[-*]|\d+\.) \**([A-Z]\d+)\b", text, re.M)}
        if dossier == "physics":
            ids |= {f"physics:{found}" for found in re.findall(r"Vector ([A-Z]\d+)\b", text)}
        if dossier == "systemic":
            ids |= set(re.findall(r"^#### (T\d\d)\b", text, re.M))
    return ids


@needs_dossiers
def test_the_dossiers_hold_as_many_rows_as_a_plain_count_of_their_lines():
    """Nothing is lost by the parser: rows = lines of tables less heads and rules."""
    for dossier in evidence_rows.DOSSIERS:
        text = (EVIDENCE / f"{dossier}.md").read_text()
        text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
        lines = [line for line in text.splitlines() if line.startswith("|")]
        rules = sum(bool(re.fullmatch(r"[|:\- ]+", line)) for line in lines)
        stated = len(re.findall(r"^[A-Z]\d{1,3}[a-z]?: ", text, re.M)) if dossier == "systemic" else 0
        assert len(evidence_rows.read_dossier(EVIDENCE / f"{dossier}.md")) == len(lines) - 2 * rules + stated


@needs_dossiers
def test_every_row_of_the_evidence_is_cited_or_left_out_with_a_reason():
    settled = {place(entry) for entry in (*cited(), *left_out())}
    sections = [entry for entry in settled if entry in evidence_rows.sections_of(EVIDENCE)]
    open_rows = [
        row
        for row in evidence_rows.read_all(EVIDENCE)
        if row.id not in settled and not any(evidence_rows.covers(section, row.section) for section in sections)
    ]
    counts = ", ".join(f"{section} {count}" for section, count in Counter(row.section for row in open_rows).items())
    shown = "\n".join(f"{row.section} (line {row.line}) {row.text}" for row in open_rows)
    assert not open_rows, f"{len(open_rows)} rows are neither cited nor left out: {counts}\n{shown}"


@needs_dossiers
def test_no_citation_names_a_row_or_section_that_does_not_exist():
    valid = known() | evidence_rows.sections_of(EVIDENCE)
    wrong = {entry: sorted(files) for entry, files in cited().items() if place(entry) not in valid}
    assert not wrong, f"{len(wrong)} citations name nothing: {wrong}"


@needs_dossiers
def test_nothing_is_left_out_that_does_not_exist_or_without_a_reason():
    valid = known() | evidence_rows.sections_of(EVIDENCE)
    assert not [entry for entry in left_out() if place(entry) not in valid]
    assert not [entry for entry, because in left_out().items() if len(because) < 15]


@needs_dossiers
@pytest.mark.parametrize(
    ("cited_section", "section", "covered"),
    [
        ("systemic:7", "systemic:7.3", True),
        ("liver:6", "liver:6A", True),
        ("liver:6A", "liver:6A", True),
        ("local:3", "local:3.4", True),
        ("local:3.4", "local:3", False),
        ("systemic:1", "systemic:10", False),
        ("systemic:3.1", "systemic:3.10", False),
        ("liver:1", "liver:10", False),
    ],
)
def test_a_section_covers_its_subsections_and_no_neighbour(cited_section, section, covered):
    assert evidence_rows.covers(cited_section, section) is covered


@needs_dossiers
def test_what_a_citation_marks_as_read_is_not_marked_as_recall_in_the_dossier():
    """Law 5: what rests on recall says so. A row marked U (systemic) is cited with verification recall, secondary or derived only."""
    marks = {}
    for line in (EVIDENCE / "systemic.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) > 2 and re.fullmatch(r"(T\d\d\.\d+[a-z]?|[A-Z]\d{1,3}[a-z]?)", cells[0]) and cells[-1] in ("U", "V1", "V2", "D"):
            marks[cells[0]] = cells[-1]
    wrong = []
    for file in sorted(KNOWLEDGE.rglob("*.yaml")):
        for source in _sources(yaml.load(file.read_text(), Loader=yaml.CSafeLoader)):
            ids = [str(entry) for entry in source.get("evidence") or ()]
            own = [marks[entry] for entry in ids if entry in marks]
            if own and len(own) == len(ids) and set(own) == {"U"} and source.get("verification") in ("one_source", "two_sources"):
                wrong.append((file.relative_to(KNOWLEDGE).as_posix(), ids, source["verification"]))
    assert not wrong, f"{len(wrong)} sources are marked as read though every row they cite is recall: {wrong}"


def _sources(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        if "verification" in data and "evidence" in data:
            yield data
        for value in data.values():
            yield from _sources(value)
    elif isinstance(data, list):
        for item in data:
            yield from _sources(item)
