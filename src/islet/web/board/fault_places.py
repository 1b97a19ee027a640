"""Where a fault of the form stands: at the control that holds it, under words that people know it by."""

from __future__ import annotations

from typing import NamedTuple

from islet.case.dictionary import Dictionary
from islet.errors import InputError

OTHERS = {"as_of": ("as_of", "Date of the case"), "history": ("history-state", "Treatments so far")}
STRAY = "stray"  # where the form tells of what it has no field for


class Fault(NamedTuple):
    """Hold a fault: the id it is told at, the id of the control that its link leads to, the name of the field, and the words."""

    at: str
    control: str
    name: str
    words: str


def has_field(place: str, dictionary: Dictionary) -> bool:
    """Tell whether the form has a field for a place of the case document.

    >>> has_field("history.0.cycles", Dictionary([], {}, {})), has_field("extent.size_cm", Dictionary([], {}, {}))
    (True, False)
    """
    return place.split(".")[0] in OTHERS or ".".join(place.split(".")[:2]) in dictionary.facts


def fault_of(place: str, error: InputError, dictionary: Dictionary) -> Fault:
    """Return the fault at a place of the case document, as the form shows it.

    >>> fault_of("as_of", InputError('found "x"', "", 0, "as_of", "expected a date"), Dictionary([], {}, {}))
    Fault(at='as_of', control='as_of', name='Date of the case', words='found "x"; expected a date')
    """
    words = f"{error.found}; {error.expected}" if error.expected else error.found
    fact = dictionary.facts.get(".".join(place.split(".")[:2]))
    if fact is not None:
        at = fact.name.replace(".", "-")
        return Fault(at, f"at-{at}" if fact.type == "list" else at, fact.question.rstrip("?"), words)
    section = place.split(".")[0]
    control, name = OTHERS.get(section, (STRAY, place))
    return Fault(section, control, name, words)
