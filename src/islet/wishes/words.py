"""The answer in the patient's words: short sentences, counts out of 100, both sides of each number, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from islet.wishes.model import SCHEMA, NoStatedPreference, NotComputable, Share, Standing, Wishes

_MARKS = {
    "declined": "You said no to it. It still stands here, as you can change your mind.",
    "need_data": "We do not know yet if it fits you.",
    "conditional": "It is a choice only if some open points turn out well.",
    "recall": "Part of this rests on memory and has not been checked.",
}
_NOT_ADVICE = "This shows what follows from your wishes. It does not say which one is best for you."


def told(found: Wishes | NoStatedPreference | NotComputable) -> list[str]:
    """Return the whole answer as sentences, in the order to read them."""
    if isinstance(found, NoStatedPreference):
        return [found.says]
    if isinstance(found, NotComputable):
        return ["We cannot say which choice comes first for your wishes.", found.plain]
    lines = [f"Your order of wishes can be weighed in many ways. We tried {found.draws} of them, spread evenly."]
    lines += [first_words(standing) for standing in found.options]
    lines += [*ahead_words(found), _NOT_ADVICE, *change_words(found)]
    lines += [f"On “{one.name}” we know nothing of any choice. So this wish cannot tell them apart."
              for one in found.attributes if one.id in found.nothing_known]
    lines += [words for standing in found.options for words in unknown_words(standing, found)]
    lines += [entry["plain"] for entry in found.beside]
    return lines + [entry["plain"] for entry in found.limits]


def first_words(standing: Standing) -> str:
    """Return how often an option comes first and how often it does not."""
    often, other = standing.first.of_100, _rest(standing.first)
    words = f"{standing.name}: first in {often} of 100 ways to weigh your wishes, not first in {other}."
    low, high = standing.between
    if low.of_100 != high.of_100:
        least, most = low.of_100, high.of_100
        words += f" What we do not know could make this anything between {least} and {most}."
    return " ".join([words, *(_MARKS[mark] for mark in standing.marks)])


def ahead_words(found: Wishes) -> list[str]:
    """Return which option is first most often (a line each when several cannot be told apart), and whether the unknown decides it."""
    if found.settled:
        return ["What we do not know cannot change which comes first. First most often is:", *_names(found.ahead, found)]
    lead = "What we do not know decides which comes first. If each unknown were as likely to be good as bad, first most often would be:"
    return [lead, *_names(found.ahead, found)]


def change_words(found: Wishes) -> list[str]:
    """Return the smallest change of the order of wishes after which another option is first most often, a line each."""
    if not found.changes:
        return ["Swapping two wishes next to each other would not change which comes first. Nor would leaving one wish out."]
    change = found.changes[0]
    wishes = {attribute.id: attribute.name for attribute in found.attributes}
    moved = " and ".join(f"“{wishes[name]}”" for name in change.moved)
    if change.kind == "swap":
        return [f"What would change it: if {moved} changed places. Then first most often would be:", *_names(change.ahead, found)]
    return [f"What would change it: if you left out {moved}. Then first most often would be:", *_names(change.ahead, found)]


def question_words(first: str, second: str, found: Wishes) -> str:
    """Return the trade-off between two attributes as a question to be answered with yes or no."""
    wishes = {attribute.id: attribute.name for attribute in found.attributes}
    return f"Think of both at their worst. Is putting “{wishes[first]}” right worth at least twice as much to you as “{wishes[second]}”?"


def unknown_words(standing: Standing, found: Wishes) -> list[str]:
    """Return what is not known of an option, and what was seen only in other people."""
    wishes = {attribute.id: f"“{attribute.name}”" for attribute in found.attributes}
    lines = []
    if standing.unknown:
        names = ", ".join(wishes[name] for name in standing.unknown)
        lines.append(f"{standing.name}: we do not know how it does on {names}. So we let it be anything, from worst to best.")
    if standing.unsure:
        names = ", ".join(wishes[name] for name in standing.unsure)
        lines.append(f"{standing.name}: on {names} we have a number but do not know how sure it is.")
    if standing.indirect:
        names = ", ".join(wishes[name] for name in standing.indirect)
        lines.append(f"{standing.name}: on {names} we know it only from people who differ from you, or not for sure.")
    return lines


def as_json(found: Wishes | NoStatedPreference | NotComputable) -> dict[str, Any]:
    """Return the answer as plain data in the schema islet.wishes/1."""
    if isinstance(found, NoStatedPreference):
        return {"schema": SCHEMA, "answer": "no_stated_preference", "says": found.says}
    if isinstance(found, NotComputable):
        return {"schema": SCHEMA, "answer": "not_computable", "because": found.because, "plain": found.plain}
    return {
        "schema": SCHEMA, "answer": "wishes", "ranking": [list(tier) for tier in found.ranking],
        "tradeoffs": [one._asdict() for one in found.tradeoffs], "attributes": [one._asdict() for one in found.attributes],
        "options": [_standing_json(one) for one in found.options], "ahead": list(found.ahead), "settled": found.settled,
        "changes": [one._asdict() for one in found.changes], "beside": list(found.beside), "limits": list(found.limits),
        "across_trials": list(found.across_trials), "nothing_known": list(found.nothing_known), "mean_weights": found.mean_weights,
        "draws": found.draws, "seed": found.seed, "told": told(found),
    }


def _standing_json(standing: Standing) -> dict[str, Any]:
    return {
        **standing._asdict(), "first": standing.first._asdict(),
        "between": [share._asdict() for share in standing.between],
        "places": [share._asdict() for share in standing.places],
        "confidence": standing.confidence and standing.confidence._asdict(),
        "performances": {name: one._asdict() for name, one in standing.performances.items()},
    }


def _rest(share: Share) -> str:
    if share.of_100 == "fewer than 1":
        return "more than 99"
    return "fewer than 1" if share.of_100 == "more than 99" else str(100 - int(share.of_100))


def _names(options: Iterable[str], found: Wishes) -> list[str]:
    names = {standing.option: standing.name for standing in found.options}
    return [f"{names[option]}." for option in options]
