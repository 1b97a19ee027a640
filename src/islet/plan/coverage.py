"""Count which answers of which criterion the shipped vignettes reach: yes, no and unknown."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from islet.knowledge.base import KnowledgeBase
from islet.knowledge.build_options import Options
from islet.patient.completions import NO_DIAGRAMS
from islet.patient.state import build_patient
from islet.plan.described import case_of
from islet.plan.vignettes import read_vignettes
from islet.rules.evaluate import evaluate

ANSWERS = ("yes", "no", "unknown")
VIGNETTES, EXAMPLES, NOTHING = "vignettes", "own example", "nothing"


class Reached(NamedTuple):
    """Hold for one criterion what reaches each answer: situations and patients, only its own example, or nothing."""

    criterion: str
    file: str
    by: dict[str, str]


def coverage(base: KnowledgeBase, options: Options, folder: Path) -> list[Reached]:
    """Return for every criterion what reaches each of its answers."""
    seen: dict[str, set[str]] = {criterion.id: set() for criterion in base.criteria}
    for vignette in read_vignettes(folder):
        patient = build_patient(case_of(vignette.case, base, "vignette"), base.space)
        for criterion, value in zip(base.criteria, base.decide(patient.state), strict=True):
            seen[criterion.id].add(("no", "unknown", "yes")[value])
    stepwise = base.space._replace(diagrams=NO_DIAGRAMS)  # enough for the answer of one criterion
    found = []
    for criterion in base.criteria:
        own = set()
        for facts in options.examples[criterion.id][0].values():
            state = build_patient(case_of(facts or {}, base, "example", flat=True), stepwise).state
            own.add(evaluate(base.space.nodes, criterion.node, state).word)
        by = {word: VIGNETTES if word in seen[criterion.id] else EXAMPLES if word in own else NOTHING for word in ANSWERS}
        found.append(Reached(criterion.id, criterion.file, by))
    return found


def unreached(found: Iterable[Reached]) -> list[tuple[str, str]]:
    """Return criterion and answer wherever nothing reaches it."""
    return [(one.criterion, word) for one in found for word in ANSWERS if one.by[word] == NOTHING]


def coverage_text(found: list[Reached]) -> str:
    """Write the counts per file and in all: reached by situations and patients, and, after a plus, by the own example alone."""
    files: dict[str, list[Reached]] = {}
    for one in found:
        files.setdefault(one.file, []).append(one)
    lines = [f"{'':36}{'criteria':>9}" + "".join(f"{word:>11}" for word in ANSWERS)]
    lines += [_row(file, own) for file, own in sorted(files.items())]
    lines.append(_row("all", found))
    lines.append("Reached by situations and patients, + only by the criterion's own example (which: --format json).")
    lines += [f"never {word}: {criterion}" for criterion, word in unreached(found)]
    return "\n".join(lines)


def _row(name: str, own: list[Reached]) -> str:
    cells = []
    for word in ANSWERS:
        by = [one.by[word] for one in own]
        cells.append(f"{by.count(VIGNETTES)} +{by.count(EXAMPLES)}")
    return f"{name:36}{len(own):9}" + "".join(f"{cell:>11}" for cell in cells)


def coverage_json(found: list[Reached]) -> dict[str, Any]:
    """Return counts in all, and for every criterion what reaches each answer."""
    counts = {word: {by: sum(one.by[word] == by for one in found) for by in (VIGNETTES, EXAMPLES, NOTHING)} for word in ANSWERS}
    return {"criteria": len(found), "reached": counts, "by": {one.criterion: one.by for one in found}}
