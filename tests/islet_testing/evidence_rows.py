"""Read the evidence dossiers: every row of every table, by its id, or by its section where a row has none.

Run it to print the counts: `python tests/islet_testing/evidence_rows.py [FOLDER]`.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

DOSSIERS = ("systemic", "local", "liver", "physics")
_HEADING = re.compile(r"#{2,4} (?:(\d+(?:\.\d+)?[A-Z]?)\.? |(T\d\d) )")
_IDS = {
    "systemic": re.compile(r"(?:T\d\d\.\d+[a-z]?|[A-Z]\d{1,3}[a-z]?)$"),
    "local": re.compile(r"[A-Z]+-\d+[a-z]?$"),
    "liver": re.compile(r"[A-Z]\d+[a-z]?$"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one row of a table: `id` as citations write it ("" when the row has none), `section` as "liver:6A"."""

    id: str
    section: str
    text: str
    line: int


def read_dossier(file: Path) -> list[Row]:
    """Return the rows of every table of one dossier, without the heads of the tables."""
    dossier = file.stem
    rows: list[Row] = []
    section = f"{dossier}:0"
    lines = file.read_text().splitlines()
    fenced = False
    for number, line in enumerate(lines, 1):
        if line.startswith("```"):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        if heading:
            if heading[1]:
                section = f"{dossier}:{heading[1]}"
            continue
        stated = None if fenced else re.match(r"([A-Z]\d{1,3}[a-z]?): ", line)
        if stated and dossier == "systemic":  # a row written as a line of text
            rows.append(Row(stated[1], section, line[:100], number))
            continue
        if fenced or not line.startswith("|") or re.fullmatch(r"[|:\- ]+", line):
            continue
        if number < len(lines) and re.fullmatch(r"\|[|:\- ]+", lines[number]):
            continue  # the head of a table
        cells = [cell.strip().strip("*").strip() for cell in line.strip().strip("|").split("|")]
        pattern = _IDS.get(dossier)
        own = cells[0] if pattern and pattern.match(cells[0]) else ""
        rows.append(Row(f"liver:{own}" if own and dossier == "liver" else own, section, " | ".join(cells)[:100], number))
    return rows


def read_all(folder: Path) -> list[Row]:
    """Return the rows of every dossier."""
    return [row for dossier in DOSSIERS for row in read_dossier(folder / f"{dossier}.md")]


def sections_of(folder: Path) -> set[str]:
    """Return every section a citation may name: "local", "local:3", "local:3.4"."""
    found = set(DOSSIERS)
    for dossier in DOSSIERS:
        for line in (folder / f"{dossier}.md").read_text().splitlines():
            heading = _HEADING.match(line)
            if heading and heading[1]:
                found.add(f"{dossier}:{heading[1]}")
    return found


def covers(cited: str, section: str) -> bool:
    """Tell whether a cited section covers another: itself and everything below it.

    >>> covers("systemic:7", "systemic:7.3"), covers("liver:6", "liver:6A"), covers("local:3", "local:31")
    (True, True, False)
    """
    return section == cited or (section.startswith(cited) and re.match(r"\.|[A-Z]", section[len(cited) :]) is not None)


def main() -> None:
    """Print how many rows each section has, with and without an id."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[3] / "shared" / "evidence"
    rows = read_all(folder)
    for section, count in Counter(row.section for row in rows).items():
        own = sum(bool(row.id) for row in rows if row.section == section)
        print(f"{section:16} {count:4} rows, {own:4} with an id")
    print(f"{len(rows)} rows, {sum(bool(row.id) for row in rows)} with an id, {len({row.id for row in rows if row.id})} ids")


if __name__ == "__main__":
    main()
