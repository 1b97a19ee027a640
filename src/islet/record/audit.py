"""The audit trail: each entry carries the hash of the one before it; no clinical value, no name."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from datetime import datetime

import orjson
from sqlalchemy import Connection, insert, select

from islet.record import tables
from islet.record.audit_verify import verify
from islet.record.database import Database
from islet.record.errors import RecordError
from islet.record.marks import seconds_between, written
from islet.record.model import AuditEntry, Head, Person, Verified

START = "0" * 64
ACCEPTED = "clock.accept"
STEP_SECONDS = 60.0  # what a time service may set a clock back by in one go
_BLOCK = 10_000


def entry_hash(previous: str, number: int, at: str, who: str, action: str, object: str, version: int, knowledge: str, seal: str) -> str:
    """Return the SHA-256 of an entry as a JSON list without spaces, the hash of the entry before it included.

    >>> told = b'["",1,"2026-03-10T09:30:00.000000Z","system","record.begin","r",0,"",""]'
    >>> entry_hash("", 1, "2026-03-10T09:30:00.000000Z", "system", "record.begin", "r", 0, "", "") == hashlib.sha256(told).hexdigest()
    True
    """
    return hashlib.sha256(orjson.dumps([previous, number, at, who, action, object, version, knowledge, seal])).hexdigest()


class Audit:
    """Write and read the trail of one record."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.database, self.clock, self.key = database, clock, b""

    def stamp(self, connection: Connection) -> str:
        """Return the time for what is written in this transaction: never before the newest entry.

        Raises RecordError when the clock stands more than a minute behind it: nothing is then kept under a wrong time.
        """
        now = written(self.clock())
        newest = connection.execute(select(tables.audit.c.at).order_by(tables.audit.c.number.desc()).limit(1)).scalar()
        if newest is None or newest <= now:
            return now
        if seconds_between(now, newest) > STEP_SECONDS:
            raise RecordError(
                f"the clock of this machine says {now}, but the newest entry of the record is of {newest}",
                self.database.place,
                "set the clock right; if that entry is what is wrong, an admin accepts the clock",
            )
        return str(newest)

    def add(
        self,
        connection: Connection,
        at: str,
        who: str,
        action: str,
        object: str = "",
        version: int = 0,
        knowledge: str = "",
        content: bytes = b"",
    ) -> None:
        """Append an entry within the transaction of what it tells; `content` goes in only as a keyed seal."""
        c = tables.audit.c
        last = connection.execute(select(c.number, c.hash).order_by(c.number.desc()).limit(1)).first()
        number, previous = (last.number + 1, last.hash) if last else (1, START)
        seal = self.seal(content) if content else ""
        connection.execute(
            insert(tables.audit),
            {
                "number": number,
                "at": at,
                "who": who,
                "action": action,
                "object": object,
                "version": version,
                "knowledge": knowledge,
                "seal": seal,
                "previous": previous,
                "hash": entry_hash(previous, number, at, who, action, object, version, knowledge, seal),
            },
        )

    def seal(self, content: bytes) -> str:
        """Return the HMAC-SHA-256 of what was kept, under the key of the record: nobody guesses a short document from it."""
        return hmac.digest(self.key, content, "sha256").hex()

    def accept_clock(self, by: Person) -> None:
        """Note that the clock of this machine is right although the newest entry is later; only an admin can.

        Raises RecordError for anybody else.
        """
        if by.role != "admin":
            raise RecordError("only an admin accepts the clock", self.database.place)
        with self.database.write() as connection:
            self.add(connection, written(self.clock()), by.id, ACCEPTED)

    def entries(self, after: int = 0, limit: int | None = None) -> Iterator[AuditEntry]:
        """Give the entries after a number, oldest first."""
        c = tables.audit.c
        while limit is None or limit > 0:
            block = _BLOCK if limit is None else min(limit, _BLOCK)
            with self.database.read() as connection:
                rows = connection.execute(select(tables.audit).where(c.number > after).order_by(c.number).limit(block)).all()
            yield from (AuditEntry(*row) for row in rows)
            if len(rows) < block:
                return
            after, limit = rows[-1].number, None if limit is None else limit - block

    def head(self) -> Head:
        """Return the end of the trail, to be kept outside the record; raise RecordError when there is no entry."""
        c = tables.audit.c
        with self.database.read() as connection:
            last = connection.execute(select(c.number, c.hash, c.at).order_by(c.number.desc()).limit(1)).first()
            name = connection.execute(select(tables.record.c.id)).scalar()
        if last is None or name is None:
            raise RecordError("the trail has no entry", self.database.place, "expected at least the one that every record begins with")
        return Head(name, last.number, last.hash, last.at)

    def verify(self, head: Head | None = None) -> Verified:
        """Read the whole trail, and what it seals, again; with a head kept elsewhere also notice a tail cut off."""
        with self.database.read() as connection:
            return verify(connection, head)
