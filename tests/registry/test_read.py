"""Every form of a table gives the same rows with their numbers and lines, from any row on, in batches of any size."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from islet.errors import InputError
from islet.registry.ahead import Ahead
from islet.registry.columns import match_columns
from islet.registry.duplicates import duplicated_ids
from islet.registry.find_records import Finder
from islet.registry.question import Question
from islet.registry.read import csv_text
from islet.registry.read.csv_text import CsvTable
from islet.registry.read.memory import MemoryTable
from islet.registry.read.ndjson import NdjsonTable
from islet.registry.read.open_table import kind_of, open_table
from islet.registry.read.parquet import ParquetTable
from islet.registry.stream import open_source

ROWS = 103


def table_of(kind, path):
    columns = {"id": [f"p{n}" for n in range(1, ROWS + 1)], "ki67_percent": [float(n % 50) for n in range(1, ROWS + 1)]}
    if kind == "parquet":
        pq.write_table(pa.table(columns), path, row_group_size=20)
        return ParquetTable(str(path))
    if kind == "csv":
        lines = [f'{one},{number}{",x" if n == 50 else ""}' for n, (one, number) in enumerate(zip(*columns.values(), strict=True), 1)]
        path.write_text("id,ki67_percent\n" + "\n".join(lines) + "\n\n")
        return CsvTable(str(path))
    if kind == "ndjson":
        lines = [f'{{"id": "{one}", "ki67_percent": {number}}}' for one, number in zip(*columns.values(), strict=True)]
        path.write_text("\n".join([*lines[:49], "broken", *lines[50:]]))
        return NdjsonTable(str(path))
    return MemoryTable(pa.table(columns))


@pytest.mark.parametrize("kind", ("parquet", "csv", "ndjson", "memory"))
@pytest.mark.parametrize("size", (1, 7, 20, 1000))
def test_batches_hold_every_row_once_from_any_row_on(kind, size, tmp_path, monkeypatch):
    monkeypatch.setattr(csv_text, "BLOCK", 300)
    table = table_of(kind, tmp_path / f"t.{kind}")
    broken = {50} if kind in ("csv", "ndjson") else set()
    for after in (0, 1, 19, 20, 49, 50, 51, ROWS - 1, ROWS):
        batches = list(table.batches(["id"], after, size))
        numbers = [int(number) for rows in batches for number in rows.numbers]
        assert numbers == [n for n in range(after + 1, ROWS + 1) if n not in broken]
        assert [one for rows in batches for one in rows.batch.column("id").to_pylist()] == [f"p{n}" for n in numbers]
        assert {bad.number for rows in batches for bad in rows.bad} == {n for n in broken if n > after}
        assert all(rows.batch.num_rows <= size for rows in batches)


def test_a_broken_row_comes_with_the_batch_it_stands_in(tmp_path, monkeypatch):
    """Going on after a stop must neither lose nor repeat it."""
    monkeypatch.setattr(csv_text, "BLOCK", 300)
    for kind in ("csv", "ndjson"):
        for rows in table_of(kind, tmp_path / f"t.{kind}").batches(["id"], 0, 7):
            for bad in rows.bad:
                assert rows.numbers[0] - 1 <= bad.number <= rows.numbers[-1] + 1


@pytest.mark.parametrize("between", (",", ";", "\t"))
def test_marks_of_spreadsheets_are_understood(between, tmp_path):
    text = f'\ufeffid{between}ki67_percent{between}note\r\na{between}5{between}"two\r\nlines"\r\nb{between}6{between}"a ""b"""\r\n'
    (tmp_path / "t.csv").write_bytes(text.encode())
    table = CsvTable(str(tmp_path / "t.csv"))
    assert table.columns == ["id", "ki67_percent", "note"] and table.total == 2
    (rows,) = table.batches(None)
    assert rows.batch.to_pylist()[1] == {"id": "b", "ki67_percent": "6", "note": 'a "b"'}
    assert [rows.line(0), rows.line(1)] == [2, 4]


def test_lines_may_have_the_sections_of_a_case_file(tmp_path):
    (tmp_path / "t.ndjson").write_bytes(b'\xef\xbb\xbf{"id": 7, "cells": {"ki67_percent": {"below": 3}}, "history": []}\n')
    table = NdjsonTable(str(tmp_path / "t.ndjson"))
    (rows,) = table.batches(None)
    assert rows.batch.to_pylist() == [{"id": "7", "cells.ki67_percent": '{"below":3}', "history": "[]"}]


def test_what_a_file_is_shows_in_its_beginning(tmp_path):
    pq.write_table(pa.table({"id": ["a"]}), tmp_path / "one")
    (tmp_path / "two").write_text('\n {"id": "a"}\n')
    (tmp_path / "three").write_text("id,ki67_percent\na,5\n")
    assert [kind_of(str(tmp_path / name)) for name in ("one", "two", "three")] == ["parquet", "ndjson", "csv"]
    with pytest.raises(InputError, match="this is a folder"):
        open_table(str(tmp_path))
    with pytest.raises(InputError, match="no such file"):
        open_table(str(tmp_path / "four.csv"))


