"""More of a saved case: the whole plan, its versions."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from islet.case.model import Case
from islet.case.reader import read_case
from islet.record.model import CaseVersion, Session
from islet.web.board.plan_view import plan_context
from islet.web.security.sessions import SignedIn
from islet.web.site import site_of
from islet.web.templating import page

router = APIRouter(include_in_schema=False)


@router.get("/cases/{case}/whole")
def whole(request: Request, visitor: SignedIn, case: str) -> Response:
    """Show the whole plan of the saved case, every reason of every option, as `islet plan --format html` does."""
    saved, read = saved_case(request, visitor, case)
    context = {**plan_context(read, site_of(request)), "saved": saved, "case_id": case, "heading": "The whole plan"}
    return page(request, "board/inner.html.j2", {**context, "inner": "clinician_main.html.j2"})


@router.get("/cases/{case}/versions")
def versions(request: Request, visitor: SignedIn, case: str) -> Response:
    """Show every version of a case, with who saved it and when."""
    record = site_of(request).record
    listed = record.cases.versions(case, visitor.person)
    names = {person.id: person.name for person in record.people.list()}
    saved = record.cases.read(case, visitor.person)
    return page(request, "board/versions.html.j2", {"saved": saved, "case_id": case, "versions": listed, "names": names})


def saved_case(request: Request, visitor: Session, case: str, number: int | None = None) -> tuple[CaseVersion, Case]:
    """Return a version of a case as it was kept and as it is read, the newest by default; raise NotAllowed."""
    site = site_of(request)
    saved = site.record.cases.read(case, visitor.person, number)
    return saved, read_case(saved.document, "the case", site.base.space.dictionary)
