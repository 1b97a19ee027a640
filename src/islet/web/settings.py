"""What one installation is told when it starts."""

from __future__ import annotations

from dataclasses import dataclass, field

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class OpenId:
    """Hold how a hospital signs its people in: the issuer, our client there, and which claim names a role."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    role_claim: str = "islet_role"


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
