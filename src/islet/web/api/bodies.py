"""A case as the body of a request, and what is wrong with it as an answer."""

from __future__ import annotations

import re
from typing import Annotated, Any, NamedTuple

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from islet.case.document import MAX_BYTES
from islet.case.model import Case
from islet.case.reader import read_case
from islet.errors import InputError
from islet.web.api.models import Fault
from islet.web.own_files import refuse_files
from islet.web.site import site_of

NAME = "<stdin>"  # a body without an id is named as a case from standard input is
JSON_KIND, YAML_KIND = "application/json", "application/yaml"
KINDS = (JSON_KIND, YAML_KIND, "application/x-yaml", "text/yaml")
EXAMPLE = {
    "id": "tail-g2-liver", "as_of": "2026-03-10",
    "cells": {"differentiation": "well", "ki67_percent": {"between": [5, 10]}, "sstr_krenning": 4},
    "extent": {"primary_site": "tail", "liver_mets": True}, "health": {"ecog": 1, "creatinine_umol_l": {"absent": "pending"}},
    "history": [{"option": "ssa", "response": "progression", "months": 14}],
}
EXAMPLE_YAML = "id: tail-g2-liver\ncells: {differentiation: well, ki67_percent: {between: [5, 10]}}\nextent: {liver_mets: true}\n"
CASE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True, "description": "A case file, up to 1 MiB: its full schema is docs/case.schema.json and GET /api/v1/facts.",
        "content": {
            JSON_KIND: {"schema": {"$ref": "#/components/schemas/Case"}, "example": EXAMPLE},
            YAML_KIND: {"schema": {"type": "string"}, "example": EXAMPLE_YAML},
        },
    }
}
_NEAREST = re.compile(r'did you mean "([^"]*)"\?')
_FAULTS = {
    400: "What was sent cannot be read.", 401: "Sign in first.", 403: "The seal of the form is missing.",
    404: "It is not there, or not yours to see.",
    409: "Somebody saved in the meantime.", 413: "Larger than 1 MiB.", 415: "Neither JSON nor YAML.",
    422: "What was sent has a fault: what was found, where, what was expected, the nearest valid value.",
    429: "Too much at once: try again later.", 500: "Something went wrong on our side.", 503: "The record cannot be written.",
}


def faults(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Return the faults a route can answer with, described."""
    return {code: {"model": Fault, "description": _FAULTS[code]} for code in codes}


def answer(content: bytes) -> Response:
    """Return JSON as it is."""
    return Response(content, media_type=JSON_KIND)


class InputFault(Exception):
    """Carry an error of the input to the caller of the API."""

    def __init__(self, error: InputError) -> None:
        self.error = error
        super().__init__("the input has a fault")


def fault_answer(error: InputError, status: int = 422) -> JSONResponse:
    """Return an error of the input with its parts."""
    if error.file == NAME:
        error = InputError(error.found, "the case", error.line, error.field, error.expected)
    nearest = _NEAREST.search(error.expected)
    return JSONResponse({
        "error": str(error), "found": error.found, "where": {"line": error.line or None, "field": error.field or None},
        "expected": error.expected or None, "nearest": nearest[1] if nearest else None,
    }, status)


class Sent(NamedTuple):
    """Hold a case as it was sent and as it was read."""

    data: bytes
    case: Case


async def body_of(request: Request) -> bytes:
    """Return the body of a request that says it is JSON or YAML; other kinds are refused, so that no form of another site is read."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in KINDS:
        raise HTTPException(415)
    data = await request.body()
    if len(data) > MAX_BYTES:
        raise HTTPException(413)
    return data


def sent_case(request: Request, data: Annotated[bytes, Depends(body_of)]) -> Sent:
    """Return the case of a request's body; raise InputFault with the place of a fault."""
    dictionary = site_of(request).base.space.dictionary
    try:
        case = read_case(data, NAME, dictionary)
        refuse_files(case, dictionary)
        return Sent(data, case)
    except InputError as error:
        raise InputFault(error) from None


SentCase = Annotated[Sent, Depends(sent_case)]
