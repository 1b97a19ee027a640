"""Which rows of a table are looked at: a condition in SQL, and the tumours that are meant in a file of all cancers. The rest is counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from islet.errors import InputError
from islet.registry.duplicates import QUIET
from islet.registry.find_records import FOUND, NO_CODE, OTHER, Finder
from islet.registry.read.rows import BATCH, Rows, Table

COUNTS = ("read", "where_no", "where_unknown", "left_alone", "no_code")


class Selection:
    """Choose rows of a table; each batch counts how many were read and left out, and why."""

    def __init__(self, table: Table, where: str | None = None, finder: Finder | None = None) -> None:
        self.table, self.where = table, where
        codes = () if finder is None else (finder.topography, finder.morphology)
        self.finder = finder if codes and set(codes) <= set(table.columns) else None
        self.codes = codes if self.finder else ()

    def batches(self, columns: list[str], after: int = 0, size: int = BATCH) -> Iterator[Rows]:
        """Yield the rows chosen with at least these columns; a batch of which none is chosen comes too, to tell how far it went."""
        wanted = None if self.where else list(dict.fromkeys([*columns, *self.codes]))
        connection = _closed() if self.where else None
        for rows in self.table.batches(wanted, after, size):
            upto = max([*rows.numbers[-1:].tolist(), *(row.number for row in rows.bad)], default=after)
            rows, counts = choose(rows, self.where, self.finder, connection)
            yield rows._replace(upto=upto, counts=counts)


def choose(rows: Rows, where: str | None, finder: Finder | None, connection: Any = None) -> tuple[Rows, dict[str, int]]:
    """Return the rows of a batch that are chosen, and how many were read and left out."""
    counts = dict.fromkeys(COUNTS, 0) | {"read": rows.batch.num_rows + len(rows.bad)}
    if where is not None and rows.batch.num_rows:
        rows = _where(rows, where, connection or _closed(), counts)
    if finder is not None:
        rows = _find(rows, finder, counts)
    return rows, counts


def _closed() -> Any:
    """Open a database from which a condition reaches no file and no other host."""
    connection = duckdb.connect(config={"enable_external_access": "false"})
    connection.execute(QUIET)
    return connection


def _where(rows: Rows, where: str | None, connection: Any, counts: dict[str, int]) -> Rows:
    connection.register("patients", pa.Table.from_batches([rows.batch]))
    try:
        found = connection.sql(f"SELECT CAST(({where}) AS BOOLEAN) AS chosen FROM patients").to_arrow_table().column("chosen")
    except duckdb.Error as error:
        words = str(error).splitlines()[0]
        raise InputError(f"the condition cannot be used: {words}", "", 0, "--where", "expected SQL over the columns") from None
    chosen = pc.fill_null(found, False).combine_chunks().to_numpy(zero_copy_only=False)
    counts["where_unknown"] += found.null_count
    counts["where_no"] += len(chosen) - int(chosen.sum()) - found.null_count
    return rows.take(np.flatnonzero(chosen))


def _find(rows: Rows, finder: Finder, counts: dict[str, int]) -> Rows:
    found = finder.find(rows.batch)
    counts["no_code"] += int((found == NO_CODE).sum())
    counts["left_alone"] += int((found == OTHER).sum())
    return rows if (found == FOUND).all() else rows.take(np.flatnonzero(found == FOUND))
