"""Between the form's document and the record: the bytes that are kept, and what came from a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from islet.record import Record
from islet.record.model import CaseVersion, Person
from islet.web.board.documents import plain_document


def content_of(document: Mapping[str, Any]) -> bytes:
    """Return a document as the bytes of a case file."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def imported_document(record: Record, saved: CaseVersion, person: Person) -> dict[str, Any]:
    """Return what the case held when it began: all of a file that was opened, nothing where it was typed from the start."""
    return plain_document(saved.document if saved.number == 1 else record.cases.read(saved.case, person, 1).document)
