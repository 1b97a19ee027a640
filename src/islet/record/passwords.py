"""Passwords are kept as scrypt hashes with a salt of their own; the work is the same whether or not the person exists."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from islet.record.errors import RecordError

SHORTEST, LONGEST = 8, 256
_N, _R, _P = 1 << 14, 8, 5  # 16 MiB; one of the equal settings of the OWASP password storage cheat sheet


def hash_password(password: str) -> str:
    """Return what is kept of a password; raise RecordError when it is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise RecordError(
            f"the password has {len(password)} characters", "", f"expected {SHORTEST} to {LONGEST}; three or four words are easy to keep"
        )
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
