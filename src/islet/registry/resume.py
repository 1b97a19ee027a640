"""Keep beside a partial output how far it went and what was asked, so that a later run goes on from there."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any, NamedTuple

from islet.errors import InputError
from islet.registry.write.part import remove

EDGE = 1 << 20  # bytes at either end by which a table is known again


class State(NamedTuple):
    """Hold how far a run went: the last row dealt with, the partial output and its rows, what was set aside and left out."""

    upto: int
    partial: str
    rows: int
    rejected: int
    reasons: dict[str, int]
    counts: dict[str, int]
    synthetic: bool


def state_name(out: str) -> str:
    """Return the name of the file that says how to go on."""
    return f"{out}.resume"


def asked(source: str, told: dict[str, Any], knowledge: str) -> dict[str, Any]:
    """Return what must be the same when a run goes on: the table, the question and the knowledge."""
    size = os.path.getsize(source)
    with open(source, "rb") as stream:
        begin = stream.read(EDGE)
        stream.seek(max(0, size - EDGE))
        end = stream.read()
    return {"the table": [size, hashlib.sha256(begin + end).hexdigest()], "the question": told, "the knowledge": knowledge}


def save_state(out: str, state: State, question: dict[str, Any]) -> None:
    """Write the state of a run that was stopped."""
    with open(state_name(out), "w", encoding="utf-8") as stream:
        json.dump({"asked": question, "state": state._asdict()}, stream)


def load_state(out: str, question: dict[str, Any]) -> State | None:
    """Return where to go on, None where nothing was stopped; raise InputError when something else was asked then."""
    try:
        with open(state_name(out), encoding="utf-8") as stream:
            kept = json.load(stream)
        state, before = State(**kept["state"]), kept["asked"]
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise InputError("the file cannot be understood", state_name(out), 0, "--resume", "run again without --resume") from None
    for what, value in question.items():
        if before.get(what) != value:
            raise InputError(f"{what} is another than in the run that was stopped", out, 0, "--resume", "run again without --resume")
    if not os.path.exists(state.partial):
        raise InputError("the partial output is not there any more", state.partial, 0, "--resume", "run again without --resume")
    return state


def forget_state(out: str, state: State | None) -> None:
    """Remove what a finished run needs no more."""
    remove(state_name(out))
    if state is not None and state.partial != out:
        remove(state.partial)
