"""Fit the trees of the chain with scikit-learn and lay them out with their donors."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.case.cells import cell_of_number
from islet.registry.impute.kernel import NODE, Floats, Forest

LEAF = 5  # fewest patients in a leaf, as in mice's cart
GAIN = 1e-4  # least gain of a split, as a share of the spread at the root, as in mice's cart
NEAREST = 15  # predictors of a fact: those most associated with it
MOST = 8000  # patients a tree is fitted to; more add time, not detail


class Grown(NamedTuple):
    """Hold one fitted tree with its donors, its nodes counted from 0, each before its left child.

    Patients not known of the column of a node go left with the chance `unknown_left`: the way the tree found best for them (0 or 1)
    where it was taught any, elsewhere as many as of all others, so that they are spread as if the column were not there.
    """

    right: NDArray[np.int64]
    column: NDArray[np.int64]
    threshold: Floats
    unknown_left: Floats
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    values: Floats


def association(observed: Floats, numeric: NDArray[np.bool_], targets: list[int]) -> Floats:
    """Return how strongly each target column goes with every column (targets, columns), over the patients known of both.

    The association is the greatest absolute correlation of ranks, each word of a category against the rest.
    """
    if not targets:
        return np.zeros((0, observed.shape[1]))
    ranked, owners = _spread(observed, numeric)
    seen = ~np.isnan(ranked)
    filled = np.where(seen, ranked, 0.0).astype(np.float32)
    mask = seen.astype(np.float32)
    wanted = np.flatnonzero(np.isin(owners, targets))
    f, k = filled[:, wanted].T, mask[:, wanted].T
    both = np.maximum(k @ mask, 1.0)
    own, other = f @ mask, k @ filled
    joint = f @ filled - own * other / both
    spread = np.maximum((f * f) @ mask - own * own / both, 1e-6) * np.maximum(k @ (filled * filled) - other * other / both, 1e-6)
    strength = np.where(k @ mask >= 2 * LEAF, np.abs(joint) / np.sqrt(spread), 0.0)
    best = np.zeros((len(wanted), observed.shape[1]))
    np.maximum.at(best.T, owners, strength.T)
    return np.array([best[owners[wanted] == target].max(axis=0) for target in targets])


def nearest_columns(strength: Floats, usable: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the usable columns most associated with a fact.

    >>> nearest_columns(np.array([0.2, 0.9, 0.0, 0.5]), np.array([True, False, True, True])).tolist()
    [0, 3]
    """
    rank = np.where(usable, strength, 0.0)
    order = np.argsort(-rank, kind="stable")[:NEAREST]
    return np.sort(order[rank[order] > 0])


def _spread(observed: Floats, numeric: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.int64]]:
    """Return one column a number (its ranks, standardised) and one a word, and the column that each comes from."""
    parts, owners = [], []
    for column in range(observed.shape[1]):
        values = observed[:, column]
        seen = ~np.isnan(values)
        if numeric[column]:
            parts.append(ranks(values))
            owners.append(column)
            continue
        words = np.unique(values[seen])
        for word in words[1:] if len(words) == 2 else words:
            parts.append(np.where(seen, values == word, np.nan))
            owners.append(column)
    return np.stack(parts, axis=1), np.array(owners)


def ranks(values: Floats) -> Floats:
    """Return standardised ranks, the mean for equal values; NaN stays.

    >>> ranks(np.array([10.0, np.nan, 30.0, 30.0])).round(2).tolist()
    [-1.41, nan, 0.71, 0.71]
    """
    seen = ~np.isnan(values)
    _, back, counts = np.unique(values[seen], return_inverse=True, return_counts=True)
    found = np.full(len(values), np.nan)
    mean = np.cumsum(counts) - (counts - 1) / 2
    rank = mean[back]
    spread = rank.std() if len(rank) else 0.0
    found[seen] = (rank - rank.mean()) / (spread or 1.0) if len(rank) else rank
    return found


