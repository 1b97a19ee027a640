"""To whom a case is open: whoever has it opens it to others, and closes it again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from islet.record import NotAllowed
from islet.record.errors import RecordError
from islet.record.model import Person, Session
from islet.web.security.forms import sealed
from islet.web.security.roles import TREATING, Treating
from islet.web.site import site_of
from islet.web.templating import page

router = APIRouter(include_in_schema=False)


@router.get("/cases/{case}/people")
def people_of_case(request: Request, visitor: Treating, case: str) -> Response:
    """Show to whom a case is open."""
    return _shown(request, visitor, case)


@router.post("/cases/{case}/people")
def open_to(
    request: Request, visitor: Treating, case: str, person: Annotated[str, Form(max_length=64)] = "",
    seal: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Open a case to another person who treats."""
    if not sealed(request, seal):
        raise HTTPException(403)
    cases = site_of(request).record.cases
    cases.people(case, visitor.person)
    found = _somebody(request, person)
    if found is None:
        return _shown(request, visitor, case, "Choose a person from the list.")
    cases.grant(case, found, visitor.person)
    return RedirectResponse(f"/cases/{case}/people", 303)


@router.post("/cases/{case}/people/{person}/close")
def close_to(
    request: Request, visitor: Treating, case: str, person: str, seal: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Close a case to a person; somebody always keeps it."""
    if not sealed(request, seal):
        raise HTTPException(403)
    record = site_of(request).record
    if person not in record.cases.people(case, visitor.person):
        raise HTTPException(404)
    found = record.people.find(person)
    assert found is not None
    try:
        record.cases.revoke(case, found, visitor.person)
    except NotAllowed:
        raise
    except RecordError as error:
        return _shown(request, visitor, case, f"{error.found}; {error.expected}.")
    return RedirectResponse("/cases" if person == visitor.person.id else f"/cases/{case}/people", 303)


def _somebody(request: Request, person: str) -> Person | None:
    return next((one for one in site_of(request).record.people.list() if one.id == person and one.role in TREATING), None)


def _shown(request: Request, visitor: Session, case: str, wrong: str = "") -> Response:
    record = site_of(request).record
    saved = record.cases.read(case, visitor.person)
    opened = set(record.cases.people(case, visitor.person))
    everybody = [one for one in record.people.list() if one.role in TREATING]
    context = {
        "saved": saved, "case_id": case, "wrong": wrong, "opened": [one for one in everybody if one.id in opened],
        "others": [one for one in everybody if one.id not in opened], "own": visitor.person.id,
    }
    return page(request, "board/people.html.j2", context, 422 if wrong else 200)
