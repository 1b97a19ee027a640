"""Rows of a synthetic table as case files, so that the single-case reader and engine judge them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from islet.case.model import Case
from islet.case.reader import read_case
from islet.knowledge.base import KnowledgeBase
from islet.patient.state import build_patient

SECTIONS = ("cells", "extent", "health", "preferences")


def as_case(row: Mapping[str, Any], base: KnowledgeBase) -> Case:
    """Return a row as the case reader reads it."""
    document: dict[str, Any] = {"id": row["id"], **{section: {} for section in SECTIONS}}
    for name, value in row.items():
        section, _, fact = name.partition(".")
        if name == "history" and value is not None:
            document["history"] = [{key: told for key, told in entry.items() if told is not None} for entry in value]
        elif section in SECTIONS and value is not None and "__" not in fact:
            document[section][fact] = value
        elif section in SECTIONS and value is not None:
            fact, _, end = fact.partition("__")
            document[section].setdefault(fact, {})["at_least" if end == "low" else "at_most"] = value
    for facts in document.values():
        for fact, value in facts.items() if isinstance(facts, dict) else ():
            if isinstance(value, dict) and len(value) == 2:
                facts[fact] = {"between": [value["at_least"], value["at_most"]]}
    return read_case(json.dumps(document).encode(), "row", base.space.dictionary)


def clashes(row: Mapping[str, Any], base: KnowledgeBase) -> bool:
    """Return whether the facts of a row cannot hold together."""
    return bool(build_patient(as_case(row, base), base.space).clashes)
