"""What a record hands out. Nothing here can be changed; times are UTC as text."""

from __future__ import annotations

from typing import Any, NamedTuple

ROLES = ("board", "clinician", "admin")


class Person(NamedTuple):
    """Hold one user; `role` is one of board, clinician, admin."""

    id: str
    name: str
    role: str


class Session(NamedTuple):
    """Hold one signed-in stay of a person."""

    person: Person
    begun_at: str
    ends_at: str


class CaseVersion(NamedTuple):
    """Hold one saved version of a case: the bytes of the case file exactly as given."""

    case: str
    number: int
    document: bytes
    label: str
    made_at: str
    by: str
    document_sha256: str
    content_sha256: str


class Listed(NamedTuple):
    """Hold one line of a list of cases or of versions, without the document."""

    case: str
    number: int
    label: str
    made_at: str
    by: str


class Plan(NamedTuple):
    """Hold one kept plan: its bytes, and all it was made from."""

    id: str
    case: str
    number: int
    content: bytes
    knowledge_version: str
    knowledge_sha256: str
    engine: str
    as_of: str | None
    region: str | None
    made_at: str
    by: str


class Replay(NamedTuple):
    """Say whether a plan made again has the same bytes, and why (not)."""

    same: bool
    reason: str


class Decision(NamedTuple):
    """Hold one decision of a board; a later one of the same case supersedes it."""

    id: str
    case: str
    plan: str
    number: int
    chosen: tuple[str, ...]
    dissent: str
    deviation_code: str | None
    deviation_text: str
    present: tuple[Any, ...]
    note: str
    made_at: str
    by: str
    supersedes: str | None


class Release(NamedTuple):
    """Hold what a clinician released to a patient: which plan, whom to call, until when."""

    id: str
    case: str
    plan: str
    contacts: dict[str, Any]
    made_at: str
    by: str
    ends_at: str
    withdrawn_at: str | None


class AuditEntry(NamedTuple):
    """Hold one entry of the audit trail: who did what to which object, when; never a clinical value."""

    number: int
    at: str
    who: str
    action: str
    object: str
    version: int
    knowledge: str
    seal: str
    previous: str
    hash: str


class Head(NamedTuple):
    """Hold the end of the trail as it stood, to be kept elsewhere."""

    record: str
    number: int
    hash: str
    at: str


class Verified(NamedTuple):
    """Say whether the trail holds, how many entries were read, and the first that does not."""

    ok: bool
    entries: int
    first_bad: int | None
    reason: str
