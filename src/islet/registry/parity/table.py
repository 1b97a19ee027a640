"""Tell cases in the columns of a table that `islet cohort` reads, in every way a table has; count what no table can tell."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from islet.case.dictionary import Variable
from islet.case.model import Case
from islet.case.values import Given, Range
from islet.patient.space import Space
from islet.registry.columns import HIGH, LOW

GROUP = 4096  # rows that Spark can take apart
Cells = dict[str, Any]  # column -> value


def write_table(cases: Sequence[Case], names: Sequence[int], space: Space, file: Path) -> list[int]:
    """Write cases as a Parquet table, shuffled, each under its name as id; return the names of those that no table can tell."""
    rows: list[Cells] = []
    untold = []
    for name, case in zip(names, cases, strict=True):
        row = row_of(case, space)
        if row is None:
            untold.append(name)
        else:
            rows.append({"id": str(name), **row})
    order = np.random.default_rng(names[0]).permutation(len(rows)).tolist()
    columns = dict.fromkeys(name for row in rows for name in row)
    pq.write_table(pa.table({name: pa.array([rows[place].get(name) for place in order]) for name in columns}), file, row_group_size=GROUP)
    return untold


def row_of(case: Case, space: Space) -> Cells | None:
    """Return what is known of a case by column; None where a table has no way to tell it.

    A number known exactly is text, a closed interval its two ends, an open one JSON as in a case file; words that are possible
    stand side by side, yes and no are truth values.
    """
    row: Cells = {}
    for name, index in space.by_name:
        given = case.given.get(name)
        if given is None or not (given.known() or given.several):
            continue
        cells = _cells(name, given, space.variables[index])
        if cells is None:
            return None
        row |= cells
    return row


def _cells(name: str, given: Given, variable: Variable) -> Cells | None:
    if given.several:
        values = [_plain(one, variable) for one in given.several]
        return None if None in values else {name: json.dumps({"values": values})}
    if variable.kind == "number":
        if given.ranges is None or len(given.ranges) != 1:
            return None
        only = given.ranges[0]
        if only.low == only.high:
            return {name: repr(only.low)}
        if not only.low_open and not only.high_open:
            return {f"{name}{end}": float(value) for end, value in ((LOW, only.low), (HIGH, only.high)) if not math.isinf(value)}
        told = _open(only)
        return None if told is None else {name: json.dumps(told)}
    assert given.choices is not None
    if variable.kind == "boolean":
        return {name: given.choices == ("yes",)} if len(given.choices) == 1 else {}
    return {name: "|".join(given.choices)}


def _plain(given: Given, variable: Variable) -> Any:
    """Return one of several measurements as a case file writes it, None where it is not plain."""
    if not given.exact():
        return None
    if given.ranges is not None:
        return {"value": given.ranges[0].low}
    assert given.choices is not None
    return {"value": given.choices[0] == "yes" if variable.kind == "boolean" else given.choices[0]}


def _open(only: Range) -> dict[str, float] | None:
    """Return an interval without an end as a case file writes it; None where it has two ends, one of them open."""
    if math.isinf(only.high):
        return {"above": only.low}
    return {"below": only.high} if math.isinf(only.low) else None
