"""Who is signed in: only the hash of a token is kept, so that a copy of the record lets nobody in."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from islet.record import tables
from islet.record.access import require_open
from islet.record.audit import Audit
from islet.record.database import Database
from islet.record.marks import later, new_token, sha256, written
from islet.record.model import Person, Session

_sessions, _people = tables.sessions.c, tables.people.c


class Sessions:
    """Begin, find and end sessions."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self.database, self.audit = database, audit

    def begin(self, person: Person, hours: float) -> str:
        """Return the token of a new session of so many hours; raise RecordError when the account is closed."""
        token = new_token()
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            require_open(connection, person)
            connection.execute(delete(tables.sessions).where(_sessions.ends_at <= at))
            connection.execute(
                insert(tables.sessions), {"token_sha256": sha256(token), "person": person.id, "begun_at": at, "ends_at": later(at, hours)}
            )
            self.audit.add(connection, at, person.id, "session.begin")
        return token

    def find(self, token: str) -> Session | None:
        """Return the session of a token, None when there is none, it has run out, or the account is closed."""
        asked = (
            select(_people.id, _people.name, _people.role, _sessions.begun_at, _sessions.ends_at)
            .join(tables.people, _people.id == _sessions.person)
            .where(_sessions.token_sha256 == sha256(token), _people.closed_at.is_(None))
        )
        with self.database.read() as connection:
            row = connection.execute(asked).first()
        if row is None or row.ends_at <= written(self.audit.clock()):
            return None
        return Session(Person(row.id, row.name, row.role), row.begun_at, row.ends_at)

    def end(self, token: str) -> None:
        """End the session of a token; a token that is none is no error."""
        with self.database.write() as connection:
            person = connection.execute(select(_sessions.person).where(_sessions.token_sha256 == sha256(token))).scalar()
            if person is None:
                return
            connection.execute(delete(tables.sessions).where(_sessions.token_sha256 == sha256(token)))
            self.audit.add(connection, self.audit.stamp(connection), person, "session.end")
