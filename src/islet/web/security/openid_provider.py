"""The sign-in service of a hospital: what it says of itself, its keys, and the exchange of a code for a token."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.oauth2.client import OAuth2Client  # type: ignore[import-untyped]

from islet.web.security.openid_token import Asked, Refused, UnknownKey, read_token, signing_keys
from islet.web.settings import LOOPBACK, OpenId

KEPT_SECONDS, AGAIN_SECONDS, WAIT_SECONDS = 600, 30, 10
LARGEST = 512 * 1024
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Unreachable(Exception):
    """Say that the sign-in service gave no answer that can be read."""


class Provider:
    """Ask one sign-in service; what it says of itself is kept for ten minutes."""

    def __init__(self, settings: OpenId) -> None:
        self.settings, self._lock = settings, threading.Lock()
        self._about: Mapping[str, Any] = {}
        self._keys: list[Mapping[str, Any]] = []
        self._read_at = self._keys_at = float("-inf")

    def address(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Return the address to which a browser is sent to sign in; raise Unreachable."""
        about = self.about()
        with httpx.Client() as session:
            made, _ = self._client(session, back).create_authorization_url(
                about["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier,
            )
        return str(made)

    def claims(self, code: str, back: str, nonce: str, verifier: str) -> dict[str, Any]:
        """Return the claims of whoever signed in, for a code; raise Refused or Unreachable."""
        about = self.about()
        try:
            with httpx.Client(timeout=WAIT_SECONDS, follow_redirects=False) as session:
                given = self._client(session, back).fetch_token(
                    about["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=verifier, auth=self._auth(),
                )
        except AuthlibBaseError:
            raise Refused("the sign-in service does not know this code") from None
        except (httpx.HTTPError, ValueError):
            raise Unreachable from None
        token = given.get("id_token") if isinstance(given, dict) else None
        if not isinstance(token, str):
            raise Refused("the sign-in service gave no token")
        claims = self._checked(token, Asked(self.settings.issuer, self.settings.client_id, nonce))
        return claims if self.settings.role_claim in claims else {**self._more(given, claims["sub"]), **claims}

    def about(self) -> Mapping[str, Any]:
        """Return what the service says of itself; raise Unreachable when it is not the issuer that was set up."""
        with self._lock:
            if time.monotonic() - self._read_at > KEPT_SECONDS:
                found = _read(self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
                if not isinstance(found, dict) or found.get("issuer") != self.settings.issuer:
                    raise Unreachable
                if not all(isinstance(found.get(name), str) and safe(found[name]) for name in ENDPOINTS):
                    raise Unreachable
                self._about, self._read_at = found, time.monotonic()
            return self._about

    def keys(self) -> list[Mapping[str, Any]]:
        """Return the keys of the service, from the address that it names itself."""
        about = self.about()
        with self._lock:
            if time.monotonic() - self._keys_at > KEPT_SECONDS:
                self._keys, self._keys_at = signing_keys(_read(about["jwks_uri"])), time.monotonic()
            return self._keys

    def _checked(self, token: str, asked: Asked) -> dict[str, Any]:
        try:
            return read_token(token, self.keys(), asked, time.time())
        except UnknownKey:
            if not self._stale_keys():
                raise
        return read_token(token, self.keys(), asked, time.time())

    def _more(self, given: Mapping[str, Any], subject: str) -> dict[str, Any]:
        """Return what the service says of a person apart from the token, as it may keep name and role there."""
        address = self.about().get("userinfo_endpoint")
        if not isinstance(address, str) or not isinstance(given.get("access_token"), str):
            return {}
        found = _read(address, {"Authorization": f"Bearer {given['access_token']}"})
        if not isinstance(found, dict) or found.get("sub") != subject:
            raise Refused("the sign-in service speaks of somebody else")
        return found

    def _stale_keys(self) -> bool:
        """Forget keys that are not quite new, as the service may have changed them; tell whether any were forgotten."""
        with self._lock:
            if time.monotonic() - self._keys_at < AGAIN_SECONDS:
                return False
            self._keys_at = float("-inf")
            return True

    def _client(self, session: httpx.Client, back: str) -> OAuth2Client:
        return OAuth2Client(session, self.settings.client_id, scope="openid profile", redirect_uri=back, code_challenge_method="S256")

    def _auth(self) -> tuple[str, str]:
        """Return our name and secret at the service, encoded as RFC 6749, section 2.3.1, asks."""
        return quote_plus(self.settings.client_id), quote_plus(self.settings.client_secret)


def safe(address: str) -> bool:
    """Tell whether an address is reached through TLS, or on this machine.

    >>> safe("https://id.example.org/jwks"), safe("http://127.0.0.1:3000/jwks"), safe("http://id.example.org/jwks")
    (True, True, False)
    """
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def _read(address: str, headers: Mapping[str, str] | None = None) -> Any:
    """Return the JSON at an address, bounded in size and time; raise Unreachable."""
    if not safe(address):
        raise Unreachable
    try:
        with httpx.Client(timeout=WAIT_SECONDS, follow_redirects=False) as client, client.stream("GET", address, headers=headers) as answer:
            body = b""
            for part in answer.iter_bytes():
                body += part
                if answer.status_code != 200 or len(body) > LARGEST:
                    raise Unreachable
        return httpx.Response(200, content=body).json()
    except (httpx.HTTPError, ValueError, RecursionError):
        raise Unreachable from None
