"""Open a patient's link: the kept plan is made again, byte for byte, and only then shown."""

from __future__ import annotations

import datetime
import json
from typing import Annotated, Any, NamedTuple

from fastapi import Depends
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from islet.case.reader import read_case
from islet.errors import InputError
from islet.knowledge.base import KnowledgeBase
from islet.locale.catalogue import languages
from islet.plan.make import make_plan
from islet.plan.model import Plan, plan_json
from islet.present.aid.page import Aid, Contacts, NotForPatients, make_aid
from islet.present.language import NAMES, Language, words_of
from islet.record import Record, tables
from islet.record.model import Plan as KeptPlan
from islet.record.model import Release
from islet.web.site import site_of
from islet.web.templating import page

ASK = "Call the clinic that gave you this link, and ask for a new page. The number stands in the papers you got with it."
WHY = {
    "expired": ("This page has run out", "A page for a patient is open for a limited time, so that nobody relies on an old one. " + ASK),
    "withdrawn": ("Your clinic has taken this page back", "Something may have changed. " + ASK),
    "unknown": ("There is no page here", "A part of the link may be missing. Copy all of it. If it still does not open: " + ASK),
}
OTHER = ("This page cannot be shown any more", "The program behind it has changed since your clinic made the page. " + ASK)


class Opened(NamedTuple):
    """Hold what a link leads to on one day, and the language in which it is read."""

    release: Release
    base: KnowledgeBase
    aid: Aid
    language: Language


def today() -> datetime.date:
    """Return the day by which pages are fresh or overdue."""
    return datetime.datetime.now(datetime.UTC).date()


Today = Annotated[datetime.date, Depends(today)]


def open_aid(request: Request, token: str, day: datetime.date) -> Opened | Response:
    """Return what a link leads to, or the page that says in words why it does not open and whom to ask."""
    record = site_of(request).record
    release = record.releases.open(token)
    if release is None:
        why = record.releases.why_not(token) or "unknown"
        return _closed(request, *WHY[why], 404 if why == "unknown" else 410)
    said = {name: str(value) for name, value in release.contacts.items() if name in Contacts.__dataclass_fields__}
    contacts = Contacts(**{**said, "released_on": release.made_at[:10], "valid_until": release.ends_at[:10]})
    language = Language(_asked(request) or _released(release))
    made = _again(record, release)
    if made is None:
        return _closed(request, *OTHER, 410, contacts, language)
    try:
        return Opened(release, made[1], make_aid(made[0], made[1], day, contacts), language)
    except NotForPatients as refused:
        return _closed(request, "This page is too old", f"{refused} {ASK}", 410, contacts, language)


def link_context(request: Request, token: str, opened: Opened) -> dict[str, Any]:
    """Return the addresses of one link, for its pages, and this page in each other language."""
    place, code = f"/aid/{token}", opened.language.code
    asked = "" if code == _released(opened.release) else f"?lang={code}"
    rest = {"page": "", "wishes": "/wishes", "carers": "/carers", "pdf": "/print.pdf", "css": "/page.css"}
    others = [(other, NAMES[other], f"{request.url.path}?lang={other}") for other in languages() if other != code]
    return {**{name: f"{place}{last}{asked}" for name, last in rest.items()}, "languages": others}


def _released(release: Release) -> str:
    code = str(release.contacts.get("lang"))
    return code if code in languages() else "en"


def _asked(request: Request) -> str | None:
    code = request.query_params.get("lang")
    return code if code in languages() else None


def _read(request: Request) -> str:
    """Return the first language of the browser that there is, where no release says one."""
    wanted = (part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(","))
    return _asked(request) or next((code for code in wanted if code in languages()), "en")


def _again(record: Record, release: Release) -> tuple[Plan, KnowledgeBase] | None:
    """Return the plan of a release and the knowledge it was made with; None when it can no longer be made the same."""
    kept = record.releases.plan(release)
    versions = tables.case_versions.c
    with record.database.read() as connection:
        base = record.plans.versions.base(connection, kept.knowledge_sha256)
        asked = select(versions.document).where(versions.case == kept.case, versions.number == kept.number)
        document = connection.execute(asked).scalar_one()
    if base is None:
        return None
    said = json.loads(kept.content)
    try:
        plan = make_plan(read_case(document, f"{said['case']['id']}.yaml", base.space.dictionary), base, kept.region)
    except InputError:
        return None
    return (plan, base) if _same(plan, kept, said) else None


def _same(plan: Plan, kept: KeptPlan, said: dict[str, Any]) -> bool:
    made = json.loads(json.dumps(plan_json(plan)))
    made.pop("engine")
    return bool(kept.engine == said.pop("engine") and made == said)


def _closed(
    request: Request, title: str, words: str, status: int, contacts: Contacts | None = None, language: Language | None = None,
) -> Response:
    said = words_of(language or Language(_read(request)))
    return page(request, "aid/closed.html.j2", {**said, "title": title, "words": words, "contacts": contacts}, status)
