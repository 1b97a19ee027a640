"""The table as a file: the same seed gives the same rows everywhere, marked synthetic, whole or not there."""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from islet.cli import cohort_synth
from islet.errors import InputError
from islet.registry.synth.draws import BLOCK
from islet.registry.synth.make import Recipe, make_batches
from islet.registry.synth.write import write_registry

# What seed 1 gave when this was written, so that another Python, NumPy or machine that gives other rows is noticed. A change of the
# generator changes it; then GENERATOR in draws.py goes up with it.
FIRST_ROWS = "b5f8ec25da5bea33bdc0477d28b60bb683f2acd8af8ba8ad504353b85f4403f3"


def table_of(rows: int, recipe: Recipe) -> pa.Table:
    return pa.Table.from_batches(make_batches(rows, recipe))


def digest(table: pa.Table) -> str:
    return hashlib.sha256(json.dumps(table.to_pylist(), sort_keys=True).encode()).hexdigest()


def silent(done: int, rows: int) -> None:
    pass


def test_a_seed_gives_the_same_rows_on_every_machine() -> None:
    assert digest(table_of(300, Recipe(seed=1, truth=True))) == FIRST_ROWS


def test_rows_do_not_depend_on_how_many_are_asked_for() -> None:
    longer = table_of(BLOCK + 50, Recipe(seed=9))
    assert longer.slice(0, 100).to_pylist() == table_of(100, Recipe(seed=9)).to_pylist()
    assert len(set(longer["id"].to_pylist())) == BLOCK + 50


def test_another_seed_gives_other_rows() -> None:
    assert digest(table_of(50, Recipe(seed=1)).drop_columns(["id"])) != digest(table_of(50, Recipe(seed=2)).drop_columns(["id"]))


def test_blocks_are_not_copies_of_each_other() -> None:
    table = table_of(2 * BLOCK, Recipe(seed=9)).drop_columns(["id"])
    assert table.slice(0, 200).to_pylist() != table.slice(BLOCK, 200).to_pylist()


def test_the_file_says_that_it_is_synthetic_and_from_what(tmp_path: Path) -> None:
    write_registry(20, Recipe("seer", seed=3), str(tmp_path / "r.parquet"), silent)
    told = {key.decode(): value.decode() for key, value in pq.read_schema(tmp_path / "r.parquet").metadata.items()}
    assert told["islet.synthetic"] == "yes"
    assert (told["islet.synthetic.seed"], told["islet.synthetic.profile"], told["islet.synthetic.generator"]) == ("3", "seer", "1")
    assert any("10.7150" in line or "Liu" in line for line in json.loads(told["islet.synthetic.sources"]))
    assert pq.read_table(tmp_path / "r.parquet")["synthetic"].to_pylist() == [True] * 20


def test_csv_and_ndjson_tell_what_parquet_tells(tmp_path: Path) -> None:
    for ending in ("parquet", "csv", "ndjson"):
        write_registry(200, Recipe(seed=4), str(tmp_path / f"r.{ending}"), silent)
    rows = pq.read_table(tmp_path / "r.parquet").to_pylist()
    lines = [json.loads(line) for line in (tmp_path / "r.ndjson").read_text(encoding="utf-8").splitlines()]
    with open(tmp_path / "r.csv", encoding="utf-8", newline="") as stream:
        cells = list(csv.DictReader(stream))
    for row, line, cell in zip(rows, lines, cells, strict=True):
        told = {name: value for name, value in row.items() if value is not None and name != "history"}
        assert {name: value for name, value in line.items() if name != "history"} == told
        for name, value in row.items():
            text = cell[name]
            if value is None:
                assert text == ""
            elif isinstance(value, bool):
                assert text == str(value).lower()
            elif isinstance(value, float):
                assert float(text) == value
            elif name == "history":
                assert [entry["option"] for entry in json.loads(text)] == [entry["option"] for entry in value]
            elif isinstance(value, list):
                assert (text.split("|") if text != "[]" else []) == value
            else:
                assert text == str(value)


def test_a_table_that_fails_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: int, rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_registry(20, Recipe(), str(tmp_path / "r.parquet"), stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("rows", "name", "words"), [
    (0, "r.parquet", "0 patients"), (5, "r.parqet", 'did you mean ".parquet"'), (5, "none/r.csv", "cannot be written: No such file"),
])
def test_a_wrong_request_says_what_was_expected(rows: int, name: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words):
        write_registry(rows, Recipe(), str(tmp_path / name), silent)


def command(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    cohort_synth.add_arguments(parser)
    return cohort_synth.run(parser.parse_args(words), None)


def test_the_command_names_its_sources_and_closes_with_no_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["1500", "--seed", "7", "--profile", "stress", "-o", str(tmp_path / "r.parquet")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "1,500 rows, seed 7, profile stress; synthetic: no epidemiological finding"
    assert any("Brisbane" in line and "one_source" in line for line in lines)


@pytest.mark.parametrize("words", [["--contradictory", "2"], ["--missing-ki67", "-0.1"], ["--missing-ki67", "nan"], ["--seed", "-1"]])
def test_the_command_refuses_what_is_no_share_or_seed(words: list[str], tmp_path: Path) -> None:
    with pytest.raises(InputError):
        command(["5", "-o", str(tmp_path / "r.parquet"), *words])
