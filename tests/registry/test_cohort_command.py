"""`islet cohort` as people run it: three forms in and out, rows set aside, stopped and gone on with, a full disk."""

from __future__ import annotations

import csv
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from islet.plan.make import make_plan
from islet.registry.engine import BY_CASE
from islet.registry.question import Question
from islet.registry.result import Wanted
from islet.registry.run import code_table, decide_table
from islet_testing.command import run_islet
from islet_testing.places import ROOT
from islet_testing.tables import case_read, documents, flat, text_table

ASK = Question(engine=BY_CASE)


def write_ndjson(path: Path, found: list[dict]) -> Path:
    path.write_text("".join(json.dumps(document) + "\n" for document in found))
    return path


def by_id(path: Path) -> dict[str, dict]:
    return {row["id"]: row for row in pq.read_table(path).to_pylist()}


def test_the_verdicts_are_those_of_the_plans(base, tmp_path):
    found = documents(range(25))
    source = write_ndjson(tmp_path / "r.ndjson", found)
    question = ASK._replace(wanted=Wanted(tuple(c.id for c in base.criteria), True, True))
    decide_table(str(source), str(tmp_path / "v.parquet"), base, question, quiet=True)
    rows = by_id(tmp_path / "v.parquet")
    for document in found:
        plan, row = make_plan(case_read(document, base), base), rows[document["id"]]
        assert set(row["problems"]) == {problem["kind"] for problem in plan.problems}
        if plan.emergency:
            assert row["prrt"] is None and row["prrt__could_be"] is None and row["prrt__deciding"] == []
        for option in plan.options:
            assert row[option.id] == option.verdict, (document, option.id)
            assert row[f"{option.id}__certain"] == option.certain
            assert row[f"{option.id}__could_be"] == "|".join(option.could_be)
            assert row[f"{option.id}__deciding"] == list(option.decided_by)
            assert (option.id in (row["declined"] or ())) == option.declined_by_patient


