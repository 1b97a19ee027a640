"""A clinician releases the page of a patient: the plan is kept as it stands, with whom to call and when, behind a link that runs out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from islet.locale.catalogue import languages
from islet.plan.model import Plan
from islet.present.aid.dates import age_of
from islet.present.aid.page import refusal
from islet.present.language import NAMES
from islet.record.model import CaseVersion, Session
from islet.web.aid.opened import Today
from islet.web.board.kept_plan import keep_plan, plan_of
from islet.web.board.sent import Sent
from islet.web.security.sessions import SignedIn
from islet.web.site import site_of
from islet.web.templating import page

router = APIRouter(include_in_schema=False)
TEXTS = {"who": 200, "phone": 60, "hours": 200, "urgent": 200, "about": 500}
REQUIRED = {
    "who": "Say whom the patient calls: a name or a team.",
    "phone": "Give the number that the patient calls.",
    "hours": "Say when somebody answers there.",
    "about": "Say in a sentence what the visit is about.",
}
MOST_DAYS = 180


@router.get("/cases/{case}/release")
def release_form(request: Request, visitor: SignedIn, case: str, day: Today) -> Response:
    """Show the form of a release, the releases there are, and why none can be made while that is so."""
    site = site_of(request)
    saved = site.record.cases.read(case, visitor.person)
    return _page(request, visitor, saved, plan_of(saved, site, site.settings.region), day)


@router.post("/cases/{case}/release")
def make_release(request: Request, visitor: SignedIn, case: str, sent: Sent, day: Today) -> Response:
    """Keep the plan, release it, and show the link this once."""
    site = site_of(request)
    given = {name: (sent.form.get(name) or [""])[-1].strip() for name in (*TEXTS, "days", "lang", "number", "case")}
    if given["case"] != case:
        raise HTTPException(409)
    saved = site.record.cases.read(case, visitor.person)
    plan = plan_of(saved, site, site.settings.region)
    if given["number"] != str(saved.number):
        newer = {"number": "The case has a newer version. Read it first, then release it."}
        return _page(request, visitor, saved, plan, day, given, newer, 409)
    faults = _faults(given)
    if faults or _refusal(plan, day):
        return _page(request, visitor, saved, plan, day, given, faults, 422)
    kept = keep_plan(site, saved, site.settings.region, visitor.person)
    contacts = {name: given[name] for name in (*TEXTS, "lang")} | {"released_by": visitor.person.name}
    release, token = site.record.releases.release(kept, visitor.person, contacts, int(given["days"]) * 24)
    link = f"{'https' if site.settings.https else 'http'}://{request.url.netloc}/aid/{token}"
    return page(request, "aid/released.html.j2", {"saved": saved, "case_id": case, "release": release, "link": link, "token": token})


@router.post("/cases/{case}/release/{release}/withdraw")
def withdraw(
    request: Request, visitor: SignedIn, case: str, release: str, sent: Sent,
) -> Response:
    """Take a release back: its link opens no longer."""
    record = site_of(request).record
    if release not in {one.id for one in record.releases.list(case, visitor.person)}:
        raise HTTPException(404)
    record.releases.withdraw(release, visitor.person)
    return RedirectResponse(f"/cases/{case}/release", 303)


def _refusal(plan: Plan, day: Any) -> str:
    if told := refusal(plan):
        return told
    if age_of(plan, day).state == "refused":
        return (f"The knowledge was due for review on {plan.review_due}, more than 180 days ago. No page for a patient is made from it. "
                "Install a newer version.")
    return ""


def _faults(given: dict[str, str]) -> dict[str, str]:
    faults = {name: words for name, words in REQUIRED.items() if not given[name]}
    faults |= {name: f"At most {most} characters." for name, most in TEXTS.items() if len(given[name]) > most}
    if not given["days"].isdecimal() or not 1 <= int(given["days"]) <= MOST_DAYS:
        faults["days"] = f'Found "{given["days"]}". Give whole days from 1 to {MOST_DAYS}.'
    if given["lang"] not in languages():
        faults["lang"] = f'Found "{given["lang"]}". There is: {", ".join(languages())}.'
    return faults


def _page(
    request: Request, visitor: Session, saved: CaseVersion, plan: Plan, day: Any, given: dict[str, str] | None = None,
    faults: dict[str, str] | None = None, status: int = 200,
) -> Response:
    listed = site_of(request).record.releases.list(saved.case, visitor.person)
    context = {
        "saved": saved, "case_id": saved.case, "refusal": _refusal(plan, day), "problems": plan.problems, "releases": listed,
        "given": given or {"days": "30", "lang": "en"}, "faults": faults or {}, "most_days": MOST_DAYS,
        "languages": {key: NAMES[key] for key in languages()}, "age": age_of(plan, day),
    }
    return page(request, "aid/release.html.j2", context, status)
