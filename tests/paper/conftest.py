"""A signed-in browser on a site of its own."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from islet.web.app import create_app
from islet.web.settings import Settings


@pytest.fixture
def board(tmp_path):
    """A browser in which a member of the board is signed in."""
    app = create_app(Settings(f"sqlite:///{tmp_path}/islet.db", secret=b"0123456789abcdef" * 2))
    record = app.state.site.record
    with TestClient(app) as client:
        client.person = record.people.add("Ada Lovelace", "board", password="four quiet green hills")
        client.record = record
        client.cookies.set("islet", record.sessions.begin(client.person, 1))
        yield client
    record.close()
