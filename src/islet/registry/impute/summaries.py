"""Say in a few numbers what was observed of a fact and what was drawn for those who lack it."""

from __future__ import annotations

from typing import Any

import numpy as np

from islet.registry.impute.cohort import Cohort
from islet.registry.impute.complete import Rows
from islet.registry.impute.kernel import Floats

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
Summary = dict[str, Any]


def summarise(cohort: Cohort, rows: Rows, values: Floats) -> list[Summary]:
    """Return for every drawn fact the summary of what was drawn in one completion."""
    known = cohort.plan.known[:, rows]
    return [describe(values[fact, ~known[fact]], words) for fact, words in enumerate(cohort.words)]


def describe(values: Floats, words: tuple[str, ...]) -> Summary:
    """Return the shares of words, or mean and quantiles of a number; NaN is left out.

    >>> describe(np.array([0.0, 1.0, 1.0, np.nan]), ("no", "yes"))
    {'n': 3, 'shares': {'no': 0.3333333333333333, 'yes': 0.6666666666666666}}
    """
    seen = values[~np.isnan(values)]
    if not len(seen):
        return {"n": 0}
    if words:
        counts = np.bincount(seen.astype(np.int64), minlength=len(words))
        return {"n": len(seen), "shares": {word: float(count / len(seen)) for word, count in zip(words, counts, strict=True)}}
    quantiles = np.quantile(seen, QUANTILES)
    return {"n": len(seen), "mean": float(seen.mean()), "quantiles": dict(zip(map(str, QUANTILES), map(float, quantiles), strict=True))}


def pooled(summaries: list[Summary]) -> Summary:
    """Return the mean of summaries over several completions.

    >>> pooled([{"n": 2, "mean": 1.0}, {"n": 2, "mean": 2.0}])
    {'n': 2.0, 'mean': 1.5}
    """
    full = [summary for summary in summaries if summary["n"]]
    return _mean(full) if full else {"n": 0}


def _mean(parts: list[Any]) -> Any:
    if isinstance(parts[0], dict):
        return {key: _mean([part[key] for part in parts]) for key in parts[0]}
    return float(np.mean(parts))
