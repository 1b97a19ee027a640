"""More of a saved case: the whole plan, the numbers, its versions, and two versions of the patient side by side."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from islet.case.model import Case
from islet.case.reader import read_case
from islet.errors import InputError
from islet.plan.make import make_plan
from islet.plan.whatif import change_case, compare_plans
from islet.present.board import fact_label
from islet.present.quantify_page import quantify_context
from islet.present.words import headline
from islet.record.model import CaseVersion, Session
from islet.web.board.plan_view import plan_context
from islet.web.security.sessions import SignedIn
from islet.web.site import site_of
from islet.web.templating import page

router = APIRouter(include_in_schema=False)
CHANGES = 4  # rows of the form; more come as the last is filled
MOST_CHANGES = 20


@router.get("/cases/{case}/whole")
def whole(request: Request, visitor: SignedIn, case: str) -> Response:
    """Show the whole plan of the saved case, every reason of every option, as `islet plan --format html` does."""
    saved, read = _saved(request, visitor, case)
    context = {**plan_context(read, site_of(request)), "saved": saved, "case_id": case, "heading": "The whole plan"}
    return page(request, "board/inner.html.j2", {**context, "inner": "clinician_main.html.j2"})


@router.get("/cases/{case}/numbers")
def numbers(request: Request, visitor: SignedIn, case: str) -> Response:
    """Show how much each option would do, in numbers and pictures."""
    site = site_of(request)
    saved, read = _saved(request, visitor, case)
    plan = make_plan(read, site.base, site.settings.region)
    found = {o.id: list(o.estimates) for o in plan.options if o.estimates and not o.certainly_not_offered}
    context = {**quantify_context(plan, found), "saved": saved, "case_id": case, "heading": "How much"}
    return page(request, "board/inner.html.j2", {**context, "inner": "quantify_main.html.j2"})


@router.get("/cases/{case}/versions")
def versions(request: Request, visitor: SignedIn, case: str) -> Response:
    """Show every version of a case, with who saved it and when."""
    record = site_of(request).record
    listed = record.cases.versions(case, visitor.person)
    names = {person.id: person.name for person in record.people.list()}
    saved = record.cases.read(case, visitor.person)
    return page(request, "board/versions.html.j2", {"saved": saved, "case_id": case, "versions": listed, "names": names})


@router.get("/cases/{case}/what-if")
def what_if(
    request: Request, visitor: SignedIn, case: str,
    version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
    fact: Annotated[list[str] | None, Query(max_length=MOST_CHANGES)] = None,
    value: Annotated[list[str] | None, Query(max_length=MOST_CHANGES)] = None,
) -> Response:
    """Show two versions of the patient side by side: the saved one, and it with changes or an earlier one."""
    site = site_of(request)
    saved, before = _saved(request, visitor, case)
    asked = [(name, text) for name, text in zip(fact or (), value or (), strict=False) if name]
    fault, after = "", before
    if any(len(text) > 200 for pair in asked for text in pair):
        raise HTTPException(413)
    try:
        if version is not None and version != saved.number:
            after = _saved(request, visitor, case, version)[1]
        after = change_case(after, [f"{name}={_value(text)}" for name, text in asked], site.base.space.dictionary)
    except InputError as error:
        fault = f"{error.found}; {error.expected}" if error.expected else error.found
    one, other = plan_context(before, site), plan_context(after, site)
    context = {
        "saved": saved, "case_id": case, "before": one, "after": other, "fault": fault, "version": version or saved.number,
        "changes": [] if fault else [
            {"name": c.after.name, "before": headline(c.before), "after": headline(c.after), "gained": _texts(c.gained, site.base),
             "lost": _texts(c.lost, site.base)} for c in compare_plans(one["plan"], other["plan"])],
        "asked": asked + [("", "")] * max(1, CHANGES - len(asked)), "given": bool(asked) or (version or saved.number) != saved.number,
        "facts": [(f.name, fact_label(f.name, site.base)) for f in site.base.space.dictionary.facts.values()
                  if f.type not in ("weights",) and f.section != "history" and not f.inner],
        "listed": site.record.cases.versions(case, visitor.person),
    }
    return page(request, "board/what_if.html.j2", context)


def _texts(names: list[str], base: Any) -> list[str]:
    words = {criterion.id: criterion.text for criterion in base.criteria}
    return [words.get(name, name) for name in names]


def _value(text: str) -> str:
    import json

    from islet.web.board.number_text import number_node

    node = number_node(text)
    return text if isinstance(node, str) else json.dumps(node)


def _saved(request: Request, visitor: Session, case: str, number: int | None = None) -> tuple[CaseVersion, Case]:
    site = site_of(request)
    saved = site.record.cases.read(case, visitor.person, number)
    return saved, read_case(saved.document, "the case", site.base.space.dictionary)

