"""What Islet is, for whom, and what it must not be used for."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from islet.web.templating import page

router = APIRouter(include_in_schema=False)


@router.get("/about/intended-use")
def intended_use(request: Request) -> Response:
    """Show who Islet is for, and what it is not."""
    return page(request, "intended_use.html.j2")
