"""Join tables by id: each row of the first with what the others say of the same patient, in bounded memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from islet.errors import InputError
from islet.registry.code.batch import id_texts
from islet.registry.duplicates import MEMORY, QUIET
from islet.registry.progress import Progress
from islet.registry.read.open_table import format_of, open_table
from islet.registry.read.rows import Rows, Table
from islet.registry.run import refuse_same
from islet.registry.write.open_output import open_output


class Partners(NamedTuple):
    """Hold how many rows of a table went to a row of the first, and how many belong to nobody there."""

    name: str
    met: int
    alone: int


class Joined(NamedTuple):
    """Hold what came of a join: where it is, how many rows it has, and the partners of each other table."""

    name: str
    rows: int
    partners: tuple[Partners, ...]


def join_tables(source: str, others: list[str], out: str, quiet: bool = False) -> Joined:
    """Write the rows of a table in their order, each with the columns of the other tables; unknown where they have no such id.

    Raises InputError where a table has no ids, another table has an id twice, two tables have a column of one name, a row cannot be
    read, or the output cannot be written; then, and when stopped, nothing is left at `out`.
    """
    for name in (source, *others):
        refuse_same(name, out)
    format_of(out)
    first = _with_ids(source)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(os.path.join(folder, "join.duckdb")) as connection:
        connection.execute(f"{QUIET}; SET memory_limit = '{MEMORY}'; SET temp_directory = '{folder}'")
        sides = [_Side(connection, number, _with_ids(name)) for number, name in enumerate(others)]
        fields = _fields(first, sides)
        made_up = any(table.metadata.get("islet.synthetic") == "yes" for table in (first, *(side.table for side in sides)))
        told = {"islet.synthetic": "yes"} if made_up else {}
        output, progress = open_output(out, pa.schema(fields), told), Progress(first.total, quiet=quiet)
        try:
            for rows in _whole_rows(first):
                output.write(_joined(rows, first, sides, fields))
                progress.step(rows.batch.num_rows)
            name = output.finish(told, True)
        except BaseException:
            output.abandon()
            raise
        progress.finish()
        return Joined(name, output.rows, tuple(side.partners() for side in sides))


class _Side:
    """Hold one of the other tables in the database, its columns under names that no table can clash with."""

    def __init__(self, connection: Any, number: int, table: Table) -> None:
        self.connection, self.table, self.own, self.met = connection, table, f"side{number}", f"met{number}"
        self.fields = [_field(table, name) for name in table.columns if name != "id"]
        schema = pa.schema([("id", pa.string()), *((f"c{place}", field.type) for place, field in enumerate(self.fields))])
        connection.register("batch", schema.empty_table())
        connection.execute(f"CREATE TABLE {self.own} AS SELECT * FROM batch; CREATE TABLE {self.met} (id VARCHAR)")
        for rows in _whole_rows(table):
            connection.register("batch", pa.Table.from_batches([self._stored(rows, schema)]))
            connection.execute(f"INSERT INTO {self.own} SELECT * FROM batch")
        twice = connection.execute(f"SELECT id FROM {self.own} GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT 1").fetchone()
        if twice:
            raise InputError(f'the id "{twice[0]}" stands in more than one row', table.name, 0, "id", "expected one row a patient")

    def _stored(self, rows: Rows, schema: Any) -> Any:
        columns = [rows.batch.column(field.name).cast(field.type) for field in self.fields]
        return pa.RecordBatch.from_arrays([id_texts(rows.batch.column("id")), *columns], schema=schema)

    def beside(self, ids: Any) -> list[Any]:
        """Return the columns of this table for ids in their order, null where it has no such row."""
        self.connection.register("asked", pa.table({"place": np.arange(len(ids)), "asked_id": ids}))
        found = self.connection.sql(
            f"SELECT {self.own}.* FROM asked LEFT JOIN {self.own} ON id = asked_id ORDER BY place"
        ).to_arrow_table().combine_chunks()
        met = found.column("id").drop_null()
        self.connection.register("met", pa.table({"id": met}))
        self.connection.execute(f"INSERT INTO {self.met} SELECT id FROM met")
        return [found.column(f"c{place}").combine_chunks().cast(field.type) for place, field in enumerate(self.fields)]

    def partners(self) -> Partners:
        """Return how many rows of this table had a partner."""
        met = self.connection.execute(f"SELECT count(DISTINCT id) FROM {self.met}").fetchone()[0]
        rows = self.connection.execute(f"SELECT count(*) FROM {self.own}").fetchone()[0]
        return Partners(self.table.name, met, rows - met)


def _with_ids(name: str) -> Table:
    table = open_table(name)
    if "id" not in table.columns:
        raise InputError("there is no column of ids", name, 0, "id", 'expected a column "id" by which tables are joined')
    return table


def _fields(first: Table, sides: list[_Side]) -> list[Any]:
    """Return the columns of the output; raise InputError where two tables have one of the same name."""
    found = {name: (_field(first, name), first.name) for name in first.columns}
    for side in sides:
        for field in side.fields:
            if field.name in found:
                words = f'the column "{field.name}" stands in {found[field.name][1]} too'
                raise InputError(words, side.table.name, 0, field.name, "expected it in one table: leave it out or rename it")
            found[field.name] = field, side.table.name
    return [field for field, _ in found.values()]


def _field(table: Table, name: str) -> Any:
    field = table.field(name)
    return pa.field(name, pa.string() if pa.types.is_null(field.type) else field.type)


def _whole_rows(table: Table) -> Iterator[Rows]:
    """Yield the rows of a table; raise InputError at one that cannot be read or has no id."""
    for rows in table.batches(None):
        if rows.bad:
            raise InputError(rows.bad[0].found, table.name, rows.bad[0].line, "", rows.bad[0].expected)
        missing = np.flatnonzero(id_texts(rows.batch.column("id")).is_null().to_numpy(zero_copy_only=False))
        if len(missing):
            raise InputError(f"row {rows.numbers[missing[0]]:,} has no id", table.name, rows.line(missing[0]) or 0, "id", "expected an id")
        yield rows


def _joined(rows: Rows, first: Table, sides: list[_Side], fields: list[Any]) -> Any:
    ids = id_texts(rows.batch.column("id"))
    columns = [rows.batch.column(name).cast(_field(first, name).type) for name in first.columns]
    for side in sides:
        columns += side.beside(ids)
    return pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields))
