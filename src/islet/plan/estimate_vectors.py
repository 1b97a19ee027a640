"""Run the published and computed vectors of every calculator of `estimates/`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from islet.errors import InputError
from islet.estimate.known import Known
from islet.estimate.make import estimate_one
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.folder import read_folder
from islet.knowledge.yaml_data import Map
from islet.patient.state import build_patient
from islet.plan.described import case_of

MARKS = ("read", "computed")


class Compared(NamedTuple):
    """Hold one vector: what a source gives, what we give, and how far apart they may stand."""

    estimate: str
    what: str
    published: float | str
    ours: float | str | None
    within: float
    unit: str
    mark: str
    evidence: str
    file: str
    line: int

    @property
    def agrees(self) -> bool:
        """Tell whether ours stands within the stated distance; words must be equal."""
        if isinstance(self.published, str) or isinstance(self.ours, str) or self.ours is None:
            return self.published == self.ours
        return abs(self.published - self.ours) <= self.within


def compare_vectors(folder: Path, base: KnowledgeBase) -> Iterator[Compared]:
    """Yield every vector of a knowledge folder with our result beside it.

    Raises InputError when a vector cannot be read.
    """
    for name, data in read_folder(folder).under("estimates").items():
        for ident, entry in data["estimates"].items():
            for vector in entry.get("vectors") or ():
                yield _compare(ident, entry, vector, str(folder / name), base)


def _compare(ident: str, entry: Map, vector: Map, file: str, base: KnowledgeBase) -> Compared:
    where = (file, vector.line, ident)
    if not {"given", "expect", "mark", "evidence"} <= set(vector) or vector["mark"] not in MARKS:
        raise InputError("a vector cannot be read", *where, "expected {given, expect, within, mark: read or computed, evidence}")
    given = {str(key): value for key, value in vector["given"].items()}
    known = Known(build_patient(case_of(given, base, file, flat=True), base.space), base)
    made = estimate_one(ident, known, base, exact=True)
    ours = None if made is None else made["value"]
    if made is not None and vector.get("row") is not None:
        ours = next((row.get("value", row.get("holds")) for row in made.get("rows", ()) if vector["row"] in row.values()), None)
    if made is not None and made["status"] != "given":
        ours = made["status"]
    what = ", ".join(f"{key} {value}" for key, value in given.items())
    evidence = ", ".join(str(mark) for mark in vector["evidence"])
    wanted = vector["expect"]
    return Compared(
        ident, what, float(wanted) if isinstance(wanted, (int, float)) else str(wanted), ours, float(vector.get("within") or 0),
        entry.get("unit") or "", vector["mark"], evidence, file, vector.line,
    )
