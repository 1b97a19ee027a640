"""Passwords are tried a few times and no more: for one name in the record, from one address here."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request

from islet.record import TooManyTries
from islet.record.model import Person
from islet.web.site import site_of

MOST, SECONDS, ADDRESSES = 30, 300, 10_000


class Tries:
    """Count tries from each address within five minutes; the oldest of very many addresses are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock, self._lock = clock, threading.Lock()
        self._at: OrderedDict[str, list[float]] = OrderedDict()

    def begin(self, address: str) -> None:
        """Count a try before it is checked; raise TooManyTries when there were too many."""
        now = self.clock()
        with self._lock:
            recent = [at for at in self._at.pop(address, []) if at > now - SECONDS]
            self._at[address] = recent
            if len(recent) >= MOST:
                raise TooManyTries(max(1, round(recent[0] + SECONDS - now)))
            recent.append(now)
            while len(self._at) > ADDRESSES:
                self._at.popitem(last=False)

    def right(self, address: str) -> None:
        """Take back the last try of an address: it was right."""
        with self._lock:
            if self._at.get(address):
                self._at[address].pop()


def person_of(request: Request, name: str, password: str) -> Person | None:
    """Return the person of a name and password, None when they do not fit; raise TooManyTries by name or by address."""
    tries: Tries = request.app.state.tries
    address = address_of(request)
    tries.begin(address)
    person = site_of(request).record.people.verify(name.strip(), password)
    if person:
        tries.right(address)
    return person


def address_of(request: Request) -> str:
    """Return whence a request comes: behind TLS what the server in front of us saw, else the other end of the connection."""
    told = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip() if site_of(request).settings.https else ""
    try:
        return str(ipaddress.ip_address(told))
    except ValueError:
        return request.client.host if request.client else ""
