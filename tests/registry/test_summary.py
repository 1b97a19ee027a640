"""The summary's counts against the plans of the same patients, and what the page and the tables may say."""

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from islet.errors import InputError
from islet.estimate.known import Known
from islet.patient.state import build_patient
from islet.plan.make import make_plan
from islet.present.registry_page import percent, registry_page
from islet.registry.by_case import decide_by_case
from islet.registry.model import ANSWERS, VERDICTS, Coded
from islet.registry.summary.decided import open_table
from islet.registry.summary.make import Input, Wanted, make_summary
from islet.registry.summary.questions import with_questions
from islet.registry.summary.table_one import TableOne
from islet.registry.summary.tables import write_tables
from islet.registry.threshold import read_variants
from islet.rules.language import parse_rule
from islet_testing.bases import own_base
from islet_testing.coded_cases import batches_of, coded_of, generated_cases, true_answers

CASES = generated_cases(200, 48, (0.05, 0.3, 0.6))
ALL = 1  # nothing is hidden


def decider(base):
    """Return the single-case engine over one knowledge."""
    return lambda coded, criteria: decide_by_case(coded, base, None, criteria)


def decided_table(folder: Path, kind: str = "parquet", **metadata: str) -> str:
    """Write the verdicts of the cases as a decided table."""
    base = own_base()
    decided = decide_by_case(coded_of(CASES, base.space), base)
    columns = {"id": pa.array([case.id for case in CASES])}
    for place, option in enumerate(base.options):
        columns[option] = pa.array([None if v == 255 else VERDICTS[v] for v in decided.verdicts[place]], pa.string())
        columns[f"{option}__certain"] = pa.array(decided.certain[place])
    told = {"islet.knowledge_version": base.version, "islet.knowledge_sha256": base.sha256, "islet.synthetic": "yes", **metadata}
    table, name = pa.table(columns).replace_schema_metadata(told), str(folder / f"out.{kind}")
    if kind == "parquet":
        pq.write_table(table, name)
    elif kind == "csv":
        pc.write_csv(table, name)
    else:
        Path(name).write_text("\n".join(json.dumps(row) for row in table.to_pylist()))
    return name


def source(size: int = 64) -> Input:
    """Return the cases as the table that was decided."""
    return Input("cases.parquet", lambda base: batches_of(CASES, base, size), ("hospital",), True)


@pytest.fixture(scope="module")
def questions():
    return with_questions(read_variants(None))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("summary")


def summarised(path: str, questions, smallest: int = ALL, own: Input | None = None, **more):
    wanted = Wanted(open_table(path), own_base(), None, smallest, **more)
    return make_summary(wanted, own, lambda: questions, decider, lambda rows: None)


@pytest.fixture(scope="module")
def summary(folder: Path, questions):
    return summarised(decided_table(folder), questions, own=source())


@pytest.fixture(scope="module")
def plans():
    return [make_plan(case, own_base()) for case in CASES]


def test_the_verdicts_are_those_of_the_plans_and_add_up_to_all_patients(summary, plans) -> None:
    for row in summary.options:
        own = [(plan.option(row.option).verdict, plan.option(row.option).certain) for plan in plans if not plan.emergency]
        for verdict in VERDICTS:
            cell = row.verdicts[verdict]
            assert cell.patients == sum(v == verdict for v, _ in own)
            assert cell.certain == sum(v == verdict and certain for v, certain in own)
        assert sum(cell.patients for cell in row.verdicts.values()) == len(CASES)
        assert row.certain + row.open == len(CASES)


def test_the_disagreements_are_those_that_the_plans_name(summary, plans) -> None:
    expected = Counter(found["option"] for plan in plans for found in plan.disagreements)
    assert expected
    assert {row.option: row.disagree for row in summary.disagreements if row.disagree} == dict(expected)
    for row in summary.disagreements:
        assert row.disagree + row.might + row.others == len(CASES)


def test_the_blocking_facts_are_those_that_decide_in_the_plans(summary, plans) -> None:
    expected: Counter[str] = Counter()
    for plan in plans:
        for option in plan.options:
            expected.update(option.decided_by)
    assert expected
    assert {row.fact: row.blocks for row in summary.blocked.rows} == dict(expected)
    assert all(row.settles <= row.may_settle <= row.blocks for row in summary.blocked.rows)


def test_the_conflicting_records_are_those_of_the_plans(summary, plans) -> None:
    assert summary.conflicting == sum(any(problem["kind"] == "conflict" for problem in plan.problems) for plan in plans)


def test_who_fits_a_trial_is_true_of_the_patients_behind_the_cases(summary) -> None:
    base, read = own_base(), read_variants(None)
    assert len(summary.trials) == sum(bool(trial["matches"]) for trial in base.trials.values())
    for row in summary.trials:
        rules = tuple(parse_rule(match["when"], read.dictionary, "", 0, row.id) for match in base.trials[row.id]["matches"])
        true = true_answers(200, len(CASES), rules)
        fit = sum(all(own) for own in true)
        assert row.fits <= fit <= row.fits + row.fits_if + row.not_known
        assert row.fits + row.fits_if + row.fits_not + row.not_known == len(CASES)
        for place, (_, _, yes, unknown, no) in enumerate(row.criteria):
            assert yes <= sum(own[place] for own in true) <= yes + unknown
            assert yes + unknown + no == len(CASES)