def test_csv_parquet_and_ndjson_give_the_same_in_any_form(base, tmp_path):
    found = documents(range(12))
    write_ndjson(tmp_path / "r.ndjson", found)
    table = text_table([flat(document) for document in found])
    pq.write_table(table, tmp_path / "r.parquet")
    import pyarrow.csv

    pyarrow.csv.write_csv(table, tmp_path / "r.csv")
    wanted = None
    for source in ("r.ndjson", "r.parquet", "r.csv"):
        out = tmp_path / f"{source}.verdicts.parquet"
        decide_table(str(tmp_path / source), str(out), base, ASK, quiet=True)
        rows = by_id(out)
        wanted = wanted or rows
        assert rows == wanted
    for suffix in ("csv", "ndjson"):
        decide_table(str(tmp_path / "r.csv"), str(tmp_path / f"v.{suffix}"), base, ASK, quiet=True)
    told = [json.loads(line) for line in (tmp_path / "v.ndjson").read_text().splitlines()]
    assert {row["id"]: row for row in told} == wanted
    with open(tmp_path / "v.csv", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            assert row["prrt"] == wanted[row["id"]]["prrt"] or (row["prrt"], wanted[row["id"]]["prrt"]) == ("", None)
            assert row["problems"] == "|".join(wanted[row["id"]]["problems"])


def test_the_order_of_rows_and_the_size_of_batches_make_no_difference(base, tmp_path):
    found = documents(range(30))
    write_ndjson(tmp_path / "a.ndjson", found)
    write_ndjson(tmp_path / "b.ndjson", found[::-1])
    decide_table(str(tmp_path / "a.ndjson"), str(tmp_path / "a.parquet"), base, ASK, quiet=True)
    decide_table(str(tmp_path / "b.ndjson"), str(tmp_path / "b.parquet"), base, ASK._replace(batch=7), quiet=True)
    assert by_id(tmp_path / "a.parquet") == by_id(tmp_path / "b.parquet")


def test_an_output_says_what_it_is(base, tmp_path):
    table = pa.table({"id": ["a", "b"], "ki67_percent": [5.0, 6.0], "ward": ["x", "y"], "synthetic": [True, True]})
    pq.write_table(table, tmp_path / "r.parquet")
    report = decide_table(str(tmp_path / "r.parquet"), str(tmp_path / "v.parquet"), base, ASK._replace(keep=("ward",)), quiet=True)
    table = pq.read_table(tmp_path / "v.parquet")
    said = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    assert said["islet.knowledge_sha256"] == base.sha256 and said["islet.knowledge_version"] == base.version
    assert (said["islet.rows"], said["islet.complete"], said["islet.synthetic"]) == ("2", "yes", "yes")
    assert report.synthetic and table.column("ward").to_pylist() == ["x", "y"] and table.column("synthetic").to_pylist() == [True, True]
    assert pa.types.is_dictionary(table.schema.field("prrt").type)


def test_synthetic_in_the_metadata_alone_is_said_in_a_column_too(base, tmp_path):
    table = pa.table({"id": ["a"], "ki67_percent": [5.0]}).replace_schema_metadata({"islet.synthetic": "yes"})
    pq.write_table(table, tmp_path / "r.parquet")
    decide_table(str(tmp_path / "r.parquet"), str(tmp_path / "v.csv"), base, ASK, quiet=True)
    with open(tmp_path / "v.csv", encoding="utf-8", newline="") as stream:
        assert [row["synthetic"] for row in csv.DictReader(stream)] == ["true"]


def test_a_condition_counts_what_is_unknown_to_it(base, tmp_path):
    text = "id,ki67_percent,sex\na,1,female\nb,30,female\nc,,male\n"
    (tmp_path / "r.csv").write_text(text)
    question = ASK._replace(where="TRY_CAST(ki67_percent AS DOUBLE) > 20")
    report = decide_table(str(tmp_path / "r.csv"), str(tmp_path / "v.parquet"), base, question, quiet=True)
    assert list(by_id(tmp_path / "v.parquet")) == ["b"]
    assert (report.counts["read"], report.counts["where_no"], report.counts["where_unknown"]) == (3, 1, 1)


def test_in_a_file_of_all_cancers_the_tumours_meant_are_found_and_the_rest_left_alone(base, tmp_path):
    rows = [
        ("a", "C25.4", "8150/3"), ("b", "C50.9", "8500/3"), ("c", "C25.1", "8140/3"), ("d", "C252", "82493"), ("e", "C18.0", "8240/3"),
        ("f", None, "8240/3"), ("a", "C61.9", "8140/3"), ("g", "C25.9", "8246/3"), ("h", "C25.0", "8154/3"), ("i", "C25.2", "8151/0"),
    ]
    table = pa.table({"id": [r[0] for r in rows], "icdo_topography": [r[1] for r in rows], "icdo_morphology": [r[2] for r in rows],
                      "ki67_percent": [5.0] * len(rows)})
    pq.write_table(table, tmp_path / "r.parquet")
    report = decide_table(str(tmp_path / "r.parquet"), str(tmp_path / "v.parquet"), base, ASK, quiet=True)
    assert list(by_id(tmp_path / "v.parquet")) == ["a", "d", "g", "i"]  # the other cancer of patient a is no second patient
    assert (report.counts["left_alone"], report.counts["no_code"], report.rejected) == (5, 1, 0)


def test_coded_columns_give_the_same_verdicts_without_reading_again(base, tmp_path):
    found = documents(range(20))
    write_ndjson(tmp_path / "r.ndjson", found)
    code_table(str(tmp_path / "r.ndjson"), str(tmp_path / "c.parquet"), base, Question(keep=("cells.hormone",)), quiet=True)
    ask = ASK._replace(keep=("cells.hormone",))
    decide_table(str(tmp_path / "c.parquet"), str(tmp_path / "one.parquet"), base, ask, quiet=True)
    decide_table(str(tmp_path / "r.ndjson"), str(tmp_path / "two.parquet"), base, ask, quiet=True)
    assert by_id(tmp_path / "one.parquet") == by_id(tmp_path / "two.parquet")


@pytest.mark.parametrize("suffix", ("parquet", "csv", "ndjson"))
def test_ctrl_c_leaves_a_valid_partial_output_and_resume_makes_it_whole(base, tmp_path, suffix):
    """A row with a fault stands in every batch, so that what was set aside must go on too."""
    found = [flat(document) for document in documents(range(60))]
    for number, row in enumerate(found):
        if number % 8 == 0:
            row["cells.ki67_percent"] = 1000
    source = tmp_path / "r.ndjson"
    write_ndjson(source, found)
    whole, out = tmp_path / f"whole.{suffix}", tmp_path / f"v.{suffix}"
    words = ["cohort", str(source), "-o", str(out), "--batch", "4"]
    slow = "import islet.registry.engine as e, islet.registry.run as r, time\nold = e.decider\n" \
        "def slow(base, region, engine):\n    who = old(base, region, 'by_case')\n" \
        "    def wait(coded, criteria):\n        time.sleep(0.15)\n        print('.', flush=True)\n" \
        "        return who.decide(coded, criteria)\n" \
        "    return who._replace(decide=wait)\n" \
        "r.decider = slow\nimport sys\nfrom islet.cli.main import main\nsys.exit(main(sys.argv[1:]))"
    running = subprocess.Popen([sys.executable, "-c", slow, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    assert running.stdout is not None
    for _ in range(3):
        running.stdout.readline()
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130, said.decode()
    assert "--resume" in said.decode() and "not complete" in said.decode()
    partial = out if suffix == "parquet" else tmp_path / f"v.partial.{suffix}"
    assert partial.exists() and not (tmp_path / f"v.{suffix}.part").exists()
    if suffix == "parquet":
        table = pq.read_table(partial)
        assert table.schema.metadata[b"islet.complete"] == b"no" and 0 < table.num_rows < 52
        assert table.schema.metadata[b"islet.rows"] == str(table.num_rows).encode()
    else:
        assert not out.exists()
    done = run_islet(*words, "--resume")
    assert done.code == 1 and "8 rows set aside" in done.err, done.err
    decide_table(str(source), str(whole), base, ASK, quiet=True)
    if suffix == "parquet":
        assert pq.read_table(out).equals(pq.read_table(whole).cast(pq.read_schema(out)))
        assert pq.read_schema(out).metadata[b"islet.complete"] == b"yes"
    else:
        assert out.read_bytes() == whole.read_bytes()
    assert (tmp_path / f"v.{suffix}.rejected").read_bytes() == (tmp_path / f"whole.{suffix}.rejected").read_bytes()
    wanted = {source.name, whole.name, out.name, f"{out.name}.rejected", f"{whole.name}.rejected"}
    assert {path.name for path in tmp_path.iterdir()} == wanted


def test_resume_refuses_another_table_or_question(base, tmp_path):
    from islet.errors import InputError
    from islet.registry.resume import State, asked, load_state, save_state

    (tmp_path / "r.csv").write_text("id,ki67_percent\na,5\n")
    question = asked(str(tmp_path / "r.csv"), Question().told(), base.sha256)
    (tmp_path / "v.csv").write_text("")
    save_state(str(tmp_path / "v.csv"), State(1, str(tmp_path / "v.csv"), 1, 0, {}, {}, False), question)
    assert load_state(str(tmp_path / "v.csv"), json.loads(json.dumps(question))) is not None
    with pytest.raises(InputError, match="the question is another"):
        load_state(str(tmp_path / "v.csv"), asked(str(tmp_path / "r.csv"), Question(region="eu").told(), base.sha256))
    (tmp_path / "r.csv").write_text("id,ki67_percent\na,6\n")
    with pytest.raises(InputError, match="the table is another"):
        load_state(str(tmp_path / "v.csv"), asked(str(tmp_path / "r.csv"), Question().told(), base.sha256))


@pytest.mark.parametrize("suffix", ("parquet", "csv", "ndjson"))
def test_a_full_disk_says_so_and_leaves_nothing(tmp_path, suffix):
    """The size of a file is bounded, so that writing fails as on a full disk."""
    pq.write_table(pa.table({"id": [str(n) for n in range(20)], "ki67_percent": [5.0] * 20}), tmp_path / "r.parquet")
    out = tmp_path / f"v.{suffix}"
    code = "import sys; import islet.registry.run as r, islet.registry.engine as e; old = e.decider\n" \
        "r.decider = lambda b, g, n: old(b, g, 'by_case')\nfrom islet.cli.main import main\nsys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "cohort", str(tmp_path / "r.parquet"), "-o", str(out)], capture_output=True, text=True, cwd=ROOT,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)), check=False, timeout=120,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 2 and "the output cannot be written" in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["r.parquet"]


def test_the_command_reads_standard_input_and_says_what_it_did(tmp_path):
    text = b"id,ki67_percent,ward,ecgo\na,5,x,1\nb,500,y,1\n"
    done = run_islet("cohort", "-", "-o", tmp_path / "v.csv", stdin=text)
    assert done.code == 1, done.err
    for words in ("1 patient in", "1 row set aside", 'did you mean "ecog"?', "put aside: ward", "facts have no column"):
        assert words in done.err
    rejected = json.loads((tmp_path / "v.csv.rejected").read_text())
    assert (rejected["line"], rejected["column"], rejected["expected"]) == (3, "ki67_percent", "possible are 0 to 100 %")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["r.csv"], "the following arguments are required: -o/--output"),
        (["no.csv", "-o", "v.csv"], "there is no such file"),
        (["r.csv", "-o", "v.xlsx"], "expected a name that ends in .parquet, .csv or .ndjson"),
        (["r.csv", "-o", "v.csv", "--format", "parquet"], "expected a name that ends in .parquet"),
        (["r.csv", "-o", "v.csv", "--criteria", "ssa.nce"], 'did you mean "ssa.nec"?'),
        (["r.csv", "-o", "v.csv", "--batch", "0"], "expected a number of rows from 1"),
        (["r.csv", "-o", "v.csv", "--region", "mars"], 'unknown value of --region "mars"'),
        (["code", "r.csv", "-o", "v.csv"], "coded columns are kept in a file that ends in .parquet"),
    ],
)
def test_wrong_words_are_refused(tmp_path, words, said):
    (tmp_path / "r.csv").write_text("id,ki67_percent\na,5\n")
    done = run_islet("cohort", *words, cwd=tmp_path)
    assert done.code == 2 and said in done.err and "Traceback" not in done.err, done.err
    assert [path.name for path in tmp_path.iterdir()] == ["r.csv"]


