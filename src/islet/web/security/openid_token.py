"""Check an ID token: signed by a key of the issuer, with an algorithm of the list, for us, now, in answer to our question."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

ALGORITHMS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
LONGEST = 16 * 1024
LEEWAY, OLDEST, LEAST_BITS = 60, 600, 2048
LONGEST_SUBJECT = 255


class Refused(Exception):
    """Say in words of the program why an answer of the sign-in service does not hold."""


class UnknownKey(Refused):
    """Say that no key of the service fits; it may have new ones."""


class Asked(NamedTuple):
    """Hold what an ID token must answer to."""

    issuer: str
    client: str
    nonce: str


def read_token(token: str, keys: Sequence[Mapping[str, Any]], asked: Asked, now: float) -> dict[str, Any]:
    """Return the claims of an ID token that holds; `keys` are the issuer's own, `now` in seconds since 1970. Raises Refused.

    What the token says of where its key is to be found is never read. Checks after OpenID Connect Core 1.0, section 3.1.3.7.
    """
    if len(token) > LONGEST:
        raise Refused("the token is too long")
    header = _part(token)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise Refused("the algorithm of the token is none of " + ", ".join(ALGORITHMS))
    try:
        decoded = jwt.decode(token, _key(header, keys), algorithms=[algorithm])
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise Refused("the token is not signed by the sign-in service") from None
    claims = decoded.claims
    _check_parties(claims, asked)
    _check_times(claims, now)
    if not isinstance(claims.get("nonce"), str) or not hmac.compare_digest(claims["nonce"].encode(), asked.nonce.encode()):
        raise Refused("the token answers another question")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise Refused("the token names nobody")
    return claims


def signing_keys(found: Any) -> list[Mapping[str, Any]]:
    """Return the public keys of a key set that may sign, in all RSA and P-256 keys; raise Refused when it is none."""
    keys = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(keys, list):
        raise Refused("the sign-in service gave no keys")
    return [
        key for key in keys
        if isinstance(key, dict) and key.get("use", "sig") == "sig" and (key.get("kty") == "RSA" or key.get("crv") == "P-256")
    ]


def _part(token: str) -> dict[str, Any]:
    head, dots, _ = token.partition(".")
    try:
        found = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        found = None
    if not dots or not isinstance(found, dict):
        raise Refused("this is no token")
    return found


def _key(header: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]) -> RSAKey | ECKey:
    fitting = [
        key for key in keys
        if key.get("kty") == ALGORITHMS[header["alg"]] and key.get("alg", header["alg"]) == header["alg"]
        and ("kid" not in header or key.get("kid") == header["kid"])
    ]
    if len(fitting) != 1:
        raise UnknownKey("the key of the token is not one of the sign-in service")
    if header["alg"] == "ES256":
        return ECKey.import_key(dict(fitting[0]))
    key = RSAKey.import_key(dict(fitting[0]))
    if key.public_key.key_size < LEAST_BITS:
        raise Refused("the key of the sign-in service is too short")
    return key


def _check_parties(claims: Mapping[str, Any], asked: Asked) -> None:
    if claims.get("iss") != asked.issuer:
        raise Refused("the token is of another issuer")
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if asked.client not in named:
        raise Refused("the token is for another program")
    if (len(named) > 1 or "azp" in claims) and claims.get("azp") != asked.client:
        raise Refused("the token is for several programs, and not asked for by this one")


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    for name in ("exp", "iat"):
        if isinstance(claims.get(name), bool) or not isinstance(claims.get(name), (int, float)):
            raise Refused("the token does not say when it holds")
    if not claims["exp"] > now - LEEWAY:
        raise Refused("the token has run out")
    if not now - OLDEST <= claims["iat"] <= now + LEEWAY:
        raise Refused("the token is of another time")
    before = claims.get("nbf", now)
    if isinstance(before, bool) or not isinstance(before, (int, float)) or not before <= now + LEEWAY:
        raise Refused("the token does not hold yet")
