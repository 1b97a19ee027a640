"""The Python call: a table in memory in, the verdicts of every patient out, in the same kind of table."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import narwhals as nw
import pyarrow as pa

from islet import __version__
from islet.errors import InputError
from islet.knowledge.store import load_knowledge
from islet.registry.code.batch import Rejected
from islet.registry.engine import FEW, decider
from islet.registry.question import Question
from islet.registry.read.memory import MemoryTable
from islet.registry.result import ResultMaker, Wanted, result_schema, wanted_criteria
from islet.registry.run import about, with_synthetic
from islet.registry.stream import open_source

SHOWN = 5  # rows set aside that a warning names


def decide_frame(
    table: Any, criteria: Sequence[str] | str = (), could_be: bool = False, deciding: bool = False, keep: Sequence[str] = (),
    where: str | None = None, region: str | None = None, knowledge: str | None = None, engine: str = "numba",
) -> Any:
    """Return the verdicts of every patient of an Arrow, Polars or pandas table, as a table of the same kind.

    Rows with a fault are set aside with a warning. Raises InputError when the table or the question is wrong.
    """
    arrow, back = _arrow(table)
    base = load_knowledge(knowledge)
    names = (criteria,) if isinstance(criteria, str) else tuple(criteria)
    wanted = Wanted(wanted_criteria(names, base), could_be, deciding)
    memory = MemoryTable(arrow)
    source = open_source(memory, base, Question(wanted, region, where, tuple(keep)), set(result_schema(base, wanted, []).names))
    schema = with_synthetic(result_schema(base, wanted, source.kept), memory)
    who = decider(base, region, engine)
    maker = ResultMaker(base, wanted, region, schema, who.machine)
    batches: list[Any] = []
    rejected: list[Rejected] = []
    synthetic = memory.metadata.get("islet.synthetic") == "yes"
    for rows in source.batches(base, 0, FEW if deciding else who.batch):
        batches.append(maker.make(rows, who.decide(rows.coded, bool(wanted.criteria))))
        rejected += rows.rejected
        synthetic |= rows.synthetic
    if rejected:
        warnings.warn(_set_aside(rejected), stacklevel=3)
    found = pa.Table.from_batches(batches, schema)
    said = about(base, memory) | {
        "islet.engine": f"islet {__version__} {who.name}", "islet.complete": "yes", "islet.rows": str(found.num_rows),
        "islet.rejected": str(len({one.row for one in rejected})),
    }
    return back(found.replace_schema_metadata(said | ({"islet.synthetic": "yes"} if synthetic else {})))


def _arrow(table: Any) -> tuple[Any, Any]:
    """Return a table as Arrow, and the way back to its own kind."""
    if isinstance(table, pa.Table):
        return table, lambda found: found
    try:
        frame = nw.from_native(table, eager_only=True)
    except TypeError:
        raise InputError(f"found {type(table).__name__}", "islet.cohort", 0, "table", "expected an Arrow, Polars or pandas table") from None
    backend = nw.get_native_namespace(frame)
    return frame.to_arrow(), lambda found: nw.from_arrow(found, backend=backend).to_native()


def _set_aside(rejected: list[Rejected]) -> str:
    rows = len({one.row for one in rejected})
    named = "; ".join(f"row {one.row}, {one.column}: {one.fault.found}; {one.fault.expected}" for one in rejected[:SHOWN])
    more = "" if len(rejected) <= SHOWN else f"; and {len(rejected) - SHOWN} more"
    return f"{rows} row{'s' if rows != 1 else ''} set aside: {named}{more}"
