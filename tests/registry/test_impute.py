"""The shares of a whole cohort: certain stays certain, the same seed says the same, odd cohorts are answered."""

from __future__ import annotations

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from islet.registry.impute.cohort import joined
from islet.registry.impute.diagnostics import diagnostics
from islet.registry.impute.make import impute
from islet.registry.impute.run import Settings
from islet.registry.impute.tally import SHARES
from islet.registry.impute.write import write_imputed
from islet.registry.model import NO_VERDICT, VERDICTS
from islet_testing.impute_cohorts import by_case_decider, coded_from, holes, registry, some

ROWS = 60
SETTINGS = Settings(completions=4, seed=5, chains=2)


def quiet(_done, _total):
    """Say nothing."""


@pytest.fixture(scope="module")
def coded(base):
    columns = registry(ROWS, 6, history=False)
    found = coded_from(columns, base, holes(columns, 6, 0.15))
    index = base.space.place["health.emergency.sepsis"]
    found.masks[index] = np.full(ROWS, 3, np.uint32)
    found.masks[index][0] = 2  # an emergency
    liver, count = base.space.place["extent.liver_mets"], base.space.place["extent.m"]
    found.masks[liver][1], found.masks[count][1] = 2, 1  # liver metastases and M0
    return found


@pytest.fixture(scope="module")
def imputed(base, coded):
    return impute(coded, base, by_case_decider, SETTINGS, quiet, least=10)


def test_certain_verdicts_keep_a_share_of_one(imputed):
    slots = [SHARES.index(verdict) if verdict in SHARES else -1 for verdict in VERDICTS]
    for option, row in np.argwhere(imputed.exact.certain):
        shares = imputed.shares[option, :, row]
        assert shares[slots[imputed.exact.verdicts[option, row]]] == 1.0
        assert shares.sum() == 1.0
        assert imputed.errors[option, row] == 0.0


def test_shares_sum_to_one_and_stay_within_what_could_be(imputed):
    planned = (imputed.exact.verdicts != NO_VERDICT).all(axis=0)
    assert imputed.shares[:, :, planned].sum(axis=1) == pytest.approx(1.0, abs=1e-6)
    for slot in range(4):
        impossible = (imputed.exact.could >> slot & 1 == 0) & planned & ~imputed.exact.conflicting
        assert (imputed.shares[:, slot][impossible] == 0).all()


def test_an_emergency_and_a_clash_are_not_completed(imputed):
    assert np.isnan(imputed.shares[:, :, 0]).all()
    assert not {0, 1} & set(imputed.rows.tolist())
    open_now = ~imputed.exact.certain[:, 1]
    assert (imputed.shares[open_now, SHARES.index("open"), 1] == 1).all()


def test_counts_hold_what_is_known_and_add_up(base, imputed):
    for option in base.options:
        rows = [row for row in imputed.counts if row["option"] == option]
        assert sum(row["known"] for row in rows) == ROWS - 1
        assert sum(row["estimate"] for row in rows) == pytest.approx(ROWS - 1)
        for row in rows:
            assert row["low"] <= row["estimate"] <= row["high"]
            if row["verdict"] != "open":
                assert row["known"] <= row["low"]
                assert row["estimate"] <= row["could_estimate"]


def test_the_number_of_processes_does_not_matter_and_the_seed_does(base, coded, imputed):
    again = impute(coded, base, by_case_decider, SETTINGS._replace(processes=2), quiet, least=10)
    assert np.array_equal(again.shares, imputed.shares, equal_nan=True)
    assert again.counts == imputed.counts
    other = impute(coded, base, by_case_decider, SETTINGS._replace(seed=6), quiet, least=10)
    assert not np.array_equal(other.shares, imputed.shares, equal_nan=True)


def test_batches_are_joined_as_if_they_were_one(coded):
    parts = [some(coded, np.arange(0, 25)), some(coded, np.arange(25, ROWS))]
    whole = joined(parts)
    assert whole.rows == ROWS
    for variable, mask in coded.masks.items():
        assert (whole.masks[variable] == mask).all()
    for name, ends in coded.numbers.items():
        assert np.array_equal(whole.numbers[name][0], ends[0], equal_nan=True)


def test_ctrl_c_leaves_what_is_done(base, coded):
    import os
    import signal

    def stop_at_two(done, _total):
        if done == 2:
            os.kill(os.getpid(), signal.SIGINT)

    found = impute(coded, base, by_case_decider, Settings(completions=6, seed=5, chains=1), stop_at_two, least=10)
    assert found.completions == 2
    assert np.nansum(found.shares[0], axis=0)[2:] == pytest.approx(1.0)


@pytest.mark.parametrize("case", ["whole", "one", "empty row"])
def test_odd_cohorts(base, case):
    columns = registry(30, 7, history=False)
    hidden = {name: np.arange(30) == 4 for name in columns} if case == "empty row" else None
    coded = coded_from(columns, base, hidden)
    if case == "one":
        coded = some(coded, np.arange(1))
    found = impute(coded, base, by_case_decider, Settings(completions=2, chains=1), quiet, least=10)
    assert np.isfinite(found.shares).all()
    if case == "empty row":
        row = found.shares[:, :, 4]
        assert row.sum(axis=1) == pytest.approx(1.0)
        assert (found.cohort.plan.known[:, 4] == 0).any()
    else:
        assert (found.cohort.plan.known).all()
        assert set(np.unique(found.shares)) <= {0.0, 1.0}


def test_the_files_say_what_they_are(base, imputed, tmp_path):
    out = tmp_path / "v.parquet"
    write_imputed(imputed, [f"p{row}" for row in range(ROWS)], base, str(out), {"islet.synthetic": "yes"})
    table = pq.read_table(out)
    assert table.schema.metadata[b"islet.imputed"] == b"4"
    assert table.schema.metadata[b"islet.complete"] == b"yes"
    assert table.column("synthetic").to_pylist() == [True] * ROWS
    assert table.column("prrt").to_pylist()[0] is None
    assert table.column("prrt__share:open").type == "float"
    assert pq.read_table(tmp_path / "v.counts.parquet").num_rows == 5 * len(base.options)
    told = json.loads((tmp_path / "v.diagnostics.json").read_text())
    assert told["seed"] == 5
    assert told["completions"] == 4
    assert "no recommendation" in told["warning"]
    assert "Missing at random" in told["assumes"][0]
    assert told["left_unknown"]["extent.duct_distance_mm"] == "nobody is known"
    assert told["patients"]["conflicting_as_given"] == 1
    assert told["facts"]["cells.ki67_percent"]["imputed"]["n"] >= 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["v.counts.parquet", "v.diagnostics.json", "v.parquet"]


def test_the_diagnostics_name_every_drawn_fact(base, imputed):
    told = diagnostics(imputed, base)
    assert set(told["facts"]) == set(imputed.cohort.names)
    assert not set(told["facts"]) & set(told["left_unknown"])
