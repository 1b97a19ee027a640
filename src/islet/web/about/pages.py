"""What Islet is, for whom, and what it must not be used for: the documents of the project as pages."""

from __future__ import annotations

from fastapi import APIRouter
from markdown_it import MarkdownIt
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from islet import __version__
from islet.about.hazards import hazards_page, read_hazards
from islet.about.model_facts import Versions, model_facts_page
from islet.about.places import document
from islet.about.threats import read_threats, threats_page
from islet.knowledge.base import KnowledgeBase
from islet.present.aid.ipdas import self_rating
from islet.web.site import site_of
from islet.web.templating import page

router = APIRouter(include_in_schema=False)
PAGES = {
    "intended-use": ("Intended use", "INTENDED_USE"),
    "model": ("Model facts", ""),
    "limits": ("Known limits", "LIMITS"),
    "safety-case": ("Safety case", "SAFETY_CASE"),
    "hazards": ("Hazard log", ""),
    "threats": ("Threat model", ""),
    "ipdas": ("The decision aid against IPDAS", ""),
    "accessibility": ("Accessibility", "ACCESSIBILITY"),
    "security": ("Reporting a weakness or a safety concern", "SECURITY"),
}
_FILES = {
    "INTENDED_USE.md": "intended-use", "MODEL_FACTS.md": "model", "LIMITS.md": "limits", "SAFETY_CASE.md": "safety-case",
    "hazards.md": "hazards", "hazards.yaml": "hazards", "threats.md": "threats", "threats.yaml": "threats",
    "ACCESSIBILITY.md": "accessibility", "IPDAS.md": "ipdas", "SECURITY.md": "security", "model_facts.yaml": "model",
}


@router.get("/about")
def about(request: Request) -> Response:
    """Show what there is to know of Islet, in one list."""
    return page(request, "about/list.html.j2", {"pages": [(at, title) for at, (title, _) in PAGES.items()]})


@router.get("/about/{name}")
def about_page(request: Request, name: str) -> Response:
    """Show one document."""
    if name not in PAGES:
        raise HTTPException(404)
    title, _ = PAGES[name]
    return page(request, "about/document.html.j2", {"title": title, "body": as_html(_markdown(name, site_of(request).base))})


def as_html(markdown: str) -> str:
    """Return a document as HTML; what it contains of HTML is shown as text, and links lead to the pages of the site or nowhere.

    >>> as_html("See the [limits](docs/LIMITS.md), the [table](docs/validation.md) and <b>.")
    '<p>See the <a href="/about/limits">limits</a>, the table and &lt;b&gt;.</p>\\n'
    """
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(markdown)
    for block in tokens:
        children = block.children or []
        opened: list[bool] = []
        kept = []
        for token in children:
            if token.type == "link_open":
                to = str(token.attrs["href"])
                here = to if to.startswith("https://") else _FILES.get(to.split("#")[0].rsplit("/", 1)[-1])
                opened.append(bool(here))
                if here:
                    token.attrs["href"] = here if here.startswith("https://") else f"/about/{here}"
                    kept.append(token)
            elif token.type != "link_close" or opened.pop():
                kept.append(token)
        block.children = kept if block.children is not None else None
    return str(reader.renderer.render(tokens, reader.options, {}))


def _markdown(name: str, base: KnowledgeBase) -> str:
    if name == "model":
        return model_facts_page(Versions(base.version, base.date, base.review_due, f"islet {__version__}"))
    if name == "hazards":
        return hazards_page(*read_hazards())
    if name == "ipdas":
        return self_rating()
    if name == "threats":
        return threats_page(*read_threats())
    return document(PAGES[name][1])
