"""The list of cases, and the two ways in which one begins: empty, or from a file."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Form, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from islet.case.document import MAX_BYTES
from islet.case.reader import read_case
from islet.errors import InputError
from islet.record.model import Session
from islet.web.board.documents import plain_document
from islet.web.own_files import refuse_files
from islet.web.security.forms import sealed
from islet.web.security.sessions import SignedIn
from islet.web.site import site_of
from islet.web.templating import page

router = APIRouter(include_in_schema=False)
KINDS = (".yaml", ".yml", ".json")


@router.get("/cases")
def cases(request: Request, visitor: SignedIn) -> Response:
    """Show the cases that this person may see."""
    return page(request, "board/cases.html.j2", {"cases": site_of(request).record.cases.list(visitor.person)})


@router.post("/cases")
def new_case(
    request: Request, visitor: SignedIn, label: Annotated[str, Form(max_length=200)] = "", seal: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Begin an empty case under a label."""
    if not sealed(request, seal):
        raise HTTPException(403)
    if not label.strip():
        return _again(request, visitor, {"label": "Give the case a label, as your hospital names it on its lists."})
    return _begin(request, visitor, label.strip(), {"id": label.strip()})


@router.post("/cases/import")
def import_case(
    request: Request, visitor: SignedIn, file: UploadFile, label: Annotated[str, Form(max_length=200)] = "",
    seal: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Begin a case from a case file; a file that cannot be read leaves nothing behind."""
    if not sealed(request, seal):
        raise HTTPException(403)
    name = file.filename or ""
    if not name.lower().endswith(KINDS):
        return _again(request, visitor, {"file": "Case files end in .yaml, .yml or .json."}, 415)
    data = file.file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        return _again(request, visitor, {"file": f"The file is larger than {MAX_BYTES // 1024:,} KiB."}, 413)
    dictionary = site_of(request).base.space.dictionary
    try:
        case = read_case(data, "the file", dictionary)
        refuse_files(case, dictionary)
    except InputError as error:
        return _again(request, visitor, {"file": str(error)})
    document = plain_document(data)
    document.setdefault("id", case.id if case.id != "the file" else label.strip() or "imported")
    return _begin(request, visitor, label.strip() or str(document["id"]), document)


def _begin(request: Request, visitor: Session, label: str, document: dict[str, Any]) -> Response:
    content = json.dumps(document, ensure_ascii=False).encode()
    made = site_of(request).record.cases.create(content, label, visitor.person)
    return RedirectResponse(f"/cases/{made.case}", 303)


def _again(request: Request, visitor: Session, faults: dict[str, str], status: int = 422) -> Response:
    listed = site_of(request).record.cases.list(visitor.person)
    return page(request, "board/cases.html.j2", {"cases": listed, "faults": faults}, status)
