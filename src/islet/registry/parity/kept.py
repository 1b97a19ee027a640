"""Keep what finished chunks of cases showed, one line each, so that a run that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import islet
from islet import __version__
from islet.knowledge.base import KnowledgeBase
from islet.registry.parity.readings import Found

ROOMS = ("case", "rules", "patient", "knowledge", "plan", "proof", "registry")  # the engine, as far as an answer here rests on it


def key_of(base: KnowledgeBase, readings: Iterable[str], package: Path = Path(islet.__file__).parent) -> str:
    """Return what results rest on, in short: the knowledge, the version and the sources of the engine, and what is compared."""
    digest = hashlib.sha256(f"{base.sha256} {__version__} {' '.join(sorted(readings))}".encode())
    for room in ROOMS:
        for file in sorted((package / room).rglob("*.py")):
            digest.update(f"{file.relative_to(package)} {hashlib.sha256(file.read_bytes()).hexdigest()}".encode())
    return digest.hexdigest()[:16]


class Kept:
    """Hold the results of one key in a file; lines of other keys, and a line that was cut off, are passed over.

    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp(), "kept.jsonl")
    >>> Kept(place, "a").add(range(10), Found(10, 1, 4, 0, ()))
    >>> Kept(place, "a").done == {(0, 10): Found(10, 1, 4, 0, ())}, Kept(place, "b").done
    (True, {})
    """

    def __init__(self, file: Path, key: str) -> None:
        self.file, self.key = file, key
        self.done: dict[tuple[int, int], Found] = {}
        for line in file.read_text().splitlines() if file.exists() else ():
            try:
                told = json.loads(line)
            except ValueError:
                continue
            if told["key"] == key:
                self.done[told["from"], told["to"]] = Found(**told["found"] | {"differences": tuple(told["found"]["differences"])})

    def add(self, seeds: range, found: Found) -> None:
        """Keep what the cases of some seeds showed."""
        self.done[seeds.start, seeds.stop] = found
        self.file.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"key": self.key, "from": seeds.start, "to": seeds.stop, "found": found._asdict()})
        with self.file.open("a") as stream:
            stream.write(f"\n{line}\n" if self._cut_off() else f"{line}\n")

    def _cut_off(self) -> bool:
        """Tell whether a stop left the last line without its end."""
        return self.file.exists() and self.file.stat().st_size > 0 and not self.file.read_bytes().endswith(b"\n")
