"""Write beside the place of an output and move it there once it is whole; errors of the disk are said in words."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator

from islet.errors import InputError


def part_of(name: str) -> str:
    """Return the name under which an output is written until it is whole."""
    return f"{name}.part"


@contextlib.contextmanager
def writing(name: str) -> Iterator[None]:
    """Turn errors of the disk into an InputError about the output."""
    try:
        yield
    except OSError as error:
        words = error.strerror or str(error).splitlines()[0]
        if error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in words:
            words = "the disk is full"
        raise InputError(f"the output cannot be written: {words}", name, 0, "", "nothing half-written was left") from None


def remove(*names: str) -> None:
    """Remove files that may be there."""
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
