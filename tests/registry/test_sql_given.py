"""A table of plain columns is read into the same cells as a case file; what no case file may hold is set aside."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from islet.case.values import Given
from islet.registry.generated import coded_of, generated_cases
from islet.registry.sql.columns import high_name, low_name, mask_name
from islet.registry.sql.dialect import DIALECTS
from islet.registry.sql.given import given
from islet.registry.sql.layers import query
from islet_testing.bases import own_base

DUCKDB = DIALECTS["duckdb"]


def first_step(table: pa.Table) -> dict[str, Any]:
    """Return what the first step makes of a table."""
    space = own_base().space
    names = [name for name in table.column_names if name != "id"]
    layers = given(space, names, False, DUCKDB)
    outputs = ["id", "rejected", "emergency", *(name for layer in layers[:2] for name in layer if name != "rejected")]
    connection = duckdb.connect()
    connection.register("patients", table)
    return connection.execute(query("patients", layers, list(dict.fromkeys(outputs)), DUCKDB) + " ORDER BY id").fetchnumpy()


def plain(name: str, values: list[Any], kind: Any = None) -> dict[str, Any]:
    return first_step(pa.table({"id": list(range(len(values))), name: pa.array(values, kind)}))


def columns_told(one: Given, name: str) -> dict[str, Any] | None:
    """Return the columns that tell a value, None where plain columns cannot."""
    if one.choices is not None:
        if len(one.choices) > 1:
            return None
        word = one.choices[0]
        return {name: word == "yes" if word in ("yes", "no") else word}
    if one.ranges is None or len(one.ranges) > 1 or one.ranges[0].low_open or one.ranges[0].high_open:
        return None
    low, high = one.ranges[0][:2]
    if low == high:
        return {name: low}
    return {f"{name}__low": None if np.isinf(low) else low, f"{name}__high": None if np.isinf(high) else high}


def test_cells_and_ends_are_those_of_the_case_file() -> None:
    base = own_base()
    space = base.space
    cases = generated_cases(range(120), base)
    rows: list[dict[str, Any]] = []
    for number, case in enumerate(cases):
        row: dict[str, Any] = {"id": number}
        for name in list(case.given):
            told = columns_told(case.given[name], name) if name in space.place else {}
            if told is None:
                del case.given[name]
            else:
                row |= told
        rows.append(row)
    coded = coded_of(cases, space)
    names = sorted({name for row in rows for name in row})
    found = first_step(pa.table({name: [row.get(name) for row in rows] for name in names}))
    assert not found["rejected"].any()
    for number, masks in coded.masks.items():
        assert np.array_equal(np.ma.filled(found[mask_name(number)]), masks), space.variables[number].name
    for name, (low, high) in coded.numbers.items():
        place = space.place[name]
        assert np.array_equal(np.ma.filled(found[low_name(place)].astype(float), np.nan), low, equal_nan=True), name
        assert np.array_equal(np.ma.filled(found[high_name(place)].astype(float), np.nan), high, equal_nan=True), name


@pytest.mark.parametrize(("name", "values", "kind", "expected"), [
    ("cells.ki67_percent", [0.0, 100.0, 100.5, -1.0, None, float("nan"), float("inf")], pa.float64(), [0, 0, 1, 1, 0, 1, 1]),
    ("health.ecog", [0.0, None, 5.0], pa.float64(), [0, 0, 1]),
    ("extent.primary_site", ["tail", "Tail", None], pa.string(), [0, 1, 0]),
    ("extent.liver_count", [2.0, 2.5, None], pa.float64(), [0, 1, 0]),
    ("health.pregnant", [True, False, None], pa.bool_(), [0, 0, 0]),
])
def test_a_value_that_no_patient_can_have_sets_the_row_aside(name: str, values: list[Any], kind: Any, expected: list[int]) -> None:
    assert plain(name, values, kind)["rejected"].tolist() == expected


def test_reversed_ends_and_a_value_outside_its_ends_set_the_row_aside() -> None:
    found = first_step(pa.table({
        "id": [0, 1, 2, 3],
        "cells.ki67_percent": pa.array([None, None, 5.0, 5.0]),
        "cells.ki67_percent__low": [10.0, 3.0, 6.0, 5.0],
        "cells.ki67_percent__high": [3.0, 10.0, 7.0, 5.0],
    }))
    assert found["rejected"].tolist() == [1, 0, 1, 0]


def test_an_id_that_is_missing_or_stands_twice_sets_the_rows_aside() -> None:
    found = first_step(pa.table({"id": pa.array([1, 1, 2, None]), "health.pregnant": [True, True, True, True]}))
    assert found["rejected"].tolist() == [1, 1, 0, 1]


def test_an_emergency_is_seen() -> None:
    assert plain("health.emergency.hormone_crisis", [True, False, None])["emergency"].tolist() == [1, 0, 0]
