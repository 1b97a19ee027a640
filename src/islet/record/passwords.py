"""Passwords: which are refused, and scrypt hashes with a salt each; the work is the same whether or not the person exists."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from zxcvbn import zxcvbn

from islet.record.errors import RecordError

SHORTEST, LONGEST = 12, 256
_SAFE = 3  # of 0 to 4: more than 10^8 guesses, "safely unguessable" in the scale of zxcvbn
_READ = 72  # letters that are looked at; more make a password only harder to guess
_N, _R, _P = 1 << 14, 8, 5  # 16 MiB; one of the equal settings of the OWASP password storage cheat sheet


def fault_of(password: str, name: str = "") -> str:
    """Return in a sentence why a password is refused, or nothing: too short, too long, or easy to guess for somebody who knows the name.

    >>> fault_of("password1234"), fault_of("four quiet green hills")
    ('This password is easy to guess. Take three or four words that have nothing to do with each other.', '')
    """
    if len(password) < SHORTEST:
        return f"A password has at least {SHORTEST} characters. Three or four words are easy to keep."
    if len(password) > LONGEST:
        return f"A password has at most {LONGEST} characters."
    if zxcvbn(password[:_READ], user_inputs=[name, *name.split(), "islet"])["score"] < _SAFE:
        return "This password is easy to guess. Take three or four words that have nothing to do with each other."
    return ""


def hash_password(password: str, name: str = "") -> str:
    """Return what is kept of the password of a person; raise RecordError with a sentence when it is refused."""
    fault = fault_of(password, name)
    if fault:
        raise RecordError(fault.removesuffix("."))
    salt = secrets.token_bytes(16)
    return f"scrypt${_N}${_R}${_P}${salt.hex()}${_scrypt(password, salt, _N, _R, _P).hex()}"


def same_password(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one kept; with nothing kept the same work is done and the answer is no.

    >>> same_password("four quiet green hills", hash_password("four quiet green hills"))
    True
    """
    _, n, r, p, salt, digest = (kept or _NOBODY).split("$")
    found = _scrypt(password[:LONGEST], bytes.fromhex(salt), int(n), int(r), int(p))
    return hmac.compare_digest(found, bytes.fromhex(digest)) and kept is not None


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, n=n, r=r, p=p, dklen=32, maxmem=64 << 20)


_NOBODY = f"scrypt${_N}${_R}${_P}${'00' * 16}${'00' * 32}"
