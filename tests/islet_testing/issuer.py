"""A sign-in service of the tests that signs whatever it is told to, right or forged."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET = "islet-at-the-test-hospital", "a secret of the client"


class Issuer:
    """Serve discovery, keys and tokens on this machine; `token` makes the ID token, `asked` collects every path that was called."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.rsa, self.ec, self.foreign = (RSAKey.generate_key(2048), ECKey.generate_key("P-256"), RSAKey.generate_key(2048))
        self.weak = RSAKey.generate_key(1024)
        self.about: dict[str, Any] = {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/auth", "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks", "authorization_response_iss_parameter_supported": True,
        }
        self.asked: list[str] = []
        self.challenges: dict[str, str] = {}
        self.token, self.userinfo = "", dict[str, Any]()
        self.spent: set[str] = set()

    @property
    def keys(self) -> list[dict[str, Any]]:
        """Return the key set: two that sign, one that encrypts, one that is too short, and one that nobody should use."""
        return [
            {**self.rsa.as_dict(private=False), "kid": "rsa", "use": "sig"}, {**self.ec.as_dict(private=False), "kid": "ec", "use": "sig"},
            {**self.foreign.as_dict(private=False), "kid": "enc", "use": "enc"},
            {**self.weak.as_dict(private=False), "kid": "weak", "use": "sig"}, {"kty": "oct", "kid": "oct", "k": encoded(b"k" * 32)},
        ]

    def claims(self, nonce: str | None, /, **other: Any) -> dict[str, Any]:
        """Return the claims of a right answer, with some exchanged; None takes one out."""
        now = int(time.time())
        right = {
            "iss": self.url, "aud": CLIENT, "sub": "ada-7", "exp": now + 300, "iat": now, "nonce": nonce, "name": "Ada Q",
            "islet_role": "board",
        }
        return {name: value for name, value in {**right, **other}.items() if value is not None}

    def signed(self, claims: Any, key: Any = None, **header: Any) -> str:
        """Return a token signed with a key, RS256 by the service's own key unless told otherwise."""
        head = {"alg": "RS256", "kid": "rsa", **header}
        head = {name: value for name, value in head.items() if value is not None}
        return jws.serialize_compact(head, json.dumps(claims).encode(), key or self.rsa, registry=_Any(algorithms=[head["alg"]]))


class _Any(jws.JWSRegistry):
    """Let every header pass, as a forger would."""

    def check_header(self, header: Any, *_: Any, **__: Any) -> None:
        """Check nothing."""


def encoded(data: bytes) -> str:
    """Return bytes as they stand in a token."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def by_hand(head: dict[str, Any], claims: Any, signature: bytes = b"") -> str:
    """Return a token put together by hand."""
    return ".".join(encoded(part) for part in (json.dumps(head).encode(), json.dumps(claims).encode(), signature))


def by_secret(kid: str, claims: Any, secret: bytes) -> str:
    """Return a token signed with a shared secret, such as a forger makes of a public key."""
    said = by_hand({"alg": "HS256", "kid": kid}, claims).rpartition(".")[0]
    return f"{said}.{encoded(hmac.digest(secret, said.encode(), 'sha256'))}"


@contextmanager
def issuer_running() -> Iterator[Issuer]:
    """Run a sign-in service on a free port."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked.append(self.path)
            path = urlsplit(self.path).path
            said = {"/.well-known/openid-configuration": issuer.about, "/jwks": {"keys": issuer.keys}, "/userinfo": issuer.userinfo}
            found = said.get(path)
            self._say(200 if found else 404, found or {})

        def do_POST(self) -> None:
            issuer.asked.append(self.path)
            sent = {name: one[0] for name, one in parse_qs(self.rfile.read(int(self.headers["content-length"])).decode()).items()}
            code = sent.get("code", "")
            basic = base64.b64encode(f"{CLIENT}:{quote_plus(SECRET)}".encode()).decode()
            proof = encoded(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
            known = self.headers["authorization"] == f"Basic {basic}"
            right = known and issuer.challenges.get(code) == proof and code not in issuer.spent
            issuer.spent.add(code)
            if right:
                self._say(200, {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": issuer.token})
            else:
                self._say(400, {"error": "invalid_grant"})

        def _say(self, status: int, found: Any) -> None:
            body = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *words: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    issuer = Issuer(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
