"""Read a case for each change that is typed: noted in the trail when a version is opened, not with every letter."""

from __future__ import annotations

import threading
import time

from islet.record import Record
from islet.record.model import CaseVersion, Person

NOTED_FOR = 1800.0  # seconds
MOST = 10_000


class Following:
    """Remember which version of which case each person has opened lately.

    A version that was not opened here, or not within the last half hour, is read anew, with its entry in the trail.
    """

    def __init__(self) -> None:
        self._noted: dict[tuple[str, str, int], float] = {}
        self._lock = threading.Lock()

    def read(self, record: Record, case: str, person: Person) -> CaseVersion:
        """Return the newest version of a case; raise NotAllowed when it is not this person's to see."""
        found = record.cases.follow(case, person)
        key, now = (person.id, case, found.number), time.monotonic()
        with self._lock:
            if now - self._noted.get(key, -NOTED_FOR) < NOTED_FOR:
                return found
            if len(self._noted) >= MOST:
                self._noted.clear()
        found = record.cases.read(case, person)
        with self._lock:
            self._noted[key] = now
        return found
