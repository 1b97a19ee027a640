"""Who stood behind the figures of a calculator: silence for a patient unlike them, and what is not known of the patient."""

from __future__ import annotations

from typing import Any

from islet.estimate.formula import Calculator, MissingInput, OutsideRange
from islet.estimate.known import Known


def not_known_of(calculator: Calculator, known: Known) -> list[dict[str, Any]]:
    """Return the conditions of the people behind the figures that are not known of the patient.

    Raises OutsideRange when the patient is known to be unlike them, or when a fact leaves nothing to estimate; MissingInput
    when a condition that the figures cannot be read without is not known.
    """
    for item in calculator["silent"]:
        if known.answer(item["when"]) == 2:
            raise OutsideRange(item["says"])
    answered = [(item, known.answer(item["when"])) for item in calculator["population"]]
    unlike = [item["says"] for item, answer in answered if answer == 0]
    if unlike:
        raise OutsideRange(f"the figures come only from people with {'; '.join(unlike)}")
    not_known = [item for item, answer in answered if answer == 1]
    needs = [name for item in not_known if item["essential"] for name in known.missing(item["when"])]
    if needs:
        raise MissingInput(needs)
    return not_known


def with_not_known(made: dict[str, Any], conditions: list[dict[str, Any]], known: Known) -> dict[str, Any]:
    """Return an estimate that says which conditions of its people are not known of the patient, to clinician and patient."""
    if not conditions:
        return made
    needs = [name for item in conditions for name in known.missing(item["when"])]
    people = "; ".join(item["says"] for item in conditions)
    text = f"{made['text'].rstrip('.')}. Behind the figures stand people with {people}: not known of this patient."
    plain = made["plain"]
    if plain:
        first, *more = [item["plain"] for item in conditions]
        told = [f"In the people behind these numbers, {first}.", *(f"In them, {other}." for other in more)]
        open_point = "We do not know yet whether all this is so for you." if more else "We do not know yet whether that is so for you."
        plain = " ".join([plain, *told, open_point])
    return {**made, "text": text, "plain": plain, "needs": list(dict.fromkeys([*made["needs"], *needs]))}
