"""Long calculations: a folder each, seen only by who began it, bounded in number, forgotten after a time.

The folder stands where every process of the site can read it ($ISLET_JOBS, which `islet serve` makes and takes away), so that any of
them can tell how far a calculation is and can stop it.
"""

from __future__ import annotations

import atexit
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from islet.errors import InputError
from islet.web.api.job_child import put

MOST_RUNNING = 2
MOST_KEPT = 20
KEPT_SECONDS = 15 * 60
ENDED = ("done", "failed", "cancelled")
LONGEST_NAME = 64


class TooMuch(Exception):
    """Say that as many calculations run, or are kept, as this installation allows."""


class State(NamedTuple):
    """Tell how far a calculation is: waiting, running, done, failed or cancelled; `share` from 0 to 1."""

    id: str
    state: str
    what: str
    share: float


class Jobs:
    """Begin, watch and stop calculations."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.begun: dict[str, subprocess.Popen[bytes]] = {}

    def begin(self, owner: str, order: dict[str, Any]) -> str:
        """Return the id of a new calculation; raise TooMuch when too many run already."""
        self._forget()
        kept = [self._state(path.name) for path in self.folder.iterdir()]
        if sum(state.state not in ENDED for state in kept) >= MOST_RUNNING or len(kept) >= MOST_KEPT:
            raise TooMuch
        name = secrets.token_urlsafe(16)
        place = self.folder / name
        place.mkdir(mode=0o700)
        put(place / "order.json", json.dumps(order).encode())
        child = subprocess.Popen(
            [sys.executable, "-m", "islet.web.api.job_child", str(place)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )
        self.begun[name] = child
        put(place / "about.json", json.dumps({"owner": owner, "process": child.pid, "begun": time.time()}).encode())
        return name

    def find(self, name: str, owner: str) -> State | None:
        """Return how far a calculation is; None when there is none of that name or it is somebody else's."""
        about = self._about(name)
        return self._state(name) if about is not None and about["owner"] == owner else None

    def answer(self, name: str) -> bytes:
        """Return the answer of a calculation that is done."""
        return (self.folder / name / "answer.json").read_bytes()

    def fault(self, name: str) -> InputError | None:
        """Return what is wrong with the input of a calculation that failed, None when that is not why."""
        try:
            parts = json.loads((self.folder / name / "fault.json").read_bytes())
        except OSError:
            return None
        return InputError(parts["found"], parts["file"], parts["line"], parts["field"], parts["expected"])

    def cancel(self, name: str) -> None:
        """Stop a calculation: its process ends now."""
        about = self._about(name)
        if about is not None and self._state(name).state not in ENDED:
            put(self.folder / name / "cancelled", b"")
            _kill(about["process"])

    def drop(self, name: str) -> None:
        """Forget a calculation and its answer."""
        self.cancel(name)
        shutil.rmtree(self.folder / name, ignore_errors=True)
        self._reap()

    def _about(self, name: str) -> dict[str, Any] | None:
        if len(name) > LONGEST_NAME or not name.replace("-", "").replace("_", "").isalnum():
            return None
        try:
            found: dict[str, Any] = json.loads((self.folder / name / "about.json").read_bytes())
        except (OSError, ValueError):
            return None
        return found

    def _state(self, name: str) -> State:
        self._reap()
        place = self.folder / name
        if (place / "cancelled").exists():
            return State(name, "cancelled", "", 0.0)
        if (place / "answer.json").exists():
            return State(name, "done", "", 1.0)
        about = self._about(name)
        if (place / "fault.json").exists() or (about is not None and not _alive(about["process"])):
            return State(name, "done" if (place / "answer.json").exists() else "failed", "", 0.0)
        try:
            told = json.loads((place / "state.json").read_bytes())
        except OSError:
            return State(name, "waiting", "", 0.0)
        return State(name, "running", told["what"], told["share"])

    def _reap(self) -> None:
        for name, child in list(self.begun.items()):
            if child.poll() is not None:
                self.begun.pop(name, None)
                if child.stdin:
                    child.stdin.close()

    def _forget(self) -> None:
        for path in list(self.folder.iterdir()):
            about = self._about(path.name)
            if about is not None and time.time() - about["begun"] > KEPT_SECONDS and self._state(path.name).state in ENDED:
                shutil.rmtree(path, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _kill(process: int) -> None:
    try:
        os.killpg(process, signal.SIGKILL)
    except ProcessLookupError:
        return


@lru_cache(maxsize=1)
def jobs() -> Jobs:
    """Return the calculations of this site."""
    named = os.environ.get("ISLET_JOBS")
    if named:
        return Jobs(Path(named))
    made = tempfile.mkdtemp(prefix="islet-jobs-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return Jobs(Path(made))
