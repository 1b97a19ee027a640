"""Cases and their versions: the bytes of the case file exactly as given, never changed afterwards."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from islet.case.document import Mapping, Node, Scalar
from islet.case.yaml_text import read_document
from islet.record import tables
from islet.record.access import holds, refuse, require, require_open, require_treating
from islet.record.audit import Audit
from islet.record.database import Database
from islet.record.errors import RecordError, StaleCase
from islet.record.marks import canonical, is_id, new_id, sha256
from islet.record.model import CaseVersion, Listed, Person

_v, _grants = tables.case_versions.c, tables.grants.c
LONGEST_LABEL = 200


class Cases:
    """Create, save, read and share cases."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self.database, self.audit = database, audit

    def create(self, document: bytes, label: str, by: Person) -> CaseVersion:
        """Return the first version of a new case, open to its maker alone.

        Raises InputError when the document cannot be read, RecordError when the label is too long, the role keeps no cases or the
        account is closed.
        """
        require_treating(by)
        version = _version(new_id(), 1, document, label, "", by)
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            version = version._replace(made_at=at)
            require_open(connection, by)
            connection.execute(insert(tables.cases), {"id": version.case, "made_at": at, "by": by.id})
            connection.execute(insert(tables.grants), {"case": version.case, "person": by.id, "made_at": at, "by": by.id})
            self._add(connection, version, "case.create")
        return version

    def save(self, case: str, expected: int, document: bytes, by: Person, label: str | None = None) -> CaseVersion:
        """Return the next version; `expected` is the number of the one the change rests on.

        Raises StaleCase when somebody saved meanwhile, NotAllowed, InputError when the document cannot be read.
        """
        checked = _version(case, expected + 1, document, label or "", "", by)
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            require(connection, self.audit, at, case, by, "case.save")
            newest = _newest(connection, case)
            if newest.number != expected:
                raise StaleCase(expected, newest.number)
            version = checked._replace(made_at=at, label=newest.label if label is None else checked.label)
            self._add(connection, version, "case.save")
        return version

    def read(self, case: str, by: Person, number: int | None = None) -> CaseVersion:
        """Return a version of a case, the newest by default.

        Raises NotAllowed, the same for a case of others, one that does not exist, and a version that does not.
        """
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            require(connection, self.audit, at, case, by, "case.read")
            row = _newest(connection, case) if number is None else _row(connection, case, number)
            if row is None:
                refuse(connection, self.audit, at, case, by, "case.read")
            self.audit.add(connection, at, by.id, "case.read", case, row.number)
        return _version_of(row)

    def follow(self, case: str, by: Person) -> CaseVersion:
        """Return the newest version without an entry in the trail, for a form whose opening `read` has noted; raise NotAllowed."""
        with self.database.read() as connection:
            row = _newest(connection, case) if holds(connection, case, by.id) else None
        return self.read(case, by) if row is None else _version_of(row)

    def list(self, by: Person) -> tuple[Listed, ...]:
        """Return the cases open to a person in their newest versions, the last saved first."""
        newest = select(_v.case, func.max(_v.number).label("number")).group_by(_v.case).subquery()
        asked = (
            select(_v.case, _v.number, _v.label, _v.made_at, _v.by)
            .join(newest, (newest.c.case == _v.case) & (newest.c.number == _v.number))
            .join(tables.grants, _grants.case == _v.case)
            .where(_grants.person == by.id)
            .order_by(_v.made_at.desc(), _v.case)
        )
        with self.database.write() as connection:
            found = tuple(Listed(*row) for row in connection.execute(asked)) if is_id(by.id) else ()
            self.audit.add(connection, self.audit.stamp(connection), by.id, "case.list")
        return found

    def versions(self, case: str, by: Person) -> tuple[Listed, ...]:
        """Return every version of a case without its document, oldest first; raise NotAllowed."""
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            require(connection, self.audit, at, case, by, "case.versions")
            rows = connection.execute(
                select(_v.case, _v.number, _v.label, _v.made_at, _v.by).where(_v.case == case).order_by(_v.number)
            ).all()
            self.audit.add(connection, at, by.id, "case.versions", case)
        return tuple(Listed(*row) for row in rows)

    def people(self, case: str, by: Person) -> tuple[str, ...]:
        """Return the ids of those to whom a case is open; raise NotAllowed."""
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            self._require_sharing(connection, at, case, by, "case.people")
            self.audit.add(connection, at, by.id, "case.people", case)
            return tuple(connection.execute(select(_grants.person).where(_grants.case == case).order_by(_grants.person)).scalars())

    def grant(self, case: str, person: Person, by: Person) -> None:
        """Open a case to another person; whoever has it can, and an admin. Raises NotAllowed."""
        require_treating(person)
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            self._require_sharing(connection, at, case, by, "case.grant")
            require_open(connection, person)
            if not holds(connection, case, person.id):
                connection.execute(insert(tables.grants), {"case": case, "person": person.id, "made_at": at, "by": by.id})
            self.audit.add(connection, at, by.id, "case.grant", f"{case} {person.id}")

    def revoke(self, case: str, person: Person, by: Person) -> None:
        """Close a case to a person; raise NotAllowed, and RecordError when nobody would be left to whom it is open."""
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            self._require_sharing(connection, at, case, by, "case.revoke")
            connection.execute(delete(tables.grants).where(_grants.case == case, _grants.person == person.id))
            if connection.execute(select(_grants.person).where(_grants.case == case)).first() is None:
                raise RecordError("nobody would be left to whom the case is open", "", "open it to somebody else first")
            self.audit.add(connection, at, by.id, "case.revoke", f"{case} {person.id}")

    def _require_sharing(self, connection: Connection, at: str, case: str, by: Person, action: str) -> None:
        found = tables.people.c
        admin = (
            by.role == "admin"
            and is_id(case)
            and connection.execute(
                select(found.id)
                .join(tables.cases, tables.cases.c.id == case)
                .where(found.id == by.id, found.role == "admin", found.closed_at.is_(None))
            ).first()
        )
        if not admin:
            require(connection, self.audit, at, case, by, action)

    def _add(self, connection: Connection, version: CaseVersion, action: str) -> None:
        connection.execute(insert(tables.case_versions), version._asdict())
        self.audit.add(connection, version.made_at, version.by, action, version.case, version.number, content=version.document)


def _version(case: str, number: int, document: bytes, label: str, at: str, by: Person) -> CaseVersion:
    if len(label) > LONGEST_LABEL or not label.isprintable():
        raise RecordError(f"the label of a case has up to {LONGEST_LABEL} characters, all of them printable")
    content = canonical(_plain(read_document(document, "the case")))
    return CaseVersion(case, number, document, label, at, by.id, sha256(document), sha256(content))


def _plain(node: Node) -> object:
    """Return a document as JSON: scalars stay text as written, with a mark where they were quoted."""
    if isinstance(node, Scalar):
        return [node.text, "quoted"] if node.quoted else node.text
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, (_, value) in node.entries.items()}
    return {"": [_plain(item) for item in node.items]}


def _newest(connection: Connection, case: str) -> Row[Any]:
    return connection.execute(select(tables.case_versions).where(_v.case == case).order_by(_v.number.desc()).limit(1)).one()


def _version_of(row: Any) -> CaseVersion:
    return CaseVersion(row.case, row.number, row.document, row.label, row.made_at, row.by, row.document_sha256, row.content_sha256)


def _row(connection: Connection, case: str, number: int) -> Any:
    return connection.execute(select(tables.case_versions).where(_v.case == case, _v.number == number)).first()
