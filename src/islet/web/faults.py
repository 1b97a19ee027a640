"""Answer what goes wrong in words, without a trace of the inside; a fault never stands where a plan stood."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from islet.errors import InputError
from islet.record import NotAllowed, RecordError, TooManyTries
from islet.web.security.events import note, place_of
from islet.web.security.roles import RoleNeeded
from islet.web.security.sessions import SignInNeeded, visitor_of
from islet.web.templating import page

API = "/api/"
ROLE = ("This is not for your role", "Cases are for those who treat patients, accounts for those who keep them. Use another account.")
WORDS = {
    400: ("This cannot be read", "The request was not understood. Go back and try again."),
    403: ("This form is too old", "The page was opened before you signed in, or by another site. Open it again and send it once more."),
    404: ("There is nothing here", "The page does not exist, or it is not yours to see."),
    405: ("This cannot be done here", "The page does not take what was sent to it."),
    409: ("Somebody saved in the meantime", "The case has a newer version. Open it again; nothing of yours was saved over it."),
    413: ("This is too large", "Case files may have 1,024 KiB."),
    415: ("This kind of file is not read", "Case files are YAML or JSON."),
    422: ("This case cannot be read", "It was saved with facts that are not known today. Open it: what is to be mended stands there."),
    429: ("Too many tries", "Wait a minute, then try again."),
    500: ("Something went wrong on our side", "Nothing was saved. What you saw before may be out of date until the page loads again."),
    503: ("The record cannot be written", "Nothing was saved. Ask whoever runs Islet here to look at the disk or the database."),
}
_NOTED = {403: "form-refused", 413: "too-large"}


def install(app: FastAPI) -> None:
    """Make the site answer every fault."""

    @app.exception_handler(SignInNeeded)
    def sign_in(request: Request, _: Exception) -> Response:
        if request.url.path.startswith(API):
            return JSONResponse({"error": "sign in first"}, 401)
        if request.headers.get("hx-request"):
            return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
        return RedirectResponse("/sign-in", 303)

    @app.exception_handler(RoleNeeded)
    def role(request: Request, error: Exception) -> Response:
        assert isinstance(error, RoleNeeded)
        note("role-refused", request, error.person.id)
        return answer(request, 403, ROLE)

    @app.exception_handler(NotAllowed)
    def not_allowed(request: Request, _: Exception) -> Response:
        visitor = visitor_of(request)
        note("case-refused", request, visitor.person.id if visitor else "")
        return answer(request, 404)

    @app.exception_handler(TooManyTries)
    def slowed(request: Request, _: Exception) -> Response:
        note("sign-in-slowed", request)
        return answer(request, 429)

    @app.exception_handler(RecordError)
    def record(request: Request, error: Exception) -> Response:
        note("record-fault", request, why=place_of(error))
        return answer(request, 503)

    @app.exception_handler(HTTPException)
    def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code in _NOTED:
            note(_NOTED[error.status_code], request)
        return answer(request, error.status_code)

    @app.exception_handler(InputError)
    def unreadable(request: Request, _: Exception) -> Response:
        return answer(request, 422)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        if request.url.path.startswith(API):
            faults = [{"field": ".".join(str(part) for part in fault["loc"][1:]), "found": fault["msg"]} for fault in error.errors()]
            return JSONResponse({"error": "the request does not have the expected form", "faults": faults}, 422)
        return answer(request, 400)


class LastResort:
    """Answer a fault of the program in words; nothing of the fault's own words is logged or shown."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; where its answer had begun when the fault came, break off."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if scope["type"] != "http":
                raise
            request = Request(scope)
            note("fault", request, why=place_of(error))
            if begun:
                raise RuntimeError("the answer broke off") from None
            await answer(request, 500)(scope, receive, send)


def answer(request: Request, status: int, told: tuple[str, str] | None = None) -> Response:
    """Return the page, or for programs the JSON, of one kind of fault; plain text where no page can be made."""
    title, words = told or WORDS.get(status, WORDS[500 if status >= 500 else 400])
    if request.url.path.startswith(API):
        return JSONResponse({"error": title, "what_to_do": words}, status)
    try:
        return page(request, "fault.html.j2", {"title": title, "words": words}, status)
    except RecordError:
        return PlainTextResponse(f"{title}. {words}", status)
