"""Generated cases over the knowledge as shipped: shipped patients with holes, and patients put together fact by fact."""

from __future__ import annotations

import itertools
import json
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from islet.case.model import Case
from islet.case.reader import read_case
from islet.knowledge.base import KnowledgeBase
from islet.patient.state import build_patient
from islet.plan.vignettes import read_vignettes
from islet_testing.bases import own_base
from islet_testing.places import KNOWLEDGE

Pieces = dict[str, Any]  # "section.fact" (or "history") -> the value as a case file would write it
RESPONSES = ("complete", "partial", "stable", "progression", "intolerance", "unknown")


def document(pieces: Pieces) -> dict[str, Any]:
    """Return the case file of pieces."""
    found: dict[str, Any] = {"id": "x"}
    for name, value in pieces.items():
        section, _, bare = name.partition(".")
        if bare:
            found.setdefault(section, {})[bare] = value
        else:
            found[section] = value
    return found


def read(pieces: Pieces, base: KnowledgeBase) -> Case:
    """Return the case of pieces."""
    return read_case(json.dumps(document(pieces)).encode(), "x", base.space.dictionary)


def clashes(pieces: Pieces, base: KnowledgeBase) -> bool:
    """Tell whether the facts cannot be true together."""
    return bool(build_patient(read(pieces, base), base.space).clashes)


def pieces_of(case: dict[str, Any]) -> Pieces:
    """Return the pieces of a case file."""
    found: Pieces = {}
    for section, content in case.items():
        if section == "history":
            found["history"] = content
        elif isinstance(content, dict):
            found.update({f"{section}.{bare}": value for bare, value in content.items() if value is not None})
    return found


@lru_cache(maxsize=1)
def shipped() -> list[Pieces]:
    """Return the cases of every shipped vignette whose facts do not clash."""
    base = own_base()
    found = [pieces_of(vignette.case) for vignette in read_vignettes(KNOWLEDGE)]
    return [pieces for pieces in found if not clashes(pieces, base)]


@lru_cache(maxsize=1)
def offers() -> dict[str, list[Any]]:
    """Return for every fact a case may give the values worth giving: every word, every threshold, a number on each side, parts."""
    base = own_base()
    variables = {variable.fact: variable for variable in base.space.variables}
    found: dict[str, list[Any]] = {}
    for fact in base.space.dictionary.facts.values():
        if fact.section in ("preferences", "history") or (fact.derivation is not None and fact.name not in _GIVEN_TOO):
            continue
        if fact.type == "boolean":
            found[fact.name] = [True, False]
        elif fact.type == "category":
            words = list(fact.values)
            found[fact.name] = [*words, *({"one_of": [one, other]} for one, other in itertools.pairwise(words))]
        elif fact.type == "list":
            members = list(fact.values)
            found[fact.name] = [
                [],
                *([m] for m in members),
                *({"present": [], "absent": [m]} for m in members),
                {"present": members[:1], "others": "none"},
            ]
        elif fact.type == "number":
            found[fact.name] = _numbers(fact, variables[fact.name].cuts)
    return found


_GIVEN_TOO = ("cells.who_grade", "health.egfr", "health.creatinine_clearance_ml_min")


def _numbers(fact: Any, cuts: tuple[float, ...]) -> list[Any]:
    low, high = fact.possible
    edges = [low, *cuts, high]
    plain = {float(edge) for edge in edges}
    plain |= {(one + other) / 2 for one, other in itertools.pairwise(edges)}
    if fact.whole:
        plain = {float(int(value)) for value in plain}
    values: list[Any] = sorted(value for value in plain if low <= value <= high)
    return values + [{"below": cut} for cut in cuts if cut > low + 1] + [{"at_least": cut} for cut in cuts if cut <= high]


def histories() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Draw a list of treatments."""
    options = list(own_base().options)
    entry = st.fixed_dictionaries(
        {"option": st.sampled_from(options), "response": st.sampled_from(RESPONSES)},
        optional={"months": st.integers(0, 60), "months_since": st.integers(0, 60), "cycles": st.integers(1, 6)},
    )
    return st.lists(entry, max_size=4)


@st.composite
def loose_pieces(draw: Any) -> Pieces:
    """Draw facts one beside the other; they may clash."""
    pieces: Pieces = dict(draw(st.sampled_from(shipped()))) if draw(st.booleans()) else {}
    names = sorted(offers())
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=25, unique=True)):
        pieces[name] = draw(st.sampled_from(offers()[name]))
    if draw(st.booleans()):
        pieces["history"] = draw(histories())
    return pieces


@st.composite
def patients(draw: Any) -> Pieces:
    """Draw facts that a patient can have together: a shipped patient, or facts of which those that clash are left out."""
    if draw(st.integers(0, 2)):
        pieces = dict(draw(st.sampled_from(shipped())))
        for name in draw(st.lists(st.sampled_from(sorted(offers())), max_size=4, unique=True)):
            tried = {**pieces, name: draw(st.sampled_from(offers()[name]))}
            if not clashes(tried, own_base()):
                pieces = tried
        return pieces
    pieces = {}
    for name, value in draw(loose_pieces()).items():
        tried = {**pieces, name: value}
        if not clashes(tried, own_base()):
            pieces = tried
    return pieces


@st.composite
def nested(draw: Any) -> tuple[Pieces, Pieces]:
    """Draw a patient of whom less is known, and the same patient of whom more is known."""
    more = draw(patients())
    gone = set(draw(st.lists(st.sampled_from(sorted(more)), max_size=len(more), unique=True))) if more else set()
    later = set(draw(st.lists(st.sampled_from(sorted(gone)), max_size=2, unique=True))) if gone and draw(st.booleans()) else set()
    return {k: v for k, v in more.items() if k not in gone}, {k: v for k, v in more.items() if k not in later}
