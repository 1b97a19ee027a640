"""Decisions of a board over the API: filed on a kept plan, never changed."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from islet.errors import InputError
from islet.plan.read_back import plan_read_back
from islet.record import NotAllowed
from islet.web.api.bodies import InputFault, faults
from islet.web.api.models import Decision, Decisions, Filing
from islet.web.api.stored import READ, CaseId, treating
from islet.web.api.who import Somebody
from islet.web.board.decided import Said, faults_of, file, read, record_json
from islet.web.site import site_of

router = APIRouter(prefix="/api/v1", tags=["Decisions"])


@router.get("/cases/{case}/decisions", summary="The decisions of a case", response_model=Decisions, responses=READ)
def decisions(request: Request, person: Somebody, case: CaseId) -> Response:
    """Answer every decision of a case, oldest first: the last one stands."""
    site = site_of(request)
    found = site.record.decisions.list(case, person)
    return JSONResponse({"decisions": [record_json(read(site, decision, person)) for decision in found]})


@router.post("/cases/{case}/decisions", summary="File a decision", status_code=201, response_model=Decision,
             responses=faults(400, 401, 403, 404, 422, 503))
def file_decision(request: Request, person: Somebody, case: CaseId, filing: Filing) -> Response:
    """File a decision on a kept plan of this case; it supersedes the newest one.

    A choice that departs from the plan needs a coded reason, and a contraindicated option needs words as well.
    """
    treating(person)
    site = site_of(request)
    kept = site.record.plans.read(filing.plan, person)
    if kept.case != case:
        raise NotAllowed
    said = Said(
        tuple(filing.chosen), filing.strength, filing.conditions, filing.dissent, filing.deviation_code or "", filing.deviation_text,
        tuple(filing.present), filing.follow_up, filing.decided_on,
    )
    for field, words in faults_of(said, plan_read_back(kept.content, site.base)).items():
        raise InputFault(InputError(words, "", 0, field))
    return JSONResponse(record_json(read(site, file(site, kept, said, person), person)), 201)
