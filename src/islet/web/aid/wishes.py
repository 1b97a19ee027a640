"""The exercise of wishes: a form without dragging, an answer computed and not kept unless the patient says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from islet.errors import InputError
from islet.present.aid.bars import Bar, bars
from islet.present.language import words_of
from islet.web.aid.opened import Opened, Today, link_context, open_aid
from islet.web.board.sent import Sent
from islet.web.site import site_of
from islet.web.templating import page
from islet.wishes.answer import answer
from islet.wishes.attributes import attributes_of
from islet.wishes.model import NoStatedPreference, NotComputable, Standing, Tradeoff, Wishes
from islet.wishes.tradeoffs import next_question, reply
from islet.wishes.words import first_words, question_words, told

router = APIRouter(include_in_schema=False)
HEADING = "In how many of 100 ways to weigh your wishes each choice comes first"


class Given(NamedTuple):
    """Hold what the form says: the place of each wish, the answers to trade-offs, and whether options that wait for an answer take part."""

    places: dict[str, str]
    tradeoffs: list[str]
    include_open: bool


@router.get("/aid/{token}/wishes")
def wishes_page(request: Request, token: str, day: Today) -> Response:
    """Show the exercise, with what the patient kept before."""
    opened = open_aid(request, token, day)
    if isinstance(opened, Response):
        return opened
    kept = site_of(request).record.wishes.read(opened.release)
    given = Given(**kept["given"]) if kept else Given({}, [], False)
    return _page(request, token, opened, given, _found(opened, given) if kept else None, kept=bool(kept))


@router.post("/aid/{token}/wishes")
def weigh(request: Request, token: str, day: Today, sent: Sent) -> Response:
    """Answer the form; keep, forget or skip only where the patient pressed that button."""
    opened = open_aid(request, token, day)
    if isinstance(opened, Response):
        return opened
    record, do = site_of(request).record, (sent.form.get("do") or ["show"])[-1]
    if do == "forget":
        record.wishes.forget(opened.release)
        return _page(request, token, opened, Given({}, [], False), None, note="Your answers are deleted.")
    if do == "skip":
        return _page(request, token, opened, Given({}, [], False), NoStatedPreference())
    given = _given(sent.form, opened)
    try:
        found = _found(opened, given)
    except InputError:
        wrong = "Some of these answers do not fit together. Change an answer and send it again."
        return _page(request, token, opened, given, None, wrong=wrong, status=422)
    if do == "keep":
        record.wishes.save(opened.release, {"given": given._asdict(), "told": told(found)})
        return _page(request, token, opened, given, found, kept=True, note="Your answers are kept behind this link.")
    return _page(request, token, opened, given, found)


def _given(form: dict[str, list[str]], opened: Opened) -> Given:
    asked = attributes_of(opened.aid.plan, opened.base)
    allowed = {str(number) for number in range(1, len(asked) + 1)}
    places = {one.id: place for one in asked if (place := (form.get(f"place-{one.id}") or [""])[-1]) in allowed}
    tradeoffs = [text for text in form.get("tradeoff") or [] if text.count("|") == 2]
    return Given(places, list(dict.fromkeys(tradeoffs)), "include-open" in form)


def _found(opened: Opened, given: Given) -> Wishes | NoStatedPreference | NotComputable:
    tiers = [tuple(name for name, at in given.places.items() if at == place) for place in sorted(set(given.places.values()), key=int)]
    cuts = [_tradeoff(text) for text in given.tradeoffs]
    return answer(opened.aid.plan, opened.base, tiers, cuts, given.include_open)


def _tradeoff(text: str) -> Tradeoff:
    first, second, said = text.split("|")
    return reply(first, second, said == "yes")


def _weighed(opened: Opened, given: Given) -> list[dict[str, str]]:
    """Return the trade-offs answered so far with their words, so that each can be taken back."""
    names = {one.id: one.name for one in attributes_of(opened.aid.plan, opened.base)}
    found = []
    for text in given.tradeoffs:
        first, second, said = text.split("|")
        if first in names and second in names:
            more, less = f"“{names[first]}”", f"“{names[second]}”"
            agreed = f"{more} is worth at least twice as much to me as {less}"
            denied = f"{more} is not worth at least twice as much to me as {less}"
            found.append({"value": text, "words": agreed if said == "yes" else denied})
    return found


def _page(
    request: Request, token: str, opened: Opened, given: Given, found: Wishes | NoStatedPreference | NotComputable | None, *,
    kept: bool = False, note: str = "", wrong: str = "", status: int = 200,
) -> Response:
    context: dict[str, Any] = {
        **words_of(opened.language), "aid": opened.aid, "links": link_context(request, token, opened), "given": given,
        "asked": attributes_of(opened.aid.plan, opened.base),
        "kept": kept, "note": note, "wrong": wrong, "answered": found is not None, "told": told(found) if found else [],
        "unsaid": bool(opened.aid.unsaid), "weighed": _weighed(opened, given),
    }
    if isinstance(found, Wishes):
        pair, say = next_question(found), opened.language.bare
        context |= {
            "picture": bars([_bar(one, say) for one in found.options], say(HEADING)),
            "heading": HEADING, "settled": found.settled, "firsts": [first_words(one) for one in found.options],
            "rest": [line for line in told(found)[1:] if line not in {first_words(one) for one in found.options}],
            "pair": pair, "question": question_words(*pair, found) if pair else "",
        }
    return page(request, "aid/wishes.html.j2", context, status)


def _bar(one: Standing, say: Callable[[str], str]) -> Bar:
    least, most = one.between
    often = one.first.of_100
    return Bar(say(one.name), one.first.value, least.value, most.value, say(f"{often} of 100"), say(often))
