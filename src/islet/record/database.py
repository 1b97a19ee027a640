"""One database behind a URL: SQLite or PostgreSQL, one writer at a time, every step whole or not at all."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from islet.record.errors import NotAllowed, RecordError, explain

BUSY_SECONDS = 30
_LOCK = 0x15_1E_7A  # the number of the advisory lock of writers in PostgreSQL
_POOL: dict[str, Any] = {"pool_size": 10, "max_overflow": 40, "pool_timeout": BUSY_SECONDS}
_EXPECTED = "expected sqlite:////folder/islet.db or postgresql+psycopg://user@host/name"


class Database:
    """Hold the engine of one URL and open its transactions."""

    def __init__(self, url: str, read_only: bool = False) -> None:
        """Open nothing yet; raise RecordError when the URL is none that a record can have."""
        self.url, self._turn = _read_url(url), threading.Lock()
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.place = str(self.url.database) if self.sqlite else self.url.render_as_string(hide_password=True)
        self.engine = _sqlite_engine(str(self.url.database), read_only) if self.sqlite else _postgres_engine(self.url, read_only)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a transaction that sees one moment of the record; errors of the database become RecordError."""
        with self._explained(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give the one transaction that writes; it is kept when the block ends well, and when it ends in NotAllowed.

        A refused try is itself an entry of the audit trail, so that `NotAllowed` keeps what was written before it. Threads wait for
        each other here, processes in the database. Raises RecordError for errors of the database, the last of which can be the commit.
        """
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise RecordError("another step has been writing for too long", self.place, "try again")
        try:
            with self._explained(), self._writer() as connection, connection.begin() as transaction:
                if not self.sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                try:
                    yield connection
                except NotAllowed:
                    transaction.commit()
                    raise
        finally:
            self._turn.release()

    def _writer(self) -> Connection:
        return self.engine.connect().execution_options(writes=True)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise explain(error, self.place) from None
        except NoConnectionFree:
            raise RecordError("too many are reading at once", self.place, "try again in a moment") from None

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def _read_url(url: str) -> URL:
    try:
        read = make_url(url)
        backend = read.get_backend_name()
    except (ArgumentError, NoSuchModuleError):
        raise RecordError("this is not the URL of a record", "", _EXPECTED) from None
    if backend not in ("sqlite", "postgresql"):
        raise RecordError(f'a record cannot be kept in "{backend}"', "", _EXPECTED)
    if backend == "sqlite" and read.database in (None, "", ":memory:"):
        raise RecordError("a record in memory keeps nothing", "", _EXPECTED)
    return read.set(drivername="postgresql+psycopg") if backend == "postgresql" else read


def _sqlite_engine(path: str, read_only: bool) -> Engine:
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise RecordError("there is no such folder", folder, "make it, or give another place for the record")
    if read_only:
        if not os.path.exists(path):
            raise RecordError("there is no such record", path, "look at the URL of the record")
        finished = not os.path.exists(path + "-wal") and not os.access(folder, os.W_OK)
        query = {"mode": "ro", "uri": "true"} | ({"immutable": "1"} if finished else {})
        engine = create_engine(URL.create("sqlite", database=f"file:{quote(os.path.abspath(path))}", query=query), hide_parameters=True)
    else:
        engine = create_engine(URL.create("sqlite", database=path), connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True, **_POOL)
    event.listen(engine, "connect", _prepare_reader if read_only else _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_reader(connection: Any, _: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only = ON")


def _prepare_sqlite(connection: Any, _: object) -> None:
    """Set a connection up: readers beside the writer, every commit on the disk, forgotten bytes wiped."""
    connection.isolation_level = None
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON", f"busy_timeout = {BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        _switch_to_wal(connection)


def _switch_to_wal(connection: Any) -> None:
    """Wait by hand: SQLite does not wait for its own busy timeout when two processes switch the same new file."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname not in ("SQLITE_BUSY", "SQLITE_LOCKED") or time.monotonic() > give_up:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


def _postgres_engine(url: URL, read_only: bool) -> Engine:
    try:
        options = f"-c lock_timeout={BUSY_SECONDS * 1000}" + (" -c default_transaction_read_only=on" if read_only else "")
        return create_engine(
            url,
            connect_args={"connect_timeout": 10, "options": options},
            hide_parameters=True,
            pool_pre_ping=True,
            **_POOL,
            isolation_level="READ COMMITTED",
        )
    except ImportError:
        raise RecordError("psycopg is not installed", "", "pip install 'islet[web]'") from None
