"""Run the printed SQL in DuckDB on a batch in cells: a reading of the rules that shares no code with the kernel."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from islet.knowledge.base import KnowledgeBase
from islet.registry.by_case import empty_decisions, fill_by_case
from islet.registry.model import NO_VERDICT, Coded, Decided
from islet.registry.sql.columns import CLASH, REJECTED, UNSETTLED
from islet.registry.sql.dialect import DIALECTS
from islet.registry.sql.given import ID
from islet.registry.sql.layers import Statement
from islet.registry.sql.script import CODES, Asked, make_script
from islet.registry.sql.verdicts import criterion_name


def decide_duckdb(
    coded: Coded, base: KnowledgeBase, region: str | None = None, criteria: bool = False, connection: Any = None
) -> Decided:
    """Return the decisions of the printed SQL on every row of a batch.

    Rows whose facts clash, or which the steps of the SQL did not settle, are decided patient by patient, as the command line does.
    A `connection` keeps the working tables, with what the SQL alone says in `islet_codes`.
    """
    con = connection or duckdb.connect()
    table = coded_table(coded, base)
    con.register("islet_patients", table)
    asked = Asked("islet_patients", tuple(name for name in table.column_names if name != ID), True, region, criteria)
    execute(con, make_script(base, DIALECTS["duckdb"], asked).working)
    decided = read_codes(con, coded.rows, base, criteria)
    marks = con.execute(f"SELECT {CLASH}, {UNSETTLED}, {REJECTED} FROM {CODES} ORDER BY {ID}").fetchnumpy()
    con.unregister("islet_patients")
    left = (marks[CLASH] != 0) | (marks[UNSETTLED] != 0) | (marks[REJECTED] != 0)
    left[list(coded.cases)] = True
    fill_by_case(decided, [int(row) for row in np.flatnonzero(left)], coded, base, region)
    return decided


def coded_table(coded: Coded, base: KnowledgeBase) -> pa.Table:
    """Return a batch as a table in the columns that `--from coded` reads: cells under a variable's name, a number's ends beside it."""
    columns: dict[str, Any] = {ID: np.arange(coded.rows)}
    for number, masks in coded.masks.items():
        variable = base.space.variables[number]
        if variable.kind == "number":
            if variable.name not in coded.numbers:
                continue
            for end, values in zip(("low", "high"), coded.numbers[variable.name], strict=True):
                columns[f"{variable.name}__{end}"] = pa.array(values, mask=np.isnan(values))
        columns[variable.name] = masks.astype(np.int32)
    return pa.table(columns)


def execute(connection: Any, made: Iterable[Statement]) -> None:
    """Run statements one after the other."""
    dialect = DIALECTS["duckdb"]
    for statement in made:
        connection.execute(f"{dialect.create.format(statement.table)}\n{statement.query}")


def read_codes(connection: Any, rows: int, base: KnowledgeBase, criteria: bool) -> Decided:
    """Return what stands in the working table of codes, in the order of the ids."""
    decided = empty_decisions(rows, base, criteria)
    found = connection.execute(f"SELECT * FROM {CODES} ORDER BY {ID}").fetchnumpy()
    for place in range(len(base.options)):
        decided.verdicts[place] = _filled(found[f"verdict{place}"], NO_VERDICT)
        decided.could[place] = _filled(found[f"could{place}"], 0)
        decided.certain[place] = np.isin(decided.could[place], (1, 2, 4, 8))
    if decided.criteria is not None:
        for number in range(len(base.criteria)):
            decided.criteria[number] = _filled(found[criterion_name(number)], 1)
    return decided


def _filled(values: Any, missing: int) -> NDArray[np.uint8]:
    return np.ma.filled(values, missing).astype(np.uint8)
