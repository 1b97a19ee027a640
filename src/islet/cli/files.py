"""Read case files and write results whole or not at all."""

from __future__ import annotations

import os
import stat
import sys

from islet.case.document import MAX_BYTES
from islet.case.model import Case
from islet.case.reader import read_case
from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase


def read_case_file(name: str, base: KnowledgeBase) -> Case:
    """Return the case of a file, or of standard input for "-"; raise InputError with the place of a fault."""
    return read_case(_bytes_of(name), "<stdin>" if name == "-" else name, base.space.dictionary)


def _bytes_of(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        status = os.stat(name)
        if stat.S_ISDIR(status.st_mode):
            raise InputError("this is a folder", name, 0, "", "expected a case file")
        with open(name, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", name) from None
    if len(data) > MAX_BYTES and stat.S_ISREG(status.st_mode):
        raise InputError(f"the file has {status.st_size:,} bytes", name, 0, "", f"at most {MAX_BYTES:,} bytes are read")
    return data


def refuse_same_file(case: str, output: str | None) -> None:
    """Raise InputError when the output would replace the case it is made from."""
    if output and case != "-" and os.path.isfile(output) and os.path.exists(case) and os.path.samefile(case, output):
        raise InputError("the output would replace the case", output, 0, "--output", "expected another file")


def write_whole(name: str, content: bytes) -> None:
    """Write a file beside its place and move it there, so that no reader ever sees half of it.

    A pipe or a device is written to, never replaced; a link is followed.
    """
    target = os.path.realpath(name)
    part = os.path.join(os.path.dirname(target), f".{os.path.basename(target)}.{os.getpid()}.part")
    try:
        if os.path.exists(name) and not os.path.isfile(name):
            with open(name, "wb") as stream:
                stream.write(content)
            return
        with open(part, "wb") as stream:
            stream.write(content)
        os.replace(part, target)
    except OSError as error:
        if os.path.exists(part):
            os.unlink(part)
        raise InputError(f"the file cannot be written: {error.strerror}", name) from None
