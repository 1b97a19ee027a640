"""The knowledge with one more rule for each encoded entry criterion of a trial, so that the same machine answers them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, NamedTuple

from islet.knowledge.base import KnowledgeBase
from islet.knowledge.build_options import Rule
from islet.knowledge.compile import Read, compile_rules
from islet.knowledge.opening import open_base
from islet.rules.language import parse_rule


class EntryCriterion(NamedTuple):
    """Hold one encoded condition of a trial: what it says, how it is written, and the number of its rule."""

    says: str
    when: str
    number: int


class Trial(NamedTuple):
    """Hold a trial with the conditions that are encoded of who was in it."""

    id: str
    name: str
    who: str
    year: int | None
    criteria: tuple[EntryCriterion, ...]


class Questions(NamedTuple):
    """Hold the knowledge to decide with, the trials it can answer for, and the names of those of which nothing is encoded."""

    base: KnowledgeBase
    trials: tuple[Trial, ...]
    silent: tuple[str, ...]


def with_questions(read: Read) -> Questions:
    """Return the knowledge with the trials' conditions as cautions, which change no verdict.

    It has a hash of its own, because its cells are finer than those of the knowledge alone.
    """
    options = read.options
    carrier = next(iter(read.dictionary.options))
    rules, trials, added = list(options.rules), [], []
    for trial in options.trials.values():
        found = []
        for match in trial.get("matches") or ():
            name = f"{carrier}.entry-{len(rules)}"
            file = str(read.folder.path / "trials" / f"{trial['id']}.yaml")
            expression = parse_rule(match["when"], read.dictionary, file, 0, trial["id"])
            found.append(EntryCriterion(match["says"], match["when"], len(rules)))
            rules.append(Rule(_caution(name, match, file), expression, carrier))
            added.append(expression)
        if found:
            trials.append(Trial(trial["id"], trial["name"], trial["who"], trial.get("year"), tuple(found)))
    data = compile_rules(read, replace(read.parsed, rules=[*read.parsed.rules, *added]), rules)
    data["sha256"] = hashlib.sha256(f"{data['sha256']} with the entry criteria of trials".encode()).hexdigest()
    silent = tuple(trial["name"] for trial in options.trials.values() if not trial.get("matches"))
    return Questions(open_base(data), tuple(trials), silent)


def _caution(name: str, match: dict[str, Any], file: str) -> dict[str, Any]:
    return {"id": name, "role": "caution", "when": match["when"], "text": match["says"], "plain": match["says"],
            "sources": match["sources"], "recall_only": False, "file": file, "line": 0}
