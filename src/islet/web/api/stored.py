"""Cases, plans and decisions that are kept: for whoever signed in, each case only for those to whom it is open."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from islet.record import StaleCase, TooManyTries
from islet.record.model import CaseVersion, Person
from islet.record.model import Plan as KeptPlan
from islet.web.api.bodies import CASE_BODY, SentCase, faults
from islet.web.api.models import CaseHead, CaseList, KnowledgeName, Replay, SignIn, StoredCase, StoredPlan, Token, Verified
from islet.web.api.questions import RegionQuery, region_of
from islet.web.api.who import Somebody
from islet.web.board.kept_plan import keep_plan
from islet.web.security.sessions import SignInNeeded
from islet.web.site import site_of

TREATING = ("board", "clinician")
READ, WRITE = faults(401, 404, 422, 503), faults(400, 401, 403, 404, 413, 415, 422, 503)
router = APIRouter(prefix="/api/v1")
CaseId = Annotated[str, Path(max_length=64, description="Id of a stored case")]
PlanId = Annotated[str, Path(max_length=64, description="Id of a kept plan")]


@router.post("/tokens", summary="Sign in a program", status_code=201, response_model=Token, responses=faults(401, 422, 429, 503),
             tags=["Sign in"])
def token(request: Request, sign_in: SignIn) -> Token:
    """Answer a token for the name and the password of an account; it ends as a session of the pages does."""
    site = site_of(request)
    try:
        person = site.record.people.verify(sign_in.name.strip(), sign_in.password)
    except TooManyTries:
        raise HTTPException(429) from None
    if person is None:
        raise SignInNeeded
    return Token(token=site.record.sessions.begin(person, site.settings.session_hours), hours=site.settings.session_hours)


@router.get("/cases", summary="The cases open to you", response_model=CaseList, responses=faults(401, 503), tags=["Cases"])
def cases(request: Request, person: Somebody) -> CaseList:
    """Answer every case that is open to whoever asks, in its newest version."""
    listed = site_of(request).record.cases.list(person)
    return CaseList(cases=[CaseHead(case=one.case, version=one.number, label=one.label, made_at=one.made_at) for one in listed])


@router.post("/cases", summary="Store a new case", status_code=201, response_model=StoredCase, responses=WRITE, openapi_extra=CASE_BODY,
             tags=["Cases"])
def create(
    request: Request, response: Response, person: Somebody, sent: SentCase,
    label: Annotated[str, Query(min_length=1, max_length=200, description="As the hospital's lists name it")],
) -> StoredCase:
    """Store a case file as it is given; it is open to its maker alone."""
    treating(person)
    return _stored(site_of(request).record.cases.create(sent.data, _printable(label), person), response)


@router.get("/cases/{case}", summary="A stored case", response_model=StoredCase, responses=READ, tags=["Cases"])
def read(
    request: Request, response: Response, person: Somebody, case: CaseId,
    version: Annotated[int | None, Query(ge=1, le=1_000_000, description="A version (default: the newest)")] = None,
) -> StoredCase:
    """Answer one version of a case, with its number as `ETag`."""
    return _stored(site_of(request).record.cases.read(case, person, version), response)


@router.put("/cases/{case}", summary="Save the next version of a case", response_model=StoredCase, responses=WRITE | faults(409),
            openapi_extra=CASE_BODY, tags=["Cases"])
def save(
    request: Request, response: Response, person: Somebody, case: CaseId, sent: SentCase,
    if_match: Annotated[str, Header(pattern=r'^"?[0-9]{1,9}"?$', description="The version the change rests on", examples=['"3"'])],
) -> StoredCase:
    """Save a version after the one that `If-Match` names; 409 when somebody saved meanwhile, and nothing is saved over it."""
    try:
        return _stored(site_of(request).record.cases.save(case, int(if_match.strip('"')), sent.data, person), response)
    except StaleCase:
        raise HTTPException(409) from None


@router.post("/cases/{case}/plans", summary="Keep the plan of a case as it stands", status_code=201, response_model=StoredPlan,
             responses=faults(401, 403, 404, 422, 503), tags=["Plans"])
def keep(request: Request, person: Somebody, case: CaseId, region: RegionQuery = None) -> StoredPlan:
    """Make the plan of the newest version and keep it with all it was made from, so that it can be made again."""
    treating(person)
    site = site_of(request)
    saved = site.record.cases.read(case, person)
    return _plan(keep_plan(site, saved, region_of(request, region), person))


@router.get("/plans/{id}", summary="A kept plan", response_model=StoredPlan, responses=READ, tags=["Plans"])
def plan(request: Request, person: Somebody, id: PlanId) -> StoredPlan:
    """Answer a kept plan; `content` holds the very bytes that were kept."""
    return _plan(site_of(request).record.plans.read(id, person))


@router.post("/plans/{id}/replay", summary="Make a kept plan again", response_model=Replay, responses=faults(401, 403, 404, 422, 503),
             tags=["Plans"])
def replay(request: Request, person: Somebody, id: PlanId) -> Replay:
    """Make the plan again from what is stored, with the knowledge of then, and compare the bytes."""
    found = site_of(request).record.plans.replay(id, person)
    return Replay(same=found.same, reason=found.reason)


@router.get("/audit/verify", summary="Whether the trail holds", response_model=Verified, responses=faults(401, 403, 503), tags=["Audit"])
def verify(request: Request, person: Somebody) -> Verified:
    """Check the chain of the audit trail from its beginning; an admin may ask."""
    if person.role != "admin":
        raise HTTPException(403)
    found = site_of(request).record.audit.verify()
    return Verified(ok=found.ok, entries=found.entries, first_bad=found.first_bad, reason=found.reason)


def treating(person: Person) -> None:
    """Raise 403 for an account that keeps accounts, not cases."""
    if person.role not in TREATING:
        raise HTTPException(403)


def _printable(label: str) -> str:
    if not label.isprintable():
        raise HTTPException(400)
    return label


def _stored(saved: CaseVersion, response: Response) -> StoredCase:
    response.headers["ETag"] = f'"{saved.number}"'
    return StoredCase(
        case=saved.case, version=saved.number, label=saved.label, made_at=saved.made_at, document=saved.document.decode(),
        sha256=saved.document_sha256,
    )


def _plan(kept: KeptPlan) -> StoredPlan:
    return StoredPlan(
        id=kept.id, case=kept.case, version=kept.number,
        knowledge=KnowledgeName(version=kept.knowledge_version, sha256=kept.knowledge_sha256), engine=kept.engine,
        region=kept.region, made_at=kept.made_at, content=kept.content.decode(),
    )
