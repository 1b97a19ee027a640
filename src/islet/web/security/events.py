"""What is logged, in one list: a line of JSON an event, in UTC, with ids and the pattern of the address; no name, no value of a case."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime

from starlette.requests import Request

LOG = logging.getLogger("islet.events")
EVENTS = {
    "sign-in": (logging.INFO, "somebody signed in"),
    "sign-out": (logging.INFO, "somebody signed out"),
    "sign-in-refused": (logging.WARNING, "name and password did not fit, or the hospital's answer did not hold"),
    "sign-in-slowed": (logging.WARNING, "too many tries for one name or from one address"),
    "password-changed": (logging.INFO, "an account has a new password"),
    "form-refused": (logging.WARNING, "a form came without its seal, too old or from another site"),
    "role-refused": (logging.WARNING, "a function was asked for that the role does not reach"),
    "case-refused": (logging.WARNING, "a case was asked for that is not there or not open to whoever asked"),
    "host-refused": (logging.WARNING, "the site was called by a name that is not its own"),
    "too-large": (logging.WARNING, "a request was larger than it may be"),
    "record-fault": (logging.ERROR, "the record could not be read or written"),
    "fault": (logging.ERROR, "a fault of the program: its kind and its place, without its words"),
}


def note(event: str, request: Request | None = None, who: str = "", why: str = "") -> None:
    """Log one event; `who` is the id of a person, `why` words of the program alone.

    >>> with_line_break = note("sign-in", who="x\\nforged")
    """
    level, _ = EVENTS[event]
    told = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, "who": who, "route": route_of(request), "why": why}
    LOG.log(level, "%s", json.dumps({key: value for key, value in told.items() if value}))


def route_of(request: Request | None) -> str:
    """Return method and pattern of an address, as `GET /cases/{case}`; what a visitor typed into it is left out."""
    route = request.scope.get("route") if request else None
    return f"{request.method} {route.path}" if request and route else ""


def place_of(error: BaseException) -> str:
    """Return kind and place of a fault; its words may hold what a visitor typed and are left out.

    >>> place_of(ValueError("a name"))
    'ValueError'
    """
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "islet" in frame.filename]
    at = f" in {frames[-1].filename.rpartition('islet/')[2]}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + at