def test_who_fits_a_trial_is_at_least_as_sure_as_the_estimates(summary) -> None:
    base = own_base()
    known = [Known(build_patient(case, base.space), base) for case in CASES]
    for row in summary.trials:
        answers = [[one.answer(match["tree"]) for match in base.trials[row.id]["matches"]] for one in known]
        for place, (_, _, yes, _, no) in enumerate(row.criteria):
            assert yes >= sum(own[place] == 2 for own in answers) and no >= sum(own[place] == 0 for own in answers)


def test_a_table_with_answers_and_deciding_facts_needs_no_input_for_them(folder, questions, summary, plans) -> None:
    base, table = own_base(), pq.read_table(folder / "out.parquet")
    decided = decide_by_case(coded_of(CASES, base.space), base, None, True)
    for criterion in base.criteria:
        words = pa.array([ANSWERS[value] for value in decided.criteria[criterion.number]])
        table = table.append_column(f"criterion:{criterion.id}", words.dictionary_encode())
    for option in base.options:
        facts = [list(next((o.decided_by for o in plan.options if o.id == option), ())) for plan in plans]
        table = table.append_column(f"{option}__deciding", pa.array(facts, pa.list_(pa.string())))
    pq.write_table(table, folder / "full.parquet")
    found = summarised(str(folder / "full.parquet"), questions)
    assert found.disagreements == summary.disagreements
    assert {row.fact: (row.patients, row.blocks) for row in found.blocked.rows} == {
        row.fact: (row.patients, row.blocks) for row in summary.blocked.rows}


def test_table_one_counts_what_the_cases_say(summary) -> None:
    base = own_base()
    for row in summary.facts:
        variable = base.space.variables[base.space.place[row.name]]
        given = [case.given.get(row.name) for case in CASES]
        told = [one for one in given if one is not None and one.known()]
        exact = [one for one in told if one.exact()]
        if variable.kind == "number":
            low, high = base.space.dictionary.facts[row.name].possible
            ends = [(max(min(r.low for r in one.ranges), low), min(max(r.high for r in one.ranges), high)) for one in told]
            values = [one for one, other in ends if one == other]
            assert row.known == len(values)
            if row.quartiles:
                assert row.quartiles == pytest.approx(tuple(np.quantile(values, (0.25, 0.5, 0.75))))
        else:
            assert dict(row.words) == {word: sum(one.choices == (word,) for one in exact) for word in variable.words}
        assert row.known + row.partly + row.missing == len(CASES)


def test_the_size_of_a_batch_does_not_matter(folder, questions, summary) -> None:
    again = summarised(str(folder / "out.parquet"), questions, own=source(11))
    assert (again.facts, again.trials, again.disagreements, again.conflicts, again.blocked) == (
        summary.facts, summary.trials, summary.disagreements, summary.conflicts, summary.blocked)


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_a_text_table_gives_the_same_verdicts(tmp_path: Path, questions, summary, kind: str) -> None:
    assert summarised(decided_table(tmp_path, kind), questions).options == summary.options


def test_many_different_values_of_a_number_are_kept_to_four_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("islet.registry.summary.table_one.MOST_VALUES", 500)
    base, values = own_base(), np.random.default_rng(1).uniform(1, 200, 4000)
    size = base.space.place["extent.size_mm"]
    table = TableOne(base.space)
    for part in np.split(values, 8):
        masks = np.full(len(part), base.space.full[size], np.uint64)
        table.add(Coded(len(part), {size: masks}, {"extent.size_mm": (part, part)}))
    (row,) = table.found()
    assert row.known == 4000
    assert row.quartiles == pytest.approx(tuple(np.quantile(values, (0.25, 0.5, 0.75))), rel=1e-3)


@pytest.fixture(scope="module")
def hidden(folder, questions, summary):
    return summarised(str(folder / "out.parquet"), questions, smallest=5, own=source())


def test_no_count_from_one_to_four_is_shown(hidden) -> None:
    for row in hidden.options:
        for cell in row.verdicts.values():
            assert not any(count is not None and 0 < count < 5 for count in cell)
    for row in hidden.facts:
        counts = [count for _, count in row.words] + [row.known, row.partly, row.missing]
        assert not any(count is not None and 0 < count < 5 for count in counts)
    for row in hidden.trials:
        counts = [row.fits, row.fits_if, row.fits_not, row.not_known, *(c for _, _, *own in row.criteria for c in own)]
        assert not any(count is not None and 0 < count < 5 for count in counts)


