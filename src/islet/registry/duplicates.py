"""Find the ids that stand in more than one row, in bounded memory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from islet.registry.code.batch import id_texts
from islet.registry.read.rows import Rows

MEMORY = "400MB"
QUIET = "SET enable_progress_bar = false"  # or a long query draws on standard output


def duplicated_ids(batches: Callable[[], Iterator[Rows]]) -> Any:
    """Return the ids (as text) of more than one row among the batches; `batches` may be asked for twice."""
    if _rising(batches()):
        return pa.array([], pa.string())
    schema = pa.schema([("id", pa.string())])
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        connection.execute(f"{QUIET}; SET memory_limit = '{MEMORY}'; SET preserve_insertion_order = false; SET temp_directory = '{folder}'")
        reader = pa.RecordBatchReader.from_batches(
            schema, (pa.RecordBatch.from_arrays([id_texts(rows.batch.column("id"))], schema=schema) for rows in batches())
        )
        connection.register("ids", reader)
        found: Any = connection.sql("SELECT id FROM ids WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1").to_arrow_table()
    return found.column("id").combine_chunks()


def _rising(batches: Iterator[Rows]) -> bool:
    """Tell whether each id is greater than the one before: then no id stands twice."""
    last: Any = None
    for rows in batches:
        ids = rows.batch.column("id")
        if not pa.types.is_integer(ids.type):
            ids = id_texts(ids)
        if not len(ids):
            continue
        if ids.null_count or (last is not None and not ids[0].as_py() > last):
            return False
        if len(ids) > 1 and not pc.all(pc.greater(ids.slice(1), ids.slice(0, len(ids) - 1))).as_py():
            return False
        last = ids[-1].as_py()
    return True
