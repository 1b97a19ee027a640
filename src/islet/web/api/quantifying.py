"""How much, over the API: at once where nothing has to be computed for long, else as a job that tells how far it is and can be stopped."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from islet.case.dictionary import Measure
from islet.errors import InputError
from islet.plan.make import make_plan
from islet.plan.questions import known_option
from islet.present.quantify_answer import at_once, quantify_bytes
from islet.web.api.bodies import CASE_BODY, NAME, InputFault, Sent, SentCase, answer, fault_answer, faults
from islet.web.api.jobs import ENDED, Jobs, State, TooMuch, jobs
from islet.web.api.models import Job, Plan, Quantified, Region, Versus
from islet.web.api.questions import RegionQuery, region_of
from islet.web.api.who import Allowed
from islet.web.site import site_of

FAULTS = faults(400, 401, 403, 413, 415, 422, 429)
PATIENCE = 120.0  # seconds that a caller waits for an answer without a job
STEP = 0.1
EVENTS: dict[int | str, dict[str, Any]] = {200: {
    "description": "Server-sent events: progress, then done, failed or cancelled.",
    "content": {"text/event-stream": {
        "schema": {"type": "string"}, "example": 'event: progress\ndata: {"what": "heat", "share": 0.4}\n\n',
    }},
}}
router = APIRouter(prefix="/api/v1", tags=["How much"])
OneOption = Annotated[str | None, Query(max_length=64, description="One option (default: all)", examples=["prrt"])]
Second = Annotated[str | None, Query(max_length=64, description="A second option beside the first, on one clock")]
JobId = Annotated[str, Path(max_length=64, description="What POST /jobs/quantify answered")]


@router.post("/quantify", summary="How much each option would do", response_model=Quantified | Versus | Plan,
             responses=FAULTS | faults(500), openapi_extra=CASE_BODY)
def quantify(
    request: Request, owner: Allowed, sent: SentCase, option: OneOption = None, versus: Second = None, region: RegionQuery = None,
) -> Response:
    """Answer the estimates with interval, method, inputs, validity range and source: the bytes of `islet quantify - --format json`.

    What takes longer than two minutes is given up: begin a job instead.
    """
    _check(request, sent, option, versus)
    base, picked = site_of(request).base, region_of(request, region)
    if versus is None and at_once(make_plan(sent.case, base, picked), option):
        return answer(quantify_bytes(sent.case, option, None, base, picked, _silent))
    room = jobs()
    name = _begin(request, room, owner, sent, option, versus, region)
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            state = room.find(name, owner)
            if state is None or state.state in ENDED:
                return _result(room, state)
            time.sleep(STEP)
        raise HTTPException(429)
    finally:
        room.drop(name)


@router.post("/jobs/quantify", summary="Begin a long calculation", status_code=202, response_model=Job, responses=FAULTS,
             openapi_extra=CASE_BODY, tags=["Jobs"])
def begin(
    request: Request, owner: Allowed, sent: SentCase, option: OneOption = None, versus: Second = None, region: RegionQuery = None,
) -> Job:
    """Begin what `/quantify` answers and return at once with the id of the job; a job is forgotten a quarter of an hour later."""
    _check(request, sent, option, versus)
    return Job(id=_begin(request, jobs(), owner, sent, option, versus, region), state="waiting", what="", share=0)


@router.get("/jobs/{id}", summary="The result of a job, or how far it is", response_model=Quantified | Versus | Plan | Job,
            responses=faults(401, 404, 422, 500) | {202: {"model": Job, "description": "Not done yet."}}, tags=["Jobs"])
def result(owner: Allowed, id: JobId) -> Response:
    """Answer what was calculated; 202 while it is not done."""
    return _result(jobs(), _own(id, owner))


@router.get("/jobs/{id}/events", summary="How far a job is, as it happens", response_class=StreamingResponse, tags=["Jobs"],
            responses=faults(401, 404, 422) | EVENTS)
def events(owner: Allowed, id: JobId) -> StreamingResponse:
    """Send `progress` with what is done and how far, and at the end `done`, `failed` or `cancelled`."""
    _own(id, owner)
    return StreamingResponse(_events(id, owner), media_type="text/event-stream")


@router.delete("/jobs/{id}", summary="Stop a job", status_code=204, responses=faults(401, 403, 404, 422), tags=["Jobs"])
def cancel(owner: Allowed, id: JobId) -> None:
    """Stop the calculation now and forget it."""
    _own(id, owner)
    jobs().drop(id)


def _own(name: str, owner: str) -> State:
    state = jobs().find(name, owner)
    if state is None:
        raise HTTPException(404)
    return state


def _check(request: Request, sent: Sent, option: str | None, versus: str | None) -> None:
    """Raise InputFault for a question that nothing can answer."""
    base = site_of(request).base
    try:
        if versus is not None and option is None:
            raise InputError("one option is named", "", 0, "quantify versus", "expected option and versus together")
        for name in (option, versus):
            if name is not None:
                known_option(name, base, "quantify")
        if option is not None and option == versus:
            raise InputError(f'found "{option}" twice', "", 0, "versus", "expected two different options")
        _refuse_files(sent, base.space.dictionary.measures)
    except InputError as error:
        raise InputFault(error) from None


def _begin(
    request: Request, room: Jobs, owner: str, sent: Sent, option: str | None, versus: str | None, region: Region | None
) -> str:
    order = {
        "case": sent.data.decode(), "name": NAME, "option": option, "versus": versus, "region": region_of(request, region),
        "knowledge": site_of(request).settings.knowledge,
    }
    try:
        return room.begin(owner, order)
    except TooMuch:
        raise HTTPException(429) from None


def _silent(what: str, share: float) -> None:
    """Tell nobody how far it is: the answer is there at once."""


def _refuse_files(sent: Sent, measures: Mapping[str, Measure]) -> None:
    """Raise InputError when a case points to files: those of this machine are nobody's to read over the web."""
    for name in sent.case.measurements:
        if any(fact.type == "path" for fact in (measures[name].fact, *measures[name].columns.values())):
            raise InputError("this points to files", NAME, 0, f"measurements.{name}", "only islet quantify on the command line reads files")


def _result(room: Jobs, state: State | None) -> Response:
    if state is None or state.state == "cancelled":
        raise HTTPException(404)
    if state.state == "done":
        return answer(room.answer(state.id))
    if state.state == "failed":
        wrong = room.fault(state.id)
        if wrong is None:
            raise HTTPException(500)
        return fault_answer(wrong)
    return Response(Job(**state._asdict()).model_dump_json(), 202, media_type="application/json")


async def _events(name: str, owner: str) -> AsyncIterator[str]:
    last: State | None = None
    while True:
        state = jobs().find(name, owner)
        if state is None or state.state in ENDED:
            yield f"event: {state.state if state else 'cancelled'}\ndata: {{}}\n\n"
            return
        if state != last:
            last = state
            yield f"event: progress\ndata: {json.dumps({'what': state.what, 'share': state.share})}\n\n"
        await asyncio.sleep(STEP)