def test_ids_that_stand_twice_are_found_whatever_their_order():
    def found(*ids):
        table = MemoryTable(pa.table({"id": pa.array(ids)}))
        return sorted(duplicated_ids(lambda: table.batches(["id"], 0, 3)).to_pylist())

    assert found("a", "b", "c", "d", "e") == [] and found("e", "d", "c", "b", "a") == []
    assert found("a", "b", "c", "c", "e") == ["c"] and found("e", "a", "b", "c", "e", "a") == ["a", "e"]
    assert found(1, 2, 3, 3) == ["3"] and found(3, 2, 1) == [] and found("a ", "a", None, None) == ["a"]


def test_types_of_polars_and_of_warehouses_are_read(base):
    """Large and viewed text, large and fixed lists, decimals, dictionaries with null in them, slices."""
    import decimal

    table = pa.table({
        "id": pa.array(["x", "a", "b"], pa.large_string()),
        "ki67_percent": pa.array([None, decimal.Decimal("4.50"), None], pa.decimal128(5, 2)),
        "who_grade": pa.array([["G1"], ["G2", "G3"], None], pa.large_list(pa.large_string())),
        "primary_site": pa.DictionaryArray.from_arrays(pa.array([0, 1, None]), pa.array([None, "tail"])),
        "extent.extrahepatic": pa.array([["bone"], [], ["lung", "node"]], pa.list_(pa.string())),
        "differentiation": pa.array(["well", "well", None], pa.string_view()),
        "liver_mets": pa.array([1, 0, None], pa.int8()),
        "sstr_krenning": pa.array([[4, 3], [2, 4], None], pa.list_(pa.int64(), 2)),
    }).slice(1)
    (rows,) = open_source(MemoryTable(table), base, Question(), set()).batches(base, 0, 100)
    assert rows.rejected == [] and rows.ids.to_pylist() == ["a", "b"]
    place = base.space.place

    def words(name):
        variable = base.space.variables[place[name]]
        return [[word for bit, word in enumerate(variable.words) if int(mask) >> bit & 1] for mask in rows.coded.masks[variable.number]]

    assert words("cells.who_grade") == [["G2", "G3"], ["G1", "G2", "G3", "NEC"]]
    assert words("extent.primary_site")[0] == ["tail"] and len(words("extent.primary_site")[1]) == 6
    assert words("extent.extrahepatic.lung") == [["no"], ["yes"]] and words("extent.extrahepatic.bone") == [["no"], ["no"]]
    assert words("cells.differentiation") == [["well"], ["well", "poor"]] and words("extent.liver_mets") == [["no"], ["no", "yes"]]
    assert [ends[0] for ends in rows.coded.numbers["cells.ki67_percent"]] == [4.5, 4.5]
    assert [ends[0] for ends in rows.coded.numbers["cells.sstr_krenning"]] == [2, 4]
    assert np.isnan(rows.coded.numbers["cells.ki67_percent"][0][1])


def test_null_among_possible_values_is_a_fault_of_its_row(base):
    table = pa.table({"id": ["x", "a", "b"], "who_grade": [["G1"], ["G2", None], ["G1"]], "ki67_percent": [1.0, 2.0, 3.0]}).slice(1)
    (rows,) = open_source(MemoryTable(table), base, Question(), set()).batches(base, 0, 100)
    assert [(one.id, one.column) for one in rows.rejected] == [("a", "who_grade")]


def test_columns_are_matched_by_name_alone(base):
    found = match_columns(["Ki67_percent", "ki67_percent__lo", "health.age_years__low", "who_grade__low", "tried.prrt"], base.space)
    assert [column.name for column in found.known] == ["health.age_years__low"]
    assert found.aside["Ki67_percent"] == 'did you mean "ki67_percent"?'


def test_an_error_of_a_source_that_runs_ahead_is_raised_where_it_is_used():
    def source():
        yield 1
        raise InputError("broken")

    ahead = Ahead(source())
    with pytest.raises(InputError, match="broken"):
        list(ahead)
    ahead.close()
    endless = Ahead(iter(int, 1))
    assert next(iter(endless)) == 0
    endless.close()
    assert not endless.thread.is_alive()


def test_codes_of_the_pancreas_and_of_others():
    finder = Finder()
    assert [finder.site(code) for code in ("C25.4", "C250", "c25", "C17.0", " ")] == [2, 2, 2, 1, 0]
    assert [finder.kind(code) for code in ("8240/3", "M-8246/3", "8150", "824933", "8154/3", "8150/0", "8151/0", "", "NET")] == [
        2, 2, 2, 2, 1, 1, 2, 0, 0]
