"""The comparison of all readings: what a table tells is what the case says, order has no meaning, a stopped run goes on, faults show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from islet.case.model import Case
from islet.case.values import Given, Range
from islet.cli.main import main
from islet.registry.by_case import decide_by_case
from islet.registry.generated import coded_of, generated_cases
from islet.registry.machine.machine import Machine
from islet.registry.parity import run as parity_run
from islet.registry.parity.__main__ import main as parity
from islet.registry.parity.compare import PLAIN, differences
from islet.registry.parity.kept import Kept, key_of
from islet.registry.parity.on_spark import decisions_of
from islet.registry.parity.readings import Found
from islet.registry.parity.run import run
from islet.registry.parity.shuffled import decide_shuffled, joined, taken
from islet.registry.parity.table import row_of, write_table
from islet_testing.bases import own_base

SEEDS = range(300, 420)
FOUND = Found(10, 1, 4, 0, ("numpy: seed 3, prrt, verdicts: 1 instead of 0",))


def test_the_table_for_spark_tells_every_case_as_it_is(tmp_path: Path) -> None:
    """The plain table goes the way of any registry, on one machine; the cases behind it go one by one."""
    base = own_base()
    cases = generated_cases(SEEDS, base, clashing=0.2)
    assert write_table(cases, SEEDS, base.space, tmp_path / "in.parquet") == []
    assert main(["cohort", str(tmp_path / "in.parquet"), "-o", str(tmp_path / "out.parquet"), "--could-be"]) == 0
    made = pq.read_table(tmp_path / "out.parquet")
    made = made.take(np.argsort([int(name) for name in made.column("id").to_pylist()]))
    own = decide_by_case(coded_of(cases, base.space), base)
    assert list(differences(own, decisions_of(made, base), base, SEEDS, PLAIN)) == []
    names = set(pq.read_schema(tmp_path / "in.parquet").names)
    assert {"cells.ki67_percent", "cells.ki67_percent__low", "cells.ki67_percent__high"} <= names


def test_a_number_with_two_ends_of_which_one_is_open_is_no_row() -> None:
    case = Case("x", None)
    case.given["health.age_years"] = Given(ranges=(Range(20, 40, low_open=True),))
    assert row_of(case, own_base().space) is None


def test_measurements_that_disagree_are_told_as_a_case_file_tells_them() -> None:
    one, other = (Given(ranges=(Range(value, value),)) for value in (2, 12))
    case = Case("x", None)
    case.given["cells.ki67_percent"] = Given(several=(one, other))
    assert row_of(case, own_base().space) == {"cells.ki67_percent": '{"values": [{"value": 2}, {"value": 12}]}'}


def test_neither_the_order_of_rows_nor_their_batches_change_an_answer() -> None:
    base = own_base()
    coded = coded_of(generated_cases(SEEDS, base), base.space)
    decide = Machine(base, "numpy").decide
    assert list(differences(decide(coded, True), decide_shuffled(lambda part: decide(part, True), coded, 3), base, SEEDS)) == []
    halves = [decide(taken(coded, np.arange(start, len(SEEDS), 2)), True) for start in (0, 1)]
    together = joined(halves, [place // 2 + place % 2 * (len(SEEDS) // 2) for place in range(len(SEEDS))])
    assert list(differences(decide(coded, True), together, base, SEEDS)) == []


def test_one_wrong_verdict_is_named_with_its_seed_and_option() -> None:
    base = own_base()
    own = decide_by_case(coded_of(generated_cases(range(7, 10), base), base.space), base, criteria=True)
    other = own._replace(verdicts=own.verdicts.copy())
    place = list(base.options).index("prrt")
    other.verdicts[place, 1] = 1 + own.verdicts[place, 1]
    assert list(differences(own, other, base, range(7, 10))) == [
        f"seed 8, prrt, verdicts: {1 + own.verdicts[place, 1]} instead of {own.verdicts[place, 1]}"
    ]


def test_a_stopped_run_goes_on_and_tells_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.jsonl"
    Kept(kept, key_of(own_base(), ["numpy"])).add(range(10), FOUND)
    monkeypatch.setattr(parity_run, "CHUNK", 10)
    asked = []

    def compared(chunks, *_):
        asked.extend(chunks)
        yield from ((chunk, FOUND._replace(differences=())) for chunk in chunks)

    monkeypatch.setattr(parity_run, "_compared", compared)
    assert parity(["--cases", "30", "--readings", "numpy", "--kept", str(kept)]) == 1
    assert asked == [range(10, 20), range(20, 30)]
    assert "30 cases (10 from a run before, 3 with facts that clash, 12 verdicts not certain), 1 differences" in capsys.readouterr().out
    again, fresh = run(0, 30, ("numpy",), kept)
    assert len(again) == 3 and list(fresh) == []
    assert asked == [range(10, 20), range(20, 30)]


def test_a_line_that_was_cut_off_is_done_again_and_spoils_no_other(tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    Kept(kept, "a").add(range(10), FOUND)
    kept.write_text(kept.read_text() + '{"key": "a", "from": 10, "to"')
    again = Kept(kept, "a")
    assert set(again.done) == {(0, 10)}
    again.add(range(10, 20), FOUND)
    assert set(Kept(kept, "a").done) == {(0, 10), (10, 20)}


def test_results_of_another_engine_knowledge_or_question_do_not_count(tmp_path: Path) -> None:
    base = own_base()
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "evaluate.py").write_text("one")
    one = key_of(base, ["numpy"], tmp_path)
    assert one == key_of(base, ["numpy"], tmp_path)
    assert len({one, key_of(base, ["numpy", "duckdb"], tmp_path), key_of(base._replace(sha256="0"), ["numpy"], tmp_path)}) == 3
    (tmp_path / "rules" / "evaluate.py").write_text("two")
    assert key_of(base, ["numpy"], tmp_path) != one


def test_one_process_compares_the_kernel_with_the_single_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parity_run, "CHUNK", 40)
    found = list(run(0, 80, ("numpy",), tmp_path / "kept.jsonl", processes=1)[1])
    assert [one.differences for one in found] == [(), ()]
    assert sum(one.cases for one in found) == 80 and sum(one.uncertain for one in found) > 0
