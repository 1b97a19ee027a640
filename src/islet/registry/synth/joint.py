"""The joint table of what belongs together: the arrows' odds ratios, moved as little as possible onto the published margins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.errors import InputError
from islet.registry.synth.data import Arrow, Profile, load_arrows, load_yaml
from islet.registry.synth.missing import chance_by_size

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
DIGITS = 12  # probabilities are rounded so that no last bit of a machine's sum reaches the data
ROUNDS = 2000
CLOSE = 1e-10
SMALL = ("to_10", "to_20")


class Joint(NamedTuple):
    """Hold the joint table: the words of each axis, and per cell its codes and the cumulative share."""

    words: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, Codes]
    cumulative: Floats
    share: Floats

    def part(self, axis: str, *chosen: str) -> float:
        """Return the share of the cells whose word on an axis is one of those chosen."""
        return float(self.share[np.isin(self.codes[axis], [self.words[axis].index(word) for word in chosen])].sum())


def build_joint(profile: Profile, missing_ki67: float | None = None) -> Joint:
    """Return the joint table of a profile.

    The table is the one nearest to the arrows' table (in the sense of Kullback and Leibler) that has the margins of the profile
    (Deming and Stephan, Ann Math Stat 1940;11:427). Grades are published of graded tumours, so their margin is put on the cells
    weighted by how often a tumour of that size is graded. Raise InputError where margins exclude each other.

    >>> from islet.registry.synth.data import load_profile
    >>> round(build_joint(load_profile("seer")).part("size", "to_10", "to_20"), 3)
    0.226
    """
    parts = load_yaml("arrows")["parts"]
    words = {axis: tuple(shares) for axis, shares in parts.items()}
    shape = [len(axis) for axis in words.values()]
    codes = {axis: index.ravel() for axis, index in zip(words, np.indices(shape), strict=True)}
    weight = np.ones(int(np.prod(shape)))
    for axis, shares in parts.items():
        weight = weight * np.array([shares[word] for word in words[axis]], dtype=float)[codes[axis]]
    for arrow in load_arrows():
        weight = weight * _times(arrow, words)[codes[arrow.origin], codes[arrow.target]]
    share = weight / weight.sum()
    cells = _Cells(words, codes)
    for _ in range(4):  # how often a size is graded depends on how many are small, and the other way round
        graded = 1.0 - chance_by_size(profile, float(share[cells.small].sum()), missing_ki67)[cells.small.astype(int)]
        margins = cells.margins(profile)
        share = rake(share, [(labels, shares, graded if measure == "grade" else None) for measure, labels, shares in margins])
    share = np.round(share, DIGITS)
    cumulative = np.cumsum(share)
    return Joint(words, codes, cumulative / cumulative[-1], share / share.sum())


def rake(share: Floats, margins: Sequence[tuple[Codes, Floats, Floats | None]]) -> Floats:
    """Return shares that have every margin: labels a cell (-1 outside), the share of each label, weights or None.

    Iterative proportional fitting; raise InputError when the margins cannot hold together.

    >>> table = np.array([0.25, 0.25, 0.25, 0.25])
    >>> rake(table, [(np.array([0, 0, 1, 1]), np.array([0.8, 0.2]), None)]).tolist()
    [0.4, 0.4, 0.1, 0.1]
    """
    for _ in range(ROUNDS):
        furthest = 0.0
        for labels, wanted, weights in margins:
            inside = labels >= 0
            counted = share[inside] if weights is None else share[inside] * weights[inside]
            found = np.bincount(labels[inside], counted, len(wanted))
            total = found.sum()
            furthest = max(furthest, float(np.abs(found / total - wanted).max()))
            factor = np.divide(wanted * total, found, out=np.zeros_like(found), where=found > 0)
            before = share[inside].sum()
            share = share.copy()
            share[inside] *= factor[labels[inside]]
            share[inside] *= before / share[inside].sum()
        if furthest < CLOSE:
            return np.asarray(share / share.sum())
    raise InputError(
        "these margins exclude each other", "", 0, "--profile", f"still {furthest:.4f} away after {ROUNDS} rounds"
    )


def _times(arrow: Arrow, words: Mapping[str, tuple[str, ...]]) -> Floats:
    return np.array([
        [arrow.times.get(origin, {}).get(target, 1.0) for target in words[arrow.target]] for origin in words[arrow.origin]
    ])


class _Cells:
    """Tell which part of each published margin a cell belongs to."""

    def __init__(self, words: Mapping[str, tuple[str, ...]], codes: Mapping[str, Codes]) -> None:
        self.words, self.codes = words, codes
        self.small = self.among("size", *SMALL)

    def among(self, axis: str, *chosen: str) -> NDArray[np.bool_]:
        return np.isin(self.codes[axis], [self.words[axis].index(word) for word in chosen])

    def margins(self, profile: Profile) -> list[tuple[str, Codes, Floats]]:
        """Return measure, labels and wanted shares of the margins that lie on the joint table."""
        found = []
        for measure, margin in profile.margins.items():
            masks = self.masks(measure)
            if masks is None:
                continue
            inside = self.inside(measure)
            labels = np.full(len(self.small), -1)
            shares = [margin.shares[part] for part in masks if part in margin.shares]
            for place, part in enumerate(part for part in masks if part in margin.shares):
                labels[masks[part] & inside] = place
            rest = 1.0 - sum(shares)
            if rest > 1e-9:
                labels[(labels < 0) & inside] = len(shares)
                shares.append(rest)
            wanted = np.array(shares)
            found.append((measure, labels, wanted / wanted.sum()))
        return found

    def inside(self, measure: str) -> NDArray[np.bool_]:
        if measure.endswith("_if_to_20"):
            return self.small
        return ~self.among("site", "multifocal") if measure == "site" else np.ones(len(self.small), bool)

    def masks(self, measure: str) -> dict[str, NDArray[np.bool_]] | None:
        far = self.among("spread", "M1")
        regional = ~far & (self.among("nodes", "N1") | self.among("t4", "yes"))
        return {
            "stage": lambda: {
                "I": ~far & ~regional & self.small, "II": ~far & ~regional & ~self.small, "III": regional, "IV": far,
            },
            "grade": lambda: {
                "G1": self.among("grade", "G1"), "G2": self.among("grade", "G2"), "G3": self.among("grade", "G3", "NEC"),
            },
            "size_to_20": lambda: {"yes": self.small},
            "nodes": lambda: {"N1": self.among("nodes", "N1")},
            "nodes_if_to_20": lambda: {"N1": self.among("nodes", "N1")},
            "spread": lambda: {"M1": far},
            "spread_if_to_20": lambda: {"M1": far},
            "site": lambda: {"head": self.among("site", "head", "uncinate", "neck"), "body_tail": self.among("site", "body", "tail")},
            "hormone": lambda: {
                "none": self.among("hormone", "none"), "insulin": self.among("hormone", "insulin"),
                "gastrin": self.among("hormone", "gastrin"), "rest": ~self.among("hormone", "none", "insulin", "gastrin"),
            },
            "functioning": lambda: {"yes": ~self.among("hormone", "none")},
            "men1": lambda: {"yes": self.among("hereditary", "men1")},
            "other_syndromes": lambda: {word: self.among("hereditary", word) for word in ("vhl", "nf1", "tsc")},
        }.get(measure, lambda: None)()
