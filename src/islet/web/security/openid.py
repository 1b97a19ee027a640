"""Sign in through the hospital: OpenID Connect with a code, PKCE, state and nonce, all bound to one browser and one use."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from islet.record.errors import RecordError
from islet.record.model import Person
from islet.web.security.accounts import begin_session, sign_in_again
from islet.web.security.events import note
from islet.web.security.openid_provider import Provider, Unreachable
from islet.web.security.openid_token import Refused
from islet.web.security.roles import TREATING
from islet.web.site import site_of

router = APIRouter(include_in_schema=False)
BACK = "/sign-in/hospital/back"
COOKIE, HOLDS_SECONDS, MOST_USED = "islet-ask", 600, 10_000
AGAIN = "The sign-in at the hospital did not work: {}. Please begin again."
AWAY = "The sign-in service of the hospital does not answer. Try again in a minute, or ask whoever runs Islet here."


class Question(NamedTuple):
    """Hold the three secrets of one question to the service; they are keyed hashes of the random mark in the browser's cookie."""

    state: str
    nonce: str
    verifier: str


class Hospital:
    """Hold the sign-in service of a site and which questions were answered already."""

    def __init__(self, provider: Provider) -> None:
        self.provider, self._lock = provider, threading.Lock()
        self._used: OrderedDict[str, None] = OrderedDict()

    def use(self, state: str) -> bool:
        """Tell whether a state comes for the first time."""
        with self._lock:
            if state in self._used:
                return False
            self._used[state] = None
            while len(self._used) > MOST_USED:
                self._used.popitem(last=False)
            return True


@router.get("/sign-in/hospital")
def to_hospital(request: Request) -> Response:
    """Send the browser to the hospital's sign-in service."""
    hospital = _hospital(request)
    mark = f"{int(time.time())}.{secrets.token_urlsafe(24)}"
    try:
        address = hospital.provider.address(_back(request), *_question(request, mark))
    except Unreachable:
        return sign_in_again(request, "", AWAY, 503)
    response = RedirectResponse(address, 303)
    secure = site_of(request).settings.https
    response.set_cookie(_cookie(request), mark, max_age=HOLDS_SECONDS, httponly=True, samesite="lax", secure=secure, path="/")
    return response


@router.get(BACK)
def from_hospital(request: Request) -> Response:
    """Begin a session for whoever the service says has signed in, or say why not."""
    hospital = _hospital(request)
    try:
        response = begin_session(request, _person(request, _claims(request, hospital)))
    except Refused as error:
        note("sign-in-refused", request, why=str(error))
        response = sign_in_again(request, "", AGAIN.format(error), 401)
    except Unreachable:
        response = sign_in_again(request, "", AWAY, 503)
    response.delete_cookie(_cookie(request), path="/", secure=site_of(request).settings.https, httponly=True, samesite="lax")
    return response


def _claims(request: Request, hospital: Hospital) -> dict[str, Any]:
    given = request.query_params
    if any(len(given.getlist(name)) > 1 for name in given):
        raise Refused("the answer says a thing twice")
    mark = request.cookies.get(_cookie(request), "")
    began = mark.partition(".")[0]
    if not began.isdecimal() or len(began) > 12 or not 0 <= time.time() - int(began) <= HOLDS_SECONDS:
        raise Refused("it was begun in another browser, or too long ago")
    asked = _question(request, mark)
    if not hmac.compare_digest(given.get("state", "").encode(), asked.state.encode()) or not hospital.use(asked.state):
        raise Refused("the answer belongs to another question, or came before")
    about, issuer = hospital.provider.about(), hospital.provider.settings.issuer
    if given.get("iss", None if about.get("authorization_response_iss_parameter_supported") else issuer) != issuer:
        raise Refused("the answer is of another sign-in service")
    if "error" in given or not given.get("code"):
        raise Refused("the hospital did not let you in")
    return hospital.provider.claims(given["code"], _back(request), asked.nonce, asked.verifier)


def _person(request: Request, claims: Mapping[str, Any]) -> Person:
    site = site_of(request)
    openid = site.settings.openid
    assert openid is not None
    role = claims.get(openid.role_claim)
    if role not in TREATING:
        raise Refused("the hospital gives you no role in Islet; it can be " + " or ".join(TREATING))
    found = site.record.people.by_subject(openid.issuer, claims["sub"])
    if found is None:
        return _new_person(request, claims, str(role))
    if found.role != role:
        raise Refused("the hospital gives you another role than your account here; ask whoever keeps the accounts")
    return found


def _new_person(request: Request, claims: Mapping[str, Any], role: str) -> Person:
    people, openid = site_of(request).record.people, site_of(request).settings.openid
    assert openid is not None
    told = claims.get("name") or claims.get("preferred_username")
    name = told if isinstance(told, str) and told.isprintable() and 0 < len(told) <= 120 else "Account"
    for tried in (name, f"{name} ({hashlib.sha256(claims['sub'].encode()).hexdigest()[:8]})"):
        try:
            return people.add(tried, role, subject=claims["sub"], issuer=openid.issuer)
        except RecordError:
            continue
    raise Refused("your account here is closed; ask whoever keeps the accounts")


def _question(request: Request, mark: str) -> Question:
    def derived(use: bytes) -> str:
        return hmac.new(site_of(request).settings.secret, b"openid:" + use + b":" + mark.encode(), hashlib.sha256).hexdigest()

    return Question(derived(b"state"), derived(b"nonce"), derived(b"verifier"))


def _hospital(request: Request) -> Hospital:
    found = request.app.state.hospital
    if found is None:
        raise HTTPException(404)
    assert isinstance(found, Hospital)
    return found


def _back(request: Request) -> str:
    return f"{'https' if site_of(request).settings.https else 'http'}://{request.headers['host']}{BACK}"


def _cookie(request: Request) -> str:
    return f"__Host-{COOKIE}" if site_of(request).settings.https else COOKIE
