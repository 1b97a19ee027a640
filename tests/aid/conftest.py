"""A site with a clinician signed in, and a clock that a test sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from islet.record import Record
from islet.web.app import create_app
from islet.web.settings import Settings
from islet_testing.desk import PASSWORD, Desk


@contextmanager
def opened(folder: Path) -> Iterator[Desk]:
    app = create_app(Settings(f"sqlite:///{folder / 'islet.db'}", secret=b"0" * 32))
    record: Record = app.state.site.record
    record.people.add("Ada Lind", "clinician", password=PASSWORD)
    clinician = TestClient(app)
    clinician.cookies.set("islet", record.sessions.begin(record.people.verify("Ada Lind", PASSWORD), 10))
    yield Desk(app, record, clinician, TestClient(app))
    record.close()


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("aid")) as found:
        yield found


@pytest.fixture
def timed(tmp_path: Path) -> Iterator[tuple[Desk, Callable[[float], None]]]:
    """A desk of its own, and how to move its clock on by hours; a record refuses a clock that goes back."""
    with opened(tmp_path) as found:
        begun = found.record.audit.clock()

        def later(hours: float) -> None:
            found.record.audit.clock = lambda: begun + timedelta(hours=hours)

        yield found, later
