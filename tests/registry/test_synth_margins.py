"""Every margin of every profile comes out inside its published interval, and the intervals are what they say."""

from __future__ import annotations

from functools import cache

import pyarrow as pa
import pytest
from scipy.stats import binomtest

from islet.errors import InputError
from islet.registry.synth.data import Margin, load_margins, load_profile, profile_names
from islet.registry.synth.make import Recipe, make_batches
from islet_testing.synth_measures import Row, measured
from islet_testing.synth_tables import BEGIN, PAGE, tables

PATIENTS = 20_000
WITH_COUNTS = [margin for margin in load_margins().values() if margin.n is not None and not margin.interval_from]


@cache
def consistent_rows(profile: str) -> list[Row]:
    needed = [
        "cells.ki67_percent", "cells.mitoses_per_2mm2", "cells.who_grade", "cells.hormone", "cells.hereditary", "extent.primary_site",
        "extent.size_mm", "extent.t", "extent.n", "extent.m", "extent.liver_mets", "extent.extrahepatic", "health.age_years", "health.sex",
        "truth_contradiction",
    ]
    table = pa.Table.from_batches(make_batches(PATIENTS, Recipe(profile, seed=20260)))
    return [row for row in table.select(needed).to_pylist() if row["truth_contradiction"] is None]


@pytest.mark.parametrize("profile", profile_names())
def test_each_margin_of_a_profile_is_inside_its_published_interval(profile: str) -> None:
    rows = consistent_rows(profile)
    outside = []
    for measure, margin in load_profile(profile).margins.items():
        found = measured(measure, rows)
        for part, (low, high) in margin.interval.items():
            if not low <= found.get(part, 0.0) <= high:
                outside.append((measure, part, found.get(part, 0.0), low, high))
    assert outside == []


@pytest.mark.parametrize("margin", WITH_COUNTS, ids=lambda margin: margin.id)
def test_an_interval_is_wilson_s_from_the_printed_share_and_its_number_of_patients(margin: Margin) -> None:
    for part, share in margin.shares.items():
        wilson = binomtest(round(share * margin.n), margin.n).proportion_ci(method="wilson")
        # the library counts whole patients, the interval stands on the printed share: half a patient apart
        slack = 1 / margin.n + 0.0001
        assert margin.interval[part] == pytest.approx((wilson.low - margin.rounding, wilson.high + margin.rounding), abs=slack)


@pytest.mark.parametrize("margin", load_margins().values(), ids=lambda margin: margin.id)
def test_a_margin_says_where_it_stands_and_how_far_it_was_checked(margin: Margin) -> None:
    assert margin.title and margin.locator
    assert margin.verification in ("two_sources", "one_source", "secondary", "derived", "recall")
    assert margin.n is not None or margin.interval_from
    for part, value in margin.shares.items():
        low, high = margin.interval[part]
        assert low <= value <= high


def test_where_sources_disagree_each_is_used_by_some_profile() -> None:
    used = {margin.id for name in profile_names() for margin in load_profile(name).margins.values()}
    assert used == set(load_margins())


def test_an_unknown_profile_gets_the_nearest_name() -> None:
    with pytest.raises(InputError, match='unknown profile "surgicl"; did you mean "surgical"'):
        load_profile("surgicl")


def test_the_share_without_ki67_can_be_set() -> None:
    table = pa.Table.from_batches(make_batches(PATIENTS, Recipe(seed=3, missing_ki67=0.5, contradictory=0.0)))
    assert table["cells.ki67_percent"].null_count / PATIENTS == pytest.approx(0.5, abs=0.015)


def test_the_page_lists_every_profile_margin_and_arrow_as_the_data_has_them() -> None:
    assert PAGE.read_text(encoding="utf-8").split(BEGIN)[1] == tables()
