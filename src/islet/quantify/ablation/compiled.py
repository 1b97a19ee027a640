"""Compile a numeric kernel once and keep the machine code beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

from islet.quantify.one_at_a_time import one_at_a_time

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(**options: Any) -> Callable[[Kernel], Kernel]:
    """Return a decorator that compiles with Numba, keeps the types of the function and lets other threads run.

    Fast arithmetic may reorder sums but must not assume that there is no NaN or infinity: a broken run has to show.
    Parallel kernels run one at a time.
    """
    chosen = {"cache": True, "nogil": True, "error_model": "numpy", "fastmath": {"reassoc", "contract", "nsz", "arcp"}, **options}
    compile_it = cast(Callable[[Kernel], Kernel], numba.njit(**chosen))
    return (lambda kernel: one_at_a_time(compile_it(kernel))) if options.get("parallel") else compile_it
