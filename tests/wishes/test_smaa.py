"""Acceptability held against closed forms, a dense grid and exhaustive fillings."""

import itertools

import numpy as np
import pytest
from scipy import stats

from islet.wishes.model import Attribute, Performance, share_of
from islet.wishes.smaa import accept, ahead, draw_values, first_between
from islet.wishes.weights import draw_weights

DRAWS = 40_000
UNKNOWN = Performance()


def scaled(name: str, worst: float = 0, best: float = 1) -> Attribute:
    return Attribute(name, name, "", "", "", "", "", (worst, best), "", (), ())


def levelled(name: str, count: int) -> Attribute:
    return Attribute(name, name, "", "", "", "", "", None, "", tuple(f"level {n}" for n in range(count)), ())


def between(low: float, high: float | None = None) -> Performance:
    return Performance((low, low if high is None else high))


def first(attributes, performances, ranking=(), seed="seed"):
    """Return the share of first places of each option."""
    names = [attribute.id for attribute in attributes]
    weights = draw_weights(names, ranking, (), DRAWS, seed)
    values = draw_values([str(n) for n in range(len(performances))], attributes, performances, DRAWS, seed)
    return accept(weights, values).places[:, 0] / DRAWS


def near(found, expected):
    assert found == pytest.approx(expected, abs=4.5 * 0.5 / np.sqrt(DRAWS))


def test_two_options_on_one_attribute_are_ahead_as_often_as_their_interval_lies_above():
    near(first([scaled("x")], [[between(0, 1)], [between(0.25)]]), [0.75, 0.25])


def test_equal_options_share_exactly():
    same = [between(0.3), between(0.6)]
    assert first([scaled("x"), scaled("y")], [same, same]).tolist() == [0.5, 0.5]


def test_a_scale_whose_best_end_is_the_lower_one_is_turned():
    near(first([scaled("x", 100, 0)], [[between(10, 30)], [between(25)]]), [0.75, 0.25])


def test_two_attributes_split_where_the_weights_are_even():
    """A = (1, 0), B = (0.4, 0.8): A is first when w > 0.4 w + 0.8 (1 - w), that is w > 4/7."""
    attributes, options = [scaled("x"), scaled("y")], [[between(1), between(0)], [between(0.4), between(0.8)]]
    near(first(attributes, options), [3 / 7, 4 / 7])
    near(first(attributes, options, (("x",), ("y",))), [6 / 7, 1 / 7])
    assert first(attributes, options, (("y",), ("x",))).tolist() == [0, 1]


def test_the_central_weight_is_the_mean_of_the_weights_that_put_the_option_first_and_confidence_is_whole_there():
    attributes, options = [scaled("x"), scaled("y")], [[between(1), between(0)], [between(0.4), between(0.8)]]
    weights = draw_weights(["x", "y"], (), (), DRAWS, "seed")
    values = draw_values(["a", "b"], attributes, options, DRAWS, "seed")
    central = accept(weights, values).central
    assert central[0] == pytest.approx([11 / 14, 3 / 14], abs=0.005)
    assert central[1] == pytest.approx([4 / 14, 10 / 14], abs=0.005)
    assert accept(central[:1], values).places[0, 0] == DRAWS


def test_the_confidence_of_uncertain_outcomes_is_the_share_of_them_at_the_central_weight():
    """At weights 1/2, 1/2: x is first when (u + 0) / 2 > (0.25 + 0.25) / 2, with u even between 0 and 1."""
    values = draw_values(["a", "b"], [scaled("x"), scaled("y")], [[between(0, 1), between(0)], [between(0.25), between(0.25)]], DRAWS, "s")
    near(accept(np.array([[0.5, 0.5]]), values).places[0, 0] / DRAWS, 0.5)


def test_three_options_agree_with_a_dense_grid_over_weights_and_outcomes():
    grid = (np.arange(120) + 0.5) / 120
    w, u, v = grid[:, None, None], (0.2 + 0.6 * grid)[None, :, None], (0.1 + 0.5 * grid)[None, None, :]
    sums = [w * u + (1 - w) * 0.5 + 0 * v, w * 0.4 + (1 - w) * v + 0 * u + 0.2 * w, w * 0.3 + (1 - w) * 0.7 + 0 * u + 0 * v]
    whole = np.stack(np.broadcast_arrays(*sums))
    expected = [(whole.argmax(axis=0) == option).mean() for option in range(3)]
    options = [[between(0.2, 0.8), between(0.5)], [between(0.6), between(0.1, 0.6)], [between(0.3), between(0.7)]]
    assert sum(expected) == pytest.approx(1)
    near(first([scaled("x"), scaled("y")], options), expected)


