"""A language that nobody speaks: every text of the catalogues with accents, 40 % longer and between marks of the other direction."""

from __future__ import annotations

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
    '{yes} óüţ óƒ 100~~~~~~'
    """
    told = "".join(part if _HOLE.fullmatch(part) else part.translate(_TABLE) for part in _HOLE.split(text))
    return f"{RTL}{told}{'~' * max(1, round(0.4 * len(text)))}{RTL}"


@lru_cache(maxsize=1)
def pseudo_catalogue() -> Catalogue:
    """Return the catalogue of the language, made of what German translates."""
    return Catalogue(Message(m.context, m.text, m.plural, (strange(m.text), strange(m.plural))[: len(m.told)]) for m in messages("de"))


def pseudo() -> Language:
    """Return the language."""
    return Language("qps", pseudo_catalogue())
