"""Who may use a record: local accounts with a password, and accounts of a sign-in service."""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from islet.errors import nearest
from islet.record import tables
from islet.record.audit import Audit
from islet.record.database import Database
from islet.record.errors import RecordError, TooManyTries
from islet.record.marks import later, new_id, seconds_between, sha256
from islet.record.model import ROLES, Person
from islet.record.passwords import hash_password, same_password

TRIES, WAIT_MINUTES = 5, 5
_people = tables.people.c


class People:
    """Add, find and close accounts, and change their passwords."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self.database, self.audit = database, audit

    def add(
        self,
        name: str,
        role: str,
        password: str | None = None,
        subject: str | None = None,
        issuer: str | None = None,
        by: Person | None = None,
    ) -> Person:
        """Add a person; `subject` is what the sign-in service `issuer` calls them; without `by` it is Islet itself that adds.

        Raises RecordError for an unknown role, a name or subject that is taken, or a password that is refused.
        """
        if by is not None and by.role != "admin":
            raise RecordError("only an admin adds people")
        if role not in ROLES:
            raise RecordError(f'found the role "{role}"', "", nearest(role, ROLES))
        if not name_key(name) or len(name) > 200 or not name.isprintable():
            raise RecordError("a person has a name of 1 to 200 characters, all of them printable")
        if (subject is None) != (issuer is None):
            raise RecordError("a subject of a sign-in service goes with its issuer", "", "give both or neither")
        if not ((issuer or "") + (subject or "")).isprintable():
            raise RecordError("the account of the sign-in service has characters that cannot be printed")
        kept = hash_password(password, name) if password is not None else None
        person = Person(new_id(), name.strip(), role)
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            if connection.execute(select(_people.id).where(_people.name_key == name_key(name))).first():
                raise RecordError("there is already a person with this name", "", "give another name, for instance with the department")
            if subject and _by_subject(connection, str(issuer), subject):
                raise RecordError("there is already a person with this account of the sign-in service")
            connection.execute(
                insert(tables.people),
                {
                    "id": person.id,
                    "name": person.name,
                    "name_key": name_key(name),
                    "role": role,
                    "password": kept,
                    "issuer": issuer,
                    "subject": subject,
                    "added_at": at,
                },
            )
            self.audit.add(connection, at, by.id if by else "system", "person.add", person.id)
        return person

    def verify(self, name: str, password: str) -> Person | None:
        """Return the person of a name and password, None when either is wrong; every try counts before it is checked.

        Raises TooManyTries after five wrong ones within five minutes, whether or not there is such a person.
        """
        mark = sha256(name_key(name))
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            self._count_try(connection, mark, at)
            row = connection.execute(select(tables.people).where(_people.name_key == name_key(name), _people.closed_at.is_(None))).first()
        right = same_password(password, row.password if row else None)
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            self.audit.add(connection, at, row.id if row else "nobody", "person.verify" if right else "person.refuse")
            if right:
                connection.execute(delete(tables.failed_tries).where(tables.failed_tries.c.name_sha256 == mark))
        return _person(row) if right and row else None

    def by_subject(self, issuer: str, subject: str) -> Person | None:
        """Return the person whom a sign-in service calls so, None when there is none or the account is closed."""
        if not (issuer + subject).isprintable():
            return None
        with self.database.read() as connection:
            row = _by_subject(connection, issuer, subject)
        return _person(row) if row and row.closed_at is None else None

    def find(self, id: str) -> Person | None:
        """Return the person of an id, closed or not: whoever signed a decision keeps the name."""
        with self.database.read() as connection:
            row = connection.execute(select(tables.people).where(_people.id == id)).first()
        return _person(row) if row else None

    def list(self) -> tuple[Person, ...]:
        """Return everybody whose account is open, by name."""
        with self.database.read() as connection:
            rows = connection.execute(select(tables.people).where(_people.closed_at.is_(None)).order_by(_people.name_key)).all()
        return tuple(_person(row) for row in rows)

    def close(self, person: Person, by: Person) -> None:
        """Close an account and end its sessions; only an admin can, and raises RecordError for anybody else."""
        if by.role != "admin":
            raise RecordError("only an admin closes an account")
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            connection.execute(update(tables.people).where(_people.id == person.id, _people.closed_at.is_(None)).values(closed_at=at))
            connection.execute(delete(tables.sessions).where(tables.sessions.c.person == person.id))
            self.audit.add(connection, at, by.id, "person.close", person.id)

    def change_password(self, person: Person, new: str, by: Person | None = None, keep: str = "") -> None:
        """Give an account a new password and end its sessions, but the one whose token is `keep`; without `by` it is Islet itself.

        Raises RecordError unless it is the person's own account or an admin asks, where the account is closed or signs in through a
        service, and for a password that is refused.
        """
        if by is not None and by.id != person.id and by.role != "admin":
            raise RecordError("only an admin gives others a new password")
        kept = hash_password(new, person.name)
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            asked = select(_people.issuer).where(_people.id == person.id, _people.closed_at.is_(None))
            row = connection.execute(asked).first()
            if row is None or row.issuer is not None:
                raise RecordError("there is no such account with a password", "", "an account of a sign-in service has its password there")
            connection.execute(update(tables.people).where(_people.id == person.id).values(password=kept))
            sessions = tables.sessions.c
            connection.execute(delete(tables.sessions).where(sessions.person == person.id, sessions.token_sha256 != sha256(keep)))
            connection.execute(delete(tables.failed_tries).where(tables.failed_tries.c.name_sha256 == sha256(name_key(person.name))))
            self.audit.add(connection, at, by.id if by else "system", "person.password", person.id)

    def _count_try(self, connection: Connection, mark: str, at: str) -> None:
        tries = tables.failed_tries.c
        connection.execute(delete(tables.failed_tries).where(tries.at < later(at, -WAIT_MINUTES / 60)))
        count, first = connection.execute(select(func.count(), func.min(tries.at)).where(tries.name_sha256 == mark)).one()
        if count >= TRIES:
            raise TooManyTries(max(1, round(WAIT_MINUTES * 60 - seconds_between(first, at))))
        connection.execute(insert(tables.failed_tries), {"id": new_id(), "name_sha256": mark, "at": at})


def name_key(name: str) -> str:
    """Return a name as it is compared: without case, marks composed, single spaces.

    >>> name_key(" Ada  LOVELACE")
    'ada lovelace'
    """
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return "".join(char for char in plain if char.isprintable())


def _by_subject(connection: Connection, issuer: str, subject: str) -> Row[Any] | None:
    return connection.execute(select(tables.people).where(_people.issuer == issuer, _people.subject == subject)).first()


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.name, row.role)
