"""Let one parallel compiled function run at a time in the whole process, whichever threads and rooms call them."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])
LOCK = threading.Lock()


def one_at_a_time(function: F) -> F:
    """Return the function so that it waits while another one so wrapped runs.

    The only threading layer that Numba always has (workqueue) ends the process when two threads enter it (Numba's manual,
    "The threading layers"). A wrapped function can be called from Python only, and must not call another one.

    >>> one_at_a_time(abs)(-2)
    2
    """

    @functools.wraps(function)
    def alone(*args: Any) -> Any:
        with LOCK:
            return function(*args)

    return cast(F, alone)
