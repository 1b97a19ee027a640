"""Look through a text file once before it is read: is it UTF-8, how many rows has it, which values go over several lines."""

from __future__ import annotations

import codecs
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from islet.errors import InputError

CHUNK = 4 << 20
QUOTE, NEWLINE = 34, 10


class TextCheck(NamedTuple):
    """Hold the number of line ends outside quotes, and for each line end inside quotes the number of those before it."""

    line_ends: int
    inside: NDArray[np.int64]
    ends_open: bool  # the last line has no line end

    @property
    def rows(self) -> int:
        """Return the number of lines outside quotes."""
        return self.line_ends + self.ends_open


def check_text(name: str, quotes: bool) -> TextCheck:
    """Return the shape of a text file; raise InputError naming the line of the first byte that is not UTF-8, and what it looks like."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    ends = lines = quoted = 0
    last = b"\n"
    inside: list[NDArray[np.int64]] = []
    try:
        with open(name, "rb") as stream:
            while chunk := stream.read(CHUNK):
                if not lines and chunk[:2] in (b"\xff\xfe", b"\xfe\xff"):
                    raise InputError("the text is UTF-16", name, 0, "", _again("UTF-16"))
                if b"\x00" in chunk:
                    raise InputError("the file is binary (it holds a zero byte)", name, 0, "", "expected text in UTF-8")
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    data: bytes = error.object
                    line = lines + 1 + data[: error.start].count(b"\n")
                    words = f"byte {data[error.start]:#04x} is not UTF-8: the text looks like Latin-1"
                    raise InputError(words, name, line, "", _again("LATIN1")) from None
                found = chunk.count(b"\n")
                lines += found
                if quotes and (quoted or b'"' in chunk):
                    codes = np.frombuffer(chunk, np.uint8)
                    at = np.flatnonzero(codes == NEWLINE)
                    odd = (quoted + np.searchsorted(np.flatnonzero(codes == QUOTE), at)) % 2 == 1
                    before = ends + np.cumsum(~odd)
                    inside.append(before[odd].astype(np.int64))
                    ends += int((~odd).sum())
                    quoted = (quoted + chunk.count(b'"')) % 2
                else:
                    ends += found
                last = chunk[-1:]
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", name) from None
    return TextCheck(ends, np.concatenate(inside) if inside else np.empty(0, np.int64), last != b"\n")


def _again(encoding: str) -> str:
    return f"write it again as UTF-8: iconv -f {encoding} -t UTF-8"
