"""How much each option would do: what is a formula at once, what takes longer on request, with its progress, and it can be stopped."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from islet.errors import InputError
from islet.plan.make import make_plan
from islet.plan.model import Plan
from islet.present.quantify_answer import at_once
from islet.present.quantify_page import quantify_context
from islet.web.api.jobs import ENDED, State, TooMuch, jobs
from islet.web.board.more import saved_case
from islet.web.board.sent import Sent
from islet.web.own_files import refuse_files
from islet.web.security.sessions import SignedIn
from islet.web.site import site_of
from islet.web.templating import page

router = APIRouter(include_in_schema=False)
JobName = Annotated[str, Query(max_length=64)]


@router.get("/cases/{case}/numbers")
def numbers(request: Request, visitor: SignedIn, case: str, job: JobName = "") -> Response:
    """Show the numbers of the saved case; of a calculation how far it is, and once it is done its results."""
    site = site_of(request)
    saved, read = saved_case(request, visitor, case)
    plan = make_plan(read, site.base, site.settings.region)
    state = jobs().find(job, visitor.person.id) if job else None
    found = {o.id: list(o.estimates) for o in plan.options if o.estimates and not o.certainly_not_offered}
    worked_out = _worked_out(state, plan)
    context = {
        **quantify_context(plan, worked_out or found), "saved": saved, "case_id": case, "heading": "How much", "job": job, "state": state,
        "words_of": _words(job, state, bool(worked_out)), "running": state is not None and state.state not in ENDED,
        "more": not plan.emergency and not worked_out and not at_once(plan, None), "inner": "quantify_main.html.j2",
    }
    return page(request, "board/numbers.html.j2", context)


@router.post("/cases/{case}/numbers")
def work_out(request: Request, visitor: SignedIn, case: str, sent: Sent) -> Response:
    """Begin to work out fits and heat for the saved case, in a process of its own."""
    site = site_of(request)
    saved, read = saved_case(request, visitor, case)
    try:
        refuse_files(read, site.base.space.dictionary)
        name = jobs().begin(visitor.person.id, {
            "case": saved.document.decode(), "name": "the case", "option": None, "versus": None, "region": site.settings.region,
            "knowledge": site.settings.knowledge,
        })
    except (TooMuch, InputError):
        raise HTTPException(429) from None
    return RedirectResponse(f"/cases/{case}/numbers?job={name}", 303)


@router.post("/cases/{case}/numbers/stop")
def stop(request: Request, visitor: SignedIn, case: str, sent: Sent, job: JobName = "") -> Response:
    """Stop a calculation of one's own."""
    saved_case(request, visitor, case)
    if jobs().find(job, visitor.person.id) is not None:
        jobs().drop(job)
    return RedirectResponse(f"/cases/{case}/numbers", 303)


def _worked_out(state: State | None, plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """Return what a calculation found, where it is done and of this very case and knowledge."""
    if state is None or state.state != "done":
        return {}
    answer = json.loads(jobs().answer(state.id))
    same = answer["case"]["sha256"] == plan.case_sha256 and answer["knowledge"]["sha256"] == plan.knowledge_sha256
    return {option["id"]: option["estimates"] for option in answer["options"]} if same else {}


def _words(job: str, state: State | None, done: bool) -> str:
    if not job:
        return ""
    if state is None:
        return "This calculation was stopped, or it is too long ago and was forgotten."
    if state.state == "failed":
        return "The calculation failed. The numbers below are those that need none; nothing was guessed."
    if state.state == "done":
        return "The fits and fields are worked out." if done else "The case was saved again in the meantime: work it out anew."
    return f"Working it out: {state.what or 'waiting'}, {state.share:.0%} done."
