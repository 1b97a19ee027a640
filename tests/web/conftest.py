"""A site on a record of its own, with two people who treat, one who keeps accounts, and a stranger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from islet.web.app import create_app
from islet.web.settings import Settings
from islet_testing.visitors import PASSWORD, OpenSite, Visitor


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[Callable[..., FastAPI]]:
    """Give a way to make a site on the record of this test with other settings."""
    made: list[FastAPI] = []

    def make(**settings) -> FastAPI:
        made.append(create_app(Settings(f"sqlite:///{tmp_path}/islet.db", secret=b"s" * 32, **settings)))
        return made[-1]

    yield make
    for app in made:
        app.state.site.record.close()


@pytest.fixture
def site(make_app: Callable[..., FastAPI]) -> OpenSite:
    """Give a site that only this machine reaches."""
    app = make_app()
    record = app.state.site.record
    ada = record.people.add("Ada", "board", password=PASSWORD)
    ben = record.people.add("Ben", "clinician", password=PASSWORD)
    root = record.people.add("Root", "admin", password=PASSWORD)
    return OpenSite(app, record, Visitor(app, ada), Visitor(app, ben), Visitor(app, root), Visitor(app))
