"""The pages behind a patient's link: the aid, the page for carers, the aid on paper."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from islet.present.aid.carers import CARERS_READ, home_rules
from islet.present.aid.page import aid_context
from islet.present.aid.paper import aid_pdf, page_rule
from islet.web.aid.opened import Today, link_context, open_aid
from islet.web.templating import page

router = APIRouter(include_in_schema=False)


@router.get("/aid/{token}")
def aid_page(request: Request, token: str, day: Today) -> Response:
    """Show the decision aid."""
    opened = open_aid(request, token, day)
    if isinstance(opened, Response):
        return opened
    return page(request, "aid/page.html.j2", {**aid_context(opened.aid, opened.base), "links": link_context(token)})


@router.get("/aid/{token}/carers")
def carers_page(request: Request, token: str, day: Today) -> Response:
    """Show the page for whoever cares for the patient."""
    opened = open_aid(request, token, day)
    if isinstance(opened, Response):
        return opened
    context = {**aid_context(opened.aid, opened.base), "links": link_context(token), "home": home_rules(opened.aid, opened.base)}
    return page(request, "aid/carers.html.j2", {**context, "shown": CARERS_READ})


@router.get("/aid/{token}/print.pdf")
def paper(request: Request, token: str, day: Today) -> Response:
    """Give the aid on A4 as tagged PDF."""
    opened = open_aid(request, token, day)
    if isinstance(opened, Response):
        return opened
    headers = {"Content-Disposition": 'inline; filename="choosing-a-treatment.pdf"'}
    return Response(aid_pdf(opened.aid, opened.base), media_type="application/pdf", headers=headers)


@router.get("/aid/{token}/page.css")
def page_style(request: Request, token: str, day: Today) -> Response:
    """Give what stands at the foot of each page when a browser prints the aid."""
    opened = open_aid(request, token, day)
    if isinstance(opened, Response):
        return opened
    return Response(page_rule(opened.aid), media_type="text/css")
