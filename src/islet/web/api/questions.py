"""One case, one question, nothing stored: the same bytes as the command line."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from islet.errors import InputError
from islet.plan.make import make_plan
from islet.plan.questions import ask_next, ask_whatif, ask_why
from islet.present.json_lines import plan_line
from islet.present.question_json import ask_json, pretty, whatif_json, why_json
from islet.web.api.bodies import CASE_BODY, InputFault, SentCase, answer, faults
from islet.web.api.models import Ask, Plan, Region, WhatIf, Why
from islet.web.api.who import Allowed
from islet.web.site import site_of

FAULTS = faults(400, 401, 403, 413, 415, 422)
router = APIRouter(prefix="/api/v1", tags=["Questions"])
OptionQuery = Annotated[str, Query(max_length=64, description="Id of an option", examples=["prrt"])]
RegionQuery = Annotated[Region | None, Query(description="Pick the label status of one region")]


def region_of(request: Request, region: str | None) -> str | None:
    """Return the region asked for, else that of the installation."""
    return region or site_of(request).settings.region


@router.post("/plan", summary="The plan of a case", response_model=Plan, responses=FAULTS, openapi_extra=CASE_BODY)
def plan(request: Request, _: Allowed, sent: SentCase, region: RegionQuery = None) -> Response:
    """Answer every option with verdict, reasons and sources: the bytes of `islet plan - --format json`."""
    base = site_of(request).base
    return answer(plan_line(make_plan(sent.case, base, region_of(request, region)), base))


@router.post("/why", summary="Why an option has its verdict", response_model=Why | Plan, responses=FAULTS, openapi_extra=CASE_BODY)
def why(request: Request, _: Allowed, sent: SentCase, option: OptionQuery, region: RegionQuery = None) -> Response:
    """Answer the whole trace behind a verdict and the smallest changes that flip it; in an emergency the plan, which says so."""
    try:
        return answer(pretty(why_json(ask_why(sent.case, option, site_of(request).base, region_of(request, region)))))
    except InputError as error:
        raise InputFault(error) from None


@router.post("/ask", summary="What to find out next", response_model=Ask, responses=FAULTS, openapi_extra=CASE_BODY)
def ask(request: Request, _: Allowed, sent: SentCase, region: RegionQuery = None) -> Response:
    """Answer which facts decide, and the smallest sets that settle each verdict: the bytes of `islet ask - --format json`."""
    return answer(pretty(ask_json(ask_next(sent.case, site_of(request).base, region_of(request, region)))))


@router.post("/whatif", summary="The plan before and after a change", response_model=WhatIf, responses=FAULTS, openapi_extra=CASE_BODY)
def whatif(
    request: Request, _: Allowed, sent: SentCase,
    change: Annotated[list[Annotated[str, Query(max_length=2000)]], Query(
        min_length=1, max_length=100, description="fact=value, once for each fact; an empty value takes the fact away",
        examples=[["cells.ki67_percent=12"]])],
    region: RegionQuery = None,
) -> Response:
    """Answer both plans and what changed: the bytes of `islet whatif - fact=value --format json`."""
    try:
        return answer(pretty(whatif_json(ask_whatif(sent.case, change, site_of(request).base, region_of(request, region)))))
    except InputError as error:
        raise InputFault(error) from None
