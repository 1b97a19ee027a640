"""Keep the coded columns of a table in a Parquet file, so that a second question need not read it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from islet.case.values import Given, Range
from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.patient.space import Space
from islet.registry.by_case import case_of
from islet.registry.code.batch import CodedRows
from islet.registry.code.said import mask_type
from islet.registry.columns import Columns
from islet.registry.model import Coded
from islet.registry.read.rows import Table

MARK = "islet.coded"
CELLS, LOW, HIGH, KEPT = "cells:", "low:", "high:", "kept:"
TEXTS = pa.list_(pa.string())


def variables_told(columns: Columns, space: Space) -> list[int]:
    """Return the variables of which the columns of a table can say something, in their order."""
    found: set[int] = set()
    for column in columns.known:
        if column.variable is not None:
            found.add(column.variable.number)
        elif column.role == "history":
            found |= {v.number for v in space.variables if space.dictionary.facts[v.fact].from_history is not None}
        else:
            found |= {v.number for v in space.variables if v.fact == column.fact.name}
    return sorted(found)


def coded_schema(columns: Columns, space: Space, kept: list[Any]) -> Any:
    """Return the columns of the file: id, cells and ends of every variable told, what no cell can tell, what goes through."""
    fields = [pa.field("id", pa.string()), pa.field("flags", pa.uint8()), pa.field("declined", TEXTS), pa.field("case", pa.string())]
    for index in variables_told(columns, space):
        variable = space.variables[index]
        fields.append(pa.field(CELLS + variable.name, pa.from_numpy_dtype(mask_type(variable))))
        if variable.kind == "number":
            fields += [pa.field(LOW + variable.name, pa.float64()), pa.field(HIGH + variable.name, pa.float64())]
    return pa.schema([*fields, *(field.with_name(KEPT + field.name) for field in kept)])


def coded_batch(rows: CodedRows, schema: Any, space: Space) -> Any:
    """Return one batch of the file."""
    coded = rows.coded
    whole = {row: case_json(case.given) for row, case in coded.cases.items()}
    arrays: list[Any] = []
    for field in schema:
        kind, _, name = field.name.partition(":")
        if field.name == "id":
            arrays.append(rows.ids)
        elif field.name == "flags":
            arrays.append(pa.array(rows.flags))
        elif field.name == "declined":
            arrays.append(pa.nulls(coded.rows, TEXTS) if rows.declined is None else rows.declined)
        elif field.name == "case":
            arrays.append(pa.array([whole.get(row) for row in range(coded.rows)] if whole else [None] * coded.rows, pa.string()))
        elif kind == "kept":
            arrays.append(rows.kept.column(name).cast(field.type))
        elif kind == "cells":
            variable = space.variables[space.place[name]]
            masks = coded.masks.get(variable.number)
            arrays.append(pa.array(np.full(coded.rows, variable.full, mask_type(variable)) if masks is None else masks))
        else:
            ends = coded.numbers.get(name)
            found = np.full(coded.rows, np.nan) if ends is None else ends[kind == "high"]
            arrays.append(pa.array(found, mask=np.isnan(found)))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def is_coded(table: Table) -> bool:
    """Tell whether a table holds coded columns."""
    return MARK in table.metadata


def check_coded(table: Table, base: KnowledgeBase) -> None:
    """Raise InputError when a table was coded with another knowledge: its cells mean something else."""
    if table.metadata.get("islet.knowledge_sha256") != base.sha256:
        version = table.metadata.get("islet.knowledge_version", "another")
        raise InputError(f"the table was coded with the knowledge {version}, not with {base.version} as it is now", table.name, 0, "",
                         "code it again: islet cohort code IN -o CODED")


def kept_columns(table: Table) -> list[str]:
    """Return the columns that went through when the table was coded."""
    return [name.removeprefix(KEPT) for name in table.columns if name.startswith(KEPT)]


def coded_rows(table: Table, base: KnowledgeBase, keep: tuple[str, ...], after: int, size: int) -> Iterator[CodedRows]:
    """Yield the batches of a coded table."""
    space = base.space
    for rows in table.batches(None, after, size):
        batch = rows.batch
        masks: dict[int, Any] = {}
        numbers: dict[str, Any] = {}
        for name in table.columns:
            kind, _, fact = name.partition(":")
            if kind == "cells":
                masks[space.place[fact]] = batch.column(name).to_numpy()
            elif kind == "low":
                numbers[fact] = _floats(batch.column(name)), _floats(batch.column(HIGH + fact))
        coded = Coded(batch.num_rows, masks, numbers)
        cases = {}
        texts = batch.column("case")
        for row in () if texts.null_count == len(texts) else range(len(texts)):
            text = texts[row].as_py()
            if text is not None:
                cases[row] = case_of(coded, row, space)
                cases[row].given = case_given(text)
        through = pa.RecordBatch.from_arrays([batch.column(KEPT + name) for name in keep], list(keep)) if keep else batch.select([])
        yield CodedRows(
            coded._replace(cases=cases), batch.column("id").cast(pa.string()), batch.column("flags").to_numpy().copy(),
            batch.column("declined"), through, [], int(rows.numbers[-1]), {"read": batch.num_rows},
            table.metadata.get("islet.synthetic") == "yes",
        )


def _floats(values: Any) -> Any:
    return values.to_numpy(zero_copy_only=False).astype(np.float64, copy=False)


def case_json(given: dict[str, Given]) -> str:
    """Return what a case says as JSON text."""
    return json.dumps(given)


def case_given(text: str) -> dict[str, Given]:
    """Return what a case says from its JSON text.

    >>> known = {"cells.ki67_percent": Given(ranges=(Range(3, float("inf"), True),))}
    >>> case_given(case_json(known)) == known
    True
    """
    return {name: _given(value) for name, value in json.loads(text).items()}


def _given(value: list[Any]) -> Given:
    ranges, choices, absent, on, source, several = value
    return Given(
        None if ranges is None else tuple(Range(*one) for one in ranges), None if choices is None else tuple(choices), absent, on, source,
        tuple(_given(one) for one in several),
    )
