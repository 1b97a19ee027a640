"""No impossible record but the labelled ones; every column under the dictionary's name, every value in its range."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest

from islet.case.values import Range
from islet.knowledge.base import KnowledgeBase
from islet.registry.by_case import decide_by_case
from islet.registry.model import Coded
from islet.registry.synth.columns import FACTS, OPTIONS
from islet.registry.synth.make import Recipe, make_batches
from islet_testing.bases import own_base
from islet_testing.synth_case import as_case, clashes

RECIPES = {
    "enets": Recipe(seed=31, contradictory=0.2, truth=True),
    "boundaries": Recipe(seed=32, contradictory=0.2, boundaries=True, truth=True),
    "seer": Recipe("seer", seed=33, contradictory=0.2, truth=True),
    "japan": Recipe("japan", seed=34, contradictory=0.2, truth=True),
}
JUDGED = 250


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return own_base()


def rows_of(recipe: Recipe, rows: int) -> list[dict[str, Any]]:
    return pa.Table.from_batches(make_batches(rows, recipe)).to_pylist()


@pytest.mark.parametrize("name", RECIPES)
def test_only_labelled_records_contradict_themselves_and_those_do(name: str, base: KnowledgeBase) -> None:
    rows = rows_of(RECIPES[name], JUDGED)
    labelled = [row for row in rows if row["truth_contradiction"]]
    assert [row["id"] for row in rows if not row["truth_contradiction"] and clashes(row, base)] == []
    assert [row["id"] for row in labelled if not clashes(row, base)] == []
    assert len(labelled) > 25


def test_the_engine_marks_exactly_the_labelled_records_as_conflicting(base: KnowledgeBase) -> None:
    rows = rows_of(RECIPES["enets"], 150)
    decided = decide_by_case(Coded(len(rows), {}, {}, {place: as_case(row, base) for place, row in enumerate(rows)}), base)
    assert decided.conflicting.tolist() == [row["truth_contradiction"] is not None for row in rows]


def test_with_its_truth_put_in_a_contradictory_record_is_possible(base: KnowledgeBase) -> None:
    for row in rows_of(Recipe(seed=35, contradictory=1.0), 150):
        fact, word = row["truth_corrected"].split("=")
        row[fact] = {"false": False}.get(word, int(word) if word.isdigit() else word)
        assert not clashes(row, base), (row["id"], row["truth_contradiction"], row["truth_corrected"])


def test_all_kinds_of_contradiction_occur_in_about_the_share_asked_for() -> None:
    told = pa.Table.from_batches(make_batches(20_000, Recipe(seed=36)))["truth_contradiction"].to_pylist()
    kinds = Counter(kind for kind in told if kind)
    assert set(kinds) == {"grade_against_ki67", "m0_with_liver_metastases", "krenning_against_result", "t_against_size", "pregnant_man"}
    assert sum(kinds.values()) / len(told) == pytest.approx(0.02, abs=0.004)


def test_the_columns_are_facts_of_the_dictionary_with_its_words(base: KnowledgeBase) -> None:
    facts = base.space.dictionary.facts
    for column in FACTS:
        if column.kind == "history":
            assert set(OPTIONS) <= set(base.options)
            continue
        name = column.name.partition("__")[0]
        assert name in facts
        refusable = {*base.options, *base.space.dictionary.groups} if name == "preferences.refuses" else set()
        assert set(column.words) <= {*facts[name].values, *refusable}, column.name


def test_numbers_are_plausible(base: KnowledgeBase) -> None:
    table = pa.Table.from_batches(make_batches(20_000, Recipe(seed=37)))
    for column in FACTS:
        if column.kind == "number":
            fact = base.space.dictionary.facts[column.name.partition("__")[0]]
            low, high = fact.possible if "__" in column.name else fact.plausible  # "over 20 %" is told as 21 to 100
            values = [value for value in table[column.name].to_pylist() if value is not None]
            assert all(low <= value <= high for value in values), column.name


def test_a_range_told_instead_of_a_value_holds_the_value_drawn() -> None:
    told = 0
    for row in rows_of(Recipe(seed=38, truth=True, contradictory=0.0), 5_000):
        for fact in ("ki67_percent", "size_mm"):
            section = "cells" if fact == "ki67_percent" else "extent"
            low, high = row[f"{section}.{fact}__low"], row[f"{section}.{fact}__high"]
            if low is not None or high is not None:
                told += 1
                assert row[f"{section}.{fact}"] is None
                assert (low is None or low <= row[f"truth_{fact}"]) and (high is None or row[f"truth_{fact}"] <= high)
    assert told > 200


def test_boundary_values_occur_when_asked_for() -> None:
    rows = rows_of(Recipe(seed=39, boundaries=True, truth=True), 5_000)
    for column, values in (
        ("truth_ki67_percent", (2.0, 3.0, 20.0, 55.0)), ("truth_size_mm", (20.0, 40.0)), ("health.age_years", (18.0,)),
        ("health.egfr", (30.0, 40.0, 45.0, 60.0)),
    ):
        counts = Counter(row[column] for row in rows)
        assert all(counts[value] >= 20 for value in values), (column, counts)


def test_a_table_of_all_cancers_holds_look_alikes_and_other_sites() -> None:
    table = pa.Table.from_batches(make_batches(20_000, Recipe(seed=40, all_cancers=True)))
    found = set(zip(table["icdo_topography"].to_pylist(), table["icdo_morphology"].to_pylist(), strict=True))
    pancreas = {morphology for topography, morphology in found if topography.startswith("C25")}
    assert {"8150/3", "8151/3", "8240/3", "8249/3", "8246/3", "8154/3", "8013/3", "8041/3", "8500/3"} <= pancreas
    assert {("C34.1", "8240/3"), ("C50.9", "8500/3")} <= found
    breast = next(row for row in table.slice(0, 200).to_pylist() if row["icdo_topography"] == "C50.9")
    assert breast["cells.who_grade"] is None and breast["history"] is None and breast["synthetic"] is True


def test_histories_end_as_the_disease_runs() -> None:
    rows = [row for row in rows_of(Recipe(seed=41, truth=True, contradictory=0.0), 5_000) if row["history"]]
    assert any(entry["cycles"] for row in rows for entry in row["history"] if entry["option"] == "prrt")
    for row in rows:
        since = [entry["months_since"] for entry in row["history"]]
        assert since == sorted(since, reverse=True)
        last = row["history"][-1]
        if last["response"] == "progression":
            assert row["truth_progression"] in ("progressive", "rapid")


def test_a_row_reads_as_a_case_with_every_fact_it_tells(base: KnowledgeBase) -> None:
    row = next(row for row in rows_of(Recipe(seed=42), 50) if row["cells.ki67_percent"] is not None)
    given = as_case(row, base).given
    ki67 = row["cells.ki67_percent"]
    assert given["cells.ki67_percent"].ranges == (Range(ki67, ki67),)
    for name in ("health.age_years", "cells.who_grade", "extent.size_mm", "extent.m"):
        assert (name in given) == (row[name] is not None)
