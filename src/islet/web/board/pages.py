"""The case of a patient with its plan: the form, the plan beside it, the reasons of each option."""

from __future__ import annotations

from typing import Any, NamedTuple

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from islet.case.dictionary import Dictionary
from islet.case.model import Case
from islet.case.reader import read_case
from islet.errors import InputError
from islet.record import StaleCase
from islet.record.model import CaseVersion, Session
from islet.web.board.documents import plain_document
from islet.web.board.entry import Entered, enter, one
from islet.web.board.fault_places import Fault, fault_of
from islet.web.board.fields import HINT, RESPONSES, also_in_file, form_sections, history_rows, stray_in
from islet.web.board.keeping import content_of, imported_document
from islet.web.board.plan_view import option_context, option_names, plan_context
from islet.web.board.sent import Sent
from islet.web.security.sessions import SignedIn
from islet.web.site import site_of
from islet.web.templating import fragment, page

router = APIRouter(include_in_schema=False)


class Shown(NamedTuple):
    """Hold what a case page shows: the saved version, the document in the form, and how the form was read."""

    saved: CaseVersion
    document: dict[str, Any]
    entered: Entered | None


@router.get("/cases/{case}")
def case_page(request: Request, visitor: SignedIn, case: str) -> Response:
    """Show a case as it was saved last, with its plan."""
    site = site_of(request)
    saved = site.record.cases.read(case, visitor.person)
    document, dictionary = plain_document(saved.document), site.base.space.dictionary
    return _page(request, visitor, Shown(saved, document, None if _readable(saved, dictionary) else enter({}, document, dictionary)))


@router.post("/cases/{case}/plan")
def follow(request: Request, visitor: SignedIn, case: str, sent: Sent) -> Response:
    """Answer a changed form with the plan of what it says now; nothing is saved."""
    shown = _read(request, visitor, case, sent)
    assert shown.entered is not None
    if not request.headers.get("hx-request"):
        return _page(request, visitor, shown, 422 if shown.entered.faults else 200)
    faults = _fault_list(shown.entered, site_of(request).base.space.dictionary)
    if shown.entered.case is None:
        return HTMLResponse(fragment(request, "board/faults.html.j2", {"faults": faults}), headers={"HX-Reswap": "none"})
    context = {**plan_context(shown.entered.case, site_of(request)), "case_id": case, "faults": faults, "following": True}
    return HTMLResponse(fragment(request, "board/plan.html.j2", context))


@router.post("/cases/{case}")
def save(request: Request, visitor: SignedIn, case: str, sent: Sent) -> Response:
    """Save the form as the next version of the case, or show it again with its faults."""
    site = site_of(request)
    shown = _read(request, visitor, case, sent)
    assert shown.entered is not None
    if "add-treatment" in sent.form:
        return _page(request, visitor, shown, 200)
    if shown.entered.faults:
        return _page(request, visitor, shown, 422)
    label = one(sent.form, "label").strip() or shown.saved.label
    try:
        site.record.cases.save(case, int(one(sent.form, "expected") or 0), content_of(shown.document), visitor.person, label=label)
    except StaleCase:
        return _page(request, visitor, shown, 409, stale=True)
    return RedirectResponse(f"/cases/{case}", 303)


@router.get("/cases/{case}/options/{option}")
def saved_option(request: Request, visitor: SignedIn, case: str, option: str) -> Response:
    """Show one option of the saved case on a page of its own."""
    site = site_of(request)
    saved = site.record.cases.read(case, visitor.person)
    if option not in site.base.options:
        raise HTTPException(404)
    read = read_case(saved.document, "the case", site.base.space.dictionary)
    return page(request, "board/option.html.j2", {**option_context(read, option, site, level=2), "saved": saved, "case_id": case})


@router.post("/cases/{case}/options/{option}")
def option_now(request: Request, visitor: SignedIn, case: str, option: str, sent: Sent) -> Response:
    """Show one option of what the form says now, to stand inside the page."""
    site = site_of(request)
    if option not in site.base.options:
        raise HTTPException(404)
    shown = _read(request, visitor, case, sent)
    assert shown.entered is not None
    if shown.entered.case is None:
        return HTMLResponse("<p>The form has faults; the reasons come back when they are mended.</p>")
    context = {**option_context(shown.entered.case, option, site, level=5), "case_id": case}
    return HTMLResponse(fragment(request, "board/option_inside.html.j2", context))


def _read(request: Request, visitor: Session, case: str, sent: Sent) -> Shown:
    if one(sent.form, "case") != case:
        raise HTTPException(409)
    site = site_of(request)
    saved = site.following.read(site.record, case, visitor.person)
    base = plain_document(saved.document)
    entered = enter(sent.form, base, site.base.space.dictionary)
    return Shown(saved, entered.document, entered)


def _page(request: Request, visitor: Session, shown: Shown, status: int = 200, stale: bool = False) -> Response:
    site = site_of(request)
    dictionary = site.base.space.dictionary
    faults = shown.entered.faults if shown.entered else {}
    good = shown.entered.case if shown.entered and shown.entered.case else _readable(shown.saved, dictionary)
    imported = imported_document(site.record, shown.saved, visitor.person)
    state, rows, kept = history_rows(shown.document)
    told = _fault_list(shown.entered, dictionary)
    stray = [] if good else stray_in(plain_document(shown.saved.document), shown.document, dictionary)
    context = {
        **(plan_context(good, site) if good else {"unreadable": True}),
        "saved": shown.saved, "case_id": shown.saved.case, "document": shown.document,
        "sections": form_sections(shown.document, dictionary, imported, faults), "hint": HINT, "responses": RESPONSES,
        "history_state": state, "history_rows": rows, "history_kept": kept, "treatments": dictionary.by_bare["tried"].values,
        "also": also_in_file(shown.document, dictionary), "faults": told, "told_at": {fault.at: fault.words for fault in told},
        "unsaved": shown.entered is not None and shown.document != plain_document(shown.saved.document), "stale": stale,
        "imported": bool(imported), "names": option_names(site.base), "following": False,
        "stray": stray,
    }
    return page(request, "board/case.html.j2", context, status)


def _fault_list(entered: Entered | None, dictionary: Dictionary) -> list[Fault]:
    return [fault_of(place, e, dictionary) for place, e in entered.faults.items()] if entered else []


def _readable(saved: CaseVersion, dictionary: Dictionary) -> Case | None:
    """Return a saved version as a case; None where the facts of today no longer hold what it says."""
    try:
        return read_case(saved.document, "the case", dictionary)
    except InputError:
        return None
