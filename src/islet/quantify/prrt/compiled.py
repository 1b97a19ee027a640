"""Compile a numeric function with Numba and keep its type for the checker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(parallel: bool = False) -> Callable[[F], F]:
    """Return a decorator that compiles at first use, caches on disk, and divides like IEEE 754.

    Only the fused multiply-add is allowed beyond strict arithmetic: it changes no meaning of NaN or infinity.

    >>> import numpy as np
    >>> from islet.quantify.prrt.fit_batch import invert
    >>> matrix = np.array([[4.0, 0.0], [0.0, 2.0]])
    >>> bool(invert(matrix, 2)), matrix.tolist()
    (True, [[0.25, 0.0], [0.0, 0.5]])
    """
    return cast(Callable[[F], F], numba.njit(cache=True, error_model="numpy", fastmath={"contract"}, parallel=parallel))
