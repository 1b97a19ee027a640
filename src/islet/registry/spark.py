"""Decide a table inside Spark: the same kernel in every Python worker, batch after batch, on a cluster that is there.

Spark reads the Parquet file, gives each task a part of it, and starts a lost task again. What a task says of its rows beside the
verdicts (rows set aside, records left alone) travels in rows of its own, so that a task that ran twice counts once.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from islet import __version__
from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge
from islet.registry.code.batch import BatchCoder, Rejected
from islet.registry.code.said import Fault
from islet.registry.engine import decider
from islet.registry.question import Question, Report
from islet.registry.read.open_table import open_table
from islet.registry.read.parquet import ParquetTable
from islet.registry.read.rows import Rows
from islet.registry.result import ResultMaker, result_schema
from islet.registry.run import about, refuse_same, with_synthetic
from islet.registry.select import choose
from islet.registry.spark_session import spark_session
from islet.registry.stream import Source, open_source
from islet.registry.write.open_output import open_output
from islet.registry.write.rejected import RejectedOutput

ROW, TOLD = "islet_row", "islet_told"
WORKING = ".spark"  # what Spark writes, beside the output, until it is put together


class Task(NamedTuple):
    """Hold what every worker needs: the knowledge folder (None: the package's own), the question, how columns are coded."""

    folder: str | None
    sha256: str
    question: Question
    source: Source
    schema: Any


def decide_on_spark(
    source: str, out: str, folder: str | None, base: KnowledgeBase, question: Question, master: str | None = None,
    session: Any = None,
) -> Report:
    """Decide every patient of a Parquet file with Spark and write `out`; rows with faults go to `OUT.rejected`.

    `master` names the cluster (None: as Spark is set up); a `session` that is open already is used instead, and left open. Raises
    InputError when the table or the question is wrong, when Spark is not installed, or when the job fails; then nothing is left at
    `out`.
    """
    started = time.monotonic()
    refuse_same(source, out)
    table = open_table(source)
    if not isinstance(table, ParquetTable):
        raise InputError("Spark reads Parquet alone here", source, 0, "--engine spark", "expected a Parquet file, or leave --engine out")
    stream = open_source(table, base, question, set(result_schema(base, question.wanted, []).names))
    if stream.coder is None:
        raise InputError("the table is coded already", source, 0, "--engine spark", "expected a table of plain columns")
    schema = with_synthetic(result_schema(base, question.wanted, stream.kept), table)
    task = Task(folder, base.sha256, question, stream, schema)
    working = out + WORKING
    shutil.rmtree(working, ignore_errors=True)
    try:
        with spark_session(master) if session is None else contextlib.nullcontext(session) as open_session:
            _run(task, open_session, os.path.abspath(source), os.path.abspath(working))
        metadata = about(base, table) | {"islet.engine": f"islet {__version__} spark", "islet.region": question.region or ""}
        return _put_together(task, working, out, metadata, stream, started)
    finally:
        shutil.rmtree(working, ignore_errors=True)


def _run(task: Task, session: Any, source: str, working: str) -> None:
    from pyspark.sql import functions as f
    from pyspark.sql.pandas.types import from_arrow_schema

    columns = [f.col(f"`{name}`").alias(f"c{place}") for place, name in enumerate(needed_columns(task))]  # names without dots
    rows = session.read.parquet(source).select(*columns, f.col("_metadata.row_index").alias(ROW))
    told = from_arrow_schema(_flat(task.schema))
    rows.mapInArrow(lambda batches: decide_batches(task, batches), told).write.parquet(working)


def needed_columns(task: Task) -> list[str]:
    """Return the columns of the table that the workers read."""
    assert task.source.columns is not None and task.source.selection is not None
    where = task.source.table.columns if task.question.where else []
    kept = (field.name for field in task.source.kept)
    return list(dict.fromkeys([*task.source.columns.read(), *kept, *task.source.selection.codes, *where]))


_workers: dict[tuple[str, str], tuple[KnowledgeBase, Any]] = {}


def decide_batches(task: Task, batches: Iterator[Any]) -> Iterator[Any]:
    """Yield the output of batches that Spark gives a worker; the knowledge is loaded and the kernel made once in a process."""
    key = (task.sha256, f"{task.question.region} {task.question.engine}")
    if key not in _workers:
        base = load_knowledge(task.folder)
        if base.sha256 != task.sha256:
            raise RuntimeError(f"this worker has the knowledge {base.sha256[:12]}, the job wants {task.sha256[:12]}")
        _workers[key] = base, decider(base, task.question.region, task.question.engine)
    base, who = _workers[key]
    maker = ResultMaker(base, task.question.wanted, task.question.region, task.schema, who.machine)
    coder, selection = task.source.coder, task.source.selection
    assert coder is not None and selection is not None
    for batch in batches:
        numbers = batch.column(ROW).to_numpy() + 1
        named = pa.RecordBatch.from_arrays(batch.columns[:-1], names=needed_columns(task))
        rows, counts = choose(Rows(named, numbers), task.question.where, selection.finder)
        yield from _one(coder, rows, counts, maker, who, task)


def _one(coder: BatchCoder, rows: Rows, counts: dict[str, int], maker: ResultMaker, who: Any, task: Task) -> Iterator[Any]:
    schema = _flat(task.schema)
    coded = coder.code(rows)
    if coded.coded.rows:
        made = maker.make(coded, who.decide(coded.coded, bool(task.question.wanted.criteria)))
        aside = {one.row for one in coded.rejected}
        own = rows.numbers[~np.isin(rows.numbers, list(aside))] if aside else rows.numbers
        arrays = [_plain(column) for column in made.columns] + [pa.array(own), pa.nulls(made.num_rows, pa.string())]
        yield pa.RecordBatch.from_arrays([a.cast(f.type) for a, f in zip(arrays, schema, strict=True)], schema=schema)
    told = [json.dumps({"rejected": [*one[:4], one.fault.found, one.fault.expected]}) for one in coded.rejected]
    told.append(json.dumps({"counts": counts, "synthetic": coded.synthetic}))
    first = int(rows.numbers[0]) if len(rows.numbers) else 0
    arrays = [pa.nulls(len(told), field.type) for field in schema]
    arrays[-2:] = pa.array([*(one.row for one in coded.rejected), first], pa.int64()), pa.array(told)
    yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _plain(column: Any) -> Any:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _flat(schema: Any) -> Any:
    """Return the columns of the output as Spark knows them, with the number of the row and what is told of it."""
    fields = [field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field for field in schema]
    return pa.schema([*fields, pa.field(ROW, pa.int64()), pa.field(TOLD, pa.string())])


def _put_together(task: Task, working: str, out: str, metadata: dict[str, str], stream: Source, started: float) -> Report:
    """Put the parts that Spark wrote into one output, in the order of the table."""
    output, rejected = open_output(out, task.schema, metadata), RejectedOutput(out)
    counts: dict[str, int] = {}
    synthetic = metadata.get("islet.synthetic") == "yes"
    try:
        aside: list[Rejected] = []
        for part in _in_order(working):
            for batch in pq.ParquetFile(part).iter_batches(1 << 16):
                told = batch.column(TOLD)
                for words in told.drop_null().to_pylist():
                    said = json.loads(words)
                    if "rejected" in said:
                        row, line, ident, column, found, expected = said["rejected"]
                        aside.append(Rejected(row, line, ident, column, Fault(found, expected)))
                    else:
                        synthetic = synthetic or said["synthetic"]
                        counts = {name: counts.get(name, 0) + count for name, count in said["counts"].items()}
                patients = batch.filter(told.is_null()).drop_columns([ROW, TOLD])
                if patients.num_rows:
                    arrays = [column.cast(field.type) for column, field in zip(patients.columns, task.schema, strict=True)]
                    output.write(pa.RecordBatch.from_arrays(arrays, schema=task.schema))
        rejected.write(sorted(aside, key=lambda one: one.row))
        told_at_end = {"islet.rows": str(output.rows), "islet.complete": "yes", "islet.rejected": str(rejected.rows),
                       "islet.counts": json.dumps(counts)} | ({"islet.synthetic": "yes"} if synthetic else {})
        name = output.finish(told_at_end, True)
        rejected_name = rejected.finish()
    except BaseException:
        output.abandon()
        rejected.abandon()
        raise
    seconds = time.monotonic() - started
    return Report(
        name, True, output.rows, rejected.rows, rejected_name, rejected.reasons, counts, stream.columns, synthetic, seconds,
        counts.get("read", 0) / seconds, metadata["islet.engine"],
    )


def _in_order(working: str) -> list[str]:
    """Return the parts in the order of the rows they hold."""
    found = []
    for name in os.listdir(working):
        if name.endswith(".parquet"):
            part = os.path.join(working, name)
            first = next(pq.ParquetFile(part).iter_batches(1, columns=[ROW]), None)
            if first is not None:
                found.append((first.column(0)[0].as_py(), part))
    return [part for _, part in sorted(found)]
