"""Who is asking: the session of a request, and the demand that there be one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from islet.record.model import Session
from islet.web.site import site_of


class SignInNeeded(Exception):
    """Say that nobody is signed in; the site answers with the way to sign in."""


def cookie_name(request: Request) -> str:
    """Return the name of the session's cookie; behind TLS it is bound to this very host."""
    return "__Host-islet" if site_of(request).settings.https else "islet"


def visitor_of(request: Request) -> Session | None:
    """Return the session of a request, looked up once."""
    if not hasattr(request.state, "visitor"):
        token = request.cookies.get(cookie_name(request))
        request.state.visitor = site_of(request).record.sessions.find(token) if token else None
    found = request.state.visitor
    assert found is None or isinstance(found, Session)
    return found


def signed_in(request: Request) -> Session:
    """Return the session of a request; raise SignInNeeded when there is none."""
    found = visitor_of(request)
    if found is None:
        raise SignInNeeded
    return found


SignedIn = Annotated[Session, Depends(signed_in)]


def give_cookie(request: Request, response: Response, token: str) -> None:
    """Put a session into the browser: not readable by scripts, not sent from other sites."""
    settings = site_of(request).settings
    response.set_cookie(
        cookie_name(request), token, max_age=settings.session_hours * 3600, path="/", secure=settings.https, httponly=True, samesite="lax",
    )


def take_cookie(request: Request, response: Response) -> None:
    """Take the session out of the browser, with all that it kept of us."""
    response.delete_cookie(cookie_name(request), path="/", secure=site_of(request).settings.https, httponly=True, samesite="lax")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
