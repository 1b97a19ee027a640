"""Ids that cannot be guessed, tokens of which only the hash is kept, and the time as it is written."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from datetime import UTC, datetime, timedelta

_ID = re.compile(r"[A-Za-z0-9_-]{22}")


def new_id() -> str:
    """Return a random id of 128 bits that may stand in an address.

    >>> len(new_id())
    22
    """
    return secrets.token_urlsafe(16)


def new_token() -> str:
    """Return a random secret of 256 bits that may stand in an address."""
    return secrets.token_urlsafe(32)


def is_id(text: str) -> bool:
    """Tell whether text has the form of an id; nothing else is ever asked of a database.

    >>> is_id(new_id()), is_id("1 OR 1=1")
    (True, False)
    """
    return _ID.fullmatch(text) is not None


def sha256(data: str | bytes) -> str:
    """Return the SHA-256 of text (as UTF-8) or bytes, in hexadecimal.

    >>> sha256("abc")[:8]
    'ba7816bf'
    """
    return hashlib.sha256(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data).hexdigest()


def written(moment: datetime) -> str:
    """Return a moment in UTC as it stands in a record: text that sorts as time does.

    >>> written(datetime(2026, 3, 10, 9, 30, tzinfo=UTC))
    '2026-03-10T09:30:00.000000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def later(stamp: str, hours: float) -> str:
    """Return the written moment so many hours later.

    >>> later("2026-03-10T23:30:00.000000Z", 1)
    '2026-03-11T00:30:00.000000Z'
    """
    return written(datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S.%f%z") + timedelta(hours=hours))


def seconds_between(earlier: str, stamp: str) -> float:
    """Return the seconds from one written moment to another."""
    form = "%Y-%m-%dT%H:%M:%S.%f%z"
    return (datetime.strptime(stamp, form) - datetime.strptime(earlier, form)).total_seconds()


def canonical(data: object) -> bytes:
    """Return data as JSON with one way of writing it: sorted keys, no spaces, ASCII.

    >>> canonical({"b": 1, "a": [None, "ä"]})
    b'{"a":[null,"\\\\u00e4"],"b":1}'
    """
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()