def test_three_attributes_in_order_agree_with_a_dense_grid_of_the_simplex():
    step = 300
    i, j = np.meshgrid(np.arange(step), np.arange(step), indexing="ij")
    inside = i + j < step
    w = np.stack([i[inside] + 1 / 3, j[inside] + 1 / 3, step - 2 / 3 - i[inside] - j[inside]]) / step
    w = w[:, (w[0] >= w[2]) & (w[2] >= w[1])]
    options = np.array([[0.9, 0.1, 0.2], [0.3, 0.6, 0.9], [0.6, 0.9, 0.4]])
    expected = [(np.argmax(options @ w, axis=0) == option).mean() for option in range(3)]
    found = first([scaled(n) for n in "xyz"], [[between(v) for v in row] for row in options], (("x",), ("z",), ("y",)))
    assert found == pytest.approx(expected, abs=0.015)


def test_of_levels_only_the_order_is_used():
    """An inner level of three is even between 0 and 1; of five, the second is the lowest of three even draws."""
    middle = Performance(level=1)
    near(first([levelled("x", 3)], [[middle], [UNKNOWN]]), [0.5, 0.5])
    values = draw_values(["a"], [levelled("x", 5)], [[middle]], DRAWS, "seed")[:, 0, 0]
    assert stats.kstest(values, stats.beta(1, 3).cdf).pvalue > 0.001


def test_options_on_one_level_share_its_value_and_a_higher_level_is_never_behind():
    attributes = [levelled("x", 4)]
    assert first(attributes, [[Performance(level=2)], [Performance(level=2)]]).tolist() == [0.5, 0.5]
    assert first(attributes, [[Performance(level=2)], [Performance(level=1)]]).tolist() == [1.0, 0.0]


def test_two_levels_are_the_ends():
    values = draw_values(["a", "b"], [levelled("x", 2)], [[Performance(level=0)], [Performance(level=1)]], 3, "seed")
    assert values[:, :, 0].tolist() == [[0.0, 1.0]] * 3


def test_what_is_not_known_is_even_over_the_whole_scale():
    values = draw_values(["a"], [scaled("x", 0, 72)], [[UNKNOWN]], DRAWS, "seed")[:, 0, 0]
    assert stats.kstest(values, "uniform").pvalue > 0.001


def test_each_place_is_taken_once_in_each_draw():
    rng = np.random.default_rng(5)
    values = np.round(rng.random((500, 4, 3)), 1)
    places = accept(rng.dirichlet(np.ones(3), 500), values).places
    assert places.sum(axis=0) == pytest.approx(np.full(4, 500))
    assert places.sum(axis=1) == pytest.approx(np.full(4, 500))


def test_the_bounds_hold_for_every_filling_of_the_unknown_and_are_reached():
    rng = np.random.default_rng(7)
    weights, values = rng.dirichlet(np.ones(2), 300), rng.random((300, 3, 2))
    free = np.array([[True, False], [False, True], [False, False]])
    bounds = first_between(weights, values, free)
    seen = []
    for x, y in itertools.product(np.linspace(0, 1, 5), repeat=2):
        filled = values.copy()
        filled[:, 0, 0], filled[:, 1, 1] = x, y
        seen.append(accept(weights, filled).places[:, 0])
    assert bounds[:, 0] == pytest.approx(np.min(seen, axis=0))
    assert bounds[:, 1] == pytest.approx(np.max(seen, axis=0))


def test_without_anything_unknown_the_bounds_are_the_share():
    rng = np.random.default_rng(3)
    weights, values = rng.dirichlet(np.ones(2), 200), rng.random((200, 3, 2))
    bounds = first_between(weights, values, np.zeros((3, 2), dtype=bool))
    expected = accept(weights, values).places[:, 0]
    assert bounds[:, 0] == pytest.approx(expected)
    assert bounds[:, 1] == pytest.approx(expected)


@pytest.mark.parametrize(("count", "draws"), [(0, 100), (3, 100), (50, 100), (100, 100), (12_345, 20_000)])
def test_a_share_has_the_interval_of_wilson(count, draws):
    share = share_of(count, draws)
    expected = stats.binomtest(count, draws).proportion_ci(method="wilson")
    assert (share.low, share.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(("value", "words"), [(0.0, "fewer than 1"), (0.0099, "fewer than 1"), (0.01, "1"), (0.5, "50"),
                                               (0.99, "99"), (0.9901, "more than 99"), (1.0, "more than 99")])
def test_a_share_is_told_in_whole_people_and_never_as_none_or_all(value, words):
    assert share_of(value * 10_000, 10_000).of_100 == words


def test_a_lead_within_the_noise_of_the_draws_is_no_lead():
    assert ahead([5_050, 4_950], 10_000) == (0, 1)
    assert ahead([5_200, 4_800], 10_000) == (0,)
