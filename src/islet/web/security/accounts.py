"""Sign in with an account of this machine; the first visitor of a new installation makes the first account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from islet.record import TooManyTries
from islet.record.errors import RecordError
from islet.record.model import Person
from islet.record.passwords import SHORTEST
from islet.web.security.events import note
from islet.web.security.forms import sealed
from islet.web.security.roles import home_of
from islet.web.security.sessions import cookie_name, give_cookie, take_cookie, visitor_of
from islet.web.security.tries import person_of
from islet.web.site import site_of
from islet.web.templating import page

router = APIRouter(include_in_schema=False)
WRONG = "Name and password do not fit together, or there were too many tries: then wait five minutes."


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    """Show the form to sign in, or to make the first account where nobody has one."""
    visitor = visitor_of(request)
    if visitor:
        return RedirectResponse(home_of(visitor.person), 303)
    return sign_in_again(request, "", "", 200)


@router.post("/sign-in")
def sign_in(
    request: Request, name: Annotated[str, Form(max_length=200)], password: Annotated[str, Form(max_length=1000)],
    seal: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Begin a session, or say that name and password do not fit; the answer is the same whether or not there is such a person."""
    if not sealed(request, seal):
        return sign_in_again(request, name, "The page was too old. Please send it once more.", 403)
    if _nobody(request):
        return _first(request, name, password)
    try:
        person = person_of(request, name, password)
    except TooManyTries:
        note("sign-in-slowed", request)
        return sign_in_again(request, name, WRONG, 429)
    if person is None:
        note("sign-in-refused", request, why="name and password")
        return sign_in_again(request, name, WRONG, 401)
    return begin_session(request, person)


@router.post("/sign-out")
def sign_out(request: Request, seal: Annotated[str, Form(max_length=200)] = "") -> Response:
    """End the session here and in the record, and clear what the browser kept."""
    if not sealed(request, seal):
        raise HTTPException(403)
    token = request.cookies.get(cookie_name(request))
    if token:
        visitor = visitor_of(request)
        site_of(request).record.sessions.end(token)
        note("sign-out", request, visitor.person.id if visitor else "")
    response = RedirectResponse("/sign-in", 303)
    take_cookie(request, response)
    return response


def begin_session(request: Request, person: Person) -> Response:
    """Begin a new session for a person, end the one this browser had, and lead to the person's first page."""
    site = site_of(request)
    earlier = request.cookies.get(cookie_name(request))
    if earlier:
        site.record.sessions.end(earlier)
    response = RedirectResponse(home_of(person), 303)
    give_cookie(request, response, site.record.sessions.begin(person, site.settings.session_hours))
    note("sign-in", request, person.id)
    return response


def sign_in_again(request: Request, name: str, words: str, status: int) -> Response:
    """Show the form to sign in with what went wrong."""
    return page(request, "sign_in.html.j2", {"first": _nobody(request), "least": SHORTEST, "name": name, "wrong": words}, status)


def _first(request: Request, name: str, password: str) -> Response:
    site = site_of(request)
    if not site.settings.local:
        return sign_in_again(request, name, "The first account is made on the machine itself: islet serve --add-person NAME.", 403)
    try:
        person = site.record.people.add(name, "board", password=password)
    except RecordError as error:
        return sign_in_again(request, name, f"{error.found}.", 422)
    return begin_session(request, person)


def _nobody(request: Request) -> bool:
    return not site_of(request).record.people.list()
