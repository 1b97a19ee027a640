"""A record on SQLite and on a PostgreSQL of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from islet.record import Record, open_record
from islet.record.model import CaseVersion, Person, Plan
from islet.record.plans import ENGINE, plan_bytes
from islet_testing.places import MINI
from islet_testing.postgres import empty_database

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
