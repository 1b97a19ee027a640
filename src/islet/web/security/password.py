"""A new password: everybody their own, after the one they have; whoever keeps the accounts gives others a first one again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from islet.record import TooManyTries
from islet.record.errors import RecordError
from islet.record.model import Person, Session
from islet.record.passwords import SHORTEST, fault_of
from islet.web.security.events import note
from islet.web.security.forms import sealed
from islet.web.security.roles import Keeping, home_of
from islet.web.security.sessions import SignedIn, cookie_name
from islet.web.security.tries import person_of
from islet.web.site import site_of
from islet.web.templating import page

router = APIRouter(include_in_schema=False)


@router.get("/account")
def own(request: Request, visitor: SignedIn) -> Response:
    """Show the form for a new password of one's own."""
    return _shown(request, visitor.person)


@router.post("/account")
def change_own(
    request: Request, visitor: SignedIn, password: Annotated[str, Form(max_length=256)],
    current: Annotated[str, Form(max_length=1000)] = "", seal: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Change one's own password and end every other session; a wrong one counts as a try to sign in."""
    _require_seal(request, seal)
    fault = fault_of(password, visitor.person.name)
    if fault:
        return _shown(request, visitor.person, {"password": fault})
    try:
        known = person_of(request, visitor.person.name, current)
    except TooManyTries:
        note("sign-in-slowed", request, visitor.person.id)
        return _shown(request, visitor.person, {"current": "There were too many tries: wait five minutes."}, 429)
    if known is None or known.id != visitor.person.id:
        note("sign-in-refused", request, visitor.person.id, "a new password was asked for with a wrong one")
        return _shown(request, visitor.person, {"current": "This is not the password of this account."})
    return _change(request, visitor, visitor.person, password, home_of(visitor.person))


@router.get("/people/{person}/password")
def of_other(request: Request, visitor: Keeping, person: str) -> Response:
    """Show the form for a new first password of somebody else."""
    return _shown(request, _found(request, person))


@router.post("/people/{person}/password")
def change_other(
    request: Request, visitor: Keeping, person: str, password: Annotated[str, Form(max_length=256)],
    seal: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Give an account a new first password and end its sessions."""
    _require_seal(request, seal)
    found = _found(request, person)
    if found.id == visitor.person.id:
        return RedirectResponse("/account", 303)
    return _change(request, visitor, found, password, "/people")


def _require_seal(request: Request, seal: str) -> None:
    if not sealed(request, seal):
        raise HTTPException(403)


def _found(request: Request, person: str) -> Person:
    found = next((one for one in site_of(request).record.people.list() if one.id == person), None)
    if found is None:
        raise HTTPException(404)
    return found


def _change(request: Request, visitor: Session, person: Person, password: str, then: str) -> Response:
    try:
        site_of(request).record.people.change_password(person, password, visitor.person, request.cookies.get(cookie_name(request), ""))
    except RecordError as error:
        return _shown(request, person, {"password": f"{error.found}; {error.expected}." if error.expected else f"{error.found}."})
    note("password-changed", request, visitor.person.id)
    return RedirectResponse(then, 303)


def _shown(request: Request, person: Person, faults: dict[str, str] | None = None, status: int = 0) -> Response:
    context = {"of": person, "faults": faults or {}, "least": SHORTEST}
    return page(request, "password.html.j2", context, status or (422 if faults else 200))
