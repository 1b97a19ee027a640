"""The decision of a board: filed once on the plan as it stands at that moment, never changed; a newer one supersedes it."""

from __future__ import annotations

import hashlib
import threading

import orjson
from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from islet.plan.model import Plan
from islet.present import board
from islet.present.board_paper import Filed, board_pdf
from islet.present.deviations import CODES, GROUPS
from islet.present.json_lines import plan_line
from islet.present.words import VERDICT_WORDS, headline
from islet.record.model import CaseVersion, Session
from islet.web.board.decided import Kept, Said, departs, faults_of, file, read, record_json
from islet.web.board.entry import one
from islet.web.board.kept_plan import case_of, keep_plan, plan_of
from islet.web.board.sent import Sent, SentForm
from islet.web.security.sessions import SignedIn
from islet.web.site import Site, site_of
from islet.web.templating import page

router = APIRouter(include_in_schema=False)
TREATING = ("board", "clinician")
_SETTING = threading.Lock()  # the library that sets type is not made for several threads


@router.get("/cases/{case}/decision")
def decision_page(request: Request, visitor: SignedIn, case: str) -> Response:
    """Show the form for the decision beside the options of the newest version."""
    return _form(request, visitor, site_of(request).record.cases.read(case, visitor.person), Said(), {})


@router.post("/cases/{case}/decision")
def file_decision(request: Request, visitor: SignedIn, case: str, sent: Sent) -> Response:
    """Keep the plan as it stands and file the decision on it, or show the form again with what is to mend."""
    if one(sent.form, "case") != case:
        raise HTTPException(409)
    if visitor.person.role not in TREATING:
        raise HTTPException(404)
    site = site_of(request)
    saved = site.record.cases.read(case, visitor.person)
    said = _said(sent)
    plan = plan_of(saved, site, site.settings.region)
    if one(sent.form, "seen") != _mark(plan, site):
        return _form(request, visitor, saved, said, {}, 409, stale=True)
    faults = faults_of(said, plan)
    if faults:
        return _form(request, visitor, saved, said, faults, 422)
    kept = keep_plan(site, saved, site.settings.region, visitor.person)
    filed = file(site, kept, said, visitor.person)
    return RedirectResponse(f"/cases/{case}/decisions/{filed.id}", 303)


@router.get("/cases/{case}/decisions/{id}")
def filed_page(request: Request, visitor: SignedIn, case: str, id: str) -> Response:
    """Show a decision as it was filed."""
    site = site_of(request)
    found = _found(site, visitor, case, id)
    context = {
        "saved": site.record.cases.read(case, visitor.person), "case_id": case, "filed": found.filed, "kept": found.kept,
        "chosen": [(option, headline(option)) for option in map(found.plan.option, found.decision.chosen)],
        "deviation": CODES.get(found.filed.deviation_code or "", found.filed.deviation_code),
        "departs": departs(found.decision.chosen, found.plan),
        "earlier": site.record.decisions.list(case, visitor.person),
    }
    return page(request, "board/decision_filed.html.j2", context)


@router.get("/cases/{case}/decisions/{id}/record.json")
def filed_json(request: Request, visitor: SignedIn, case: str, id: str) -> Response:
    """Return a decision as `islet.record/1`."""
    found = _found(site_of(request), visitor, case, id)
    content = orjson.dumps(record_json(found), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return Response(content, media_type="application/json", headers=_named(f"decision-{found.decision.number}.json"))


@router.get("/cases/{case}/decisions/{id}/paper.pdf")
def filed_paper(request: Request, visitor: SignedIn, case: str, id: str) -> Response:
    """Return the sheet of a decision, with the plan as it was kept then."""
    site = site_of(request)
    found = _found(site, visitor, case, id)
    version = site.record.cases.read(case, visitor.person, found.kept.number)
    return _paper(found.plan, site, found.filed, case_of(version, site).goal, f"decision-{found.decision.number}.pdf")


@router.get("/cases/{case}/paper.pdf")
def plan_paper(request: Request, visitor: SignedIn, case: str) -> Response:
    """Return the sheet of the newest version without a decision, to write on."""
    site = site_of(request)
    saved = site.record.cases.read(case, visitor.person)
    return _paper(plan_of(saved, site, site.settings.region), site, None, case_of(saved, site).goal, f"plan-{saved.number}.pdf")


def _found(site: Site, visitor: Session, case: str, id: str) -> Kept:
    decision = site.record.decisions.read(id, visitor.person)
    if decision.case != case:
        raise HTTPException(404)
    return read(site, decision, visitor.person)


def _paper(plan: Plan, site: Site, filed: Filed | None, goal: str | None, name: str) -> Response:
    with _SETTING:
        content = board_pdf(plan, site.base, filed, goal)
    return Response(content, media_type="application/pdf", headers=_named(name))


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'inline; filename="islet-{name}"'}


def _mark(plan: Plan, site: Site) -> str:
    """Return the mark of a plan: a form sent on another plan, another version or another patient does not carry it."""
    return hashlib.sha256(plan_line(plan, site.base)).hexdigest()[:32]


def _said(sent: SentForm) -> Said:
    def text(name: str) -> str:
        return one(sent.form, name).replace("\r\n", "\n").strip()

    return Said(
        tuple(sent.form.get("chosen") or ()), text("strength"), text("conditions"), text("dissent"), text("deviation_code"),
        text("deviation_text"), tuple(line.strip() for line in text("present").splitlines() if line.strip()), text("follow_up"),
        text("decided_on"),
    )


def _form(
    request: Request, visitor: Session, saved: CaseVersion, said: Said, faults: dict[str, str], status: int = 200, stale: bool = False
) -> Response:
    site = site_of(request)
    plan = plan_of(saved, site, site.settings.region)
    bands = [(v, VERDICT_WORDS[v].capitalize(), [(o, headline(o)) for o in plan.options if o.verdict == v]) for v in board.ORDER]
    context = {
        "saved": saved, "case_id": saved.case, "plan": plan, "bands": bands, "said": said, "faults": faults, "stale": stale,
        "groups": GROUPS, "seen": _mark(plan, site), "may_file": visitor.person.role in TREATING and not plan.emergency,
        "earlier": site.record.decisions.list(saved.case, visitor.person),
    }
    return page(request, "board/decision.html.j2", context, status)
