"""Decide a whole table as a stream: read and code ahead, decide, write; stop between batches, go on later."""

from __future__ import annotations

import json
import os
from typing import Any

import pyarrow as pa

from islet import __version__
from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.registry.code.keep import MARK, coded_batch, coded_schema
from islet.registry.engine import FEW, decider
from islet.registry.pump import Job, run_job
from islet.registry.question import Question, Report
from islet.registry.read.open_table import format_of, open_table
from islet.registry.read.rows import BATCH, Table
from islet.registry.result import ResultMaker, result_schema
from islet.registry.stream import open_source


def decide_table(source: str, out: str, base: KnowledgeBase, question: Question, resume: bool = False, quiet: bool = False) -> Report:
    """Decide every patient of the table in `source` and write `out`; rows with faults go to `OUT.rejected`.

    Raises InputError when the table or the question is wrong or the output cannot be written; then nothing is left at `out`.
    """
    refuse_same(source, out)
    format_of(out)
    table = open_table(source)
    own = set(result_schema(base, question.wanted, []).names)
    stream = open_source(table, base, question, own)
    schema = with_synthetic(result_schema(base, question.wanted, stream.kept), table)
    who = decider(base, question.region, question.engine)
    maker = ResultMaker(base, question.wanted, question.region, schema, who.machine)
    criteria = bool(question.wanted.criteria)
    size = question.batch or (FEW if question.wanted.deciding else who.batch)
    metadata = about(base, table) | {"islet.engine": f"islet {__version__} {who.name}", "islet.region": question.region or ""}
    make = lambda rows: maker.make(rows, who.decide(rows.coded, criteria))  # noqa: E731
    return run_job(Job(stream, out, base, schema, metadata, make, question.told(), size), resume, quiet)


def code_table(source: str, out: str, base: KnowledgeBase, question: Question, resume: bool = False, quiet: bool = False) -> Report:
    """Code the table in `source` and keep the coded columns in `out` (Parquet)."""
    refuse_same(source, out)
    if format_of(out) != "parquet":
        expected = "coded columns are kept in a file that ends in .parquet"
        raise InputError(f'found "{os.path.basename(out)}"', "", 0, "--output", expected)
    table = open_table(source)
    stream = open_source(table, base, question, set())
    if stream.columns is None:
        raise InputError("the table is coded already", source, 0, "", "expected a table of plain columns")
    schema = coded_schema(stream.columns, base.space, stream.kept)
    metadata = about(base, table) | {MARK: "1", "islet.engine": f"islet {__version__}"}
    make = lambda rows: coded_batch(rows, schema, base.space)  # noqa: E731
    return run_job(Job(stream, out, base, schema, metadata, make, question.told(), question.batch or BATCH), resume, quiet)


def about(base: KnowledgeBase, table: Table) -> dict[str, str]:
    """Return what an output says of itself from its beginning."""
    found = {"islet.knowledge_version": base.version, "islet.knowledge_sha256": base.sha256, "islet.input": table.name}
    found["islet.options"] = json.dumps(list(base.options))
    return found | ({"islet.synthetic": "yes"} if table.metadata.get("islet.synthetic") == "yes" else {})


def with_synthetic(schema: Any, table: Table) -> Any:
    """Return the columns of the output with one that says synthetic, where only the metadata of the table says so."""
    if table.metadata.get("islet.synthetic") != "yes" or "synthetic" in schema.names:
        return schema
    return schema.insert(1, pa.field("synthetic", pa.bool_()))


def refuse_same(source: str, out: str) -> None:
    """Raise InputError when the output would replace the table it is made from."""
    if os.path.exists(source) and os.path.exists(out) and os.path.samefile(source, out):
        raise InputError("the output would replace the table", out, 0, "--output", "expected another file")
    folder = os.path.dirname(os.path.abspath(out))
    if not os.path.isdir(folder):
        raise InputError("there is no such folder", folder, 0, "--output", "make it first")
