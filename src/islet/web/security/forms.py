"""Forms that only our own pages can send: each carries a seal bound to the browser's session."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from starlette.requests import Request
from starlette.responses import Response

from islet.web.site import site_of

FIELD = "seal"
HEADER = "x-islet-seal"
VISIT = "islet-visit"
SAFE = ("GET", "HEAD", "OPTIONS")


def form_seal(request: Request) -> str:
    """Return the seal for the forms of this browser: a keyed hash of its session, or of the visit before anybody signed in."""
    from islet.web.security.sessions import cookie_name

    bound = request.cookies.get(cookie_name(request), "") or visit_of(request)
    return hmac.new(site_of(request).settings.secret, b"form:" + bound.encode(), hashlib.sha256).hexdigest()


def visit_of(request: Request) -> str:
    """Return the mark of a visit before anybody signed in: the browser's own, or a new one that the answer gives it."""
    if not hasattr(request.state, "visit"):
        request.state.visit = request.cookies.get(_visit_name(request)) or secrets.token_urlsafe(24)
    return str(request.state.visit)


def sealed(request: Request, given: str | None) -> bool:
    """Tell whether a request carries the seal of its own browser and does not come from another site."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    return given is not None and hmac.compare_digest(given.encode(), form_seal(request).encode())


def give_visit(request: Request, response: Response) -> None:
    """Give the browser the mark of its visit where a form was made for it and it has none yet."""
    visit = getattr(request.state, "visit", None)
    if visit and request.cookies.get(_visit_name(request)) != visit:
        secure = site_of(request).settings.https
        response.set_cookie(_visit_name(request), visit, httponly=True, samesite="lax", secure=secure, path="/")


def _visit_name(request: Request) -> str:
    return f"__Host-{VISIT}" if site_of(request).settings.https else VISIT
