"""What a draw may be: nothing known changes, no link breaks, what is missing teaches nothing."""

from __future__ import annotations

import numpy as np
import pytest

from islet.registry.by_case import decide_by_case
from islet.registry.impute.chain import Chain
from islet.registry.impute.cohort import make_cohort
from islet.registry.impute.complete import coded_of, complete, draw, make_page
from islet.registry.impute.network import needed_clauses
from islet_testing.impute_cohorts import coded_from, holes, registry, yes

ROWS = 300


@pytest.fixture(scope="module")
def holed(base):
    columns = registry(ROWS, 3)
    hidden = holes(columns, 3, 0.3)
    coded = coded_from(columns, base, hidden)
    return columns, hidden, coded, make_cohort(coded, base, np.ones(ROWS, bool), 10)


@pytest.fixture(scope="module")
def drawn(holed):
    cohort = holed[3]
    page = make_page(cohort, np.arange(ROWS))
    draw(cohort, Chain(cohort, 8, 0), page, 1, 0, 0)
    return page


def test_whole_patients_of_the_test_keep_every_link(base):
    assert not decide_by_case(coded_from(registry(60, 3), base), base).conflicting.any()


def test_known_facts_never_change(base, holed, drawn):
    columns, hidden, coded, cohort = holed
    done = coded_of(cohort, drawn.rows, drawn.values, drawn.cells)
    for variable, masks in coded.masks.items():
        assert (done.masks[variable] & ~masks == 0).all(), base.space.variables[variable].name
    for name, values in columns.items():
        if name in coded.numbers:
            known = ~hidden[name]
            assert (done.numbers[name][0][known] == np.asarray(values, float)[known]).all(), name


def test_no_completion_breaks_a_link(base, holed, drawn):
    cohort = holed[3]
    assert not decide_by_case(coded_of(cohort, drawn.rows, drawn.values, drawn.cells), base).conflicting.any()


def test_what_is_known_in_part_stays_inside(base):
    columns = registry(ROWS, 4)
    size = columns["extent.size_mm"]
    coded = coded_from(columns, base, {"extent.size_mm": np.arange(ROWS) < 150, "extent.t": np.arange(ROWS) < 150})
    low, high = coded.numbers["extent.size_mm"]
    low[:150], high[:150] = size[:150] * 0.8, size[:150] * 1.3
    index = base.space.place["extent.t"]
    coded.masks[index][:150] = 0b01100  # T2 or T3
    cohort = make_cohort(coded, base, np.ones(ROWS, bool), 10)
    page = make_page(cohort, np.arange(ROWS))
    draw(cohort, Chain(cohort, 1, 0), page, 1, 0, 0)
    values, stage = page.values[cohort.names.index("extent.size_mm")][:150], page.cells[cohort.names.index("extent.t")][:150]
    inside = (low[:150] <= values) & (values <= high[:150])
    assert (inside | np.isnan(values)).all()
    assert (stage & ~np.uint32(0b01100) == 0).all()
    assert set(values[~np.isnan(values)]) <= {*size[150:], 20.0, 40.0}  # what somebody has, or the one point a link leaves


def test_that_something_is_missing_says_nothing_of_it(base):
    """A response that is not told stands beside a treatment that was given; whole histories that are missing must not look like that."""
    rows = 2000
    rng = np.random.default_rng(2)
    tried = rng.random(rows) < 0.1
    progressed = tried & (rng.random(rows) < 0.5)
    history = rng.random(rows) < 0.2
    columns = {
        "history.tried.prrt": yes(tried), "history.progressed_on.prrt": yes(progressed),
        "history.controlled_by.prrt": yes(tried & ~progressed),
        "extent.liver_mets": yes(rng.random(rows) < 0.4),
    }
    untold = history | (tried & (rng.random(rows) < 0.6))
    hidden = {"history.tried.prrt": history, "history.progressed_on.prrt": untold, "history.controlled_by.prrt": untold}
    cohort = make_cohort(coded_from(columns, base, hidden), base, np.ones(rows, bool))
    page = make_page(cohort, np.flatnonzero(history))
    shares = []
    for number in range(6):
        draw(cohort, Chain(cohort, 4, number), page, 1, number, 0)
        shares.append(page.values[cohort.names.index("history.tried.prrt")].mean())
    assert np.mean(shares) == pytest.approx(tried[~history].mean(), abs=0.03)


def test_a_measured_result_that_no_draw_agrees_with_leaves_its_inputs_open(base):
    columns = registry(120, 5, history=False)
    rows = np.arange(120)
    columns["health.egfr"] = np.where(rows < 20, 8.0, np.nan)  # of patients whose creatinine nobody in the cohort has
    coded = coded_from(columns, base, {"health.creatinine_umol_l": rows < 20})
    cohort = make_cohort(coded, base, np.ones(120, bool), 10)
    page = make_page(cohort, np.arange(30))
    found = complete(cohort, Chain(cohort, 1, 0), page, 1, 0, lambda batch: decide_by_case(batch, base))
    assert not found.decided.conflicting.any()
    assert found.redrawn and found.formulas_opened
    assert np.isnan(found.values[cohort.names.index("health.creatinine_umol_l")][:20]).all()


def test_what_is_told_only_where_it_is_present_is_not_drawn(base):
    rng = np.random.default_rng(1)
    copd = rng.random(200) < 0.3
    resectable = rng.random(200) < 0.3
    columns = {
        "health.age_years": rng.normal(60, 10, 200).round(), "health.comorbidities.copd": ["yes" if one else None for one in copd],
        "extent.primary_resectable": ["yes" if one else None for one in resectable], "extent.liver_mets": yes(rng.random(200) < 0.4),
        "cells.msi_high": ["yes", "no"] * 5 + [None] * 190,
    }
    cohort = make_cohort(coded_from(columns, base), base, np.ones(200, bool))
    assert not {"health.comorbidities.copd", "extent.primary_resectable", "cells.msi_high"} & set(cohort.names)
    assert "present" in cohort.left_open["health.comorbidities.copd"]
    assert 'only ever told as "yes"' in cohort.left_open["extent.primary_resectable"]
    assert cohort.left_open["cells.msi_high"] == "10 known, fewer than 25"
    assert cohort.left_open["extent.duct_distance_mm"] == "nobody is known"


def test_what_only_links_say_is_not_drawn(base):
    """Without liver metastases the largest is 0 mm by a link: those who have some must not be given that 0."""
    liver = np.arange(200) % 3 == 0
    columns = {"extent.liver_mets": yes(liver), "health.age_years": 40.0 + np.arange(200) % 30}
    cohort = make_cohort(coded_from(columns, base), base, np.ones(200, bool))
    assert "extent.liver_count" not in cohort.names
    assert "one-sided" in cohort.left_open["extent.liver_count"]


def test_links_that_nobody_touches_are_left_out(base):
    every = set(range(len(base.space.variables)))
    assert len(needed_clauses(base.space, every)) == len(base.space.network.clauses)
    kept = needed_clauses(base.space, {base.space.place["extent.t"], base.space.place["extent.size_mm"]})
    labels = {base.space.network.labels[clause] for clause in kept}
    assert {"t1-size", "t2-size"} <= labels
    assert not {"definition extent.stage_ajcc9", "response-was-tried-tae"} & labels
