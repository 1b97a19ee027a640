"""The pages behind a patient's link: the aid, the page for carers, the aid on paper."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from islet.present.aid.carers import CARERS_READ, home_rules
from islet.present.aid.page import aid_context
from islet.present.aid.paper import aid_pdf, page_rule
from islet.web.aid.opened import Opened, Today, link_context, open_aid
from islet.web.templating import page

router = APIRouter(include_in_schema=False)


@router.get("/aid/{token}")
def aid_page(request: Request, token: str, day: Today) -> Response:
    """Show the decision aid."""
    opened = open_aid(request, token, day)
    if isinstance(opened, Response):
        return opened
    return page(request, "aid/page.html.j2", _context(request, token, opened))


@router.get("/aid/{token}/carers")
def carers_page(request: Request, token: str, day: Today) -> Response:
    """Show the page for whoever cares for the patient."""
    opened = open_aid(request, token, day)
    if isinstance(opened, Response):
        return opened
    context = {**_context(request, token, opened), "home": home_rules(opened.aid, opened.base), "shown": CARERS_READ}
    return page(request, "aid/carers.html.j2", context)


@router.get("/aid/{token}/print.pdf")
def paper(request: Request, token: str, day: Today) -> Response:
    """Give the aid on A4 as tagged PDF."""
    opened = open_aid(request, token, day)
    if isinstance(opened, Response):
        return opened
    headers = {"Content-Disposition": 'inline; filename="choosing-a-treatment.pdf"'}
    return Response(aid_pdf(opened.aid, opened.base, opened.language), media_type="application/pdf", headers=headers)


@router.get("/aid/{token}/page.css")
def page_style(request: Request, token: str, day: Today) -> Response:
    """Give what stands at the foot of each page when a browser prints the aid."""
    opened = open_aid(request, token, day)
    if isinstance(opened, Response):
        return opened
    return Response(page_rule(opened.aid, opened.language), media_type="text/css")


def _context(request: Request, token: str, opened: Opened) -> dict[str, Any]:
    return {**aid_context(opened.aid, opened.base, opened.language), "links": link_context(request, token, opened)}
