"""Bad tables: a clear message, or the row set aside with its reason; nothing half-written that looks whole."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from islet.errors import InputError
from islet.registry.engine import BY_CASE
from islet.registry.question import Question
from islet.registry.run import code_table, decide_table

ASK = Question(engine=BY_CASE)


def decide(base, tmp_path, table, name="in.parquet", question=ASK):
    """Write a table down, decide it, and return the report, the verdicts by id, and what was set aside."""
    source = tmp_path / name
    if isinstance(table, (bytes, str)):
        source.write_bytes(table if isinstance(table, bytes) else table.encode())
    else:
        pq.write_table(table, source)
    out = tmp_path / "out.parquet"
    report = decide_table(str(source), str(out), base, question, quiet=True)
    rejected = []
    if report.rejected_name:
        rejected = [json.loads(line) for line in Path(report.rejected_name).read_text().splitlines()]
    return report, {row["id"]: row for row in pq.read_table(out).to_pylist()}, rejected


def refused(base, tmp_path, table, *words, name="in.parquet", question=ASK):
    """Assert that a table is refused with these words and nothing is left."""
    with pytest.raises(InputError) as found:
        decide(base, tmp_path, table, name, question)
    for word in words:
        assert word in str(found.value), str(found.value)
    (tmp_path / name).unlink()
    assert list(tmp_path.iterdir()) == []


def test_missing_columns_are_named_and_unknown_for_all(base, tmp_path):
    report, found, _ = decide(base, tmp_path, pa.table({"id": ["a"], "ki67_percent": [5.0]}))
    assert "health.creatinine_umol_l" in report.columns.missing and "cells.ki67_percent" not in report.columns.missing
    assert found["a"]["prrt"] == "need_data"


def test_extra_columns_are_kept_aside_and_near_misses_named(base, tmp_path):
    table = pa.table({"id": ["a"], "ki67_percent": [5.0], "ward": ["7b"], "size_m": [3], "cells.ki67_percnt__low": [1.0]})
    report, found, _ = decide(base, tmp_path, table)
    assert report.columns.aside == {
        "ward": "", "size_m": 'did you mean "size_mm"?', "cells.ki67_percnt__low": 'did you mean "cells.ki67_percent__low"?',
    }
    assert "ward" not in found["a"]


def test_wrong_types_of_a_column_are_refused(base, tmp_path):
    import datetime

    refused(base, tmp_path, pa.table({"ki67_percent": [datetime.date(2026, 1, 1)]}), "ki67_percent: the column holds date32", "numbers")
    refused(base, tmp_path, pa.table({"ki67_percent": [True]}), "ki67_percent: the column holds bool", "numbers")
    refused(base, tmp_path, pa.table({"who_grade": [1, 2]}), "who_grade: the column holds int64", "G1, G2, G3, NEC")
    refused(base, tmp_path, pa.table({"liver_mets": [1.5]}), "liver_mets: the column holds double", "true or false")
    refused(base, tmp_path, pa.table({"age_years__low": [True]}), "age_years__low: the column holds bool", "numbers")


def test_values_nobody_can_have_set_their_row_aside_with_the_nearest_word(base, tmp_path):
    table = pa.table({
        "id": ["word", "big", "nan", "inf", "part", "negative", "fine"],
        "primary_site": ["headd", None, None, None, None, None, "head"],
        "ki67_percent": [None, 1e308, float("nan"), float("inf"), None, -1.0, 5.0],
        "sstr_krenning": [None, None, None, None, 2.5, None, 4.0],
    })
    report, found, rejected = decide(base, tmp_path, table)
    assert list(found) == ["fine"] and report.rejected == 6 and report.rows == 1
    reasons = {one["id"]: (one["row"], one["column"], one["found"], one["expected"]) for one in rejected}
    assert reasons["word"] == (1, "primary_site", 'found "headd"', 'did you mean "head"?')
    assert reasons["big"] == (2, "ki67_percent", 'found "1e+308"', "possible are 0 to 100 %")
    assert reasons["nan"][2:] == ('found "nan"', "expected a number in %, 0 to 100, without the unit")
    assert reasons["inf"][2:] == ('found "inf"', "expected a number in %, 0 to 100, without the unit")
    assert reasons["part"][2:] == ('found "2.5"', "expected a whole number, 0 to 4")
    assert reasons["negative"][2:] == ('found "-1.0"', "possible are 0 to 100 %")


def test_text_that_is_no_number_sets_its_row_aside(base, tmp_path):
    text = "id,ki67_percent,size_mm__low,size_mm__high\na,5 %,,\nb,\"2,5\",,\nc,1_0,,\nd,,30,20\ne,,twenty,\nf,NaN,,\ng,1e999,,\nh,5,1,2\n"
    _, found, rejected = decide(base, tmp_path, text, "in.csv")
    assert list(found) == ["h"]
    assert [(one["id"], one["line"], one["column"]) for one in rejected] == [
        ("a", 2, "ki67_percent"), ("b", 3, "ki67_percent"), ("c", 4, "ki67_percent"), ("d", 5, "size_mm__low"), ("e", 6, "size_mm__low"),
        ("f", 7, "ki67_percent"), ("g", 8, "ki67_percent"),
    ]
    assert rejected[3]["found"] == "found the reversed interval 30 to 20"


def test_ids_that_stand_twice_set_all_their_rows_aside(base, tmp_path):
    table = pa.table({"id": ["b", "a", "b", None, " ", "c"], "ki67_percent": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
    report, found, rejected = decide(base, tmp_path, table)
    assert sorted(found) == ["a", "c"] and report.rejected == 4
    assert [(one["row"], one["found"]) for one in rejected] == [
        (1, 'the id "b" stands in more than one row'), (3, 'the id "b" stands in more than one row'), (4, "the row has no id"),
        (5, "the row has no id"),
    ]


def test_ids_far_apart_are_found_over_many_batches(base, tmp_path):
    ids = [f"p{number % 40}" if number != 39 else "p0" for number in range(40)]
    table = pa.table({"id": ids, "ki67_percent": pa.nulls(40, pa.float64())})
    _, found, rejected = decide(base, tmp_path, table, question=ASK._replace(batch=7))
    assert len(found) == 38 and [one["row"] for one in rejected] == [1, 40]


def test_a_parquet_file_that_was_cut_short_is_refused(base, tmp_path):
    pq.write_table(pa.table({"id": [str(n) for n in range(1000)], "ki67_percent": [5.0] * 1000}), tmp_path / "whole.parquet")
    whole = (tmp_path / "whole.parquet").read_bytes()
    (tmp_path / "whole.parquet").unlink()
    for size in (4, len(whole) // 2, len(whole) - 1):
        refused(base, tmp_path, whole[:size], "Parquet", "cut short")


def test_a_parquet_file_with_a_broken_page_leaves_nothing(base, tmp_path):
    pq.write_table(pa.table({"ki67_percent": [float(n % 100) for n in range(5000)]}), tmp_path / "w.parquet", compression="zstd")
    data = bytearray((tmp_path / "w.parquet").read_bytes())
    (tmp_path / "w.parquet").unlink()
    data[4:400] = bytes(396)
    refused(base, tmp_path, bytes(data), "cannot be read")


def test_latin_1_and_utf_16_are_named_with_the_way_out(base, tmp_path):
    latin = "id,ki67_percent,note\na,5,fine\nb,5,Sjögren\n".encode("latin-1")
    refused(base, tmp_path, latin, "in.csv:3", "0xf6", "Latin-1", "iconv -f LATIN1", name="in.csv")
    refused(base, tmp_path, "id,ki67_percent\na,5\n".encode("utf-16"), "UTF-16", "iconv -f UTF-16", name="in.csv")
    refused(base, tmp_path, '{"id": "é"}\n'.encode("latin-1"), "Latin-1", name="in.ndjson")
    refused(base, tmp_path, b"id,ki67_percent\na,\x005\n", "zero byte", name="in.csv")


def test_empty_tables_are_refused(base, tmp_path):
    refused(base, tmp_path, b"", "the table is empty: the file has no bytes", name="in.csv")
    refused(base, tmp_path, b"\n\n", "there is no header", name="in.csv")
    refused(base, tmp_path, b"id,ki67_percent\n", "the table is empty: it has no rows", name="in.csv")
    refused(base, tmp_path, b"\n{}\n", "the table is empty", name="in.ndjson")
    refused(base, tmp_path, pa.table({"ki67_percent": pa.array([], pa.float64())}), "the table is empty: it has no rows")


def test_a_table_without_any_fact_is_refused(base, tmp_path):
    table = pa.table({"id": ["a"], "Ki67_percnt": [5.0]})
    refused(base, tmp_path, table, "no column is the name of a fact", 'did you mean "ki67_percent"?')


def test_two_columns_of_one_fact_are_refused(base, tmp_path):
    refused(base, tmp_path, pa.table({"ki67_percent": [5.0], "cells.ki67_percent": [5.0]}), 'by "ki67_percent" too')
    refused(base, tmp_path, b"id,ki67_percent,ki67_percent\na,5,5\n", 'the column "ki67_percent" is there twice', name="in.csv")


def test_rows_that_do_not_fit_the_header_are_set_aside_with_their_line(base, tmp_path):
    text = 'id,ki67_percent,note\na,5,"two\nlines"\nb,5\n\nc,5,x\nd,5,x,y\ne,101,"p ""q"" r"\n\n'
    report, found, rejected = decide(base, tmp_path, text, "in.csv")
    assert list(found) == ["a", "c"] and report.rejected == 3
    assert [(one["row"], one["line"], one["found"]) for one in rejected] == [
        (2, 4, "the row has 2 values"), (5, 7, "the row has 4 values"), (6, 8, 'found "101.0"'),
    ]


def test_lines_that_are_no_objects_are_set_aside_with_their_line(base, tmp_path):
    lines = ['{"id": "a", "ki67_percent": 5}', '{"id": "b", ki67}', "", "[1]", '{"id": "c", "id": "d"}', '{"id": "e", "ki67_percent": NaN}',
             '{"id": "f"}']
    text = "\n".join(lines)
    report, found, rejected = decide(base, tmp_path, text, "in.ndjson")
    assert list(found) == ["a", "f"] and report.rejected == 4
    assert [one["line"] for one in rejected] == [2, 4, 5, 6]
    assert rejected[2]["found"] == 'the key "id" stands twice'


def test_a_value_of_another_type_in_a_line_is_the_fault_of_that_line(base, tmp_path):
    text = '{"id": "a", "ki67_percent": true, "liver_mets": 2, "who_grade": 3, "age_years__low": "x"}\n{"id": "b", "ki67_percent": 5}\n'
    _, found, rejected = decide(base, tmp_path, text, "in.ndjson", ASK._replace(batch=1))
    assert list(found) == ["b"]
    assert [one["column"] for one in rejected] == ["ki67_percent", "liver_mets", "who_grade", "age_years__low"]


def test_columns_that_contradict_each_other_set_the_row_aside(base, tmp_path):
    table = pa.table({
        "id": ["both", "agree", "list"], "ki67_percent": [5.0, 5.0, None], "ki67_percent__low": [6.0, 4.0, None],
        "health.comorbidities.diabetes": [None, True, False], "comorbidities": [None, ["diabetes"], ["diabetes"]],
    })
    _, found, rejected = decide(base, tmp_path, table)
    assert list(found) == ["agree"]
    assert {one["id"]: one["column"] for one in rejected} == {"both": "ki67_percent__low", "list": "comorbidities"}


def test_broken_json_in_a_cell_sets_its_row_aside(base, tmp_path):
    table = pa.table({
        "id": ["a", "b", "c", "d", "e"], "ki67_percent": ['{"below": 3', '{"blow": 3}', '{"absent": "later"}', "[]", '{"below": 3}'],
        "history": ['[{"option": "prt"}]', None, None, None, "[]"],
    })
    _, found, rejected = decide(base, tmp_path, table)
    assert list(found) == ["e"]
    words = [(one["id"], one["column"], one["expected"]) for one in rejected]
    assert ("a", "history", 'did you mean "prrt"?') in words and ("b", "ki67_percent", 'did you mean "below"?') in words
    assert {one["id"] for one in rejected} == {"a", "b", "c", "d"}


def test_a_coded_table_of_another_knowledge_is_refused(base, mini, tmp_path):
    pq.write_table(pa.table({"id": ["a"], "ki67_percent": [5.0]}), tmp_path / "in.parquet")
    code_table(str(tmp_path / "in.parquet"), str(tmp_path / "coded.parquet"), base, Question(), quiet=True)
    with pytest.raises(InputError, match="code it again"):
        decide_table(str(tmp_path / "coded.parquet"), str(tmp_path / "out.parquet"), mini, ASK, quiet=True)


def test_a_condition_that_is_no_sql_is_refused(base, tmp_path):
    table = pa.table({"id": ["a"], "ki67_percent": [5.0]})
    refused(base, tmp_path, table, "--where", "cannot be used", question=ASK._replace(where="ki67 >> 'x'"))


def test_a_condition_reaches_no_file(base, tmp_path):
    other, written = tmp_path / "other.csv", tmp_path / "written.csv"
    other.write_text("a\n1\n")
    table = pa.table({"id": ["a"], "ki67_percent": [5.0]})
    for condition in (
        f"(SELECT count(*) FROM read_csv('{other}')) > 0",
        f"true) AS BOOLEAN) AS chosen FROM patients; COPY patients TO '{written}'; SELECT CAST((true",
    ):
        with pytest.raises(InputError, match="cannot be used"):
            decide(base, tmp_path, table, question=ASK._replace(where=condition))
    assert not written.exists()


def test_columns_to_keep_must_be_there(base, tmp_path):
    table = pa.table({"id": ["a"], "ki67_percent": [5.0], "ward": ["7b"], "prrt": [1]})
    refused(base, tmp_path, table, 'did you mean "ward"?', question=ASK._replace(keep=("wards",)))
    refused(base, tmp_path, table, "of its own", question=ASK._replace(keep=("prrt",)))


def test_the_output_never_replaces_the_table(base, tmp_path):
    pq.write_table(pa.table({"id": ["a"], "ki67_percent": [5.0]}), tmp_path / "t.parquet")
    with pytest.raises(InputError, match="would replace"):
        decide_table(str(tmp_path / "t.parquet"), str(tmp_path / "t.parquet"), base, ASK, quiet=True)
    with pytest.raises(InputError, match="no such folder"):
        decide_table(str(tmp_path / "t.parquet"), str(tmp_path / "no" / "t.parquet"), base, ASK, quiet=True)
    assert os.listdir(tmp_path) == ["t.parquet"]
