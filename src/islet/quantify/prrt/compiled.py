"""Compile a numeric function with Numba and keep its type for the checker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

from islet.quantify.one_at_a_time import one_at_a_time

F = TypeVar("F", bound=Callable[..., Any])


def compiled(parallel: bool = False) -> Callable[[F], F]:
    """Return a decorator that compiles at first use, caches on disk, and divides like IEEE 754.

    Only the fused multiply-add is allowed beyond strict arithmetic: it changes no meaning of NaN or infinity.
    Parallel functions run one at a time.

    >>> import numpy as np
    >>> from islet.quantify.prrt.fit_batch import invert
    >>> matrix = np.array([[4.0, 0.0], [0.0, 2.0], [0.0, 0.0]])
    >>> bool(invert(matrix, 2)), matrix[:2].tolist()
    (True, [[0.25, 0.0], [0.0, 0.5]])
    """
    compile_it = cast(Callable[[F], F], numba.njit(cache=True, error_model="numpy", fastmath={"contract"}, parallel=parallel))
    return (lambda function: one_at_a_time(compile_it(function))) if parallel else compile_it