def test_what_is_hidden_cannot_be_had_by_subtraction(hidden) -> None:
    for row in hidden.options:
        assert sum(cell.patients is None for cell in row.verdicts.values()) != 1
    for row in hidden.trials:
        assert [row.fits, row.fits_if, row.fits_not, row.not_known].count(None) != 1
    for row in hidden.facts:
        assert [row.known, row.partly, row.missing].count(None) != 1
        if row.known is not None:
            assert [count for _, count in row.words].count(None) != 1
    for row in hidden.disagreements:
        assert [row.disagree, row.might, row.others].count(None) != 1


def test_quartiles_of_few_are_not_shown(hidden) -> None:
    for row in hidden.facts:
        if row.quartiles is not None:
            assert row.known >= 20


def test_the_page_says_that_the_patients_are_synthetic_and_runs_nothing(hidden) -> None:
    page = registry_page(hidden, own_base())
    assert page == registry_page(hidden, own_base())
    assert "SYNTHETIC" in page and "None of them exists" in page and "<title>SYNTHETIC" in page
    assert "<script" not in page and "http://" not in page.replace("http://www.w3.org", "") and "default-src 'none'" in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for picture in re.findall(r"<svg class=\"picture\".*?</svg>", page, re.S):
        assert "<title" in picture and "<desc" in picture
    assert own_base().date in page and f"{len(CASES)} patients" in page and "hospital" in page


def test_the_page_of_a_table_alone_has_the_verdicts(folder, questions) -> None:
    page = registry_page(summarised(str(folder / "out.parquet"), questions, 5), own_base())
    assert 'id="verdicts-h"' in page and 'id="patients"' not in page and 'id="trials-h"' not in page


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_tables_hold_no_hidden_count_and_say_synthetic(hidden, tmp_path: Path, kind: str) -> None:
    names = write_tables(hidden, str(tmp_path), kind)
    assert {Path(name).stem for name in names} >= {"facts", "numbers", "verdicts", "trials", "entry_criteria", "disagreements", "blocking"}
    verdicts = next(name for name in names if Path(name).stem == "verdicts")
    rows = (pc.read_csv(verdicts) if kind == "csv" else pq.read_table(verdicts)).to_pylist()
    assert all((row["patients"] is None) == row["hidden"] for row in rows)
    assert all(row["synthetic"] for row in rows)


def test_a_cohort_below_the_smallest_group_is_refused(folder, questions) -> None:
    with pytest.raises(InputError, match="groups below 49 are not shown"):
        summarised(str(folder / "out.parquet"), questions, smallest=49)


def test_a_table_of_another_knowledge_is_refused_where_the_input_is_read(tmp_path, questions) -> None:
    path = decided_table(tmp_path, **{"islet.knowledge_sha256": "f" * 64})
    with pytest.raises(InputError, match=r"decided with the knowledge .*ffffffffffff"):
        summarised(path, questions, own=source())


def test_an_input_with_other_patients_is_refused(folder, questions) -> None:
    few = Input("few.parquet", lambda base: batches_of(CASES[:40], base), (), False)
    with pytest.raises(InputError, match=r"40 patients that can be read, the decided table 48"):
        summarised(str(folder / "out.parquet"), questions, own=few)


@pytest.mark.parametrize(("name", "content", "words"), [
    ("none.parquet", None, "there is no such file"),
    ("cut.parquet", b"PAR1 and then nothing", "this is no whole Parquet file"),
    ("table.xlsx", b"x", 'a table named ".xlsx" is not read'),
    ("other.csv", b"id,age\n1,2\n", "no column is named after an option"),
    ("odd.csv", b"id,prrt\n1,recomended\n", 'found "recomended"; did you mean "recommended"'),
])
def test_a_table_that_is_no_decided_table_is_named(tmp_path: Path, questions, name: str, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=re.escape(words)):
        summarised(str(tmp_path / name), questions)


def test_imputed_shares_are_summed_or_read_with_their_interval(tmp_path: Path, questions) -> None:
    path = decided_table(tmp_path, **{"islet.imputed": "20"})
    table = pq.read_table(path)
    for verdict in ("recommended", "possible", "not_indicated", "contraindicated"):
        table = table.append_column(f"prrt__share:{verdict}", pa.array(np.full(len(CASES), 0.25, np.float32)))
    pq.write_table(table, path)
    assert summarised(path, questions).imputed[0] == ("prrt", "recommended", 12.0, None, None)
    counts = [{"option": "prrt", "verdict": "recommended", "estimate": 12.0, "low": 9.0, "high": 15.0}]
    pq.write_table(pa.Table.from_pylist(counts), f"{path}.counts.parquet")
    found = summarised(path, questions)
    assert found.imputed[0] == ("prrt", "recommended", 12.0, 9.0, 15.0) and found.completions == 20
    assert "filled in 20 times" in registry_page(found, own_base())


def test_a_share_is_never_rounded_to_none_or_all() -> None:
    assert [percent(1, 1000), percent(999, 1000), percent(0, 5), percent(5, 5)] == ["<1 %", ">99 %", "0 %", "100 %"]
