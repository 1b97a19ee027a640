"""`islet cohort impute` from end to end, once the commands of the registry are there."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("islet.cli.cohort_command")


def test_the_command_writes_its_files_and_says_what_shares_are_not(tmp_path, capsys):
    import pyarrow as pa
    import pyarrow.parquet as pq

    from islet.cli.main import main

    source, out = tmp_path / "r.csv", tmp_path / "v.parquet"
    lines = ["id,ki67_percent,liver_mets,size_mm,differentiation"]
    for number in range(60):
        ki67 = "" if number % 5 == 0 else str(1 + number % 9)
        liver = "" if number % 7 == 0 else ("yes" if number % 3 == 0 else "no")
        lines.append(f"p{number},{ki67},{liver},{10 + number},well")
    source.write_text("\n".join([*lines, "p60,oops,no,12,well"]) + "\n")
    words = ["cohort", "impute", str(source), "-m", "4", "--chains", "2", "--processes", "1", "-o", str(out)]
    assert main(words) == 1  # one row is set aside
    said = capsys.readouterr().out
    assert "no recommendation" in said
    assert "1 row set aside" in said
    table = pq.read_table(out)
    assert table.num_rows == 60
    assert table.column("id").to_pylist()[:2] == ["p0", "p1"]
    assert pa.types.is_dictionary(table.column("prrt").type)
    told = json.loads((tmp_path / "v.diagnostics.json").read_text())
    assert set(told["facts"]) == {"cells.ki67_percent", "extent.liver_mets", "extent.size_mm", "cells.differentiation"}


@pytest.mark.parametrize(("words", "expected"), [(["-m", "0"], "from 1"), (["-o", "v.txt"], ".parquet"), (["--sweeps", "-1"], "from 0")])
def test_wrong_words_are_answered(words, expected, tmp_path, capsys):
    from islet.cli.main import main

    source = tmp_path / "r.csv"
    source.write_text("id,ki67_percent\na,3\n")
    rest = [] if "-o" in words else ["-o", str(tmp_path / "v.parquet")]
    assert main(["cohort", "impute", str(source), *words, *rest]) == 2
    assert expected in capsys.readouterr().err
    assert not list(tmp_path.glob("v*"))
