"""Weights spread evenly over what agrees with a ranking: held against exact centroids and closed forms."""

from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from islet.errors import InputError
from islet.wishes.model import Tradeoff
from islet.wishes.weights import draw_weights, rank_order_centroid, uniforms

DRAWS = 40_000
NAMES = ("a", "b", "c", "d", "e", "f", "g")


def close(weights, expected):
    error = weights.std(axis=0) / np.sqrt(len(weights))
    assert (np.abs(weights.mean(axis=0) - expected) <= 4.5 * error).all(), (weights.mean(axis=0), expected)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_the_rank_order_centroid_is_the_mean_of_the_corners_of_the_ordered_simplex(count):
    """The corners put all weight on the first k attributes in equal parts (Barron & Barrett 1996); exact fractions."""
    corners = [[Fraction(1, k) if place < k else Fraction(0) for place in range(count)] for k in range(1, count + 1)]
    mean = [float(sum(column) / count) for column in zip(*corners, strict=True)]
    assert rank_order_centroid(count) == pytest.approx(mean, abs=1e-15)


@pytest.mark.parametrize("count", [2, 3, 4, 7])
def test_a_full_ranking_has_its_mean_at_the_rank_order_centroid_and_keeps_the_order(count):
    names = NAMES[:count]
    weights = draw_weights(names, tuple((name,) for name in names), (), DRAWS, "seed")
    assert (np.diff(weights, axis=1) <= 0).all()
    assert weights.sum(axis=1) == pytest.approx(np.ones(DRAWS))
    close(weights, rank_order_centroid(count))


def test_without_a_ranking_each_weight_is_the_marginal_of_an_even_simplex():
    weights = draw_weights(NAMES[:4], (), (), DRAWS, "seed")
    for column in weights.T:
        assert stats.kstest(column, stats.beta(1, 3).cdf).pvalue > 0.001


def test_of_two_ranked_attributes_the_first_weight_is_even_between_a_half_and_one():
    weights = draw_weights(("a", "b"), (("b",), ("a",)), (), DRAWS, "seed")
    assert stats.kstest(weights[:, 1], stats.uniform(0.5, 0.5).cdf).pvalue > 0.001


def test_attributes_in_one_tier_have_the_mean_of_their_places():
    close(draw_weights(("a", "b", "c"), (("a",), ("b", "c")), (), DRAWS, "seed"), [11 / 18, 7 / 36, 7 / 36])


def test_an_attribute_that_is_placed_nowhere_stands_anywhere():
    """The mean over the three full orders that agree with a before b: abc, acb and cab."""
    close(draw_weights(("a", "b", "c"), (("a",), ("b",)), (), DRAWS, "seed"), [1 / 2, 1 / 6, 1 / 3])


def test_sampling_by_rejection_agrees_with_sorting():
    free = draw_weights(NAMES[:4], (), (), 8 * DRAWS, "other")
    kept = free[(free[:, 2] >= free[:, 0]) & (free[:, 0] >= free[:, 3])]
    sorted_ones = draw_weights(NAMES[:4], (("c",), ("a",), ("d",)), (), DRAWS, "seed")
    for one, other in zip(kept.T, sorted_ones.T, strict=True):
        assert stats.ks_2samp(one, other).pvalue > 0.001


def test_a_trade_off_cuts_the_weights_evenly():
    weights = draw_weights(("a", "b"), (("a",), ("b",)), [Tradeoff("a", "b", 2)], DRAWS, "seed")
    assert stats.kstest(weights[:, 0], stats.uniform(2 / 3, 1 / 3).cdf).pvalue > 0.001


def test_answers_that_contradict_each_other_are_an_error_that_names_the_answer():
    with pytest.raises(InputError, match='"c" counts 2 times "a" contradicts the ranking'):
        draw_weights(NAMES[:3], (("a",), ("b",), ("c",)), [Tradeoff("a", "b", 2), Tradeoff("c", "a", 2)], 100, "seed")


def test_a_circle_of_trade_offs_is_a_contradiction():
    circle = [Tradeoff("a", "b", 1.5), Tradeoff("b", "c", 1.5), Tradeoff("c", "a", 1.5)]
    with pytest.raises(InputError, match=r'"c" counts 1\.5 times "a"'):
        draw_weights(NAMES[:3], (), circle, 100, "seed")


def test_too_few_weights_are_an_error_and_no_poor_answer():
    thin = [Tradeoff(one, other, 30) for one, other in (("a", "b"), ("b", "c"), ("c", "d"))]
    with pytest.raises(InputError, match="smaller factors"):
        draw_weights(NAMES[:4], (), thin, 1000, "seed")


def test_the_same_seed_gives_the_same_draws_and_another_seed_others():
    one = draw_weights(NAMES, (("c",), ("a", "b")), (), 50, "seed")
    assert (one == draw_weights(NAMES, (("c",), ("a", "b")), (), 50, "seed")).all()
    assert (one != draw_weights(NAMES, (("c",), ("a", "b")), (), 50, "other")).any()


def test_the_numbers_of_a_seed_are_even():
    assert stats.kstest(uniforms("seed", 0, DRAWS), "uniform").pvalue > 0.001
