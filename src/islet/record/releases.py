"""What a clinician releases to a patient: one plan, whom to call, behind a link that runs out."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from islet.record import tables
from islet.record.access import holds, refuse, require, require_treating
from islet.record.audit import Audit
from islet.record.database import Database
from islet.record.errors import RecordError
from islet.record.marks import canonical, is_id, later, new_id, new_token, sha256
from islet.record.model import Person, Plan, Release
from islet.record.plans import Plans

LONGEST_HOURS, LONGEST_CONTACTS = 24 * 366, 20_000
_r = tables.releases.c


class Releases:
    """Release, open and withdraw."""

    def __init__(self, database: Database, audit: Audit, plans: Plans) -> None:
        self.database, self.audit, self.plans = database, audit, plans

    def release(self, plan: Plan | str, by: Person, contacts: dict[str, Any], hours_valid: float) -> tuple[Release, str]:
        """Return a new release and its token, which is shown once and not kept.

        Raises NotAllowed, and RecordError for a plan with open problems, one that covers nothing (an emergency), nobody to call, or a
        time outside one minute to a year.
        """
        require_treating(by)
        written = canonical(contacts)
        if not contacts or len(written) > LONGEST_CONTACTS:
            raise RecordError("a release says whom to call and when", "", f"expected contacts of up to {LONGEST_CONTACTS:,} characters")
        if not 1 / 60 <= hours_valid <= LONGEST_HOURS:
            raise RecordError(f"found a link that holds for {hours_valid} hours", "", "expected between one minute and a year")
        token = new_token()
        with self.database.write() as connection:
            of = self.plans.find(connection, plan if isinstance(plan, str) else plan.id, by, "release.make")
            _check_fit(of)
            at = self.audit.stamp(connection)
            release = Release(new_id(), of.case, of.id, contacts, at, by.id, later(at, hours_valid), None)
            connection.execute(insert(tables.releases), release._asdict() | {"contacts": written, "token_sha256": sha256(token)})
            self.audit.add(connection, at, by.id, "release.make", release.id, knowledge=f"{of.knowledge_version} {of.knowledge_sha256}")
        return release, token

    def open(self, token: str) -> Release | None:
        """Return the release behind a link, None when there is none or it no longer holds; `why_not` says why."""
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            row = connection.execute(select(tables.releases).where(_r.token_sha256 == sha256(token))).first()
            reason = _why_not(row, at)
            self.audit.add(
                connection, at, f"link {row.id}" if row else "nobody", "release.refuse" if reason else "release.open", row.id if row else ""
            )
        return None if reason or row is None else _release(row)

    def why_not(self, token: str) -> str:
        """Return why a link does not open: unknown, expired, withdrawn; nothing when it does."""
        with self.database.read() as connection:
            row = connection.execute(select(tables.releases).where(_r.token_sha256 == sha256(token))).first()
            return _why_not(row, self.audit.stamp(connection))

    def plan(self, release: Release) -> Plan:
        """Return the plan of a release that still holds; raise RecordError when it no longer does."""
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            row = self.standing(connection, release, at)
            self.audit.add(connection, at, f"link {row.id}", "plan.read", row.plan)
            return Plan(*connection.execute(select(tables.plans).where(tables.plans.c.id == row.plan)).one())

    def list(self, case: str, by: Person) -> tuple[Release, ...]:
        """Return the releases of a case, oldest first; raise NotAllowed."""
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            require(connection, self.audit, at, case, by, "release.list")
            rows = connection.execute(select(tables.releases).where(_r.case == case).order_by(_r.made_at, _r.id)).all()
            self.audit.add(connection, at, by.id, "release.list", case)
        return tuple(_release(row) for row in rows)

    def withdraw(self, id: str, by: Person) -> None:
        """Let a link open no longer; raise NotAllowed. Withdrawing twice keeps the first time."""
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            row = connection.execute(select(tables.releases).where(_r.id == id)).first() if is_id(id) else None
            if row is None or not holds(connection, row.case, by.id):
                refuse(connection, self.audit, at, id, by, "release.withdraw")
            connection.execute(update(tables.releases).where(_r.id == id, _r.withdrawn_at.is_(None)).values(withdrawn_at=at))
            self.audit.add(connection, at, by.id, "release.withdraw", id)

    def standing(self, connection: Connection, release: Release, at: str) -> Row[Any]:
        """Return the row of a release that holds at a time; raise RecordError when it does not."""
        row = connection.execute(select(tables.releases).where(_r.id == release.id)).first()
        reason = _why_not(row, at)
        if reason or row is None:
            raise RecordError(f"this link no longer opens: it is {reason}", "", "ask the clinic for a new one")
        return row


def _check_fit(plan: Plan) -> None:
    content = json.loads(plan.content)
    if content["problems"]:
        raise RecordError(
            f"the plan has {len(content['problems'])} open problems", "", "settle them, make the plan again and release that one"
        )
    if not content["options"]:
        raise RecordError("the plan covers nothing: an emergency is not a plan")


def _why_not(row: Row[Any] | None, at: str) -> str:
    if row is None:
        return "unknown"
    if row.withdrawn_at is not None:
        return "withdrawn"
    return "expired" if row.ends_at <= at else ""


def _release(row: Row[Any]) -> Release:
    return Release(row.id, row.case, row.plan, json.loads(row.contacts), row.made_at, row.by, row.ends_at, row.withdrawn_at)
