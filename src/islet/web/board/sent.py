"""A form as it was sent: every text under its name, with the seal checked."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import Depends
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from islet.web.security.forms import FIELD, HEADER, sealed

MOST_FIELDS = 2000
MOST_TEXT = 1000


class SentForm(NamedTuple):
    """Hold the texts of a form by name."""

    form: dict[str, list[str]]


async def sent_form(request: Request) -> SentForm:
    """Return the form of a request; refuse one without the seal of this browser, with files, or with too much in it."""
    sent = await request.form(max_files=0, max_fields=MOST_FIELDS)
    found: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile) or len(value) > MOST_TEXT:
            raise HTTPException(413)
        found.setdefault(name, []).append(value)
    if not sealed(request, request.headers.get(HEADER) or (found.get(FIELD) or [""])[-1]):
        raise HTTPException(403)
    return SentForm(found)


Sent = Annotated[SentForm, Depends(sent_form)]
