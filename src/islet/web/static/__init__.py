"""Files served as they are: style sheets and scripts, each under the hash of its content, so that browsers may keep them."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

FOLDER = Path(__file__).parent
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@lru_cache(maxsize=64)
def versioned(name: str) -> str:
    """Return the address of a file; it changes with the content.

    >>> versioned("nhsuk.css").startswith("/static/nhsuk.css?v=")
    True
    """
    return f"/static/{name}?v={hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]}"


def style(name: str) -> Markup:
    """Return the tag of a style sheet with the hash that a browser checks it against.

    >>> style("site.css").startswith('<link rel="stylesheet" href="/static/site.css?v=')
    True
    """
    return Markup('<link rel="stylesheet" href="{}" integrity="{}">').format(versioned(name), integrity(name))


def script(name: str) -> Markup:
    """Return the tag of a script with the hash that a browser checks it against."""
    return Markup('<script src="{}" integrity="{}" defer></script>').format(versioned(name), integrity(name))


@lru_cache(maxsize=64)
def integrity(name: str) -> str:
    """Return the SHA-384 of a file as browsers read it."""
    return "sha384-" + base64.b64encode(hashlib.sha384((FOLDER / name).read_bytes()).digest()).decode()
