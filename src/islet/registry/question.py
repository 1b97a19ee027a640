"""What is asked of a table, and what came of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from islet.errors import InputError, nearest
from islet.registry.columns import Columns
from islet.registry.find_records import MORPHOLOGY, TOPOGRAPHY
from islet.registry.read.rows import Table
from islet.registry.result import Wanted


class Question(NamedTuple):
    """Hold what is asked: which rows, what is shown beside the verdicts, what goes through, in which region, by which engine."""

    wanted: Wanted = Wanted()
    region: str | None = None
    where: str | None = None
    keep: tuple[str, ...] = ()
    engine: str = "numba"
    topography: str = TOPOGRAPHY
    morphology: str = MORPHOLOGY
    batch: int | None = None

    def told(self) -> dict[str, Any]:
        """Return what a resumed run must ask for again."""
        return {
            "wanted": [list(self.wanted.criteria), *self.wanted[1:]], "region": self.region, "where": self.where,
            "keep": list(self.keep), "topography": self.topography, "morphology": self.morphology,
        }


class Report(NamedTuple):
    """Hold what came of a run: where the output is, how many patients it holds, what was set aside or left out, what the columns were.

    `seconds` and `rate` (rows of the table a second) are those of this run, without what an earlier one did.
    """

    name: str
    complete: bool
    rows: int
    rejected: int
    rejected_name: str | None
    reasons: dict[str, int]
    counts: dict[str, int]
    columns: Columns | None
    synthetic: bool
    seconds: float
    rate: float
    engine: str


def check_keep(keep: tuple[str, ...], table: Table, taken: set[str]) -> None:
    """Raise InputError where a column that should go through is not there, or has the name of a column of the output."""
    for name in keep:
        if name not in table.columns:
            raise InputError(f'there is no column "{name}"', table.name, 0, "--keep", nearest(name, table.columns))
        if name in taken:
            raise InputError(f'the output has a column "{name}" of its own', table.name, 0, "--keep", "rename it first")
