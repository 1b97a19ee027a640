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


def form_seal(request: Request) -> str:
    """Return the seal for the forms of this browser: a keyed hash of its session, or of the visit before anybody signed in."""
    from islet.web.security.sessions import cookie_name

    bound = request.cookies.get(cookie_name(request), "") or visit_of(request)
    return hmac.new(site_of(request).settings.secret, b"form:" + bound.encode(), hashlib.sha256).hexdigest()


def visit_of(request: Request) -> str:
    """Return the mark of a visit before anybody signed in: the browser's own, or a new one that the answer gives it."""
    if not hasattr(request.state, "visit"):
        request.state.visit = request.cookies.get(VISIT) or secrets.token_urlsafe(24)
    return str(request.state.visit)


def with_visit(request: Request, response: Response) -> Response:
    """Return the answer with the mark of the visit, to which the seal of its forms is bound while nobody is signed in."""
    response.set_cookie(VISIT, visit_of(request), httponly=True, samesite="strict", secure=site_of(request).settings.https, path="/")
    return response


def sealed(request: Request, given: str | None) -> bool:
    """Tell whether a request carries the seal of its own browser and does not come from another site."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    return given is not None and hmac.compare_digest(given.encode(), form_seal(request).encode())
