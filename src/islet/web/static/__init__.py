"""Files served as they are: style sheets and scripts, each under the hash of its content, so that browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@lru_cache(maxsize=64)
def versioned(name: str) -> str:
    """Return the address of a file; it changes with the content.

    >>> versioned("nhsuk.css").startswith("/static/nhsuk.css?v=")
    True
    """
    return f"/static/{name}?v={hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]}"
