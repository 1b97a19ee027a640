"""Render pages: own templates, the components of the design system, and the templates of plans, each value escaped."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse

from islet import __version__
from islet.present.html import TEMPLATES as PLAN_TEMPLATES
from islet.present.language import Language
from islet.present.text import FOOT
from islet.web.board.emergency import act_now
from islet.web.security.forms import form_seal, give_visit
from islet.web.security.sessions import visitor_of
from islet.web.site import site_of
from islet.web.static import script, style, versioned

TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates; the components need names that may be missing."""
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(TEMPLATES), PackageLoader("nhsuk_frontend_jinja"), FileSystemLoader(PLAN_TEMPLATES)]),
        autoescape=True, undefined=ChainableUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )
    english = Language()
    made.globals.update(static=versioned, style=style, script=script, version=__version__, foot=FOOT)
    made.globals.update(_=english.text, _n=english.many, _a=english.attribute)
    return made


def fragment(request: Request, template: str, context: dict[str, Any]) -> str:
    """Return part of a page as HTML."""
    return environment().get_template(template).render({**common(request), **context})


def page(request: Request, template: str, context: dict[str, Any] | None = None, status: int = 200) -> HTMLResponse:
    """Return a whole page."""
    response = HTMLResponse(fragment(request, template, context or {}), status)
    give_visit(request, response)
    return response


def common(request: Request) -> dict[str, Any]:
    """Return what every page shows: who is signed in, the seal of its forms, the knowledge it speaks from."""
    site = site_of(request)
    visitor = visitor_of(request)
    return {
        "person": visitor.person if visitor else None, "seal": form_seal(request), "base": site.base, "settings": site.settings,
        "path": request.url.path, "act_now": lambda saved: act_now(saved.document, site.base.space.dictionary),
    }
