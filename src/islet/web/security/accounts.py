"""Sign in with an account of this machine; the first visitor of a new installation makes the first account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from islet.web.security.forms import sealed, with_visit
from islet.web.security.sessions import cookie_name, give_cookie, take_cookie, visitor_of
from islet.web.site import site_of
from islet.web.templating import page

router = APIRouter(include_in_schema=False)
LEAST = 12  # characters of a password


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    """Show the form to sign in, or to make the first account where nobody has one."""
    if visitor_of(request):
        return RedirectResponse("/cases", 303)
    return with_visit(request, page(request, "sign_in.html.j2", {"first": _nobody(request), "least": LEAST}))


@router.post("/sign-in")
def sign_in(
    request: Request, name: Annotated[str, Form(max_length=200)], password: Annotated[str, Form(max_length=1000)],
    seal: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Begin a session, or say that name and password do not fit."""
    site = site_of(request)
    if not sealed(request, seal):
        return _again(request, name, "The page was too old. Please send it once more.", 403)
    if _nobody(request):
        if not site.settings.local:
            return _again(request, name, "The first account is made on the machine itself: islet serve --add-person NAME.", 403)
        if len(password) < LEAST or not name.strip():
            return _again(request, name, f"A name, and a password of at least {LEAST} characters.", 422)
        person = site.record.people.add(name.strip(), "board", password=password)
    else:
        found = site.record.people.verify(name.strip(), password)
        if found is None:
            return _again(request, name, "Name and password do not fit together, or there were too many tries: then wait a minute.", 401)
        person = found
    response = RedirectResponse("/cases", 303)
    give_cookie(request, response, site.record.sessions.begin(person, site.settings.session_hours))
    return response


@router.post("/sign-out")
def sign_out(request: Request, seal: Annotated[str, Form(max_length=200)] = "") -> Response:
    """End the session here and in the record."""
    response = RedirectResponse("/sign-in", 303)
    token = request.cookies.get(cookie_name(request))
    if token and sealed(request, seal):
        site_of(request).record.sessions.end(token)
        take_cookie(request, response)
    return response


def _nobody(request: Request) -> bool:
    return not site_of(request).record.people.list()


def _again(request: Request, name: str, words: str, status: int) -> Response:
    context = {"first": _nobody(request), "least": LEAST, "name": name, "wrong": words}
    return with_visit(request, page(request, "sign_in.html.j2", context, status))
