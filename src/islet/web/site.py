"""What every request shares: the knowledge, the record, the settings."""

from __future__ import annotations

from typing import NamedTuple

from starlette.requests import Request

from islet.knowledge.base import KnowledgeBase
from islet.record import Record
from islet.web.board.following import Following
from islet.web.settings import Settings


class Site(NamedTuple):
    """Hold the parts of one running site."""

    settings: Settings
    base: KnowledgeBase
    record: Record
    following: Following


def site_of(request: Request) -> Site:
    """Return the site that a request came to."""
    found = request.app.state.site
    assert isinstance(found, Site)
    return found
