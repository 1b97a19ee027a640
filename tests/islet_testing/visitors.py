"""People at a browser: each with cookies of their own, who send forms as pages do, with the seal."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from islet.record import Record
from islet.record.model import Person
from islet.web.site import Site

PASSWORD = "four quiet green hills"
CASE = b"id: mini\ncells: {differentiation: well, ki67_percent: 2}\nextent: {size_mm: 12}\n"
_SEAL = re.compile(r'name="seal" value="([0-9a-f]{64})"')


class Visitor:
    """A browser; `person` is whoever signed in with it, None for a stranger."""

    def __init__(self, app: FastAPI, person: Person | None = None, address: str = "http://testserver") -> None:
        self.client = TestClient(app, base_url=address, follow_redirects=False, raise_server_exceptions=False)
        self._app, self._person, self._seals = app, person, dict[str, str]()
        if person:
            self.sign_in(person)

    def sign_in(self, person: Person) -> None:
        """Hold a new session of a person."""
        site: Site = self._app.state.site
        self.hold("__Host-islet" if site.settings.https else "islet", site.record.sessions.begin(person, 1))

    def hold(self, name: str, value: str) -> None:
        """Hold a cookie as if the site had given it."""
        host = self.client.base_url.host
        self.client.cookies.set(name, value, domain=host if "." in host else f"{host}.local")

    @property
    def person(self) -> Person:
        """Return whoever signed in."""
        assert self._person is not None
        return self._person

    @property
    def seal(self) -> str:
        """Return the seal of this browser, read from a page once for each session."""
        held = str(sorted(self.client.cookies.items()))
        if held not in self._seals:
            found = _SEAL.search(self.client.get("/about").text) or _SEAL.search(self.client.get("/sign-in").text)
            assert found, "no page of this browser holds a seal"
            self._seals[str(sorted(self.client.cookies.items()))] = self._seals[held] = found[1]
        return self._seals[held]

    def get(self, address: str, **more: Any) -> Response:
        """Ask for a page."""
        return self.client.get(address, **more)

    def post(self, address: str, form: dict[str, Any] | None = None, **more: Any) -> Response:
        """Send a form with the seal of this browser."""
        return self.client.post(address, data={"seal": self.seal, **(form or {})}, **more)

    def begin(self, document: bytes = CASE, label: str = "small one") -> str:
        """Open a case file and return the id of the new case."""
        sent = self.post("/cases/import", {"label": label}, files={"file": ("case.yaml", document)})
        assert sent.status_code == 303, sent.text
        return sent.headers["location"].rsplit("/", 1)[1]


class OpenSite(NamedTuple):
    """Hold a site with people at it: Ada of the board and Ben, a clinician, share nothing; Root keeps the accounts."""

    app: FastAPI
    record: Record
    ada: Visitor
    ben: Visitor
    root: Visitor
    stranger: Visitor
