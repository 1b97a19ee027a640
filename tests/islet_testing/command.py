"""Run the command line as people do: a process of its own, with bounds on time and memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from islet_testing.places import ROOT


@dataclass(frozen=True, slots=True)
class Result:
    """Hold what a command said and how long it took."""

    code: int
    out: bytes
    err: str
    seconds: float

    @property
    def text(self) -> str:
        """Return standard output as text."""
        return self.out.decode()


def _bounds(memory_mb: int | None, cpu_seconds: int | None) -> Callable[[], None] | None:
    if memory_mb is None and cpu_seconds is None:
        return None

    def set_bounds() -> None:
        if memory_mb is not None:
            resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
        if cpu_seconds is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))

    return set_bounds


def run_islet(*words: str | Path, **how: Any) -> Result:
    """Run `islet` with these words, as `run_python` runs a Python."""
    return run_python("-m", "islet", *words, **how)


def run_python(
    *words: str | Path,
    stdin: bytes = b"",
    env: dict[str, str] | None = None,
    timeout: float = 120,
    memory_mb: int | None = None,
    cpu_seconds: int | None = None,
    cwd: Path | None = None,
) -> Result:
    """Run the Python of the tests with these words; `env` is added to a clean environment without colour settings or a fixed hash seed."""
    surroundings = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "PYTHONHASHSEED", "FORCE_COLOR", "COLUMNS")}
    surroundings.update(env or {})
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        input=stdin,
        capture_output=True,
        env=surroundings,
        timeout=timeout,
        cwd=cwd or ROOT,
        preexec_fn=_bounds(memory_mb, cpu_seconds),
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr.decode(errors="replace"), time.perf_counter() - start)
