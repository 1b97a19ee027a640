"""Who calls the API: a browser with its session and seal, or a program with a token."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from islet.record.model import Person
from islet.web.security.forms import HEADER, sealed
from islet.web.security.sessions import SignInNeeded, visitor_of
from islet.web.site import site_of

SAFE = ("GET", "HEAD", "OPTIONS")


def caller(request: Request) -> Person | None:
    """Return who calls, None when nobody has signed in; a cookie counts for a change only together with the seal."""
    given = request.headers.get("authorization", "")
    if given:
        kind, _, token = given.partition(" ")
        found = site_of(request).record.sessions.find(token.strip()) if kind.lower() == "bearer" else None
        if found is None:
            raise SignInNeeded
        return found.person
    visitor = visitor_of(request)
    if visitor is None:
        return None
    if request.method not in SAFE and not sealed(request, request.headers.get(HEADER)):
        raise HTTPException(403)
    return visitor.person


def somebody(person: Annotated[Person | None, Depends(caller)]) -> Person:
    """Return who calls; raise SignInNeeded when nobody has signed in."""
    if person is None:
        raise SignInNeeded
    return person


def allowed(request: Request, person: Annotated[Person | None, Depends(caller)]) -> str:
    """Return the id of whoever may ask without storing anything: anybody on the machine itself, else who signed in."""
    if person is None and not site_of(request).settings.local:
        raise SignInNeeded
    return person.id if person else ""


Somebody = Annotated[Person, Depends(somebody)]
Allowed = Annotated[str, Depends(allowed)]
