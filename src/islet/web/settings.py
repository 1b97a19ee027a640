"""What one installation is told when it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from islet.errors import InputError

NAMES = ("ISLET_OPENID_ISSUER", "ISLET_OPENID_CLIENT", "ISLET_OPENID_SECRET")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class OpenId:
    """Hold how a hospital signs its people in: the issuer, our client there, and which claim names a role."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    role_claim: str = "islet_role"


def openid_of(environment: Mapping[str, str]) -> OpenId | None:
    """Return the hospital's sign-in as the environment names it, None where it names none.

    `ISLET_OPENID_ROLE` may name another claim than `islet_role`. Raises InputError when only part of it is named.

    >>> openid_of({}) is None
    True
    >>> openid_of({"ISLET_OPENID_ISSUER": "https://id.example.org", "ISLET_OPENID_CLIENT": "islet", "ISLET_OPENID_SECRET": "s"}).issuer
    'https://id.example.org'
    """
    issuer, client, secret = given = [environment.get(name, "") for name in NAMES]
    if not any(given):
        return None
    if not all(given):
        missing = ", ".join(name for name, value in zip(NAMES, given, strict=True) if not value)
        raise InputError("the sign-in of the hospital is only half set up", "", 0, missing, f"give {', '.join(NAMES)}, or none of them")
    return OpenId(issuer, client, secret, environment.get("ISLET_OPENID_ROLE") or "islet_role")


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold the settings of one installation.

    `secret` seals forms and cookies; `hosts` are the names under which the site may be called; `https` tells whether people reach it
    through TLS, as anybody but the user of this machine must.

    >>> Settings("sqlite:///x.db", secret=b"0" * 32).local
    True
    """

    database: str
    secret: bytes = field(repr=False)
    knowledge: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    hosts: tuple[str, ...] = (*LOOPBACK, "[::1]", "testserver")
    https: bool = False
    region: str | None = None
    openid: OpenId | None = None
    session_hours: int = 10

    @property
    def local(self) -> bool:
        """Tell whether only this machine can reach the site."""
        return self.host in LOOPBACK
