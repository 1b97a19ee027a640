"""A record on SQLite and on a PostgreSQL of its own, started here on a free port in a temporary folder."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from islet.record import Record, open_record
from islet.record.model import CaseVersion, Person, Plan
from islet.record.plans import ENGINE, plan_bytes
from islet_testing.places import MINI

PASSWORD = "four quiet green hills"
CASE = b"id: mini\ncells: {ki67_percent: 2}\nextent: {size_mm: 12}\n"


class Clock:
    """Tell a time that moves on by a millisecond a look, and that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def postgres_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        pytest.fail("The tests of the record need PostgreSQL: apt-get install postgresql (or `make postgres`)")
    return found[-1].parent if found else Path(str(on_path)).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a server that only this run can reach, and give its URL without a database."""
    programs, port = postgres_programs(), free_port()
    folder = Path(subprocess.run(["mktemp", "-d", "/tmp/islet-pg-XXXXXX"], capture_output=True, text=True, check=True).stdout.strip())
    user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    if user:  # the server refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)

    def call(*words: str | Path) -> None:
        ran = subprocess.run([str(word) for word in words], cwd=folder, capture_output=True, text=True, timeout=120, check=False, **user)  # type: ignore[call-overload]
        assert ran.returncode == 0, ran.stdout + ran.stderr

    call(programs / "initdb", "-D", folder / "data", "-U", "islet", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
    settings = f"-p {port} -k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
    call(programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", settings, "start")
    try:
        yield f"postgresql+psycopg://islet@/%s?host={folder}&port={port}"
    finally:
        call(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def empty_database(postgres: str) -> str:
    """Return the URL of the one database of the run, emptied; far quicker than a new one a test."""
    import psycopg

    url = postgres % "postgres"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of a place without a record, on each kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/islet.db"
    return empty_database(request.getfixturevalue("postgres"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_here(url: str, clock: Clock, mini) -> Iterator[Callable[..., Record]]:
    """Give a way to open the record of this test, again and again; every one is closed at the end."""
    opened = []

    def again(**more) -> Record:
        opened.append(open_record(url, **({"knowledge": str(MINI), "clock": clock} | more)))
        return opened[-1]

    yield again
    for one in opened:
        one.close()


@pytest.fixture
def record(open_here: Callable[..., Record]) -> Record:
    return open_here()


@pytest.fixture
def ada(record: Record) -> Person:
    return record.people.add("Ada", "board")


@pytest.fixture
def ben(record: Record) -> Person:
    return record.people.add("Ben", "clinician")


@pytest.fixture
def root(record: Record) -> Person:
    return record.people.add("Root", "admin")


@pytest.fixture
def case(record: Record, ada: Person) -> CaseVersion:
    return record.cases.create(CASE, "small one", ada)


@pytest.fixture
def keep(record: Record, mini) -> Callable[..., Plan]:
    """Give a way to keep the plan of a version of a case."""

    def kept(version: CaseVersion, by: Person, region: str | None = None, base=mini) -> Plan:
        content = plan_bytes(version.document, base, region, "mini")
        return record.plans.keep(version, content, base.version, base.sha256, ENGINE, None, region, by)

    return kept


@pytest.fixture
def plan(case: CaseVersion, ada: Person, keep: Callable[..., Plan]) -> Plan:
    return keep(case, ada)
