"""Put a promise to both solvers: proved only when each says that no patient breaks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from islet.knowledge.base import KnowledgeBase
from islet.knowledge.store import load_knowledge
from islet.proof.encoding import NAMES, World
from islet.proof.exceptions import read_exceptions
from islet.proof.reading import Reading
from islet.proof.session import SAT, UNSAT, Session
from islet.proof.sources import Written, read_written
from islet.proof.witness import Document

Terms = Callable[[Session, list[World]], list[Any]]
Build = Callable[[Session], list[World]]


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold one thing found: what it is, and the patients that show it (two where a better and a worse one differ)."""

    title: str
    documents: tuple[Document, ...] = ()


@dataclass(slots=True)
class Result:
    """Hold what came of one property.

    `failures` break the promise, `open` could not be settled, `alarms` are disagreements between solvers or with the
    evaluator; `rows` is what a listing lists, `excepted` what a clinician has accepted with a reason.
    """

    failures: list[Finding] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    rows: list[Finding] = field(default_factory=list)
    excepted: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def status(self) -> str:
        """Return proved, failed or not settled."""
        if self.failures or self.alarms:
            return "failed"
        return "not settled" if self.open else "proved"


class Prover:
    """Hold the knowledge as evaluated and as written, and solvers with patients in them, each made when first asked for."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.base: KnowledgeBase = load_knowledge(folder)
        self.written: Written = read_written(Path(folder))
        self.reading = Reading(self.written)
        self.exceptions = read_exceptions(Path(folder), self.written)
        self.asked = 0
        self.met: list[tuple[bool, ...]] | None = None  # answers of all criteria on patients met, for `consistency`
        self._rooms: dict[tuple[str, str], tuple[Session, list[World]]] = {}

    def room(self, name: str, key: str = "plain", build: Build | None = None) -> tuple[Session, list[World]]:
        """Return a solver and the patients in it; by default one patient who obeys every link."""
        if (name, key) not in self._rooms:
            session = Session(name, self.written)
            self._rooms[name, key] = session, build(session) if build else [session.world()]
        return self._rooms[name, key]

    def ask(self, name: str, terms: Terms, key: str = "plain", build: Build | None = None) -> str:
        """Ask one solver whether patients with these terms can exist."""
        session, worlds = self.room(name, key, build)
        self.asked += 1
        return session.can(*terms(session, worlds))

    def nobody(self, what: str, terms: Terms, result: Result, key: str = "plain", build: Build | None = None) -> bool | None:
        """Return True when both solvers say that no patient is so, False when one exists, None when it is not settled.

        What is not settled and what they disagree on is noted in the result.
        """
        answer = self.ask(NAMES[0], terms, key, build)
        if answer == UNSAT:
            second = self.ask(NAMES[1], terms, key, build)
            if second == UNSAT:
                return True
            if second == SAT:
                result.alarms.append(f"{what}: {NAMES[0]} says no patient, {NAMES[1]} finds one")
            else:
                result.open.append(f"{what}: {NAMES[1]} gave up")
            return None
        if answer == SAT:
            return False
        result.open.append(f"{what}: {NAMES[0]} gave up")
        return None
