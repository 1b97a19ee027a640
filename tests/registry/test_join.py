"""`islet cohort join`: every row of the first table stays, in its order, beside what the others say of the same patient."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from islet.cli.main import main
from islet.errors import InputError
from islet.registry.join import join_tables

TUMOURS = {"id": ["b", "a", "c"], "extent.size_mm": [38.0, 12.0, None]}


def parquet(folder: Path, name: str, columns: dict, **how) -> str:
    path = str(folder / name)
    pq.write_table(pa.table(columns).replace_schema_metadata(how or None), path)
    return path


@pytest.fixture
def tumours(tmp_path: Path) -> str:
    return parquet(tmp_path, "tumours.parquet", TUMOURS)


def test_rows_stay_in_their_order_and_what_is_not_there_is_unknown(tmp_path: Path, tumours: str) -> None:
    cells = parquet(tmp_path, "cells.parquet", {"cells.ki67_percent": [2.0, 25.0, 7.0], "id": ["a", "b", "nobody"]})
    past = tmp_path / "past.ndjson"
    past.write_text('{"id": "c", "history": [{"option": "ssa", "response": "stable"}]}\n')
    out = str(tmp_path / "r.parquet")
    joined = join_tables(tumours, [cells, str(past)], out, quiet=True)
    assert [tuple(one) for one in joined.partners] == [(cells, 2, 1), (str(past), 1, 0)]
    found = pq.read_table(out).to_pylist()
    told = [(row["id"], row["extent.size_mm"], row["cells.ki67_percent"]) for row in found]
    assert told == [("b", 38, 25), ("a", 12, 2), ("c", None, None)]
    assert [row["history"] is None for row in found] == [True, True, False]


def test_what_is_joined_is_decided_as_if_it_had_been_one_table(tmp_path: Path) -> None:
    whole = str(tmp_path / "whole.parquet")
    assert main(["cohort", "synth", "400", "--seed", "3", "-o", whole]) == 0
    table = pq.read_table(whole)
    half = len(table.column_names) // 2
    left, right = table.column_names[:half], ["id", *table.column_names[half:]]
    assert "id" in left
    first, other, out = (str(tmp_path / name) for name in ("first.parquet", "other.parquet", "again.parquet"))
    pq.write_table(table.select(left), first)
    pq.write_table(table.select(right).take(pa.array(range(399, -1, -1))), other)
    assert main(["cohort", "join", first, other, "-o", out]) == 0
    again = pq.read_table(out)
    assert again.column_names == table.column_names
    assert again.to_pylist() == table.to_pylist()
    assert again.schema.metadata[b"islet.synthetic"] == b"yes"
    decided = [str(tmp_path / name) for name in ("v1.parquet", "v2.parquet")]
    for source, verdicts in zip((whole, out), decided, strict=True):
        assert main(["cohort", source, "-o", verdicts]) == 0
    assert pq.read_table(decided[0]).equals(pq.read_table(decided[1]))


def test_a_table_of_text_and_one_of_numbers_go_together(tmp_path: Path, tumours: str, capsys: pytest.CaptureFixture[str]) -> None:
    labs = tmp_path / "labs.csv"
    labs.write_text("id,health.creatinine_umol_l\na,80\nz,90\n")
    out = tmp_path / "r.csv"
    assert main(["cohort", "join", tumours, str(labs), "-o", str(out)]) == 0
    found = [[part.strip('"') for part in line.split(",")] for line in out.read_text().splitlines()]
    assert found[0] == ["id", "extent.size_mm", "health.creatinine_umol_l"]
    told = [(row[0], row[1] and float(row[1]), row[2] and float(row[2])) for row in found[1:]]
    assert told == [("b", 38, ""), ("a", 12, 80), ("c", "", "")]
    assert f"1 belong to nobody in {tumours}" in capsys.readouterr().err


@pytest.mark.parametrize(("other", "says"), [
    ({"id": ["a", "a"], "x": [1, 2]}, 'the id "a" stands in more than one row'),
    ({"name": ["a"], "x": [1]}, "there is no column of ids"),
    ({"id": ["a"], "extent.size_mm": [1.0]}, 'the column "extent.size_mm" stands in'),
    ({"id": ["a", None], "x": [1, 2]}, "row 2 has no id"),
])
def test_what_cannot_be_joined_is_named_and_nothing_is_left(tmp_path: Path, tumours: str, other: dict, says: str) -> None:
    out = tmp_path / "r.parquet"
    with pytest.raises(InputError) as error:
        join_tables(tumours, [parquet(tmp_path, "other.parquet", other)], str(out), quiet=True)
    assert says in str(error.value)
    assert not list(tmp_path.glob("r.parquet*"))


def test_more_rows_than_a_batch_and_ids_of_numbers(tmp_path: Path) -> None:
    count = 150_000
    first = parquet(tmp_path, "first.parquet", {"id": pa.array(range(count)), "health.age": pa.array([50] * count)})
    ids = pa.array([str(n) for n in range(count - 1, -1, -2)])
    other = parquet(tmp_path, "other.parquet", {"id": ids, "health.ecog": pa.array([1] * (count // 2))})
    out = str(tmp_path / "r.parquet")
    joined = join_tables(first, [other], out, quiet=True)
    assert joined.partners[0].met == count // 2
    table = pq.read_table(out)
    assert table.column("id").to_pylist() == list(range(count))
    assert table.column("health.ecog").to_pylist() == [None, 1] * (count // 2)


def test_the_output_may_be_none_of_the_tables(tmp_path: Path, tumours: str) -> None:
    before = Path(tumours).read_bytes()
    with pytest.raises(InputError, match="would replace"):
        join_tables(tumours, [parquet(tmp_path, "other.parquet", {"id": ["a"], "x": [1]})], tumours, quiet=True)
    assert Path(tumours).read_bytes() == before
