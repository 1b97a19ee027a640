"""Say on standard error how far a long job is: how many are done, how fast, and how long it still takes."""

from __future__ import annotations

import sys
import time

SHOWN_EVERY = 0.2  # seconds, on a terminal
SAID_EVERY = 10.0  # seconds, in a log


class Progress:
    """Count what is done of `total` (None: not known), and show it."""

    def __init__(self, total: int | None, what: str = "patients", quiet: bool = False) -> None:
        self.total, self.what, self.quiet = total, what, quiet
        self.done = 0
        self.terminal = sys.stderr.isatty()
        self.start = self.shown = time.monotonic()

    def step(self, count: int) -> None:
        """Count `count` more, and show it now and then."""
        self.done += count
        now = time.monotonic()
        if not self.quiet and self.done != self.total and now - self.shown >= (SHOWN_EVERY if self.terminal else SAID_EVERY):
            self.shown = now
            self._show(self.line(now - self.start))

    def __call__(self, done: int, total: int) -> None:
        """Say that `done` of `total` are done."""
        self.total = total
        self.step(done - self.done)

    def line(self, seconds: float) -> str:
        """Return the line that is shown after so many seconds.

        >>> progress = Progress(20_000)
        >>> progress.done = 5_000
        >>> progress.line(2.0)
        '5,000 of 20,000 patients, 2,500 a second, 6 s left'
        """
        rate = self.done / seconds if seconds > 0 else 0.0
        of = f" of {self.total:,}" if self.total is not None else ""
        said = f"{self.done:,}{of} {self.what}, {rate:,.0f} a second"
        if self.total is not None and rate > 0:
            said += f", {time_words((self.total - self.done) / rate)} left"
        return said

    def finish(self) -> float:
        """Clear the line and return the seconds it took."""
        if self.terminal and not self.quiet:
            print("\r" + " " * 78 + "\r", end="", file=sys.stderr, flush=True)
        return time.monotonic() - self.start

    def _show(self, line: str) -> None:
        print(f"\r{line:78}" if self.terminal else line, end="" if self.terminal else "\n", file=sys.stderr, flush=True)


def time_words(seconds: float) -> str:
    """Write a length of time.

    >>> time_words(59.4), time_words(125), time_words(7320)
    ('59 s', '2 min 5 s', '2 h 2 min')
    """
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
