"""Answer what goes wrong in words, without a trace of the inside; a fault never stands where a plan stood."""

from __future__ import annotations

import logging

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from islet.record import NotAllowed, RecordError
from islet.web.security.sessions import SignInNeeded
from islet.web.templating import page

LOG = logging.getLogger("islet.web")
API = "/api/"
WORDS = {
    400: ("This cannot be read", "The request was not understood. Go back and try again."),
    403: ("This form is too old", "The page was opened before you signed in, or by another site. Open it again and send it once more."),
    404: ("There is nothing here", "The page does not exist, or it is not yours to see."),
    405: ("This cannot be done here", "The page does not take what was sent to it."),
    409: ("Somebody saved in the meantime", "The case has a newer version. Open it again; nothing of yours was saved over it."),
    413: ("This is too large", "Case files may have 1,024 KiB."),
    415: ("This kind of file is not read", "Case files are YAML or JSON."),
    429: ("Too many tries", "Wait a minute, then try again."),
    500: ("Something went wrong on our side", "Nothing was saved. What you saw before may be out of date until the page loads again."),
    503: ("The record cannot be written", "Nothing was saved. Ask whoever runs Islet here to look at the disk or the database."),
}


def install(app: FastAPI) -> None:
    """Make the site answer every fault."""

    @app.exception_handler(SignInNeeded)
    def sign_in(request: Request, _: Exception) -> Response:
        if request.url.path.startswith(API):
            return JSONResponse({"error": "sign in first"}, 401)
        if request.headers.get("hx-request"):
            return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
        return RedirectResponse("/sign-in", 303)

    @app.exception_handler(NotAllowed)
    def not_allowed(request: Request, _: Exception) -> Response:
        return answer(request, 404)

    @app.exception_handler(RecordError)
    def record(request: Request, error: Exception) -> Response:
        LOG.error("the record cannot be used: %s", type(error).__name__)
        return answer(request, 503)

    @app.exception_handler(HTTPException)
    def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer(request, error.status_code)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        if request.url.path.startswith(API):
            faults = [{"field": ".".join(str(part) for part in fault["loc"][1:]), "found": fault["msg"]} for fault in error.errors()]
            return JSONResponse({"error": "the request does not have the expected form", "faults": faults}, 422)
        return answer(request, 400)

    @app.exception_handler(Exception)
    def unknown(request: Request, error: Exception) -> Response:
        LOG.error("fault in %s: %s", request.scope.get("route").__class__.__name__, type(error).__name__)
        return answer(request, 500)


def answer(request: Request, status: int) -> Response:
    """Return the page, or for programs the JSON, of one kind of fault."""
    title, words = WORDS.get(status, WORDS[500 if status >= 500 else 400])
    if request.url.path.startswith(API):
        return JSONResponse({"error": title, "what_to_do": words}, status)
    return page(request, "fault.html.j2", {"title": title, "words": words}, status)
