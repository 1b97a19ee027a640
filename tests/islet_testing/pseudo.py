"""A language that nobody speaks: each text with accents, each word half as long again, between marks of the other direction."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from islet.locale.catalogue import messages
from islet.locale.po import Message
from islet.present.language import Catalogue, Language

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_STRANGE = "àƀçđéƒĝĥîĵķļɱñóþɋŕšţüṽŵẋýžÀƁÇĐÉƑĜĤÎĴĶĻṀÑÓÞɊŔŠŢÜṼŴẊÝŽ"
_TABLE = str.maketrans(_PLAIN, _STRANGE)
_HOLE = re.compile(r"(\{\w+\})")
RTL = "\u200f"


def strange(text: str) -> str:
    """Return a text as the language has it: its holes stay.

    >>> strange("{yes} out of 100").strip(RTL)
    '{yes}~~~ óüţ~~ óƒ~ 100~~'
    """
    words = (word + "~" * math.ceil(0.5 * len(word)) for word in text.split(" "))
    told = "".join(part if _HOLE.fullmatch(part) else part.translate(_TABLE) for part in _HOLE.split(" ".join(words)))
    return f"{RTL}{told}{RTL}"


@lru_cache(maxsize=1)
def pseudo_catalogue() -> Catalogue:
    """Return the catalogue of the language, made of what German translates."""
    return Catalogue(Message(m.context, m.text, m.plural, (strange(m.text), strange(m.plural))[: len(m.told)]) for m in messages("de"))


def pseudo() -> Language:
    """Return the language."""
    return Language("qps", pseudo_catalogue())
