"""What a patient answered in the exercise of wishes: theirs, kept only while they want it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import delete, insert, select

from islet.record import tables
from islet.record.audit import Audit
from islet.record.database import Database
from islet.record.errors import RecordError
from islet.record.marks import canonical
from islet.record.model import Release
from islet.record.releases import Releases

LONGEST = 20_000
_w = tables.wishes.c


class Wishes:
    """Save, read and forget the answers of one release."""

    def __init__(self, database: Database, audit: Audit, releases: Releases) -> None:
        self.database, self.audit, self.releases = database, audit, releases

    def save(self, release: Release, answers: dict[str, Any]) -> None:
        """Keep the answers in place of earlier ones; raise RecordError when the link no longer holds or they are too long."""
        written = canonical(answers)
        if len(written) > LONGEST:
            raise RecordError(f"the answers have {len(written):,} characters", "", f"at most {LONGEST:,} are kept")
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            self.releases.standing(connection, release, at)
            connection.execute(delete(tables.wishes).where(_w.release == release.id))
            connection.execute(insert(tables.wishes), {"release": release.id, "answers": written, "saved_at": at})
            self.audit.add(connection, at, f"link {release.id}", "wishes.save", release.id)

    def read(self, release: Release) -> dict[str, Any] | None:
        """Return the answers, None when there are none; raise RecordError when the link no longer holds."""
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            self.releases.standing(connection, release, at)
            kept = connection.execute(select(_w.answers).where(_w.release == release.id)).scalar()
            self.audit.add(connection, at, f"link {release.id}", "wishes.read", release.id)
        found: dict[str, Any] | None = None if kept is None else json.loads(kept)
        return found

    def forget(self, release: Release) -> None:
        """Delete the answers for good, also behind a link that no longer holds."""
        with self.database.write() as connection:
            at = self.audit.stamp(connection)
            connection.execute(delete(tables.wishes).where(_w.release == release.id))
            self.audit.add(connection, at, f"link {release.id}", "wishes.forget", release.id)
