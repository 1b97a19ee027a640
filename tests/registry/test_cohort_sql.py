"""`islet cohort sql` prints a script for each warehouse, and says what is wrong with what it was asked."""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb
import pytest

from islet.cli.cohort_sql import add_arguments, run
from islet.errors import InputError
from islet.registry.sql.dialect import DIALECTS
from islet_testing.places import MINI


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert run(parser.parse_args(words), str(MINI)) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_the_same_question_prints_the_same_script(dialect: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = printed(capsys, "--dialect", dialect, "--criteria")
    assert first == printed(capsys, "--dialect", dialect, "--criteria")
    assert f"dialect {dialect}" in first
    assert "'unknown'" in first


def test_the_printed_script_runs_as_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    columns = tmp_path / "table.csv"
    columns.write_text("id,cells.ki67_percent,hospital\n1,2.0,A\n2,,B\n")
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    script = tmp_path / "rules.sql"
    assert run(parser.parse_args(["--columns", str(columns), "--criteria", "-o", str(script)]), str(MINI)) == 0
    assert "1 columns are left alone: hospital" in capsys.readouterr().err
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE patients AS SELECT * FROM read_csv('{columns}')")
    connection.execute(script.read_text())
    rows = connection.execute("SELECT id, conflict, settled, rejected, emergency, surveillance FROM islet_verdicts ORDER BY id").fetchall()
    assert [row[:5] for row in rows] == [(1, False, True, False, False), (2, False, True, False, False)]
    assert {row[5] for row in rows} <= {"recommended", "possible", "need_data", "not_indicated", "contraindicated"}
    answers = connection.execute("SELECT * EXCLUDE (id) FROM islet_verdicts_criteria").fetchall()
    assert {answer for row in answers for answer in row} <= {"yes", "no", "unknown"}


@pytest.mark.parametrize(("words", "message"), [
    (["--dialect", "duckbd"], 'found "duckbd"; did you mean "duckdb"?'),
    (["--table", "patients; DROP TABLE x"], "expected a name of letters, digits and underscores"),
    (["--columns", "/nowhere.csv"], "the file cannot be read"),
])
def test_what_is_wrong_is_named(words: list[str], message: str) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    with pytest.raises(InputError, match=message.replace("?", r"\?")):
        run(parser.parse_args(words), str(MINI))


def test_columns_that_tell_nothing_are_an_error_with_the_nearest_name(tmp_path: Path) -> None:
    columns = tmp_path / "table.csv"
    columns.write_text("id,cells.ki67_percnt\n")
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    with pytest.raises(InputError, match=r'did you mean "cells\.ki67_percent"'):
        run(parser.parse_args(["--columns", str(columns)]), str(MINI))


def test_no_name_of_bigquery_holds_a_dot(capsys: pytest.CaptureFixture[str]) -> None:
    script = printed(capsys, "--dialect", "bigquery")
    names = script.split("`")[1::2]
    assert names
    assert all(name.replace("_", "").isalnum() for name in names)
