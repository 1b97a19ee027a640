"""A desk in a clinic: a site, a clinician who is signed in, cases and released pages."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from fastapi.testclient import TestClient

from islet.record import Record
from islet_testing.aids import EXAMPLES

PASSWORD = "four quiet green hills"
CONTACTS = {
    "who": "Nurse Kim", "phone": "+47 55 00 00 00", "hours": "Monday to Friday, 8 to 15", "urgent": "",
    "about": "which treatment comes next", "days": "30", "lang": "en",
}


class Desk(NamedTuple):
    """Hold a site, its record, the browser of a clinician and that of a patient who is not signed in."""

    app: Any
    record: Record
    clinician: TestClient
    patient: TestClient

    def case(self, name: str) -> str:
        """Return the id of a new case made from an example."""
        path = next(path for path in EXAMPLES if path.stem == name)
        return self.record.cases.create(path.read_bytes(), name, self.person()).case

    def person(self) -> Any:
        """Return the clinician."""
        return self.record.people.verify("Ada Lind", PASSWORD)

    def send(self, address: str, browser: TestClient | None = None, **fields: str) -> Any:
        """Post the form that stands at an address, with its seal."""
        browser = browser or self.clinician
        return browser.post(address, data={"seal": seal_of(browser.get(address).text), **fields})

    def release(self, case: str, **changed: str) -> str:
        """Release the page of a case and return its token."""
        answer = self.send(f"/cases/{case}/release", case=case, number="1", **{**CONTACTS, **changed})
        assert answer.status_code == 200, answer.text
        return token_of(answer.text)


def seal_of(page: str) -> str:
    """Return the seal of the forms of a page."""
    return re.search(r'name="seal" value="([^"]+)"', page)[1]


def token_of(page: str) -> str:
    """Return the token of the link that a page shows."""
    return re.search(r'value="http[^"]+/aid/([^"]+)"', page)[1]