def grow(
    values: Floats, predictors: NDArray[np.float32], columns: NDArray[np.int64], number: bool, rng: np.random.Generator
) -> Grown:
    """Return a tree for the values of one fact from predictors (patients, columns); the patients are its donors (repeats count)."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    if len(values) > MOST:
        chosen = rng.choice(len(values), MOST, replace=False)
        values, predictors = values[chosen], predictors[chosen]
    if not len(columns) or (values == values[0]).all():
        return _leaf(values)
    target = ranks(values) if number else values.astype(np.int64)
    spread = 1.0 if number else 1.0 - float(((np.unique(target, return_counts=True)[1] / len(target)) ** 2).sum())
    kind = DecisionTreeRegressor if number else DecisionTreeClassifier
    fitted = kind(min_samples_leaf=LEAF, min_impurity_decrease=GAIN * spread, random_state=int(rng.integers(2**31)))
    tree = fitted.fit(predictors, target).tree_
    return _with_donors(tree, fitted.apply(predictors), columns, predictors, values)


def _leaf(values: Floats) -> Grown:
    none, start = np.array([-1]), np.array([0])
    return Grown(none, none, np.zeros(1), np.zeros(1), start, np.array([len(values)]), values)


def _with_donors(
    tree: Any, leaves: NDArray[np.int64], columns: NDArray[np.int64], predictors: NDArray[np.float32], values: Floats
) -> Grown:
    """Lay the donors out so that those under any node stand together: scikit-learn counts nodes depth first."""
    order = np.argsort(leaves, kind="stable")
    sorted_leaves = leaves[order]
    left, right = tree.children_left.astype(np.int64), tree.children_right.astype(np.int64)
    end = np.arange(tree.node_count)
    for node in range(tree.node_count - 1, -1, -1):  # the last node under each
        if left[node] >= 0:
            end[node] = max(end[left[node]], end[right[node]])
    split = left >= 0
    first = np.searchsorted(sorted_leaves, np.arange(tree.node_count))
    last = np.searchsorted(sorted_leaves, end, side="right")
    column = np.where(split, columns[np.where(split, tree.feature, 0)], -1)
    unknown_left = np.zeros(tree.node_count)
    for node in np.flatnonzero(split).tolist():
        taught = np.isnan(predictors[order[first[node] : last[node]], tree.feature[node]]).any()
        share = (last[left[node]] - first[left[node]]) / (last[node] - first[node])
        unknown_left[node] = float(tree.missing_go_to_left[node]) if taught else share
    return Grown(right, column, tree.threshold.astype(np.float64), unknown_left, first, last, values[order])


def forest_of(grown: list[Grown], cuts: list[tuple[float, ...] | None]) -> Forest:
    """Return trees as one forest; `cuts` holds the cut points of a number, None for words."""
    found = [np.unique(tree.values, return_inverse=True) for tree in grown]
    roots, donors, levels = (
        np.cumsum([0, *sizes]) for sizes in (
            [len(tree.right) for tree in grown], [len(tree.values) for tree in grown], [len(values) for values, _ in found],
        )
    )
    nodes = np.zeros(roots[-1], NODE)
    first, last = np.empty(roots[-1], np.int32), np.empty(roots[-1], np.int32)
    for tree, root, start in zip(grown, roots, donors, strict=False):
        own = slice(root, root + len(tree.right))
        nodes["right"][own] = np.where(tree.right < 0, -1, tree.right + root)
        nodes["column"][own], nodes["unknown_left"][own] = tree.column, tree.unknown_left
        nodes["threshold"][own] = _at_most(tree.threshold)
        first[own], last[own] = tree.first + start, tree.last + start
    cells = [_cells(values, own) for (values, _), own in zip(found, cuts, strict=True)]
    levels_of = np.concatenate([np.empty(0, np.int64), *(back for _, back in found)]).astype(np.uint16)
    return Forest(
        roots[:-1].astype(np.int32), nodes, first, last, levels_of, levels[:-1].astype(np.int32),
        np.concatenate([np.empty(0), *(values for values, _ in found)]),
        np.concatenate([np.empty(0, np.uint32), *cells]),
    )


def _at_most(threshold: Floats) -> NDArray[np.float32]:
    """Return the greatest single-precision numbers not above thresholds: a single-precision value falls on the same side of both."""
    near = threshold.astype(np.float32)
    return np.where(near > threshold, np.nextafter(near, np.float32(-np.inf)), near).astype(np.float32)


def _cells(values: Floats, cuts: tuple[float, ...] | None) -> NDArray[np.uint32]:
    if cuts is None:
        return np.left_shift(np.uint32(1), values.astype(np.uint32))
    return np.array([cell_of_number(value, cuts) for value in values], np.uint32)
