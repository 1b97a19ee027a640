"""Open a record: one place for cases, plans, decisions, releases, wishes, people and the audit trail."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import insert, select

from islet.knowledge.base import KnowledgeBase
from islet.record import tables
from islet.record.audit import Audit
from islet.record.cases import Cases
from islet.record.database import Database
from islet.record.decisions import Decisions
from islet.record.errors import RecordError
from islet.record.knowledge_versions import KnowledgeVersions
from islet.record.marks import new_id, written
from islet.record.migrate import migrate, refuse_unknown, schema_of, steps
from islet.record.people import People
from islet.record.plans import Plans
from islet.record.releases import Releases
from islet.record.sessions import Sessions
from islet.record.wishes import Wishes


class Record:
    """Hold the rooms of one record; `open_record` makes it."""

    def __init__(self, database: Database, clock: Callable[[], datetime], versions: KnowledgeVersions) -> None:
        self.database = database
        self.audit = Audit(database, clock)
        self.people = People(database, self.audit)
        self.sessions = Sessions(database, self.audit)
        self.cases = Cases(database, self.audit)
        self.plans = Plans(database, self.audit, versions)
        self.decisions = Decisions(database, self.audit, self.plans)
        self.releases = Releases(database, self.audit, self.plans)
        self.wishes = Wishes(database, self.audit, self.releases)

    def close(self) -> None:
        """Give the connections back; the record can be opened again."""
        self.database.close()


def default_url() -> str:
    """Return where the record of this machine is: $ISLET_RECORD, else a file in the data folder of whoever runs Islet."""
    data = os.environ.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    return os.environ.get("ISLET_RECORD") or f"sqlite:///{os.path.join(data, 'islet', 'record.db')}"


def open_record(
    url: str,
    *,
    knowledge: str | None = None,
    older: Sequence[str] = (),
    base: KnowledgeBase | None = None,
    read_only: bool = False,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Record:
    """Return the record at a URL, made if it is not there and brought to the newest schema.

    `knowledge` is the folder plans are made with (the package's own by default), `base` that folder already compiled, `older` folders
    with versions of it ($ISLET_KNOWLEDGE_VERSIONS as well). `read_only` changes nothing that is kept. `clock` gives the time.
    Raises RecordError: a URL that is none, a place that cannot be opened, a schema newer than this Islet.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     record = open_record(f"sqlite:///{folder}/islet.db")
    ...     ada = record.people.add("Ada", "board", password="four quiet green hills")
    ...     case = record.cases.create(b"extent: {size_mm: 12}", "12 mm, head", ada)
    ...     (case.number, record.audit.verify().entries)
    ...     record.close()
    (1, 3)
    """
    named = os.environ.get("ISLET_KNOWLEDGE_VERSIONS")
    database = Database(url, read_only)
    record = Record(database, clock, KnowledgeVersions(knowledge, (*older, *(named.split(os.pathsep) if named else ())), base))
    if read_only:
        _check_schema(database)
    else:
        if database.sqlite:
            _make_private(database.place)
        _begin(record)
    with database.read() as connection:
        record.audit.key = (connection.execute(select(tables.record.c.key)).scalar() or "").encode()
    return record


def _begin(record: Record) -> None:
    with record.database.write() as connection:
        if migrate(connection, record.database.place):
            at = written(record.audit.clock())
            name = new_id()
            connection.execute(insert(tables.record), {"id": name, "key": secrets.token_bytes(32).hex(), "begun_at": at})
            record.audit.add(connection, at, "system", "record.begin", name)


def _check_schema(database: Database) -> None:
    with database.read() as connection:
        found, script = schema_of(connection), steps()
        refuse_unknown(script, found, database.place)
        if found != script.get_current_head():
            said = "there is no record in this database" if found is None else f"the record has the older schema {found}"
            raise RecordError(said, database.place, "open it once with islet serve, which brings it up to date")


def _make_private(path: str) -> None:
    """Make a new file that only its owner can read, before anything stands in it."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise RecordError(f"the record cannot be made: {error.strerror}", path, "its folder must be writable") from None
