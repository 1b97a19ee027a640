"""Read an audit trail again: is every entry there, unchanged, in order, and is what it seals still what was kept?"""

from __future__ import annotations

import hashlib
import hmac

import orjson
from sqlalchemy import Column, ColumnElement, Connection, FromClause, Select, func, select

from islet.record import tables
from islet.record.model import Head, Verified

_START, _BEGIN, _ACCEPTED = "0" * 64, "record.begin", "clock.accept"
_a, _v, _p, _d, _k = tables.audit.c, tables.case_versions.c, tables.plans.c, tables.decisions.c, tables.knowledge.c
_SEALED: tuple[tuple[str, Column[bytes], ColumnElement[bool], tuple[str, ...]], ...] = (  # what, bytes, how found, entries
    ("version of a case", _v.document, (_v.case == _a.object) & (_v.number == _a.version), ("case.create", "case.save")),
    ("plan", _p.content, _p.id == _a.object, ("plan.keep",)),
    ("decision", _d.content, _d.id == _a.object, ("decision.file",)),
    ("copy of the knowledge", _k.content, _k.sha256 == _a.object, ("knowledge.keep",)),
)


def verify(connection: Connection, head: Head | None) -> Verified:
    """Return whether the trail holds: chain, numbers, times, seals, and the head if one is given."""
    record = connection.execute(select(tables.record.c.id, tables.record.c.key)).all()
    if len(record) != 1:
        return Verified(False, 0, None, f"a record has one line in the table record; found {len(record)}")
    found = _chain(connection, record[0].id)
    if not found.ok:
        return found
    if head is not None:
        wrong = _against_head(connection, head, record[0].id, found.entries)
        if wrong:
            return Verified(False, found.entries, None, wrong)
    changed = _seals(connection, record[0].key.encode())
    if changed:
        return Verified(False, found.entries, changed[0] or None, changed[1])
    return found


def _chain(connection: Connection, record: str) -> Verified:
    previous, last_at, number, accepted = _START, "", 0, 0
    rows = connection.execution_options(yield_per=5_000).execute(select(tables.audit).order_by(tables.audit.c.number))
    for entry, at, who, action, object, version, knowledge, seal, before, mark in rows:
        number += 1
        if entry != number:
            return Verified(False, number - 1, number, f"entry {number} is missing: after {number - 1} comes {entry}")
        if before != previous:
            return Verified(
                False, number, number, f"entry {number} does not follow on the one before it: one was changed, moved, doubled or left out"
            )
        if _hash([before, entry, at, who, action, object, version, knowledge, seal]) != mark:
            return Verified(False, number, number, f"entry {number} was changed: its content and its hash disagree")
        if at < last_at:
            if action != _ACCEPTED:
                return Verified(False, number, number, f"entry {number} is dated before the one that precedes it: the clock was set back")
            accepted += 1
        if number == 1 and (action, object) != (_BEGIN, record):
            return Verified(False, 1, 1, "entry 1 is not the beginning of this record: the trail is that of another one")
        previous, last_at = mark, at
    if number == 0:
        return Verified(False, 0, None, "the trail is empty; every record begins with one entry")
    said = f"; {accepted} times an admin accepted a clock set back" if accepted else ""
    return Verified(True, number, None, f"every entry follows on the one before it{said}")


def _hash(fields: list[object]) -> str:
    """Return the hash of an entry; nothing when a field has a type that no entry has."""
    try:
        return hashlib.sha256(orjson.dumps(fields)).hexdigest()
    except TypeError:
        return ""


def _against_head(connection: Connection, head: Head, record: str, entries: int) -> str:
    if head.record != record:
        return "the head is of another record"
    if head.number > entries:
        return f"the tail was cut off: the head was taken at entry {head.number}, the trail ends at {entries}"
    mark = connection.execute(select(tables.audit.c.hash).where(tables.audit.c.number == head.number)).scalar()
    return "" if mark == head.hash else f"entry {head.number} is not the one the head was taken at: the trail was written anew"


def _seals(connection: Connection, key: bytes) -> tuple[int, str] | None:
    """Return the first entry whose sealed content is gone or another, and what is wrong, or None."""
    for kind, content, same, actions in _SEALED:
        asked = select(_a.number, _a.seal, content).join_from(tables.audit, content.table, same, isouter=True)
        rows = connection.execution_options(yield_per=1_000).execute(asked.where(_a.action.in_(actions)).order_by(_a.number))
        for entry, seal, found in rows:
            if found is None:
                return entry, f"the {kind} that entry {entry} tells of is gone"
            if not isinstance(found, bytes) or hmac.digest(key, found, "sha256").hex() != seal:
                return entry, f"the {kind} that entry {entry} tells of is not what was kept"
        kept, noted = _counted(content.table), _counted(tables.audit, _a.action.in_(actions))
        if connection.execute(kept).scalar() != connection.execute(noted).scalar():
            return 0, f"there is a {kind} of which no entry tells"
    return None


def _counted(table: FromClause, *where: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(table).where(*where)
