"""From a solver's model to a patient: a case file that is read and planned like any other, and made as short as it can be.

No witness counts before it was replayed: written, read, planned, and found to show what it should.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from islet.case.model import Case
from islet.case.reader import read_case
from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.patient.state import Patient, build_patient
from islet.plan.make import make_plan
from islet.plan.model import Plan
from islet.proof.case_text import case_document
from islet.proof.encoding import World
from islet.proof.laws import calm, plausible, writable
from islet.proof.session import SAT, Session
from islet.proof.sources import Written
from islet.rules.generate import VERDICT_CODES

Document = dict[str, Any]
Shows = Callable[["Replayed"], bool]


class Replayed:
    """Hold one document as the evaluator reads it; what is costly is made when asked for."""

    def __init__(self, document: Document, base: KnowledgeBase) -> None:
        self.document, self.base = document, base
        self.case: Case = read_case(yaml_text(document).encode(), "witness.yaml", base.space.dictionary)
        self.patient: Patient = build_patient(self.case, base.space)
        self._plan: Plan | None = None

    def verdict(self, option: str) -> str:
        """Return the verdict by single steps."""
        return VERDICT_CODES[self.base.decide_one[option](self.patient.state) >> 4]

    def answer(self, criterion: str) -> int:
        """Return the answer of a criterion: 0 no, 1 unknown, 2 yes."""
        found = self.base.criterion(criterion)
        assert found is not None
        return self.base.decide(self.patient.state)[found.number]

    @property
    def plan(self) -> Plan:
        """Return the whole plan."""
        if self._plan is None:
            self._plan = make_plan(self.case, self.base)
        return self._plan


@dataclass(frozen=True, slots=True)
class Search:
    """Hold the answer to "is there a patient who": sat with the patient, unsat, or unknown.

    `alarm` says that the solver has a patient whom the evaluator does not show: one of the two is wrong, or a link is missing.
    """

    answer: str
    document: Document | None = None
    alarm: str = ""


def yaml_text(document: Document) -> str:
    """Return a document as the text of a case file.

    >>> yaml_text({"id": "x", "cells": {"ki67_percent": 5}})
    'id: x\\ncells: {ki67_percent: 5}\\n'
    """
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120)
    return text


def replay(document: Document, base: KnowledgeBase) -> Replayed | None:
    """Return a document as read; None when it cannot be read or its facts clash."""
    try:
        found = Replayed(document, base)
    except InputError:
        return None
    return None if found.patient.clashes else found


def search(session: Session, world: World, terms: list[Any], shows: Shows, base: KnowledgeBase, id: str, short: bool = True) -> Search:
    """Return whether a patient with all of `terms` can exist, as a case file that shows it.

    Patients as they are met are tried first, then any the case model can write down, then any the links allow.
    """
    answer = session.can(*terms)
    if answer != SAT:
        return Search(answer)
    laws, usual, quiet = writable(world), plausible(world), calm(world)
    for extra in ([*laws, *usual, *quiet], [*laws, *quiet], laws, []):
        if session.can(*terms, *extra) != SAT:
            continue
        values = session.values(world)
        for document in _documents(values, session.written, id):
            found = replay(document, base)
            if found is not None and shows(found):
                return Search(SAT, shrink(document, shows, base) if short else document)
    return Search(SAT, None, "the solver has a patient whom the evaluator does not show: " + _named(values))


def shrink(document: Document, shows: Shows, base: KnowledgeBase) -> Document:
    """Return a document from which no fact can be left out; large parts are tried first."""
    pieces = _pieces(document)
    size = len(pieces)
    while size >= 1:
        start = 0
        while start < len(pieces):
            tried = pieces[:start] + pieces[start + size :]
            found = replay(_document(document["id"], tried), base)
            if found is not None and shows(found):
                pieces = tried
            else:
                start += size
        size //= 2
    return _document(document["id"], pieces)


def case_of(values: dict[str, Any], written: Written, id: str) -> Document:
    """Return a solver's patient as a document that need not be readable without a clash."""
    return next(_documents(values, written, id))


def _documents(values: dict[str, Any], written: Written, id: str) -> Iterator[Document]:
    for neat in (True, False):
        yield from case_document(values, written, id, neat)


def _pieces(document: Document) -> list[tuple[str, str, Any]]:
    """Return every fact, member of a list and treatment as a piece of its own."""
    found: list[tuple[str, str, Any]] = []
    for section, content in document.items():
        if section == "history":
            found.append(("history", "others", content["others"]))
            found += [("history", key, item) for key in ("present", "absent") for item in content.get(key, ())]
        elif isinstance(content, dict):
            for bare, value in content.items():
                if isinstance(value, dict) and "present" in value:
                    found += [(section, f"{bare}.{key}", item) for key in ("present", "absent") for item in value[key]]
                else:
                    found.append((section, bare, value))
    return found


def _document(id: str, pieces: list[tuple[str, str, Any]]) -> Document:
    document: Document = {"id": id}
    for section, key, value in pieces:
        content = document.setdefault(section, {})
        if section == "history":
            if key == "others":
                content["others"] = value
            else:
                content.setdefault(key, []).append(value)
        elif "." in key:
            bare, part = key.split(".")
            content.setdefault(bare, {"present": [], "absent": []})[part].append(value)
        else:
            content[key] = value
    return document


def _named(values: dict[str, Any]) -> str:
    parts = [f"{name}={value}" for name, value in values.items() if value not in (False, None)]
    return ", ".join(parts[:40])

