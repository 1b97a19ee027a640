"""The joint structure: arrows keep their odds ratios, margins are met, and what goes missing goes by its pattern."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from islet.errors import InputError
from islet.registry.synth.data import load_arrows, load_margins, load_profile, profile_names
from islet.registry.synth.joint import Joint, build_joint, rake
from islet.registry.synth.make import Recipe, make_batches
from islet.registry.synth.spread import site_patterns


@pytest.fixture(scope="module")
def joint() -> Joint:
    return build_joint(load_profile("enets"))


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return pa.Table.from_batches(make_batches(20_000, Recipe(seed=11, contradictory=0.0, truth=True)))


def test_an_arrow_without_a_margin_of_its_own_keeps_its_odds_ratio(joint: Joint) -> None:
    def share(hereditary: str, site: str) -> float:
        wanted = {
            "size": "to_40", "grade": "G1", "t4": "no", "nodes": "N0", "spread": "M0", "hormone": "none", "hereditary": hereditary,
            "site": site,
        }
        cell = np.ones(len(joint.share), bool)
        for axis, word in wanted.items():
            cell &= joint.codes[axis] == joint.words[axis].index(word)
        return float(joint.share[cell].item())

    ratio = share("men1", "multifocal") * share("none", "head") / (share("men1", "head") * share("none", "multifocal"))
    times = next(arrow.times for arrow in load_arrows() if (arrow.origin, arrow.target) == ("hereditary", "site"))
    assert ratio == pytest.approx(times["men1"]["multifocal"], rel=1e-5)


def test_every_arrow_says_on_what_it_rests() -> None:
    for arrow in load_arrows():
        assert "assumed, for testing only" in arrow.because or "abstract" in arrow.because, (arrow.origin, arrow.target)


@pytest.mark.parametrize("profile", profile_names())
def test_the_joint_table_has_the_margins_exactly(profile: str) -> None:
    chosen = load_profile(profile)
    found = build_joint(chosen)
    if "functioning" in chosen.margins:
        assert 1 - found.part("hormone", "none") == pytest.approx(chosen.margins["functioning"].shares["yes"], abs=1e-8)
    assert found.part("hereditary", "men1") == pytest.approx(chosen.margins["men1"].shares["yes"], abs=1e-8)
    if "stage" in chosen.margins:
        assert found.part("spread", "M1") == pytest.approx(chosen.margins["stage"].shares["IV"], abs=1e-8)


def test_margins_that_exclude_each_other_are_refused() -> None:
    half = np.array([0.5, 0.5])
    labels = np.array([0, 1])
    with pytest.raises(InputError, match="exclude each other"):
        rake(half, [(labels, np.array([0.9, 0.1]), None), (labels, np.array([0.1, 0.9]), None)])


def test_raking_a_two_by_two_table_gives_the_closed_form() -> None:
    # start all equal (odds ratio 1): the solution is the product of the margins
    start = np.full(4, 0.25)
    rows, columns = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    found = rake(start, [(rows, np.array([0.7, 0.3]), None), (columns, np.array([0.2, 0.8]), None)])
    assert found == pytest.approx([0.14, 0.56, 0.06, 0.24])


@pytest.mark.parametrize("margin", ["distant-enets", "distant-seer"])
def test_metastasis_always_has_a_site_and_each_site_its_published_share(margin: str) -> None:
    shares = load_margins()[margin].shares
    patterns = site_patterns(shares)
    assert patterns[0] == 0
    for place, site in enumerate(("liver", "node", "bone", "lung", "peritoneum", "brain", "other")):
        if site in shares:
            assert patterns[np.arange(128) >> place & 1 == 1].sum() == pytest.approx(shares[site], abs=1e-8)


def rate(table: pa.Table, event: np.ndarray, among: np.ndarray) -> float:
    return float(event[among].mean())


def column(table: pa.Table, name: str) -> np.ndarray:
    return np.array(table[name].to_pylist(), dtype=object)


def test_larger_tumours_are_of_higher_grade_and_spread_more(table: pa.Table) -> None:
    size = column(table, "truth_size_mm").astype(float)
    small, large = size <= 20, size > 40
    high = np.isin(column(table, "truth_who_grade"), ["G3", "NEC"])
    spread = column(table, "extent.m") == "M1"
    nodes = column(table, "extent.n") == "N1"
    for event in (high, spread, nodes):
        assert rate(table, event, large) > rate(table, event, small) + 0.05


def test_functioning_tumours_of_men1_are_often_gastrinomas(table: pa.Table) -> None:
    men1, gastrin = column(table, "cells.hereditary") == "men1", column(table, "cells.hormone") == "gastrin"
    assert rate(table, gastrin, men1) > 2 * rate(table, gastrin, column(table, "cells.hereditary") == "none")


def test_small_tumours_are_less_often_graded(table: pa.Table) -> None:
    small = column(table, "truth_size_mm").astype(float) <= 20
    for fact in ("cells.ki67_percent", "cells.who_grade"):
        missing = np.equal(column(table, fact), None)
        assert rate(table, missing, small) > rate(table, missing, ~small) + 0.03


def test_old_cases_rarely_have_a_receptor_scan(table: pa.Table) -> None:
    old = column(table, "diagnosis_year").astype(float) < 2013
    missing = np.equal(column(table, "cells.sstr_result"), None)
    assert rate(table, missing, old) > 0.5 > 0.3 > rate(table, missing, ~old)
