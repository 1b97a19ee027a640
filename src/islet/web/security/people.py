"""The accounts of an installation, for whoever keeps them: see, add, close."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from islet.record.errors import RecordError
from islet.record.model import ROLES, Session
from islet.record.passwords import SHORTEST
from islet.web.security.forms import sealed
from islet.web.security.roles import Keeping
from islet.web.site import site_of
from islet.web.templating import page

router = APIRouter(include_in_schema=False)
ROLE_WORDS = {
    "board": "Board: works with cases, files decisions", "clinician": "Clinician: works with cases, releases pages for patients",
    "admin": "Keeper of accounts: sees no case",
}


@router.get("/people")
def people(request: Request, visitor: Keeping) -> Response:
    """Show every open account."""
    return _shown(request, visitor)


@router.post("/people")
def add(
    request: Request, visitor: Keeping, name: Annotated[str, Form(max_length=200)], password: Annotated[str, Form(max_length=256)],
    role: Annotated[str, Form(max_length=20)], seal: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Add an account with a first password."""
    if not sealed(request, seal):
        raise HTTPException(403)
    if role not in ROLES:
        return _shown(request, visitor, "Choose one of the roles.", name)
    try:
        site_of(request).record.people.add(name, role, password=password, by=visitor.person)
    except RecordError as error:
        return _shown(request, visitor, f"{error.found}; {error.expected}." if error.expected else f"{error.found}.", name)
    return RedirectResponse("/people", 303)


@router.post("/people/{person}/close")
def close(request: Request, visitor: Keeping, person: str, seal: Annotated[str, Form(max_length=200)] = "") -> Response:
    """Close an account and end its sessions; nobody closes their own."""
    if not sealed(request, seal):
        raise HTTPException(403)
    people = site_of(request).record.people
    found = next((one for one in people.list() if one.id == person), None)
    if found is None:
        raise HTTPException(404)
    if found.id == visitor.person.id:
        return _shown(request, visitor, "Nobody closes their own account. Ask another keeper of accounts.")
    people.close(found, visitor.person)
    return RedirectResponse("/people", 303)


def _shown(request: Request, visitor: Session, wrong: str = "", name: str = "") -> Response:
    context = {"people": site_of(request).record.people.list(), "own": visitor.person.id, "roles": ROLE_WORDS, "wrong": wrong, "name": name}
    return page(request, "people.html.j2", {**context, "least": SHORTEST}, 422 if wrong else 200)