def test_a_word_is_taken_from_the_file_of_its_name(monkeypatch, capsys):
    import importlib.machinery
    import types

    from islet.cli import main

    word = types.ModuleType("islet.cli.cohort_synth")
    word.__spec__ = importlib.machinery.ModuleSpec(word.__name__, None)
    word.add_arguments = lambda parser: parser.add_argument("count", type=int)
    word.run = lambda arguments, folder: print(arguments.count, folder) or 0
    monkeypatch.setitem(sys.modules, word.__name__, word)
    assert main.main(["cohort", "synth", "20", "--knowledge", "here"]) == 0
    assert capsys.readouterr().out == "20 here\n"
    assert main.main(["cohort", "synth", "many"]) == 2
    assert main.main(["cohort", "synt", "-o", "v.csv"]) == 2
    assert 'did you mean "synth"?' in capsys.readouterr().err


def test_a_plan_still_loads_nothing_of_it():
    look = "import sys, islet; from islet.cli.main import main; code = main(['plan', sys.argv[1]])\n" \
        "heavy = ('numpy', 'pyarrow', 'duckdb', 'narwhals')\n" \
        "print(code, sorted(n for n in sys.modules if n.split('.')[0] in heavy or 'registry' in n), file=sys.stderr)"
    case = str(ROOT / "examples" / "vip-80f-refuses-surgery.yaml")
    done = subprocess.run([sys.executable, "-c", look, case], capture_output=True, text=True, check=True)
    assert done.stderr.strip().splitlines()[-1] == "0 []"


def test_progress_names_rate_and_time_left(capsys):
    from islet.registry import progress

    shown = progress.Progress(1000)
    shown.shown = time.monotonic() - progress.SAID_EVERY
    shown.step(250)
    assert "250 of 1,000 patients" in capsys.readouterr().err
