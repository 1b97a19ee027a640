"""Two versions of the patient side by side, the saved one and one with changes; what is changed stands in no address."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.plan.whatif import change_case, compare_plans
from islet.present.board import fact_label
from islet.present.words import headline
from islet.record.model import Session
from islet.web.board.entry import one
from islet.web.board.more import saved_case
from islet.web.board.number_text import number_node
from islet.web.board.plan_view import plan_context
from islet.web.board.sent import Sent
from islet.web.security.sessions import SignedIn
from islet.web.site import site_of
from islet.web.templating import page

router = APIRouter(include_in_schema=False)
CHANGES = 4  # rows of the form; more come as the last is filled
MOST_CHANGES, LONGEST = 20, 200


@router.get("/cases/{case}/what-if")
def what_if(
    request: Request, visitor: SignedIn, case: str, version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
) -> Response:
    """Show the form of changes, beside an earlier version where one is named."""
    return _page(request, visitor, case, version, [])


@router.post("/cases/{case}/what-if")
def changed(request: Request, visitor: SignedIn, case: str, sent: Sent) -> Response:
    """Show the saved case beside the case with the changes; nothing is saved."""
    if one(sent.form, "case") != case:
        raise HTTPException(409)
    asked = [pair for pair in zip(sent.form.get("fact", ()), sent.form.get("value", ()), strict=False) if pair[0]]
    if len(asked) > MOST_CHANGES or any(len(text) > LONGEST for pair in asked for text in pair):
        raise HTTPException(413)
    version = one(sent.form, "version")
    return _page(request, visitor, case, int(version) if version.isdecimal() and len(version) < 7 else None, asked)


def _page(request: Request, visitor: Session, case: str, version: int | None, asked: list[tuple[str, str]]) -> Response:
    site = site_of(request)
    saved, before = saved_case(request, visitor, case)
    fault, after = "", before
    try:
        if version is not None and version != saved.number:
            after = saved_case(request, visitor, case, version)[1]
        after = change_case(after, [f"{name}={_value(text)}" for name, text in asked], site.base.space.dictionary)
    except InputError as error:
        fault = f"{error.found}; {error.expected}" if error.expected else error.found
    left, right = plan_context(before, site), plan_context(after, site)
    emergency = left["plan"].emergency or right["plan"].emergency
    context = {
        "saved": saved, "case_id": case, "before": left, "after": right, "emergency": emergency, "fault": fault,
        "version": version or saved.number,
        "changes": [] if fault or emergency else [
            {"name": c.after.name, "before": headline(c.before), "after": headline(c.after), "gained": _texts(c.gained, site.base),
             "lost": _texts(c.lost, site.base)} for c in compare_plans(left["plan"], right["plan"])],
        "asked": asked + [("", "")] * max(1, CHANGES - len(asked)), "given": bool(asked) or (version or saved.number) != saved.number,
        "facts": [(f.name, fact_label(f.name, site.base)) for f in site.base.space.dictionary.facts.values()
                  if f.type not in ("weights",) and f.section != "history" and not f.inner],
        "listed": site.record.cases.versions(case, visitor.person),
    }
    return page(request, "board/what_if.html.j2", context)


def _texts(names: list[str], base: KnowledgeBase) -> list[str]:
    words = {criterion.id: criterion.text for criterion in base.criteria}
    return [words.get(name, name) for name in names]


def _value(text: str) -> str:
    node = number_node(text)
    return text if isinstance(node, str) else json.dumps(node)
