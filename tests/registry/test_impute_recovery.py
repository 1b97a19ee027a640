"""Known dependence, values taken away: the truth comes back, as often as the interval says."""

from __future__ import annotations

import numpy as np
import pytest

from islet.registry.impute.chain import Chain
from islet.registry.impute.cohort import make_cohort
from islet.registry.impute.complete import draw, make_page
from islet.registry.impute.tally import interval
from islet_testing.impute_cohorts import coded_from, yes

HERE = ("extent.liver_mets", "extent.symptomatic_bulk", "cells.ki67_percent")


def whole(rng, rows):
    """Ki-67 rises with liver metastases, bulk is likelier with both: 0.1, 0.3, 0.5 or 0.8."""
    liver = rng.random(rows) < 0.4
    ki67 = np.round(np.exp(rng.normal(np.where(liver, 2.2, 0.9), 0.7)).clip(0.1, 90), 1)
    bulk = rng.random(rows) < np.where(liver, np.where(ki67 > 8, 0.8, 0.5), np.where(ki67 > 3, 0.3, 0.1))
    return {"extent.liver_mets": yes(liver), "extent.symptomatic_bulk": yes(bulk), "cells.ki67_percent": ki67}


def table(values):
    """The truth as numbers: liver, bulk, Ki-67."""
    return np.array([np.array(values[HERE[0]]) == "yes", np.array(values[HERE[1]]) == "yes", values[HERE[2]]], float)


def quantities(rows):
    liver, bulk, ki67 = rows
    return np.array([liver.sum(), bulk.sum(), (ki67 > 20).sum(), (liver * bulk).sum(), ((ki67 > 3) * (1 - liver) * bulk).sum()])


def completions(values, hidden, base, seed, chains=4, each=6):
    coded = coded_from(values, base, hidden)
    cohort = make_cohort(coded, base, np.ones(coded.rows, bool))
    page = make_page(cohort, np.arange(coded.rows))
    places = [cohort.names.index(name) for name in HERE]
    found = []
    for number in range(chains):
        chain = Chain(cohort, seed, number)
        for completion in range(each):
            draw(cohort, chain, page, 1, number * each + completion, 0)
            found.append(page.values[places].copy())
    return found


def missing_at_random(rng, truth):
    """Ki-67 is missing more often with liver metastases, bulk more often without; who has liver metastases lacks neither reason."""
    liver = truth[0] == 1
    return {
        HERE[0]: rng.random(len(liver)) < 0.15,
        HERE[1]: rng.random(len(liver)) < np.where(liver, 0.2, 0.5),
        HERE[2]: rng.random(len(liver)) < np.where(liver, 0.6, 0.3),
    }


def test_the_joint_distribution_comes_back(base):
    rng = np.random.default_rng(5)
    values = whole(rng, 4000)
    truth = table(values)
    hidden = missing_at_random(rng, truth)
    hidden[HERE[0]][:] = False  # what the missing rests on is known: missing at random in the strict sense
    found = completions(values, hidden, base, 3)
    for liver in (0, 1):
        own, cut = truth[0] == liver, (8 if liver else 3)
        drawn = np.mean([np.median(one[2][own & hidden[HERE[2]]]) for one in found])
        assert drawn == pytest.approx(np.median(truth[2][own]), rel=0.12)
        for high in (False, True):
            taught = own & ~hidden[HERE[1]] & ~hidden[HERE[2]] & ((truth[2] > cut) == high)
            share = np.mean([one[1][own & hidden[HERE[1]] & ((one[2] > cut) == high)].mean() for one in found])
            expected = {(0, False): 0.1, (0, True): 0.3, (1, False): 0.5, (1, True): 0.8}[liver, high]
            chance = 3 * np.sqrt(expected * (1 - expected) / taught.sum())  # what the patients who teach it vary by themselves
            assert share == pytest.approx(expected, abs=chance), (liver, high)


def test_the_interval_covers_the_truth_as_often_as_it_says(base):
    covered, widths = [], []
    for repetition in range(16):
        rng = np.random.default_rng([11, repetition])
        values = whole(rng, 600)
        truth = quantities(table(values))
        hidden = missing_at_random(rng, table(values))
        counts = np.array([quantities(one) for one in completions(values, hidden, base, repetition, chains=8, each=6)])
        found = [interval(counts[:, place], [6] * 8, 0, 600) for place in range(len(truth))]
        covered.append([one["low"] <= count <= one["high"] for one, count in zip(found, truth, strict=True)])
        widths.append([one["high"] - one["low"] for one in found])
    assert np.mean(covered) >= 0.95 - 2 * np.sqrt(0.95 * 0.05 / np.size(covered)), np.mean(covered, axis=0)
    assert np.mean(widths) < 60  # not by being vague: a tenth of the patients
