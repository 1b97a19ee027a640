"""What is known of the inputs as intervals, and a function's least and greatest result over all their corners."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Span = tuple[float, float]


def corners(function: Callable[..., Any], spans: Mapping[str, Span]) -> NDArray[np.float64]:
    """Return the results of a function at every corner of the box of its inputs.

    A function that is monotone along each input has its least and greatest result there.

    >>> corners(lambda a, b: a / b, {"a": (1.0, 2.0), "b": (4.0, 4.0)}).tolist()
    [0.25, 0.5]
    """
    axes = [np.array([low]) if low == high else np.array([low, high]) for low, high in spans.values()]
    grid = np.meshgrid(*axes, indexing="ij")
    return np.asarray(function(**{name: part.ravel() for name, part in zip(spans, grid, strict=True)}), dtype=float)


def span_of(function: Callable[..., Any], spans: Mapping[str, Span]) -> Span:
    """Return the least and greatest result of a monotone function over its inputs.

    >>> span_of(lambda a, b: a / b, {"a": (1.0, 2.0), "b": (4.0, 5.0)})
    (0.2, 0.5)
    """
    found = corners(function, spans)
    return float(found.min()), float(found.max())
