"""Whose case is it? Every step on a case passes here, within the transaction of that step."""

from __future__ import annotations

from typing import NoReturn

from sqlalchemy import Connection, select

from islet.record import tables
from islet.record.audit import Audit
from islet.record.errors import NotAllowed, RecordError
from islet.record.marks import is_id
from islet.record.model import Person

_grants, _people = tables.grants.c, tables.people.c


def holds(connection: Connection, case: str, person: str) -> bool:
    """Tell whether an open account has a case open to it."""
    if not (is_id(case) and is_id(person)):
        return False
    asked = select(_grants.person).join(tables.people, _people.id == _grants.person)
    return connection.execute(asked.where(_grants.case == case, _grants.person == person, _people.closed_at.is_(None))).first() is not None


def require(connection: Connection, audit: Audit, at: str, case: str, by: Person, action: str) -> None:
    """Raise NotAllowed, with an entry in the trail, unless the case is open to the person. Call it before anything is written."""
    if holds(connection, case, by.id):
        return
    refuse(connection, audit, at, case, by, action)


def refuse(connection: Connection, audit: Audit, at: str, object: str, by: Person, action: str) -> NoReturn:
    """Note a refused try and raise NotAllowed; what was typed in place of an id is not noted."""
    audit.add(connection, at, by.id if is_id(by.id) else "nobody", f"{action}.refuse", object if is_id(object) else "")
    raise NotAllowed


def require_open(connection: Connection, person: Person) -> None:
    """Raise RecordError unless there is such a person and the account is open."""
    if connection.execute(select(_people.id).where(_people.id == person.id, _people.closed_at.is_(None))).first() is None:
        raise RecordError("there is no such account, or it is closed", "", "ask an admin of the record")


def require_treating(by: Person) -> None:
    """Raise RecordError unless the person treats patients: an admin keeps accounts, not cases."""
    if by.role not in ("board", "clinician"):
        raise RecordError(f'an account with the role "{by.role}" keeps no cases', "", "sign in with the role board or clinician")
