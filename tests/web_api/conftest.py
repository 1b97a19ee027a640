"""A site of its own for each test that asks for one, and people who may call it."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from islet.web.api.jobs import jobs
from islet.web.app import create_app
from islet.web.settings import Settings

PASSWORD = "four quiet green hills"


@pytest.fixture(scope="session")
def settings(own_cache):
    """The settings of a site on this machine alone, without a record."""
    return Settings("", secret=b"0123456789abcdef" * 2)


@pytest.fixture
def site(tmp_path, settings, monkeypatch):
    """A client of a new site; its record and its calculations stand in folders of the test."""
    folder = tmp_path / "jobs"
    folder.mkdir()
    monkeypatch.setenv("ISLET_JOBS", str(folder))
    jobs.cache_clear()
    app = create_app(replace(settings, database=f"sqlite:///{tmp_path}/islet.db"))
    with TestClient(app) as client:
        yield client
    for path in folder.iterdir():
        jobs().drop(path.name)
    jobs.cache_clear()
    app.state.site.record.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def people(site):
    """Headers for a member of the board, a clinician and whoever keeps the accounts."""
    record = site.app.state.site.record
    found = {}
    for name, role in (("Ada", "board"), ("Ben", "clinician"), ("Cleo", "admin")):
        person = record.people.add(name, role, password=PASSWORD)
        found[name] = {"Authorization": f"Bearer {record.sessions.begin(person, 1)}"}
    return found
