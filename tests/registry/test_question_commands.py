"""`islet cohort summary`, `compare` and `sweep` as a person calls them, on a table that is read from a file."""

import argparse
import importlib
import re
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from islet.cli.cohort_summary import input_of
from islet.errors import InputError
from islet.knowledge.store import load_knowledge
from islet.registry.question import Question
from islet.registry.run import decide_table
from islet_testing.places import KNOWLEDGE

STOP = "creatinine_clearance_ml_min < 40 or egfr < 40"


def call(word: str, *words: str) -> int:
    """Run one word of `islet cohort`."""
    command = importlib.import_module(f"islet.cli.cohort_{word}")
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(words), None)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a table of 60 patients whose kidneys filter 20 to 79 ml/min, and who know all that PRRT needs but that."""
    name = tmp_path_factory.mktemp("cohort") / "patients.csv"
    columns = "id,differentiation,who_grade,sstr_krenning,m,primary_in_situ,progression,hospital,egfr,ecog"
    rows = [f"p{n},well,G2,4,M1,true,progressive,A,{n},1" for n in range(20, 80)]
    name.write_text("\n".join([columns, *rows, ""]))
    return name


def test_a_sweep_counts_the_patients_between_two_thresholds(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = table.parent / "egfr.parquet"
    assert call("sweep", "prrt.renal-stop", "30..60", str(table), "--fact", "egfr", "--steps", "4", "-o", str(out)) == 0
    moved: dict[float, int] = {}
    for row in pq.read_table(out).to_pylist():
        moved[row["value"]] = moved.get(row["value"], 0) + (row["patients"] if row["before"] != row["after"] else 0)
    assert moved == {30.0: 10, 40.0: 0, 50.0: 10, 60.0: 20}
    edge = pq.read_table(table.parent / "egfr.edge.parquet").to_pylist()
    assert {row["id"] for row in edge if row["side"] == "below"} == {f"p{n}" for n in range(30, 40)}
    assert {row["id"] for row in edge if row["side"] == "above"} == {f"p{n}" for n in range(40, 50)}
    printed = capsys.readouterr().out
    assert "egfr < 40; 60 patients" in printed and "40 (now)" in printed


def test_a_comparison_names_who_moves(table: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    new = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE, new)
    file = new / "options" / "prrt.yaml"
    file.write_text(file.read_text().replace(STOP, STOP.replace("40", "60")))
    out = table.parent / "moves.parquet"
    assert call("compare", str(KNOWLEDGE), str(new), str(table), "-o", str(out)) == 0
    rows = pq.read_table(out).to_pylist()
    assert {row["id"] for row in rows if row["option"] == "prrt"} == {f"p{n}" for n in range(40, 60)}
    assert {row["after"] for row in rows} == {"contraindicated"}
    assert "→ contraindicated: 20" in capsys.readouterr().out


def test_the_summary_shows_both_and_finds_its_input(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    decided = str(table.parent / "verdicts.parquet")
    decide_table(str(table), decided, load_knowledge(), Question())
    folder = table.parent / "report"
    kept = ["--with", str(table.parent / "egfr.parquet"), "--with", str(table.parent / "moves.parquet")]
    assert call("summary", decided, "--input", str(table), "-o", str(folder), *kept) == 0
    page = (folder / "summary.html").read_text()
    assert 'id="swept"' in page and 'id="versions"' in page and "hospital" in page and "60 patients" in page
    assert {path.name for path in folder.glob("*.csv")} >= {"facts.csv", "verdicts.csv", "moves.csv", "swept.csv"}
    assert "SYNTHETIC" not in page
    assert call("summary", decided, "--input", str(table), "-o", str(folder / "page.html")) == 0
    assert "60 patients" in capsys.readouterr().out


def test_a_table_that_names_its_input_is_summarised_with_it(table: Path) -> None:
    assert input_of(str(table.parent / "verdicts.parquet"), {"islet.input": "elsewhere/patients.csv"}) == str(table)
    assert input_of(str(table), {"islet.input": "gone.csv"}) is None and input_of(str(table), {}) is None


@pytest.mark.parametrize(("words", "message"), [
    (("sweep", "prrt.renal-stop", "30-60", "{table}", "-o", "x.parquet", "--fact", "egfr"), 'found "30-60"; expected FROM..TO'),
    (("sweep", "prrt.renal-stop", "60..30", "{table}", "-o", "x.parquet", "--fact", "egfr"), "expected the lower end first"),
    (("sweep", "prrt.renal-stop", "{table}", "-o", "x.parquet", "--fact", "egfr", "--at", "1,many"), 'found "many"; expected a number'),
    (("sweep", "prrt.renal-stop", "0..9000", "{table}", "-o", "x.parquet", "--fact", "egfr"), "possible are"),
    (("compare", "no-such-version", "no-such-version", "{table}"), "is neither a folder nor a git revision"),
    (("summary", "{table}"), "no column is named after an option"),
    (("summary", "{table}", "--smallest", "0"), "found less than 1"),
    (("summary", "{table}", "--with", "{table}"), "the file cannot be read"),
])
def test_what_is_wrong_is_said_and_nothing_is_written(table: Path, words: tuple[str, ...], message: str, tmp_path: Path,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=re.escape(message)):
        call(*(word.format(table=table) for word in words))
    assert not list(tmp_path.iterdir())
