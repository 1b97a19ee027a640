"""Whether a saved case says that there is an emergency: then each of its pages says so."""

from __future__ import annotations

from islet.case.dictionary import Dictionary
from islet.case.reader import read_case
from islet.errors import InputError


def act_now(document: bytes, dictionary: Dictionary) -> bool:
    """Tell whether a case document names an emergency; one that cannot be read names none.

    >>> from islet.knowledge.store import load_knowledge
    >>> act_now(b"health: {emergency: [bleeding]}", load_knowledge().space.dictionary)
    True
    """
    try:
        given = read_case(document, "the case", dictionary).given
    except InputError:
        return False
    return any(name.startswith("health.emergency.") and known.choices == ("yes",) for name, known in given.items())
